#include <utf8proc.h>

#include "base/text.hpp"
#include "sql/evaluation/tables.hpp"

/// String functions. Source: https://trino.io/docs/current/functions/string.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

Value length(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(count_code_points(a[0].text()));
}

/// Simple case mapping of one code point each, as Trino does (no special casing).
template <utf8proc_int32_t (*map)(utf8proc_int32_t)>
Value map_case(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  std::string out;
  out.reserve(text.size());
  const auto* data = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (utf8proc_ssize_t at = 0; at < static_cast<utf8proc_ssize_t>(text.size());) {
    utf8proc_int32_t code = 0;
    const auto size =
        utf8proc_iterate(data + at, static_cast<utf8proc_ssize_t>(text.size()) - at, &code);
    if (size <= 0) {
      out += text[static_cast<std::size_t>(at++)];
      continue;
    }
    utf8proc_uint8_t buffer[4];
    // Java's simple mapping leaves ß alone.
    constexpr utf8proc_int32_t kSharpS = 0xDF;
    const auto written = utf8proc_encode_char(code == kSharpS ? code : map(code), buffer);
    out.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(written));
    at += size;
  }
  return evaluation.text(out);
}

/// Positions count from 1, negative ones from the end.
Value substring_of(std::string_view text, std::int64_t start, std::int64_t count) {
  const std::int64_t length = count_code_points(text);
  if (start == 0 || count <= 0) return Value::of_text("");
  if (start < 0) start = length + start + 1;
  if (start < 1 || start > length) return Value::of_text("");
  const std::size_t from = byte_of(text, start - 1);
  const std::string_view rest = text.substr(from);
  return Value::of_text(rest.substr(0, byte_of(rest, std::min(count, length))));
}
Value substr_from(Evaluation&, const Bound&, Arguments a) {
  return substring_of(a[0].text(), a[1].integer(), std::numeric_limits<std::int64_t>::max());
}
Value substr_count(Evaluation&, const Bound&, Arguments a) {
  return substring_of(a[0].text(), a[1].integer(), a[2].integer());
}

std::string_view trim_left(std::string_view text, std::string_view characters) {
  while (!text.empty()) {
    const std::size_t size = byte_of(text, 1);
    if (characters.find(text.substr(0, size)) == std::string_view::npos) break;
    text.remove_prefix(size);
  }
  return text;
}
std::string_view trim_right(std::string_view text, std::string_view characters) {
  while (!text.empty()) {
    std::size_t at = text.size() - 1;
    while (at > 0 && is_continuation(text[at])) --at;
    if (characters.find(text.substr(at)) == std::string_view::npos) break;
    text = text.substr(0, at);
  }
  return text;
}
constexpr std::string_view kBlanks =
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a"
    "\u2028\u2029\u205f\u3000";
std::string_view trim_set(Arguments a) { return a.size() > 1 ? a[1].text() : kBlanks; }
Value trim(Evaluation&, const Bound&, Arguments a) {
  return Value::of_text(trim_right(trim_left(a[0].text(), trim_set(a)), trim_set(a)));
}
Value ltrim(Evaluation&, const Bound&, Arguments a) {
  return Value::of_text(trim_left(a[0].text(), trim_set(a)));
}
Value rtrim(Evaluation&, const Bound&, Arguments a) {
  return Value::of_text(trim_right(a[0].text(), trim_set(a)));
}

Value replace(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  const std::string_view search = a[1].text();
  const std::string_view with = a.size() > 2 ? a[2].text() : "";
  std::string out;
  if (search.empty()) {
    // Trino puts the replacement before every character and at the end.
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = byte_of(text.substr(at), 1);
      evaluation.arena().reserve(out.size());
      out += with;
      out += text.substr(at, size);
      at += size;
    }
    return evaluation.text(out + std::string(with));
  }
  std::size_t at = 0;
  while (true) {
    const std::size_t found = text.find(search, at);
    if (found == std::string_view::npos) break;
    out += text.substr(at, found - at);
    out += with;
    evaluation.arena().reserve(out.size());
    at = found + search.size();
  }
  if (at == 0) return a[0];
  out += text.substr(at);
  return evaluation.text(out);
}

