#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "events/codes.hpp"
#include "events/dictionary.hpp"
#include "events/event_texts.hpp"
#include "events/known_events.hpp"
#include "events/layout.hpp"
#include "events/stored_texts.hpp"

/// Immutable batches of events as columns, and the builder that fills one.
namespace trailpond::events {

/// NULL among the numbers of a timestamp or integer column, whose values never come near it.
inline constexpr std::int64_t kNullNumber = std::numeric_limits<std::int64_t>::min();
/// NULL among the bits of a double column: a NaN, which JSON cannot spell.
inline constexpr std::int64_t kNullDouble = 0x7ff8'0000'0000'0001;

/// The codes of a boolean column.
inline constexpr Code kFalseCode = 1;
inline constexpr Code kTrueCode = 2;

/// Marks a code of a map's value that counts the column's own texts instead of the dictionary's.
inline constexpr Code kOwnText = Code{1} << 31;

/// Learns which keys of a map have a new value nearly every time (ids, tokens): such values are
/// kept as they are, as coding them costs more than it saves. One thread at a time may note;
/// others may ask meanwhile.
class UniqueKeys {
 public:
  bool is_unique(Code key) const {
    return key < kKeys && (unique_[key / 64].load(std::memory_order_acquire) >> key % 64 & 1) != 0;
  }
  /// Notes a coded value of the key, and whether it was new to the dictionary.
  void note(Code key, bool is_new);

 private:
  static constexpr Code kKeys = 4096;  // later keys of a map are never looked at: they are rare
  struct Habit {
    std::uint32_t seen = 0;
    std::uint32_t fresh = 0;
  };
  std::vector<Habit> habits_ = {};
  std::array<std::atomic<std::uint64_t>, kKeys / 64> unique_ = {};
};

/// The dictionaries of a store: one for the texts of every varchar and map node, one more for
/// the keys of every map node.
class DictionarySet {
 public:
  explicit DictionarySet(StoreKind kind);
  StoreKind kind() const { return kind_; }
  const Layout& layout() const { return Layout::of(kind_); }
  Dictionary& texts(NodeId node) { return *texts_[node]; }
  const Dictionary& texts(NodeId node) const { return *texts_[node]; }
  Dictionary& keys(NodeId node) { return *keys_[node]; }
  const Dictionary& keys(NodeId node) const { return *keys_[node]; }
  UniqueKeys& unique_keys(NodeId map) { return *unique_keys_[map]; }
  const UniqueKeys& unique_keys(NodeId map) const { return *unique_keys_[map]; }
  /// What texts of events have in common.
  Dictionary& outlines() { return outlines_; }
  const Dictionary& outlines() const { return outlines_; }
  /// Says whether a new outline of so many bytes is worth keeping, for so much JSON as was noted:
  /// events that have nothing in common would make the dictionary as large as they are.
  bool affords_outline(std::size_t outline_bytes) const;
  void note_json(std::size_t bytes) { json_bytes_ += bytes; }
  /// How the events so far were spelled.
  KnownEvents& known_events() { return known_events_; }
  /// Guards interning: whoever fills a builder over this set holds it.
  std::mutex& writer() { return writer_; }
  std::size_t memory_bytes() const;

 private:
  StoreKind kind_;
  std::vector<std::unique_ptr<Dictionary>> texts_;
  std::vector<std::unique_ptr<Dictionary>> keys_;
  std::vector<std::unique_ptr<UniqueKeys>> unique_keys_;
  Dictionary outlines_;
  KnownEvents known_events_;
  std::size_t json_bytes_ = 0;
  std::mutex writer_;
};

/// The values of one node, one for each row (of the segment, or of the array the node is in).
/// A column without any storage is NULL in every row.
struct Column {
  Codes codes = {};                        // coded text; boolean; else presence: 0 NULL, 1 not
  std::vector<std::int64_t> numbers = {};  // timestamp, integer; double as its bits
  std::int64_t least = 0;                  // of the numbers that are not NULL
  std::int64_t greatest = 0;
  bool has_null = true;
  std::vector<std::uint32_t> ends = {};      // plain text, array, map: where a row's part ends
  std::string bytes = {};                    // plain text; a map's own texts
  std::vector<std::uint32_t> own_ends = {};  // where each of a map's own texts ends in `bytes`
  Codes keys = {};                           // map: the entries of all rows
  Codes values = {};

