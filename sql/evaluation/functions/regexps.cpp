#include <oniguruma.h>

#include <mutex>

#include "base/oniguruma.hpp"
#include "base/text.hpp"
#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/tables.hpp"

/// Regular expressions, by Oniguruma with Java's syntax (Trino's Joni is its port).
/// Source: https://trino.io/docs/current/functions/regexp.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

struct RegexDeleter {
  void operator()(regex_t* regex) const { onig_free(regex); }
};
struct RegionDeleter {
  void operator()(OnigRegion* region) const { onig_region_free(region, 1); }
};
using Region = std::unique_ptr<OnigRegion, RegionDeleter>;

struct Pattern {
  std::unique_ptr<regex_t, RegexDeleter> regex;
  std::string error;
};

const OnigUChar* bytes(std::string_view text) {
  return reinterpret_cast<const OnigUChar*>(text.data());
}

/// Joni's Java syntax: named groups beside plain ones; \w, \d and \s are ASCII, as in Java.
const OnigSyntaxType& java_syntax() {
  static const OnigSyntaxType syntax = [] {
    OnigSyntaxType java = *ONIG_SYNTAX_JAVA;
    java.op2 |= ONIG_SYN_OP2_QMARK_LT_NAMED_GROUP | ONIG_SYN_OP2_ESC_K_NAMED_BACKREF;
    return java;
  }();
  return syntax;
}
constexpr OnigOptionType kOptions =
    ONIG_OPTION_WORD_IS_ASCII | ONIG_OPTION_DIGIT_IS_ASCII | ONIG_OPTION_SPACE_IS_ASCII;

std::shared_ptr<const Pattern> compile(std::string_view text) {
  prepare_oniguruma();
  auto pattern = std::make_shared<Pattern>();
  regex_t* raw = nullptr;
  OnigErrorInfo info{};
  OnigSyntaxType syntax = java_syntax();
  const int code = onig_new(&raw, bytes(text), bytes(text) + text.size(), kOptions,
                            ONIG_ENCODING_UTF8, &syntax, &info);
  if (code == ONIG_NORMAL) {
    pattern->regex.reset(raw);
  } else {
    OnigUChar message[ONIG_MAX_ERROR_MESSAGE_LEN];
    const int size = onig_error_code_to_str(message, code, &info);
    pattern->error.assign(reinterpret_cast<const char*>(message), static_cast<std::size_t>(size));
  }
  return pattern;
}

Result<CallState> prepare_pattern(const Bound& node) {
  const Bound& text = *node.children[1];
  if (text.kind != BoundKind::kLiteral || text.literal.is_null()) return CallState();
  return CallState(compile(text.literal.text()));
}

/// The pattern of a call; a pattern that is no constant is compiled anew when it changes.
const Pattern* pattern_of(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = static_cast<const Pattern*>(node.state.get());
  if (pattern == nullptr) {
    thread_local std::string text;
    thread_local std::shared_ptr<const Pattern> held;
    if (held == nullptr || text != a[1].text()) {
      text = a[1].text();
      held = compile(text);
    }
    pattern = held.get();
  }
  if (pattern->regex != nullptr) return pattern;
  evaluation.fail(ErrorName::kInvalidFunctionArgument, pattern->error);
  return nullptr;
}

/// Searches from a place on; -1: none. The evaluation fails when the search takes too long.
std::ptrdiff_t search(Evaluation& evaluation, const Pattern& pattern, std::string_view text,
                      std::size_t from, OnigRegion* region) {
  const OnigUChar* end = bytes(text) + text.size();
  const int found = onig_search(pattern.regex.get(), bytes(text), end, bytes(text) + from, end,
                                region, ONIG_OPTION_NONE);
  if (found == ONIG_MISMATCH) return -1;
  if (found < 0) {
    evaluation.fail(ErrorName::kExceededLimit, kExhausted);
    return -1;
  }
  return found;
}

std::optional<std::string_view> group(std::string_view text, const OnigRegion& region,
                                      std::int64_t index) {
  if (region.beg[index] == ONIG_REGION_NOTPOS) return std::nullopt;
  return text.substr(static_cast<std::size_t>(region.beg[index]),
                     static_cast<std::size_t>(region.end[index] - region.beg[index]));
}

