#include "sql/evaluation/like.hpp"

#include "base/text.hpp"
#include "sql/evaluation/evaluator.hpp"

namespace trailpond::sql {
namespace {

char32_t code_point(std::string_view text, std::size_t at) {
  return decode_code_point(text.substr(at, code_point_length(text, at)));
}

/// The escape character stands before %, _ or itself, and nowhere else.
bool has_sound_escapes(std::string_view pattern, char32_t escape) {
  for (std::size_t at = 0; at < pattern.size();) {
    const char32_t code = code_point(pattern, at);
    at += code_point_length(pattern, at);
    if (code != escape) continue;
    if (at >= pattern.size()) return false;
    const char32_t next = code_point(pattern, at);
    if (next != '%' && next != '_' && next != escape) return false;
    at += code_point_length(pattern, at);
  }
  return true;
}

/// The next place where what follows a % may match: its first character, if it is a plain one; the
/// end of the text, if nothing follows.
std::size_t next_candidate(std::string_view text, std::size_t from, std::string_view pattern,
                           std::size_t behind_star, char32_t escape) {
  if (behind_star == pattern.size()) return text.size();
  const char first = pattern[behind_star];
  if (escape != 0 || first == '%' || first == '_') return from;
  return std::min(text.find(first, from), text.size());
}

}  // namespace

bool matches_like(std::string_view text, std::string_view pattern, char32_t escape) {
  // One star at a time: on a mismatch the last % takes one character more. Linear in practice.
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star_pattern = std::string_view::npos;
  std::size_t star_text = 0;
  while (true) {
    if (p < pattern.size()) {
      const std::size_t length = code_point_length(pattern, p);
      const bool escaped =
          escape != 0 && p + length < pattern.size() && code_point(pattern, p) == escape;
      if (!escaped && pattern[p] == '%') {
        star_pattern = ++p;
        t = star_text = next_candidate(text, t, pattern, p, escape);
        continue;
      }
      if (t < text.size()) {
        if (!escaped && pattern[p] == '_') {
          ++p;
          t += code_point_length(text, t);
          continue;
        }
        const std::size_t from = escaped ? p + length : p;
        const std::size_t wanted = code_point_length(pattern, from);
        if (text.substr(t, wanted) == pattern.substr(from, wanted)) {
          p = from + wanted;
          t += wanted;
          continue;
        }
      }
    } else if (t == text.size()) {
      return true;
    }
    if (star_pattern == std::string_view::npos || star_text >= text.size()) return false;
    star_text += code_point_length(text, star_text);
    t = star_text = next_candidate(text, star_text, pattern, star_pattern, escape);
    p = star_pattern;
  }
}

Value evaluate_like(Evaluation& evaluation, const Bound& node) {
  const Value text = evaluate(evaluation, *node.children[0]);
  const Value pattern = evaluate(evaluation, *node.children[1]);
  if (evaluation.failed() || text.is_null() || pattern.is_null()) return {};
  char32_t escape = 0;
  if (node.children.size() > 2) {
    const Value given = evaluate(evaluation, *node.children[2]);
    if (given.is_null()) return {};
    const std::string_view character = given.text();
    if (character.empty() || code_point_length(character, 0) != character.size()) {
      return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                             "Escape string must be a single character");
    }
    escape = code_point(character, 0);
    if (!has_sound_escapes(pattern.text(), escape)) {
      return evaluation.fail(
          ErrorName::kInvalidFunctionArgument,
          "Escape character must be followed by '%', '_' or the escape character itself");
    }
  }
  return Value::of_boolean(matches_like(text.text(), pattern.text(), escape));
}

}  // namespace trailpond::sql