  bool absent() const { return codes.empty() && numbers.empty(); }
  std::uint32_t begin_of(std::size_t row) const { return row == 0 ? 0 : ends[row - 1]; }
  std::string_view plain(std::size_t row) const {
    return std::string_view(bytes).substr(begin_of(row), ends[row] - begin_of(row));
  }
  /// The text of a map's value whose code is not NULL.
  std::string_view value_text(const Dictionary& dictionary, Code code) const {
    if ((code & kOwnText) == 0) return dictionary.at(code);
    const Code own = code & ~kOwnText;
    const std::uint32_t begin = own == 0 ? 0 : own_ends[own - 1];
    return std::string_view(bytes).substr(begin, own_ends[own] - begin);
  }
  std::size_t memory_bytes() const;
};

/// A run of events in the order of a durable store's log: numbers from `first` up to `last`.
struct LogRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // one past
};

/// How the compact texts of events are put together.
struct Outlines {
  Codes codes = {};  // of each event's outline; kNullCode: its rest is the whole text
  Codes sizes = {};  // of each event's text
};

/// Immutable events as columns, with what else their JSON holds beside them. Only how that lies in
/// memory may change, which no reader notices.
class Segment {
 public:
  Segment(std::shared_ptr<const DictionarySet> dictionaries, Outlines outlines, EventTexts rests,
          std::vector<LogRange> log_ranges);

  std::size_t row_count() const { return row_count_; }
  const Column& column(NodeId node) const { return columns_[node]; }
  const std::shared_ptr<const DictionarySet>& dictionaries() const { return dictionaries_; }
  /// A TextsReader puts the texts together.
  const Outlines& outlines() const { return outlines_; }
  /// The size of all events' compact JSON.
  std::size_t json_bytes() const { return json_bytes_; }
  /// What the texts of the events hold beside outlines and columns, as it lies now.
  std::shared_ptr<const StoredTexts> rests() const {
    const std::lock_guard exchange(exchange_);
    return rests_;
  }
  std::size_t rest_bytes() const { return rest_bytes_; }
  /// Packs the rests. Who reads them meanwhile goes on with what they were.
  void pack_rests() const;
  /// Answers true the first time: then the caller sees to it that they are packed.
  bool claim_packing() const { return !packing_claimed_.exchange(true); }
  /// The compact texts of all events, each with a newline behind it.
  std::string json_lines() const;
  /// Bytes of memory held, the rests included, the dictionaries not.
  std::size_t memory_bytes() const;
  const std::vector<LogRange>& log_ranges() const { return log_ranges_; }

 private:
  friend class SegmentBuilder;
  friend std::shared_ptr<const Segment> merge_segments(
      const Layout& layout, const std::vector<std::shared_ptr<const Segment>>& parts);
  std::vector<Column> columns_ = {};
  std::shared_ptr<const DictionarySet> dictionaries_;
  Outlines outlines_;
  std::size_t row_count_;
  std::size_t json_bytes_ = 0;
  std::size_t rest_bytes_;
  std::vector<LogRange> log_ranges_;
  mutable std::mutex exchange_ = {};
  mutable std::shared_ptr<const StoredTexts> rests_;
  mutable std::atomic<bool> packing_claimed_ = false;
};

/// Joins segments over the same dictionaries into one with all their rows in order.
std::shared_ptr<const Segment> merge_segments(
    const Layout& layout, const std::vector<std::shared_ptr<const Segment>>& parts);

/// Fills the columns of a coming segment. A value that is not set is NULL. `row` is the number of
/// the event, or below an array the number of the element; rows are set in rising order.
class SegmentBuilder {
 public:
  explicit SegmentBuilder(std::shared_ptr<DictionarySet> dictionaries);

  const Layout& layout() const { return layout_; }
  std::size_t row_count() const { return outline_codes_.size(); }
  std::size_t json_bytes() const { return json_bytes_; }
  /// Has the compact texts of the events to come appended to `lines`, each with a newline behind
  /// it.
  void write_lines(std::string& lines) { lines_ = &lines; }

