#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/rows.hpp"

namespace trailpond {

/// Numbers tuples of words in the order in which they first came: the hash table of grouping,
/// DISTINCT and joins. NULL is a value like others.
class TupleTable {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  explicit TupleTable(std::size_t width);
  std::size_t width() const { return width_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(words_.size() / width_); }
  std::span<const Word> tuple(std::uint32_t number) const {
    return std::span(words_).subspan(number * width_, width_);
  }
  /// Gives the numbers of `count` tuples, whose n-th words stand in columns[n]; new ones are added.
  void add(std::span<const Word* const> columns, std::size_t count, std::uint32_t* numbers);
  /// The same, kNone for those that are not there.
  void find(std::span<const Word* const> columns, std::size_t count, std::uint32_t* numbers) const;
  std::size_t memory_bytes() const;

 private:
  template <class OnMissing>
  void look_up(std::span<const Word* const> columns, std::size_t count, std::uint32_t* numbers,
               OnMissing&& on_missing) const;
  bool is_at(std::uint32_t number, std::span<const Word* const> columns, std::size_t row) const;
  void grow();

  std::size_t width_;
  std::size_t mask_;
  std::vector<std::uint64_t> slots_;  // a hash's upper half above, the number + 1 below
  std::vector<Word> words_ = {};
};

}  // namespace trailpond