/// The byte behind the character at `at`, for going on after an empty match.
std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && is_continuation(text[at])) ++at;
  return at;
}

/// Calls `each` for every match from a byte on until it answers false.
template <class Each>
void for_each_match(Evaluation& evaluation, const Pattern& pattern, std::string_view text,
                    std::size_t from, Each&& each) {
  const Region region(onig_region_new());
  while (from <= text.size()) {
    if (search(evaluation, pattern, text, from, region.get()) < 0 || !evaluation.step()) return;
    const auto begin = static_cast<std::size_t>(region->beg[0]);
    const auto end = static_cast<std::size_t>(region->end[0]);
    if (!each(*region, begin, end)) return;
    from = end > begin ? end : next_character(text, end);
  }
}

bool check_group(Evaluation& evaluation, const Pattern& pattern, std::int64_t index) {
  const int count = onig_number_of_captures(pattern.regex.get());
  if (index < 0) {
    evaluation.fail(ErrorName::kInvalidFunctionArgument, "Group cannot be negative");
    return false;
  }
  if (index <= count) return true;
  evaluation.fail(ErrorName::kInvalidFunctionArgument, "Pattern has " + std::to_string(count) +
                                                           " groups. Cannot access group " +
                                                           std::to_string(index));
  return false;
}

Value regexp_like(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  return Value::of_boolean(search(evaluation, *pattern, a[0].text(), 0, nullptr) >= 0);
}

Value regexp_extract(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  const std::int64_t index = a.size() > 2 ? a[2].integer() : 0;
  if (pattern == nullptr || !check_group(evaluation, *pattern, index)) return {};
  const Region region(onig_region_new());
  if (search(evaluation, *pattern, a[0].text(), 0, region.get()) < 0) return {};
  const auto found = group(a[0].text(), *region, index);
  return found ? Value::of_text(*found) : Value();
}

Value regexp_extract_all(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  const std::int64_t index = a.size() > 2 ? a[2].integer() : 0;
  if (pattern == nullptr || !check_group(evaluation, *pattern, index)) return {};
  std::vector<Value> items;
  for_each_match(evaluation, *pattern, a[0].text(), 0,
                 [&](OnigRegion& region, std::size_t, std::size_t) {
                   const auto found = group(a[0].text(), region, index);
                   items.push_back(found ? Value::of_text(*found) : Value());
                   return true;
                 });
  return evaluation.items(items);
}

Value regexp_count(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  std::int64_t count = 0;
  for_each_match(evaluation, *pattern, a[0].text(), 0,
                 [&](OnigRegion&, std::size_t, std::size_t) { return ++count > 0; });
  return Value::of_integer(count);
}

/// regexp_position(text, pattern[, start[, occurrence]]): places count code points from 1.
Value regexp_position(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  const std::string_view text = a[0].text();
  const std::int64_t start = a.size() > 2 ? a[2].integer() : 1;
  const std::int64_t occurrence = a.size() > 3 ? a[3].integer() : 1;
  const auto refuse = [&](const char* message) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, message);
  };
  if (start < 1) return refuse("start position cannot be smaller than 1");
  if (occurrence < 1) return refuse("occurrence cannot be smaller than 1");
  if (start > count_code_points(text)) return Value::of_integer(-1);
  const std::size_t from = byte_of(text, start - 1);
  std::int64_t place = -1;
  std::int64_t count = 0;
  for_each_match(evaluation, *pattern, text, from,
                 [&](OnigRegion&, std::size_t begin, std::size_t) {
                   if (++count < occurrence) return true;
                   place = count_code_points(text.substr(0, begin)) + 1;
                   return false;
                 });
  return Value::of_integer(place);
}

Value regexp_split(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  std::vector<Value> items;
  std::size_t last = 0;
  for_each_match(evaluation, *pattern, a[0].text(), 0,
                 [&](OnigRegion&, std::size_t begin, std::size_t end) {
                   items.push_back(Value::of_text(a[0].text().substr(last, begin - last)));
                   last = end;
                   return true;
                 });
  items.push_back(Value::of_text(a[0].text().substr(last)));
  return evaluation.items(items);
}