  void set_code(NodeId node, std::size_t row, Code code) {
    put(columns_[node].codes, row, code, kNullCode);
  }
  /// Sets a text; `lasts` says that it stays where it is until the event ends.
  void set_text(NodeId node, std::size_t row, std::string_view text, bool lasts);
  void set_number(NodeId node, std::size_t row, std::int64_t number, std::int64_t null) {
    put(columns_[node].numbers, row, number, null);
  }
  /// Opens an array or map; its elements or entries follow, then close().
  void open(NodeId node, std::size_t row);
  void close(NodeId node, std::size_t row);
  /// The row number that the next element of an array gets.
  std::size_t next_element(NodeId array) const { return columns_[array].children; }
  /// Gives the next element of the array that is open a row number.
  std::size_t add_element(NodeId array) { return columns_[array].children++; }
  /// The code of a map's key, and its text, which stays where it is.
  Code code_key(NodeId map, std::string_view key) { return dictionaries_->keys(map).intern(key); }
  std::string_view key_text(NodeId map, Code key) const { return dictionaries_->keys(map).at(key); }
  /// Adds or, where the open map has the key already, replaces an entry; null for a NULL value.
  /// Answers which entry of the map it is, kReplaced for one that was there.
  static constexpr std::size_t kReplaced = ~std::size_t{0};
  std::size_t add_entry(NodeId map, std::size_t row, Code key, const std::string_view* value,
                        bool lasts);
  /// The same for a key that the map does not have yet.
  void append_entry(NodeId map, Code key, const std::string_view* value, bool lasts);
  KnownEvents& known_events() { return dictionaries_->known_events(); }
  /// Forgets all values of a node from `row` on, whatever is below it included.
  void truncate(NodeId node, std::size_t row) {
    code_waiting();
    forget(node, row);
  }
  /// The code of an event's outline; kNullCode where it is not worth keeping.
  Code code_outline(std::string_view outline);
  /// Ends an event with its compact text, the code of its outline and what the text holds beside
  /// that; all of it for kNullCode.
  void finish_row(std::string_view json, Code outline, std::string_view rest);
  /// Forgets an event that was begun.
  void drop_row() {
    waiting_.clear();
    forget(kRootNode, row_count());
  }
  /// Hands the rows over as a segment; the builder is empty afterwards.
  std::shared_ptr<const Segment> seal(std::vector<LogRange> log_ranges);

 private:
  struct Growing {
    std::vector<std::uint32_t> codes = {};
    std::vector<std::int64_t> numbers = {};
    std::vector<std::uint32_t> ends = {};
    std::string bytes = {};
    std::vector<std::uint32_t> own_ends = {};
    std::vector<std::uint32_t> keys = {};
    std::vector<std::uint32_t> values = {};
    std::size_t children = 0;  // elements of an array so far

    /// Keeps the memory: the next segment is about as large, and fresh memory is slow.
    void clear();
  };
  template <class Value>
  static void put(std::vector<Value>& values, std::size_t row, Value value, Value null) {
    if (values.size() == row) {
      values.push_back(value);
    } else {
      if (values.size() < row) values.resize(row + 1, null);
      values[row] = value;
    }
  }
  /// A text of the event that is being read, to be coded together with the others.
  struct Waiting {
    Dictionary* dictionary = nullptr;
    std::string_view text = {};
    std::uint32_t hash = 0;
    Code guessed = kNullCode;
    Code key = kNullCode;   // of an entry of a map
    std::size_t place = 0;  // the row; of an entry its place among all of the map
    NodeId node = kNoNode;
  };
  /// The text that a node, or a key of a map, had the last time: that of many is always the same.
  struct Last {
    std::string_view text = {};
    Code code = kNullCode;
    std::uint8_t trust = 8;  // 0: never looked at again
  };
  static constexpr Code kWatchedKeys = 4096;
  Last* find_last(NodeId node, Code key);
  bool code_as_last(NodeId node, std::size_t place, Code key, std::string_view text);
  void set_text_code(NodeId node, std::size_t place, Code key, Code code);
  void set_entry(NodeId map, std::size_t place, Code key, std::string_view value, bool lasts);
  void code_later(NodeId node, std::size_t place, Code key, std::string_view text);
  void code_waiting();
  void forget(NodeId node, std::size_t row);
  std::uint32_t part_begin(const Growing& column, std::size_t row) const;
  std::uint32_t part_size(NodeId node, const Growing& column) const;
  void seal_node(NodeId node, std::size_t rows, Segment& segment);
  Column seal_column(NodeId node, Growing& growing, std::size_t rows) const;

  std::shared_ptr<DictionarySet> dictionaries_;
  const Layout& layout_;
  std::vector<Growing> columns_;
  std::vector<Waiting> waiting_ = {};
  std::vector<std::vector<Last>> lasts_;
  std::vector<std::uint32_t> outline_codes_ = {};
  std::vector<std::uint32_t> sizes_ = {};
  std::size_t json_bytes_ = 0;
  EventTexts rests_;
  std::string* lines_ = nullptr;
};

}  // namespace trailpond::events