/// Each of the x characters may be replaced, and so may what is between them.
Result<TypePointer> type_of_replaced(const Bound& node) {
  const std::int32_t length = node.children[0]->type->precision;
  const std::int32_t with = node.children[2]->type->precision;
  if (length == kUnbounded || with == kUnbounded) return varchar_type();
  const std::int64_t longest = length + std::int64_t{with} * (std::int64_t{length} + 1);
  return varchar_type(longest > kMaxVarcharLength ? kUnbounded
                                                  : static_cast<std::int32_t>(longest));
}

Value reverse(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  std::string out(text.size(), '\0');
  std::size_t to = text.size();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::max<std::size_t>(1, byte_of(text.substr(at), 1));
    to -= size;
    text.substr(at, size).copy(out.data() + to, size);
    at += size;
  }
  return evaluation.text(out);
}

Value strpos(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  const std::string_view search = a[1].text();
  std::int64_t instance = a.size() > 2 ? a[2].integer() : 1;
  if (instance == 0) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "'instance' must not be a zero.");
  }
  if (search.empty()) return Value::of_integer(1);
  std::size_t found = std::string_view::npos;
  if (instance > 0) {
    found = text.find(search);
    while (--instance > 0 && found != std::string_view::npos) found = text.find(search, found + 1);
  } else {
    found = text.rfind(search);
    while (++instance < 0 && found != std::string_view::npos) {
      found = found == 0 ? std::string_view::npos : text.rfind(search, found - 1);
    }
  }
  return Value::of_integer(
      found == std::string_view::npos ? 0 : count_code_points(text.substr(0, found)) + 1);
}

Value starts_with(Evaluation&, const Bound&, Arguments a) {
  return Value::of_boolean(a[0].text().starts_with(a[1].text()));
}

Value concat(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out;
  for (const Value& value : a) {
    out += value.text();
    evaluation.arena().reserve(out.size());
  }
  return evaluation.text(out);
}
Result<TypePointer> at_least_two(const Bound& node) {
  if (node.children.size() >= 2) return node.type;
  return Error{
      ErrorName::kInvalidFunctionArgument, "There must be two or more concatenation arguments", {}};
}
/// char values are as long as their types say.
Result<TypePointer> type_of_joined_chars(const Bound& node) {
  std::int32_t length = 0;
  for (const BoundPointer& child : node.children) length += child->type->precision;
  return char_type(length);
}
Value concat_ws(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[0].is_null()) return {};
  std::string out;
  bool first = true;
  for (const Value& value : a.subspan(1)) {
    if (value.is_null()) continue;
    if (!first) out += a[0].text();
    first = false;
    out += value.text();
  }
  return evaluation.text(out);
}

Value concat_ws_array(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out;
  bool first = true;
  for (const Value& value : a[1].items()) {
    if (value.is_null()) continue;
    if (!first) out += a[0].text();
    first = false;
    out += value.text();
    evaluation.arena().reserve(out.size());
  }
  return evaluation.text(out);
}
Result<TypePointer> at_least_one_text(const Bound& node) {
  if (node.children.size() >= 2) return node.type;
  return Error{ErrorName::kInvalidFunctionArgument, "There must be two or more arguments", {}};
}

Value pad(Evaluation& evaluation, Arguments a, bool left) {
  const std::int64_t wanted = a[1].integer();
  constexpr std::int64_t kMaxPad = 2'147'483'647;
  if (wanted < 0 || wanted > kMaxPad) {
    return evaluation.fail(
        ErrorName::kInvalidFunctionArgument,
        "Target length must be in the range [0.." + std::to_string(kMaxPad) + "]");
  }
  if (a[2].text().empty())
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Padding string must not be empty");
  const std::int64_t length = count_code_points(a[0].text());
  if (length >= wanted) return substring_of(a[0].text(), 1, wanted);
  evaluation.arena().reserve(static_cast<std::size_t>(wanted) * 4);
  const std::int64_t pad_length = count_code_points(a[2].text());
  std::string padding;
  std::int64_t missing = wanted - length;
  for (; missing >= pad_length; missing -= pad_length) padding += a[2].text();
  padding += a[2].text().substr(0, byte_of(a[2].text(), missing));
  return evaluation.text(left ? padding + std::string(a[0].text())
                              : std::string(a[0].text()) + padding);
}
Value lpad(Evaluation& evaluation, const Bound&, Arguments a) { return pad(evaluation, a, true); }
Value rpad(Evaluation& evaluation, const Bound&, Arguments a) { return pad(evaluation, a, false); }