/// Appends a replacement: $1, ${name} and \ before a sign.
class Replacement {
 public:
  Replacement(Evaluation& evaluation, const Pattern& pattern, std::string_view with)
      : evaluation_(evaluation), pattern_(pattern), with_(with) {}

  bool append(std::string_view text, OnigRegion& region, std::string& out) {
    for (std::size_t i = 0; i < with_.size(); ++i) {
      if (with_[i] == '\\') {
        if (++i >= with_.size()) return refuse(std::string(with_));
        out += with_[i];
      } else if (with_[i] != '$') {
        out += with_[i];
      } else {
        const auto index = group_at(i, region);
        if (!index) return false;
        if (const auto found = group(text, region, *index)) out += *found;
      }
    }
    return true;
  }

 private:
  bool refuse(const std::string& what) {
    evaluation_.fail(ErrorName::kInvalidFunctionArgument, "Illegal replacement sequence: " + what);
    return false;
  }

  /// The group that $ at `i` names; moves `i` to the end of the name.
  std::optional<std::int64_t> group_at(std::size_t& i, OnigRegion& region) {
    const int count = onig_number_of_captures(pattern_.regex.get());
    const auto is_digit = [&](std::size_t at) {
      return at < with_.size() && with_[at] >= '0' && with_[at] <= '9';
    };
    if (i + 1 < with_.size() && with_[i + 1] == '{') {
      const std::size_t end = with_.find('}', i);
      const std::string_view name =
          end == std::string_view::npos ? std::string_view() : with_.substr(i + 2, end - i - 2);
      const int index = name.empty()
                            ? -1
                            : onig_name_to_backref_number(pattern_.regex.get(), bytes(name),
                                                          bytes(name) + name.size(), &region);
      if (index < 0) {
        refuse(name.empty() ? std::string(with_) : "unknown group { " + std::string(name) + " }");
        return std::nullopt;
      }
      i = end;
      return index;
    }
    if (!is_digit(i + 1)) {
      refuse(std::string(with_));
      return std::nullopt;
    }
    // As many digits as name a group that there is; the first one in any case.
    std::int64_t index = with_[++i] - '0';
    if (index > count) {
      refuse("unknown group " + std::to_string(index));
      return std::nullopt;
    }
    while (is_digit(i + 1) && index * 10 + (with_[i + 1] - '0') <= count)
      index = index * 10 + (with_[++i] - '0');
    return index;
  }

  Evaluation& evaluation_;
  const Pattern& pattern_;
  std::string_view with_;
};

Value regexp_replace(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  const std::string_view text = a[0].text();
  Replacement replacement(evaluation, *pattern, a.size() > 2 ? a[2].text() : "");
  std::string out;
  std::size_t last = 0;
  for_each_match(evaluation, *pattern, text, 0,
                 [&](OnigRegion& region, std::size_t begin, std::size_t end) {
                   out += text.substr(last, begin - last);
                   last = end;
                   evaluation.arena().reserve(out.size());
                   return replacement.append(text, region, out);
                 });
  out += text.substr(last);
  return evaluation.text(out);
}

/// Trino's guess at the longest result of a text of x and a replacement of z characters.
Result<TypePointer> type_of_replaced(const Bound& node) {
  const std::int32_t length = node.children[0]->type->precision;
  const std::int32_t with = node.children[2]->type->precision;
  if (length == kUnbounded || with == kUnbounded) return varchar_type();
  const std::int64_t x = length;
  const std::int64_t z = with;
  const std::int64_t longest = x + std::max(x * z / 2, z) * (x + 1);
  return varchar_type(longest > kMaxVarcharLength ? kUnbounded
                                                  : static_cast<std::int32_t>(longest));
}

