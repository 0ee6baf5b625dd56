#include "base/rows.hpp"

#include <bit>
#include <cmath>

namespace trailpond {
namespace {

/// A NaN that no computation makes; turned by it, its bits are those of kNullWord.
constexpr Word kNullBits = 0x7ff8'0000'0000'0001;
constexpr Word kTurn = kNullBits ^ kNullWord;

}  // namespace

Word real_word(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<Word>(value + 0.0) ^ kTurn;  // adding zero makes -0.0 and 0.0 one value
}

double real_of(Word word) { return std::bit_cast<double>(word ^ kTurn); }

}  // namespace trailpond