Value chr(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::int64_t code = a[0].integer();
  utf8proc_uint8_t buffer[4];
  if (code < 0 || code > 0x10FFFF ||
      !utf8proc_codepoint_valid(static_cast<utf8proc_int32_t>(code))) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Not a valid Unicode code point: " + std::to_string(code));
  }
  const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), buffer);
  return evaluation.text({reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size)});
}
Value codepoint(Evaluation& evaluation, const Bound&, Arguments a) {
  if (count_code_points(a[0].text()) != 1) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Input string must be a single character string");
  }
  utf8proc_int32_t code = 0;
  utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(a[0].text().data()),
                   static_cast<utf8proc_ssize_t>(a[0].text().size()), &code);
  return Value::of_integer(code);
}

Value translate(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view from = a[1].text();
  const std::string_view to = a[2].text();
  std::string out;
  const std::string_view text = a[0].text();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::max<std::size_t>(1, byte_of(text.substr(at), 1));
    const std::string_view character = text.substr(at, size);
    at += size;
    const std::size_t found = from.find(character);
    if (found == std::string_view::npos) {
      out += character;
      continue;
    }
    const std::int64_t index = count_code_points(from.substr(0, found));
    if (index < count_code_points(to)) out += substring_of(to, index + 1, 1).text();
  }
  return evaluation.text(out);
}

Value normalize(Evaluation& evaluation, const Bound&, Arguments a) {
  int options = UTF8PROC_STABLE;
  const std::string_view form = a[1].text();
  if (form == "NFC" || form == "NFKC")
    options |= UTF8PROC_COMPOSE;
  else
    options |= UTF8PROC_DECOMPOSE;
  if (form == "NFKC" || form == "NFKD") options |= UTF8PROC_COMPAT;
  utf8proc_uint8_t* result = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(a[0].text().data()),
                                 static_cast<utf8proc_ssize_t>(a[0].text().size()), &result,
                                 static_cast<utf8proc_option_t>(options));
  if (size < 0) return a[0];
  const Value value =
      evaluation.text({reinterpret_cast<const char*>(result), static_cast<std::size_t>(size)});
  free(result);
  return value;
}

