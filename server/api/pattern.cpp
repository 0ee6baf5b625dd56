#include <algorithm>

#include "server/api/shapes.hpp"

namespace trailpond::api {
namespace {

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

/// One element of a pattern: what may stand there, and how often.
struct Element {
  std::string_view set = {};    // inside of [] or a single (escaped) character, or "."
  std::string_view group = {};  // instead of a set
  std::size_t least = 1;
  std::size_t most = 1;
};

bool in_escape(char escape, unsigned char c) {
  const bool digit = c >= '0' && c <= '9';
  switch (escape) {
    case 'd':
      return digit;
    case 'w':
      return digit || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    case 's':
      return c == ' ' || (c >= '\t' && c <= '\r');
    case 'n':
      return c == '\n';
    case 't':
      return c == '\t';
    default:
      return static_cast<unsigned char>(escape) == c;
  }
}

/// Bytes of UTF-8 beyond ASCII belong to a set only where it names code points by \u (the service
/// model does so for "any character").
bool in_set(std::string_view set, unsigned char c, bool dot_is_all) {
  if (set == ".") {
    return dot_is_all || c != '\n';
  }
  if (c >= 0x80) {
    return set.find("\\u") != std::string_view::npos;
  }
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (set[i] == '\\' && i + 1 < set.size()) {
      if (set[i + 1] == 'u') {  // \u0020-\uD7FF: all but control characters
        if (c >= 0x20) {
          return true;
        }
        i += 5;
      } else if (in_escape(set[++i], c)) {
        return true;
      }
    } else if (i + 2 < set.size() && set[i + 1] == '-') {
      if (c >= static_cast<unsigned char>(set[i]) && c <= static_cast<unsigned char>(set[i + 2])) {
        return true;
      }
      i += 2;
    } else if (static_cast<unsigned char>(set[i]) == c) {
      return true;
    }
  }
  return false;
}

std::size_t read_number(std::string_view& pattern) {
  std::size_t number = 0;
  while (!pattern.empty() && pattern[0] >= '0' && pattern[0] <= '9') {
    number = number * 10 + static_cast<std::size_t>(pattern[0] - '0');
    pattern.remove_prefix(1);
  }
  return number;
}

void read_quantifier(std::string_view& pattern, Element& element) {
  const char mark = pattern.empty() ? '\0' : pattern[0];
  if (mark == '*' || mark == '+' || mark == '?') {
    element.least = mark == '+' ? 1 : 0;
    element.most = mark == '?' ? 1 : kUnlimited;
    pattern.remove_prefix(1);
  } else if (mark == '{') {
    pattern.remove_prefix(1);
    element.least = element.most = read_number(pattern);
    if (pattern[0] == ',') {
      pattern.remove_prefix(1);
      element.most = pattern[0] == '}' ? kUnlimited : read_number(pattern);
    }
    pattern.remove_prefix(1);
  }
}

Element read_element(std::string_view& pattern) {
  Element element;
  std::size_t length = 1;
  if (pattern[0] == '[') {
    std::size_t end = 1;
    while (pattern[end] != ']') {
      end += pattern[end] == '\\' ? 2 : 1;
    }
    element.set = pattern.substr(1, end - 1);
    length = end + 1;
  } else if (pattern[0] == '(') {
    const std::size_t end = pattern.find(')');
    element.group = pattern.substr(1, end - 1);
    length = end + 1;
  } else {
    length = pattern[0] == '\\' ? 2 : 1;
    element.set = pattern.substr(0, length);
  }
  pattern.remove_prefix(length);
  read_quantifier(pattern, element);
  return element;
}

bool match_here(std::string_view pattern, std::string_view text, bool dot_is_all) {
  if (pattern.empty()) {
    return text.empty();
  }
  const Element element = read_element(pattern);
  if (!element.group.empty()) {
    const bool with =
        match_here(std::string(element.group) + std::string(pattern), text, dot_is_all);
    return with || (element.least == 0 && match_here(pattern, text, dot_is_all));
  }
  std::size_t count = 0;
  while (count < text.size() && count < element.most &&
         in_set(element.set, static_cast<unsigned char>(text[count]), dot_is_all)) {
    ++count;
  }
  if (pattern.empty()) {
    return count == text.size() && count >= element.least;
  }
  for (std::size_t taken = count + 1; taken-- > element.least;) {
    if (match_here(pattern, text.substr(taken), dot_is_all)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  constexpr std::string_view kDotIsAll = "(?s)";
  const bool dot_is_all = pattern.starts_with(kDotIsAll);
  pattern.remove_prefix(dot_is_all ? kDotIsAll.size() : 0);
  pattern.remove_prefix(pattern.starts_with('^') ? 1 : 0);
  pattern.remove_suffix(pattern.ends_with('$') ? 1 : 0);
  return match_here(pattern, text, dot_is_all);
}

}  // namespace trailpond::api
