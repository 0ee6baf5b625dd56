#include "base/text.hpp"
#include "sql/evaluation/tables.hpp"

/// Texts taken apart at delimiters. Source: https://trino.io/docs/current/functions/string.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// Takes the text before a delimiter off `rest`, the delimiter, too; all of it when there is none.
std::string_view take_part(std::string_view& rest, std::string_view delimiter) {
  const std::size_t end = rest.find(delimiter);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + delimiter.size());
  return part;
}

Value split(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string_view text = a[0].text();
  const std::string_view delimiter = a[1].text();
  if (delimiter.empty()) return refuse(evaluation, "The delimiter may not be the empty string");
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  if (a.size() > 2) {
    limit = a[2].integer();
    if (limit <= 0) return refuse(evaluation, "Limit must be positive");
  }
  std::vector<Value> parts;
  while (static_cast<std::int64_t>(parts.size()) + 1 < limit) {
    const std::size_t found = text.find(delimiter);
    if (found == std::string_view::npos) break;
    parts.push_back(Value::of_text(text.substr(0, found)));
    text.remove_prefix(found + delimiter.size());
    if (!evaluation.step()) return {};
  }
  parts.push_back(Value::of_text(text));
  return evaluation.items(parts);
}

Value split_part(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string_view text = a[0].text();
  const std::string_view delimiter = a[1].text();
  std::int64_t index = a[2].integer();
  if (index <= 0) return refuse(evaluation, "Index must be greater than zero");
  if (delimiter.empty()) {
    // An empty delimiter splits into characters.
    if (index > count_code_points(text)) return {};
    text.remove_prefix(byte_of(text, index - 1));
    return Value::of_text(take_code_point(text));
  }
  while (--index > 0) {
    const std::size_t found = text.find(delimiter);
    if (found == std::string_view::npos) return {};
    text.remove_prefix(found + delimiter.size());
  }
  return Value::of_text(text.substr(0, text.find(delimiter)));
}

/// The entries of `key=value,key=value` in order; an empty one at the end does not count.
struct Entry {
  std::string_view key;
  std::string_view value;
};
bool split_entries(Evaluation& evaluation, Arguments a, bool quoted, std::vector<Entry>& entries) {
  const std::string_view entry_delimiter = a[1].text();
  const std::string_view key_delimiter = a[2].text();
  if (entry_delimiter.empty()) refuse(evaluation, "entryDelimiter is empty");
  if (key_delimiter.empty()) refuse(evaluation, "keyValueDelimiter is empty");
  if (entry_delimiter == key_delimiter)
    refuse(evaluation, "entryDelimiter and keyValueDelimiter must not be the same");
  if (evaluation.failed()) return false;
  for (std::string_view rest = a[0].text(); !rest.empty();) {
    const std::string_view entry = take_part(rest, entry_delimiter);
    const std::size_t at = entry.find(key_delimiter);
    const bool once =
        at != std::string_view::npos &&
        entry.find(key_delimiter, at + key_delimiter.size()) == std::string_view::npos;
    if (!once) {
      const std::string mark = quoted ? "'" : "";
      refuse(evaluation, "Key-value delimiter must appear exactly once in each entry. Bad input: " +
                             mark + std::string(entry) + mark);
      return false;
    }
    entries.push_back({entry.substr(0, at), entry.substr(at + key_delimiter.size())});
    if (!evaluation.step()) return false;
  }
  return true;
}

Value split_to_map(Evaluation& evaluation, const Bound&, Arguments a) {
  std::vector<Entry> entries;
  if (!split_entries(evaluation, a, true, entries)) return {};
  std::vector<Value> items;
  std::unordered_set<std::string_view> seen;
  for (const Entry& entry : entries) {
    if (!seen.insert(entry.key).second) {
      return refuse(evaluation, "Duplicate keys (" + std::string(entry.key) + ") are not allowed");
    }
    items.push_back(Value::of_text(entry.key));
    items.push_back(Value::of_text(entry.value));
  }
  return evaluation.items(items);
}

Value split_to_multimap(Evaluation& evaluation, const Bound&, Arguments a) {
  std::vector<Entry> entries;
  if (!split_entries(evaluation, a, false, entries)) return {};
  std::vector<std::pair<std::string_view, std::vector<Value>>> groups;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const Entry& entry : entries) {
    const auto [place, fresh] = places.try_emplace(entry.key, groups.size());
    if (fresh) groups.emplace_back(entry.key, std::vector<Value>());
    groups[place->second].second.push_back(Value::of_text(entry.value));
  }
  std::vector<Value> items;
  for (const auto& [key, values] : groups) {
    items.push_back(Value::of_text(key));
    items.push_back(evaluation.items(values));
  }
  return evaluation.items(items);
}

const Function kRows[] = {
    {"split", "varchar(x), varchar(y)", "array(varchar(x))", split, kMayFail,
     "Splits at a delimiter.", "split('a,b', ',') = ARRAY['a', 'b']"},
    {"split", "varchar(x), varchar(y), bigint", "array(varchar(x))", split, kMayFail,
     "Splits into at most n parts.", "split('a,b,c', ',', 2) = ARRAY['a', 'b,c']"},
    {"split_part", "varchar(x), varchar(y), bigint", "varchar(x)", split_part, kMayFail,
     "The n-th part.", "split_part('a/b/c', '/', 2) = 'b'"},
    {"split_to_map", "varchar, varchar, varchar", "map(varchar,varchar)", split_to_map, kMayFail,
     "A map of entries and of keys and values in them.",
     "element_at(split_to_map('a=1;b=2', ';', '='), 'b') = '2'"},
    {"split_to_multimap", "varchar, varchar, varchar", "map(varchar,array(varchar))",
     split_to_multimap, kMayFail, "A map of keys and all their values.",
     "element_at(split_to_multimap('a=1;a=2', ';', '='), 'a') = ARRAY['1', '2']"},
};

}  // namespace

std::span<const Function> split_functions() { return kRows; }

}  // namespace trailpond::sql
