#pragma once
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/rows.hpp"
#include "events/scan.hpp"

/// Conditions as SQLite hands them to a virtual table, decided as SQLite would: without affinity,
/// NULL < numbers < text < blobs, texts by their bytes.
namespace trailpond::events {

/// A pattern of LIKE: % is any run of characters, _ one code point; letter case matters.
class LikePattern {
 public:
  explicit LikePattern(std::string_view pattern);
  bool matches(std::string_view text) const;

 private:
  /// A stretch between two %: literal bytes, in which `any` marks a code point of any kind.
  struct Piece {
    std::string text = {};
    std::vector<std::size_t> any = {};  // places in `text` that stand for one code point each
  };
  static std::size_t match_at(const Piece& piece, std::string_view text);
  static std::size_t find_piece(const Piece& piece, std::string_view text, std::size_t& length);
  bool match_end(const Piece& piece, std::string_view text) const;
  std::vector<Piece> pieces_ = {};
};

/// One condition on one column.
struct Condition {
  int column = 0;
  Operator op = Operator::kEqual;
  std::vector<Operand> operands = {};  // one; any number for kIn
  std::vector<LikePattern> like = {};  // one for kLike with a text

  /// Decides about a value.
  bool holds(const Cell& cell) const;
};

/// A condition as operators ask it.
Condition condition_of(const RowCondition& asked);

/// Orders a value that is not NULL against an operand that is not NULL, as SQLite does.
int compare(const Cell& cell, const Operand& operand);

/// The integers that a condition on an integer column lets through: those inside, or outside, of
/// the bounds, which are both within.
struct IntegerRange {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  bool outside = false;
};
/// Gives the range of a comparison (kEqual … kGreaterOrEqual) with an operand that is not NULL.
IntegerRange range_of(Operator op, const Operand& operand);

}  // namespace trailpond::events
