#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rows.hpp"
#include "sql/values/memory_use.hpp"

namespace trailpond::sql {

struct TextHash {
  std::size_t operator()(std::string_view text) const;
};

/// Texts by number, for columns that number theirs in ways of their own.
class TextNumbers {
 public:
  /// The number of a text that lives as long as this; a new one where it has none.
  Word add(std::string_view text);
  /// The same for a text that does not live on.
  Word add_copy(std::string_view text);
  /// The text of a number that add_copy() gave, where no other gave any.
  std::string_view copy(Word number) const { return copies_[number]; }
  /// kNullWord where the text has no number: it is equal to nothing here.
  Word find(std::string_view text) const;
  std::size_t memory_bytes() const;

 private:
  static constexpr int kFirstBits = 16;
  std::size_t beginning_of(std::string_view text) const;
  void widen();

  boost::unordered_flat_map<std::string_view, Word, TextHash> numbers_;
  /// How the texts begin, as bits: most others are told from them without a hash of all of them.
  int bits_ = kFirstBits;
  std::vector<bool> beginnings_ = std::vector<bool>(std::size_t{1} << kFirstBits);
  std::deque<std::string> copies_;
  std::size_t copied_bytes_ = 0;
};

/// Makes the words of two columns comparable: the build side gives the words, the probe side looks
/// them up.
class KeyCoding {
 public:
  /// `with` numbers the texts; null where the words of both sides are comparable as they are.
  explicit KeyCoding(std::shared_ptr<TextNumbers> with) : numbers_(std::move(with)) {}
  /// The coding of two columns.
  static KeyCoding between(const RowReader& build, std::size_t build_column, const RowReader& probe,
                           std::size_t probe_column);

  /// The same coding for another reader of the probe side, once the build side is complete.
  KeyCoding for_probe() const { return KeyCoding(numbers_); }
  void build(RowReader& reader, std::size_t column, std::span<const std::uint32_t> rows, Word* out);
  /// `unknown`: the word of a text that the build side does not have.
  void probe(RowReader& reader, std::size_t column, std::span<const std::uint32_t> rows, Word* out,
             Word unknown = kNullWord);
  std::size_t memory_bytes() const { return numbers_ ? numbers_->memory_bytes() : 0; }

 private:
  template <class NumberOf>
  void translate(RowReader& reader, std::size_t column, std::span<const std::uint32_t> rows,
                 Word* out, std::vector<Word>& memo, NumberOf&& number_of);

  std::shared_ptr<TextNumbers> numbers_;
  std::vector<Word> build_memo_;  // number + 1 of each code, 0: not looked up yet
  std::vector<Word> probe_memo_;
  std::vector<std::string_view> texts_;
};

}  // namespace trailpond::sql
