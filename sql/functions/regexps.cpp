#include <oniguruma.h>

#include <mutex>

#include "sql/functions/registry.hpp"

/// Regular expressions, by Oniguruma with Java's syntax (Trino's Joni is its port).
/// Source: https://trino.io/docs/current/functions/regexp.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// Steps back that one match may take; then it is stopped, as a pattern that backtracks for ever.
constexpr unsigned long kMaxRetries = 2'000'000;

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

std::shared_ptr<const Pattern> compile(std::string_view text) {
  static std::once_flag once;
  std::call_once(once, [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
    onig_set_retry_limit_in_match(kMaxRetries);
    onig_set_retry_limit_in_search(kMaxRetries * 4);
  });
  auto pattern = std::make_shared<Pattern>();
  regex_t* raw = nullptr;
  OnigErrorInfo info{};
  const int code = onig_new(&raw, bytes(text), bytes(text) + text.size(), ONIG_OPTION_NONE,
                            ONIG_ENCODING_UTF8, ONIG_SYNTAX_JAVA, &info);
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
    evaluation.fail(ErrorName::kExceededLimit, "Query exhausted resources at this scale factor");
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
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

/// Calls `each` for every match until it answers false.
template <class Each>
void for_each_match(Evaluation& evaluation, const Pattern& pattern, std::string_view text,
                    Each&& each) {
  const Region region(onig_region_new());
  std::size_t from = 0;
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
  for_each_match(evaluation, *pattern, a[0].text(),
                 [&](OnigRegion& region, std::size_t, std::size_t) {
                   const auto found = group(a[0].text(), region, index);
                   items.push_back(found ? Value::of_text(*found) : Value());
                   return true;
                 });
  const auto kept = evaluation.arena().values(items.size());
  std::ranges::copy(items, kept.begin());
  return Value::of_items(kept);
}

Value regexp_count(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  std::int64_t count = 0;
  for_each_match(evaluation, *pattern, a[0].text(),
                 [&](OnigRegion&, std::size_t, std::size_t) { return ++count > 0; });
  return Value::of_integer(count);
}

Value regexp_position(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  const std::ptrdiff_t found = search(evaluation, *pattern, a[0].text(), 0, nullptr);
  if (found < 0) return Value::of_integer(-1);
  return Value::of_integer(
      std::ranges::count_if(a[0].text().substr(0, static_cast<std::size_t>(found)),
                            [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }) +
      1);
}

Value regexp_split(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  std::vector<Value> items;
  std::size_t last = 0;
  for_each_match(evaluation, *pattern, a[0].text(),
                 [&](OnigRegion&, std::size_t begin, std::size_t end) {
                   items.push_back(Value::of_text(a[0].text().substr(last, begin - last)));
                   last = end;
                   return true;
                 });
  items.push_back(Value::of_text(a[0].text().substr(last)));
  const auto kept = evaluation.arena().values(items.size());
  std::ranges::copy(items, kept.begin());
  return Value::of_items(kept);
}

/// Appends a replacement: $1, ${name} and \ before a sign.
bool append_replacement(Evaluation& evaluation, const Pattern& pattern, std::string_view with,
                        std::string_view text, OnigRegion& region, std::string& out) {
  for (std::size_t i = 0; i < with.size(); ++i) {
    if (with[i] == '\\') {
      if (++i >= with.size()) break;
      out += with[i];
      continue;
    }
    if (with[i] != '$') {
      out += with[i];
      continue;
    }
    std::int64_t index = -1;
    if (i + 1 < with.size() && with[i + 1] == '{') {
      const std::size_t end = with.find('}', i);
      if (end == std::string_view::npos) break;
      const std::string_view name = with.substr(i + 2, end - i - 2);
      index = onig_name_to_backref_number(pattern.regex.get(), bytes(name),
                                          bytes(name) + name.size(), &region);
      i = end;
    } else {
      while (i + 1 < with.size() && std::isdigit(static_cast<unsigned char>(with[i + 1]))) {
        const std::int64_t longer = (index < 0 ? 0 : index * 10) + (with[i + 1] - '0');
        if (index >= 0 && longer > onig_number_of_captures(pattern.regex.get())) break;
        index = longer;
        ++i;
      }
    }
    if (index < 0 || index > onig_number_of_captures(pattern.regex.get())) {
      evaluation.fail(ErrorName::kInvalidFunctionArgument,
                      "Illegal replacement sequence: " + std::string(with));
      return false;
    }
    if (const auto found = group(text, region, index)) out += *found;
  }
  return true;
}

Value regexp_replace(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  const std::string_view text = a[0].text();
  const std::string_view with = a.size() > 2 ? a[2].text() : "";
  std::string out;
  std::size_t last = 0;
  for_each_match(evaluation, *pattern, text,
                 [&](OnigRegion& region, std::size_t begin, std::size_t end) {
                   out += text.substr(last, begin - last);
                   last = end;
                   evaluation.arena().reserve(out.size());
                   return append_replacement(evaluation, *pattern, with, text, region, out);
                 });
  out += text.substr(last);
  return evaluation.text(out);
}

Value regexp_replace_by(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Pattern* pattern = pattern_of(evaluation, node, a);
  if (pattern == nullptr) return {};
  const std::string_view text = a[0].text();
  std::string out;
  std::size_t last = 0;
  for_each_match(evaluation, *pattern, text,
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
    {"regexp_split", "varchar(x), varchar(y)", "array(varchar(x))", regexp_split, kMayFail,
     "Splits at every match.", "regexp_split('a1b', '\\d') = ARRAY['a', 'b']", prepare_pattern},
    {"regexp_replace", "varchar(x), varchar(y)", "varchar(x)", regexp_replace, kMayFail,
     "Drops every match.", "regexp_replace('a1b', '\\d') = 'ab'", prepare_pattern},
    {"regexp_replace", "varchar(x), varchar(y), varchar(z)", "varchar", regexp_replace, kMayFail,
     "Replaces every match.", "regexp_replace('1a', '(\\d)([a-z])', '$2$1') = 'a1'",
     prepare_pattern},
    {"regexp_replace", "varchar(x), varchar(y), function(array(varchar(x)), varchar)", "varchar",
     regexp_replace_by, kMayFail, "Replaces every match by a function of its groups.",
     "regexp_replace('ab', '(\\w)', x -> upper(x[1])) = 'AB'", prepare_pattern},
};

}  // namespace

std::span<const Function> regexp_functions() { return kRows; }

}  // namespace trailpond::sql
