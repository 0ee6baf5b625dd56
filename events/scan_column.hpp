#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/tuple_table.hpp"
#include "events/scan.hpp"
#include "events/snapshot.hpp"

namespace trailpond::events {

/// How one column of a scan is read in one segment, resolved once so that a cell costs a switch.
enum class Shape : std::uint8_t {
  kPending,  // not resolved yet
  kNull,     // NULL in every row
  kCode8,    // text by a dictionary, codes of 1, 2 or 4 bytes
  kCode16,
  kCode32,
  kBoolean,
  kInteger,  // integers and timestamps
  kDouble,
  kPlain,  // text as it is
  kEntry,  // an entry of a map, some values being the map's own texts
  kJson,   // the event's own text
  kNested,
  kComputed,
};

/// What the values of a column are, whatever the segment.
enum class ValueKind : std::uint8_t { kText, kBoolean, kInteger, kDouble, kNested, kComputed };

struct ColumnView {
  Shape shape = Shape::kPending;
  const void* codes = nullptr;  // of kCode8 … kCode32, kBoolean, and the presence of kNested
  unsigned width = 1;           // bytes of a code
  const std::int64_t* numbers = nullptr;
  const Column* column = nullptr;
  const Segment* segment = nullptr;
  const Dictionary* dictionary = nullptr;  // of kEntry
  TextsReader* texts = nullptr;            // of kJson

  /// The text of kPlain, kEntry or kJson in a row where it is not NULL; that of kJson is good until
  /// the next.
  std::string_view own_text(std::size_t row) const {
    if (shape == Shape::kJson) return texts->at(*segment, row);
    return shape == Shape::kPlain ? column->plain(row) : column->value_text(*dictionary, code(row));
  }
  Code code(std::size_t row) const {
    switch (width) {
      case 1:
        return static_cast<const std::uint8_t*>(codes)[row];
      case 2:
        return static_cast<const std::uint16_t*>(codes)[row];
      default:
        return static_cast<const std::uint32_t*>(codes)[row];
    }
  }
};

/// Rows by the value of one column, for equality in joins: built when it is first worth it.
class RowIndex {
 public:
  /// `keys` has one key for each row; only rows with a key that is not kNoKey are found.
  explicit RowIndex(const std::vector<std::uint64_t>& keys);
  /// Rows that may have the key, in rising order; the caller checks each.
  std::span<const std::uint32_t> candidates(std::uint64_t key) const;
  static constexpr std::uint64_t kNoKey = ~std::uint64_t{0};

 private:
  std::size_t bucket_of(std::uint64_t key) const;
  std::vector<std::uint32_t> starts_;
  std::vector<std::uint32_t> rows_;
  int shift_;
};

/// One column of a declared scan: reads cells, and keeps what a statement found out about them.
class ScanSource {
 public:
  /// The column must be valid for the snapshot's schema: see is_valid.
  /// `of_elements`: the rows are the elements of an array that the path goes through.
  ScanSource(std::shared_ptr<const Snapshot> snapshot, ScanColumn column, bool of_elements = false);
  static bool is_valid(const Layout& layout, const ScanColumn& column, bool of_elements = false);

  ValueKind kind() const { return kind_; }
  /// The dictionary that codes the (underlying) text in every segment; null where none does.
  const Dictionary* dictionary() const { return dictionary_; }
  NodeId node() const { return node_; }
  const Snapshot& snapshot() const { return *snapshot_; }
  /// Says whether rows can be grouped and sorted by this column.
  bool is_orderable() const { return kind_ != ValueKind::kNested && !is_json_; }
  /// Roughly how many different values there are.
  double distinct_estimate() const;

  /// How the column is read in a segment.
  const ColumnView& view(std::size_t segment) {
    ColumnView& view = views_[segment];
    if (view.shape == Shape::kPending) resolve(segment, view);
    return view;
  }
  /// The value in a row; of a nested column only whether it is NULL (else integer 1). An error of
  /// a computation is answered by a null cell and `error`.
  Cell cell(std::size_t segment, std::size_t row, const std::string** error);

  /// The result of the computation in a row, as a number into results().
  Code result_code(std::size_t segment, std::size_t row) {
    const auto at = static_cast<std::uint32_t>(row);
    Code code = 0;
    result_codes(segment, {&at, 1}, &code);
    return code;
  }
  void result_codes(std::size_t segment, std::span<const std::uint32_t> rows, Code* out);
  const Computed& result(Code code) const { return *results_[code]; }
  /// The result in a row for somebody who takes it at once. Where rows hardly repeat, or there are
  /// too many results already, it is kept no longer than until the next call: then `stays` is
  /// false.
  const Computed& result_for_now(std::size_t segment, std::size_t row, bool& stays);
  Code result_count() const { return static_cast<Code>(results_.size()); }

