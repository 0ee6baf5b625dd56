#include "events/condition.hpp"

#include <algorithm>
#include <cmath>

namespace trailpond::events {
namespace {

using Limits = std::numeric_limits<std::int64_t>;
constexpr IntegerRange kNothing = {1, 0, false};
constexpr double kTwoTo63 = 9223372036854775808.0;

template <class Value>
int sign(const Value& left, const Value& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

/// The length of the code point that begins a valid UTF-8 text.
std::size_t point_length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

bool is_number(const Cell& cell) {
  return std::holds_alternative<std::int64_t>(cell) || std::holds_alternative<double>(cell);
}

/// Wide enough for every int64 and every double, so that the two compare exactly.
long double number_of(const Cell& cell) {
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return *integer;
  return std::get<double>(cell);
}

static_assert(std::numeric_limits<long double>::digits >= 64);

}  // namespace

LikePattern::LikePattern(std::string_view pattern) {
  pieces_.emplace_back();
  for (const char letter : pattern) {
    if (letter == '%') {
      pieces_.emplace_back();
    } else {
      if (letter == '_') pieces_.back().any.push_back(pieces_.back().text.size());
      pieces_.back().text.push_back(letter);
    }
  }
}

/// Answers how many bytes of the text's beginning the piece takes, npos where it does not match.
std::size_t LikePattern::match_at(const Piece& piece, std::string_view text) {
  if (piece.any.empty()) {
    return text.starts_with(piece.text) ? piece.text.size() : std::string_view::npos;
  }
  std::size_t used = 0;
  std::size_t from = 0;
  for (std::size_t next = 0; next <= piece.any.size(); ++next) {
    const std::size_t to = next < piece.any.size() ? piece.any[next] : piece.text.size();
    const std::string_view literal = std::string_view(piece.text).substr(from, to - from);
    if (!text.substr(used).starts_with(literal)) return std::string_view::npos;
    used += literal.size();
    if (next == piece.any.size()) return used;
    if (used >= text.size()) return std::string_view::npos;
    used = std::min(text.size(), used + point_length(text[used]));
    from = to + 1;
  }
  return used;
}

std::size_t LikePattern::find_piece(const Piece& piece, std::string_view text,
                                    std::size_t& length) {
  if (piece.any.empty()) {
    length = piece.text.size();
    return text.find(piece.text);
  }
  for (std::size_t at = 0; at <= text.size();) {
    length = match_at(piece, text.substr(at));
    if (length != std::string_view::npos) return at;
    at += at < text.size() ? point_length(text[at]) : 1;
  }
  return std::string_view::npos;
}

bool LikePattern::match_end(const Piece& piece, std::string_view text) const {
  if (piece.any.empty()) return text.ends_with(piece.text);
  for (std::size_t at = 0; at <= text.size();) {
    if (match_at(piece, text.substr(at)) == text.size() - at) return true;
    at += at < text.size() ? point_length(text[at]) : 1;
  }
  return false;
}

bool LikePattern::matches(std::string_view text) const {
  const std::size_t first = match_at(pieces_.front(), text);
  if (first == std::string_view::npos) return false;
  if (pieces_.size() == 1) return first == text.size();
  text.remove_prefix(first);
  for (std::size_t at = 1; at + 1 < pieces_.size(); ++at) {
    std::size_t length = 0;
    const std::size_t found = find_piece(pieces_[at], text, length);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + length);
  }
  return match_end(pieces_.back(), text);
}

int compare(const Cell& cell, const Operand& operand) {
  if (is_number(cell)) {
    if (const auto* integer = std::get_if<std::int64_t>(&operand)) {
      return sign<long double>(number_of(cell), *integer);
    }
    if (const auto* real = std::get_if<double>(&operand)) {
      return sign<long double>(number_of(cell), *real);
    }
    return -1;
  }
  if (const auto* text = std::get_if<std::string>(&operand)) {
    return sign(std::get<std::string_view>(cell), std::string_view(*text));
  }
  return std::holds_alternative<Blob>(operand) ? -1 : 1;
}

Condition condition_of(const RowCondition& asked) {
  Condition condition{
      .column = static_cast<int>(asked.column), .op = asked.op, .operands = asked.operands};
  const auto* pattern =
      asked.op == Operator::kLike ? std::get_if<std::string>(&asked.operands.front()) : nullptr;
  if (pattern) condition.like.emplace_back(*pattern);
  return condition;
}

bool Condition::holds(const Cell& cell) const {
  const bool null = std::holds_alternative<std::monostate>(cell);
  if (op == Operator::kIsNull) return null;
  if (op == Operator::kIsNotNull) return !null;
  if (op == Operator::kIn) {
    return !null && std::ranges::any_of(operands, [&](const Operand& operand) {
      return !std::holds_alternative<std::monostate>(operand) && compare(cell, operand) == 0;
    });
  }
  const Operand& operand = operands.front();
  const bool null_operand = std::holds_alternative<std::monostate>(operand);
  if (op == Operator::kIs || op == Operator::kIsNot) {
    const bool same = null || null_operand ? null && null_operand : compare(cell, operand) == 0;
    return same == (op == Operator::kIs);
  }
  if (null || null_operand) return false;
  if (op == Operator::kLike) {
    const auto* text = std::get_if<std::string_view>(&cell);
    return text && !like.empty() && like.front().matches(*text);
  }
  const int order = compare(cell, operand);
  switch (op) {
    case Operator::kEqual:
      return order == 0;
    case Operator::kNotEqual:
      return order != 0;
    case Operator::kLess:
      return order < 0;
    case Operator::kLessOrEqual:
      return order <= 0;
    case Operator::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

namespace {

/// The range of a comparison with an integer.
IntegerRange range_of_integer(Operator op, std::int64_t value) {
  switch (op) {
    case Operator::kEqual:
      return {value, value};
    case Operator::kNotEqual:
      return {value, value, true};
    case Operator::kLess:
      return value == Limits::min() ? kNothing : IntegerRange{Limits::min(), value - 1};
    case Operator::kLessOrEqual:
      return {Limits::min(), value};
    case Operator::kGreater:
      return value == Limits::max() ? kNothing : IntegerRange{value + 1, Limits::max()};
    default:
      return {value, Limits::max()};
  }
}

/// The range where the operand is above (`order` < 0) or below every integer.
IntegerRange range_of_beyond(Operator op, int order) {
  const bool less = op == Operator::kLess || op == Operator::kLessOrEqual;
  const bool greater = op == Operator::kGreater || op == Operator::kGreaterOrEqual;
  const bool holds = op == Operator::kNotEqual || (order < 0 ? less : greater);
  return holds ? IntegerRange{} : kNothing;
}

}  // namespace

IntegerRange range_of(Operator op, const Operand& operand) {
  if (const auto* integer = std::get_if<std::int64_t>(&operand)) {
    return range_of_integer(op, *integer);
  }
  const auto* real = std::get_if<double>(&operand);
  if (!real || *real >= kTwoTo63) return range_of_beyond(op, -1);
  if (*real < -kTwoTo63) return range_of_beyond(op, 1);
  const auto floor = static_cast<std::int64_t>(std::floor(*real));
  if (std::floor(*real) == *real) return range_of_integer(op, floor);
  // Between two integers: x < 1.5 is x <= 1, x > 1.5 is x > 1.
  switch (op) {
    case Operator::kEqual:
      return kNothing;
    case Operator::kNotEqual:
      return {};
    case Operator::kLess:
    case Operator::kLessOrEqual:
      return range_of_integer(Operator::kLessOrEqual, floor);
    default:
      return range_of_integer(Operator::kGreater, floor);
  }
}

}  // namespace trailpond::events