Value regexp_replace_by(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  const std::string_view text = a[0].text();
  std::string out;
  std::size_t last = 0;
  for_each_match(evaluation, *pattern, text, 0,
                 [&](OnigRegion& region, std::size_t begin, std::size_t end) {
                   out += text.substr(last, begin - last);
                   last = end;
                   const int count = onig_number_of_captures(pattern->regex.get());
                   const auto groups = evaluation.arena().values(static_cast<std::size_t>(count));
                   for (int i = 1; i <= count; ++i) {
                     if (const auto found = group(text, region, i))
                       groups[static_cast<std::size_t>(i - 1)] = Value::of_text(*found);
                   }
                   const Value argument = Value::of_items(groups);
                   const Value with = call_lambda(evaluation, *node.children[2], {&argument, 1});
                   if (!with.is_null()) out += with.text();
                   evaluation.arena().reserve(out.size());
                   return !evaluation.failed();
                 });
  out += text.substr(last);
  return evaluation.text(out);
}

const Function kRows[] = {
    {"regexp_like", "varchar(x), varchar(y)", "boolean", regexp_like, kMayFail,
     "Whether a pattern occurs.", "regexp_like('1a 2b', '\\d+b')", prepare_pattern},
    {"regexp_extract", "varchar(x), varchar(y)", "varchar(x)", regexp_extract, kMayFail,
     "The first match.", "regexp_extract('1a 2b', '\\d+') = '1'", prepare_pattern},
    {"regexp_extract", "varchar(x), varchar(y), bigint", "varchar(x)", regexp_extract, kMayFail,
     "A group of the first match.", "regexp_extract('1a 2b', '(\\d+)([a-z]+)', 2) = 'a'",
     prepare_pattern},
    {"regexp_extract_all", "varchar(x), varchar(y)", "array(varchar(x))", regexp_extract_all,
     kMayFail, "Every match.", "regexp_extract_all('1a 2b', '\\d+') = ARRAY['1', '2']",
     prepare_pattern},
    {"regexp_extract_all", "varchar(x), varchar(y), bigint", "array(varchar(x))",
     regexp_extract_all, kMayFail, "A group of every match.",
     "regexp_extract_all('1a 2b', '(\\d+)([a-z]+)', 2) = ARRAY['a', 'b']", prepare_pattern},
    {"regexp_count", "varchar(x), varchar(y)", "bigint", regexp_count, kMayFail, "Counts matches.",
     "regexp_count('1a 2b', '\\d') = 2", prepare_pattern},
    {"regexp_position", "varchar(x), varchar(y)", "integer", regexp_position, kMayFail,
     "The place of the first match from 1; -1: none.", "regexp_position('a1', '\\d') = 2",
     prepare_pattern},
    {"regexp_position", "varchar(x), varchar(y), integer", "integer", regexp_position, kMayFail,
     "The place of the first match from a place on.", "regexp_position('a1b2', '\\d', 3) = 4",
     prepare_pattern},
    {"regexp_position", "varchar(x), varchar(y), integer, integer", "integer", regexp_position,
     kMayFail, "The place of the n-th match from a place on.",
     "regexp_position('a1b2', '\\d', 1, 2) = 4", prepare_pattern},
    {"regexp_split", "varchar(x), varchar(y)", "array(varchar(x))", regexp_split, kMayFail,
     "Splits at every match.", "regexp_split('a1b', '\\d') = ARRAY['a', 'b']", prepare_pattern},
    {"regexp_replace", "varchar(x), varchar(y)", "varchar(x)", regexp_replace, kMayFail,
     "Drops every match.", "regexp_replace('a1b', '\\d') = 'ab'", prepare_pattern},
    {"regexp_replace", "varchar(x), varchar(y), varchar(z)", "varchar", regexp_replace, kMayFail,
     "Replaces every match.", "regexp_replace('1a', '(\\d)([a-z])', '$2$1') = 'a1'",
     prepare_pattern, type_of_replaced},
    {"regexp_replace", "varchar(x), varchar(y), function(array(varchar(x)), varchar)", "varchar",
     regexp_replace_by, kMayFail, "Replaces every match by a function of its groups.",
     "regexp_replace('ab', '(\\w)', x -> upper(x[1])) = 'AB'", prepare_pattern},
};

}  // namespace

std::span<const Function> regexp_functions() { return kRows; }

}  // namespace trailpond::sql