  /// What the words of the column are.
  WordKind word_kind() const;
  /// Reads rows of a segment as words; `error` is set where a computation failed in one of them.
  void read(std::size_t segment, std::span<const std::uint32_t> rows, Word* out,
            const std::string** error);
  /// The text of a word of kind kCode.
  std::string_view text_of(Word word) const;
  /// The word of a text, a new one where it has none; of columns that no dictionary codes.
  Word code_of(std::string_view text);
  /// Has a text of cell() stay for as long as the source. Whole events may be packed.
  std::string_view keep(std::string_view text) {
    const bool stays = !is_json_ || kind_ == ValueKind::kComputed || event_texts_.stays();
    return stays ? text : keep_copy(text);
  }
  /// What reading has kept, roughly.
  std::size_t memory_bytes() const;

  /// The index of the column, null where it has none that would serve.
  const RowIndex* index();
  bool has_index() const { return index_ != nullptr; }
  bool is_indexable() const;
  /// Whether an index of it is one of texts, not of numbers.
  bool holds_texts() const;
  /// The key of a value in index(); kNoKey where no row can be equal to it.
  std::uint64_t index_key(const Cell& cell) const;

 private:
  bool has_own_texts() const;
  void resolve(std::size_t segment, ColumnView& view);
  void resolve_plain(const Segment& segment, ColumnView& view);
  void set_codes(const Codes& codes, ColumnView& view);
  const Codes& entry_codes(std::size_t segment);
  Cell base_cell(const ColumnView& view, std::size_t row) const;
  void results_of_codes(const ColumnView& base, std::span<const std::uint32_t> rows, Code* out);
  void results_of_rows(std::size_t segment, std::span<const std::uint32_t> rows, Code* out);
  void results_of_tuples(std::size_t segment, std::span<const std::uint32_t> rows, Code* out);
  Cell input_cell(ScanSource& input, std::size_t segment, std::size_t row, std::string& bytes);
  bool keeps_results(std::size_t segment);
  Computed compute_row(std::size_t segment, std::size_t row);
  Code keep_result(Computed result);
  Code memo_of_code(Code base, const ColumnView& view, std::size_t row);
  Code memo_of_number(const ColumnView& view, std::size_t row);
  void read_base(const ColumnView& view, std::span<const std::uint32_t> rows, Word* out);
  std::string_view keep_copy(std::string_view text) {
    kept_bytes_ += text.size();
    return kept_texts_.emplace_back(text);
  }
  template <class Keep>
  Code number_text(std::string_view text, Keep&& keep);

  std::shared_ptr<const Snapshot> snapshot_;
  ScanColumn column_;
  NodeId node_;
  FieldType type_;
  ValueKind kind_;
  bool is_json_ = false;
  const Dictionary* dictionary_ = nullptr;
  TextsReader event_texts_ = {};
  std::vector<ColumnView> views_;
  std::vector<ColumnView> base_views_;               // what a computation reads
  std::vector<std::unique_ptr<Codes>> entry_codes_;  // of a map entry, for each segment

  /// What a computation reads, where that is more than one scalar; the first is the column's own.
  std::vector<std::unique_ptr<ScanSource>> inputs_ = {};
  std::unique_ptr<TupleTable> tuples_;  // of their words; null where each row is computed
  std::vector<Code> tuple_memo_;        // result code + 1 for each tuple
  std::vector<std::vector<Word>> input_words_;

  std::vector<Code> code_memo_;  // result code + 1 for each dictionary code
  std::unordered_map<std::int64_t, Code> number_memo_;
  /// The result of the numbers that were met last: `width` of them from `begin`.
  struct Numbers {
    std::int64_t begin = 0;
    std::uint64_t width = 0;
    Code result = 0;
  };
  Numbers last_ = {};
  std::vector<std::vector<Code>> row_memo_;  // the same for plain text, for each segment
  std::vector<std::unique_ptr<Computed>> results_;
  std::vector<Word> result_words_;  // of each result
  Computed result_for_now_ = {};
  std::unordered_map<std::string, Code> result_codes_;
  std::vector<Code> codes_;       // of the rows being read
  std::size_t result_bytes_ = 0;  // of results_ and result_codes_
  std::size_t memo_bytes_ = 0;    // of row_memo_ and entry_codes_

  /// Numbers of texts that no dictionary codes, given when they are read as words.
  boost::unordered_flat_map<std::string_view, Code> text_numbers_;
  std::vector<std::string_view> texts_;
  std::deque<std::string> kept_texts_ = {};
  std::size_t kept_bytes_ = 0;  // of kept_texts_
  std::unique_ptr<RowIndex> index_;
};

}  // namespace trailpond::events