const Function kRows[] = {
    {"length", "varchar", "bigint", length, 0, "Counts code points.", "length('héllo') = 5"},
    {"lower", "varchar(x)", "varchar(x)", map_case<utf8proc_tolower>, 0, "Maps to lower case.",
     "lower('ÄBC') = 'äbc'"},
    {"upper", "varchar(x)", "varchar(x)", map_case<utf8proc_toupper>, 0, "Maps to upper case.",
     "upper('abc') = 'ABC'"},
    {"substr", "varchar(x), bigint", "varchar(x)", substr_from, 0, "The text from a place on.",
     "substr('hello', 2) = 'ello'"},
    {"substr", "varchar(x), bigint, bigint", "varchar(x)", substr_count, 0, "A part of a text.",
     "substr('hello', -3, 2) = 'll'"},
    {"substring", "varchar(x), bigint", "varchar(x)", substr_from, 0, "The text from a place on.",
     "substring('hello', 2) = 'ello'"},
    {"substring", "varchar(x), bigint, bigint", "varchar(x)", substr_count, 0, "A part of a text.",
     "substring('hello', 2, 2) = 'el'"},
    {"trim", "varchar(x)", "varchar(x)", trim, 0, "Drops blanks on both sides.",
     "trim('  a ') = 'a'"},
    {"trim", "varchar(x), varchar", "varchar(x)", trim, 0, "Drops characters on both sides.",
     "trim(BOTH 'x' FROM 'xax') = 'a'"},
    {"ltrim", "varchar(x)", "varchar(x)", ltrim, 0, "Drops blanks in front.",
     "ltrim('  a ') = 'a '"},
    {"ltrim", "varchar(x), varchar", "varchar(x)", ltrim, 0, "Drops characters in front.",
     "ltrim('xxa', 'x') = 'a'"},
    {"rtrim", "varchar(x)", "varchar(x)", rtrim, 0, "Drops blanks behind.", "rtrim('a  ') = 'a'"},
    {"rtrim", "varchar(x), varchar", "varchar(x)", rtrim, 0, "Drops characters behind.",
     "rtrim('axx', 'x') = 'a'"},
    {"replace", "varchar(x), varchar(y)", "varchar(x)", replace, 0, "Drops every occurrence.",
     "replace('i-1', 'i-') = '1'"},
    {"replace", "varchar(x), varchar(y), varchar(z)", "varchar", replace, 0,
     "Replaces every occurrence.", "replace('aba', 'a', 'c') = 'cbc'", nullptr, type_of_replaced},
    {"reverse", "varchar(x)", "varchar(x)", reverse, 0, "Turns a text round.",
     "reverse('abc') = 'cba'"},
    {"strpos", "varchar(x), varchar(y)", "bigint", strpos, 0,
     "The place of a text, from 1; 0: none.", "strpos('hello', 'l') = 3"},
    {"strpos", "varchar(x), varchar(y), bigint", "bigint", strpos, kMayFail,
     "The place of the n-th occurrence.", "strpos('hello', 'l', 2) = 4"},
    {"starts_with", "varchar(x), varchar(y)", "boolean", starts_with, 0,
     "Whether a text begins so.", "starts_with('abc', 'ab')"},
    {"concat", "varchar, varchar...", "varchar", concat, 0, "Joins texts.",
     "concat('a', 'b', 'c') = 'abc'", nullptr, at_least_two},
    {"concat", "char(x), char(y)", "char(x)", concat, 0, "Joins texts of fixed length.", "",
     nullptr, type_of_joined_chars},
    {"concat_ws", "varchar, varchar...", "varchar", concat_ws, kCalledOnNull,
     "Joins texts, NULLs left out.", "concat_ws(',', 'a', NULL, 'b') = 'a,b'", nullptr,
     at_least_one_text},
    {"concat_ws", "varchar, array(varchar)", "varchar", concat_ws_array, 0,
     "Joins the texts of an array, NULLs left out.", "concat_ws('-', ARRAY['a', 'b']) = 'a-b'"},
    {"lpad", "varchar(x), bigint, varchar(y)", "varchar", lpad, kMayFail, "Fills up in front.",
     "lpad('7', 3, '0') = '007'"},
    {"rpad", "varchar(x), bigint, varchar(y)", "varchar", rpad, kMayFail, "Fills up behind.",
     "rpad('7', 3, '0') = '700'"},
    {"chr", "bigint", "varchar(1)", chr, kMayFail, "The character of a code point.",
     "chr(65) = 'A'"},
    {"codepoint", "varchar(1)", "integer", codepoint, kMayFail, "The code point of a character.",
     "codepoint('A') = 65"},
    {"translate", "varchar(x), varchar(y), varchar(z)", "varchar", translate, 0,
     "Replaces characters one by one.", "translate('abcd', 'ab', 'x') = 'xcd'"},
    {"normalize", "varchar(x), varchar(y)", "varchar", normalize, 0, "Normalises Unicode.",
     "normalize('a', NFC) = 'a'"},
    {"length", "char(x)", "bigint", length, 0, "Counts code points, blanks behind included.", ""},
    {"lower", "char(x)", "char(x)", map_case<utf8proc_tolower>, 0, "Maps to lower case.", ""},
    {"upper", "char(x)", "char(x)", map_case<utf8proc_toupper>, 0, "Maps to upper case.", ""},
    {"reverse", "char(x)", "char(x)", reverse, 0, "Turns a text round.", ""},
    {"substr", "char(x), bigint", "varchar(x)", substr_from, 0, "The text from a place on.", ""},
    {"substr", "char(x), bigint, bigint", "varchar(x)", substr_count, 0, "A part of a text.", ""},
    {"substring", "char(x), bigint", "varchar(x)", substr_from, 0, "The text from a place on.", ""},
    {"substring", "char(x), bigint, bigint", "varchar(x)", substr_count, 0, "A part of a text.",
     ""},
    {"trim", "char(x)", "varchar(x)", trim, 0, "Drops blanks on both sides.", ""},
    {"trim", "char(x), varchar", "varchar(x)", trim, 0, "Drops characters on both sides.", ""},
    {"ltrim", "char(x)", "varchar(x)", ltrim, 0, "Drops blanks in front.", ""},
    {"ltrim", "char(x), varchar", "varchar(x)", ltrim, 0, "Drops characters in front.", ""},
    {"rtrim", "char(x)", "varchar(x)", rtrim, 0, "Drops blanks behind.", ""},
    {"rtrim", "char(x), varchar", "varchar(x)", rtrim, 0, "Drops characters behind.", ""},
};

}  // namespace

std::span<const Function> string_functions() { return kRows; }

}  // namespace trailpond::sql
