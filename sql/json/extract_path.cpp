#include "sql/json/extract_path.hpp"

#include <charconv>

#include "sql/json/json_text.hpp"

namespace trailpond::sql {
namespace {

using Kind = JsonPathStep::Kind;

/// Answers whether a text may stand as a key without quotes. Trino takes letters, digits, _ and the
/// colon (`aws:cdk`); Lake's queries also have -, @ and /.
bool is_bare_key(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\n\"'()*?,[]{}$") == std::string_view::npos;
}

/// Takes steps off the text of a path; every function answers false at a mistake.
class StepReader {
 public:
  StepReader(std::string_view text, JsonPath& path, bool lenient)
      : text_(text), path_(path), lenient_(lenient) {}

  bool read() {
    if (text_.starts_with('$'))
      at_ = 1;
    else if (!lenient_)
      return false;
    else if (!text_.starts_with('.') && !text_.starts_with('[') && !bare_key())
      return false;
    while (at_ < text_.size()) {
      const char sign = text_[at_++];
      if (sign == '.' ? !dotted() : sign != '[' || !bracketed()) return false;
    }
    return true;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool bare_key() {
    const std::size_t end = std::min(text_.find_first_of(".[", at_), text_.size());
    const std::string_view key = text_.substr(at_, end - at_);
    at_ = end;
    if (!is_bare_key(key) || (!lenient_ && key.find_first_of("-@/") != std::string_view::npos)) {
      return false;
    }
    path_.push_back({.kind = Kind::kMember, .key = std::string(key)});
    return true;
  }
  bool dotted() {
    if (!lenient_) return bare_key();
    if (peek() == '*') {
      ++at_;
      path_.push_back({.kind = Kind::kWildcard});
      return true;
    }
    if (peek() != '"') return bare_key();
    const std::size_t end = text_.find('"', at_ + 1);
    if (end == std::string_view::npos) return false;
    path_.push_back(
        {.kind = Kind::kMember, .key = std::string(text_.substr(at_ + 1, end - at_ - 1))});
    at_ = end + 1;
    return true;
  }
  bool close() {
    if (peek() != ']') return false;
    ++at_;
    return true;
  }
  bool bracketed() {
    if (peek() == '"' || (lenient_ && peek() == '\'')) return quoted() && close();
    if (lenient_ && peek() == '?') return condition() && close();
    const std::size_t end = text_.find(']', at_);
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(at_, end - at_);
    at_ = end + 1;
    std::int64_t index = 0;
    const auto parsed = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    if (lenient_ && inside == "*") {
      path_.push_back({.kind = Kind::kWildcard});
    } else if (!inside.empty() && parsed.ec == std::errc() &&
               parsed.ptr == inside.data() + inside.size() && index >= 0) {
      path_.push_back({.kind = Kind::kIndex, .index = index});
    } else if (is_bare_key(inside) && inside.find_first_of("-@/.:") == std::string_view::npos) {
      path_.push_back({.kind = Kind::kMember, .key = std::string(inside)});
    } else {
      return false;
    }
    return true;
  }
  bool quoted() {
    const char quote = text_[at_];
    std::string key;
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      key += text_[at_];
    }
    if (at_ >= text_.size()) return false;
    ++at_;
    path_.push_back({.kind = Kind::kMember, .key = std::move(key)});
    return true;
  }
  /// ?( … ) or ? … up to the bracket; quotes may hold brackets.
  bool condition() {
    const std::size_t start = ++at_;
    char quote = '\0';
    int depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (quote != '\0') {
        if (c == '\\')
          ++at_;
        else if (c == quote)
          quote = '\0';
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '[') {
        ++depth;
      } else if (c == ']' && depth-- == 0) {
        break;
      }
    }
    if (at_ >= text_.size()) return false;
    std::shared_ptr<const PathNode> parsed =
        parse_lenient_condition(text_.substr(start, at_ - start));
    if (parsed == nullptr) return false;
    path_.push_back({.kind = Kind::kFilter, .condition = std::move(parsed)});
    return true;
  }

  std::string_view text_;
  JsonPath& path_;
  bool lenient_;
  std::size_t at_ = 0;
};

/// Moves the cursor to the value of one step.
bool take_step(JsonCursor& cursor, const JsonPathStep& step) {
  if (step.kind == Kind::kMember && cursor.kind() == JsonKind::kObject) {
    cursor.enter();
    std::string key;
    while (cursor.next_member(key)) {
      if (key == step.key) return true;
      if (!cursor.skip_value()) return false;
    }
    return false;
  }
  if (cursor.kind() != JsonKind::kArray) return false;
  std::int64_t index = step.index;
  if (step.kind == Kind::kMember) {
    // Trino reads `$.0` of an array as its first element.
    const auto parsed = std::from_chars(step.key.data(), step.key.data() + step.key.size(), index);
    if (step.key.empty() || parsed.ptr != step.key.data() + step.key.size()) return false;
  }
  cursor.enter();
  for (std::int64_t i = 0; cursor.next_element(); ++i) {
    if (i == index) return true;
    if (!cursor.skip_value()) return false;
  }
  return false;
}

std::string_view without_blanks_behind(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \n\t\r");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

bool is_many(const JsonPathStep& step) {
  return step.kind == Kind::kWildcard || step.kind == Kind::kFilter;
}

}  // namespace

std::optional<JsonPath> parse_json_path(std::string_view text) {
  JsonPath path;
  if (text.empty() || !StepReader(text, path, true).read()) return std::nullopt;
  return path;
}

bool is_trino_json_path(std::string_view text) {
  JsonPath path;
  return StepReader(text, path, false).read();
}

bool finds_many(const JsonPath& path) { return std::ranges::any_of(path, is_many); }

std::optional<std::string_view> find_json(std::string_view text,
                                          std::span<const JsonPathStep> path) {
  JsonCursor cursor(text);
  for (const JsonPathStep& step : path) {
    if (!take_step(cursor, step)) return std::nullopt;
  }
  const std::size_t start = cursor.position();
  if (!cursor.skip_value()) return std::nullopt;
  return without_blanks_behind(text.substr(start, cursor.position() - start));
}

void find_all_json(std::string_view text, std::span<const JsonPathStep> path,
                   std::vector<std::string_view>& found) {
  if (path.empty()) {
    found.push_back(text);
    return;
  }
  const JsonPathStep& step = path[0];
  if (!is_many(step)) {
    if (const auto inner = find_json(text, path.first(1)))
      find_all_json(*inner, path.subspan(1), found);
    return;
  }
  const auto take = [&](std::string_view value) {
    if (step.kind == Kind::kFilter) {
      const auto item = read_json_item(value);
      if (!item || !holds_for(*step.condition, *item)) return;
    }
    find_all_json(value, path.subspan(1), found);
  };
  JsonCursor cursor(text);
  const JsonKind kind = cursor.kind();
  // A condition on an object asks the object itself.
  if (kind == JsonKind::kObject && step.kind == Kind::kFilter) return take(text);
  if (kind != JsonKind::kArray && kind != JsonKind::kObject) return;
  cursor.enter();
  std::string key;
  while (kind == JsonKind::kArray ? cursor.next_element() : cursor.next_member(key)) {
    const std::size_t start = cursor.position();
    if (!cursor.skip_value()) return;
    take(without_blanks_behind(text.substr(start, cursor.position() - start)));
  }
}

}  // namespace trailpond::sql
