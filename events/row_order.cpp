#include "events/row_order.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace trailpond::events {
namespace {

/// Beyond so many rows a heap of the best is no cheaper than sorting all.
constexpr std::size_t kHeapRows = 1024;
/// A digit of the radix sort; 2^11 counters stay in the first-level cache.
constexpr int kDigitBits = 11;
/// A key up to so many bits is sorted in one pass by counting.
constexpr int kCountingBits = 18;

/// One term's keys, one for each row, ordered as its values are; 0 is NULL.
struct Keys {
  std::vector<std::uint64_t> values;
  std::uint64_t greatest = 0;
  int bits() const { return static_cast<int>(std::bit_width(greatest)); }
};

struct KeyedRow {
  std::uint64_t key;
  std::uint32_t row;
};

/// Calls `body(segment, first, last)` for the stretch of rising `rows` that lies in each segment.
template <class Body>
void for_each_stretch(const Snapshot& snapshot, const std::vector<std::uint32_t>& rows,
                      Body&& body) {
  const auto& starts = snapshot.starts();
  std::size_t first = 0;
  for (std::size_t segment = 0; segment + 1 < starts.size(); ++segment) {
    const auto end = std::lower_bound(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end(),
                                      starts[segment + 1]);
    const auto last = static_cast<std::size_t>(end - rows.begin());
    if (last > first) body(segment, first, last);
    first = last;
  }
}

/// Turns codes into the ranks of what they stand for; `order` compares two codes that are used.
/// Codes that compare equal share a rank. Code `null_code` keeps 0.
template <class Order>
void rank_codes(Keys& keys, std::uint64_t null_code, Order&& order) {
  std::vector<std::uint32_t> ranks(keys.greatest + 1, 0);
  for (const std::uint64_t code : keys.values) ranks[code] = 1;
  std::vector<std::uint32_t> used;
  for (std::uint32_t code = 0; code < ranks.size(); ++code) {
    if (ranks[code] != 0 && code != null_code) used.push_back(code);
  }
  std::ranges::sort(
      used, [&](std::uint32_t left, std::uint32_t right) { return order(left, right) < 0; });
  if (null_code < ranks.size()) ranks[null_code] = 0;
  std::uint32_t rank = 0;
  for (std::size_t at = 0; at < used.size(); ++at) {
    if (at == 0 || order(used[at - 1], used[at]) != 0) ++rank;
    ranks[used[at]] = rank;
  }
  for (std::uint64_t& code : keys.values) code = ranks[code];
  keys.greatest = rank;
}

constexpr std::uint64_t kNoNullCode = ~std::uint64_t{0};

/// Orders doubles as unsigned numbers; no double becomes 0.
std::uint64_t ordered_bits(std::int64_t bits) {
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
  // Adding zero makes -0.0 and 0.0 one value.
  const auto plain = std::bit_cast<std::uint64_t>(std::bit_cast<double>(bits) + 0.0);
  return (plain & kSign) != 0 ? ~plain : plain | kSign;
}

class KeyReader {
 public:
  KeyReader(const Snapshot& snapshot, ScanSource& source, const std::vector<std::uint32_t>& rows,
            bool sorted)
      : snapshot_(snapshot), source_(source), rows_(rows), sorted_(sorted) {}

  const std::string* read(Keys& keys) {
    keys.values.resize(rows_.size());
    switch (source_.kind()) {
      case ValueKind::kText:
        if (source_.dictionary()) return coded(keys);
        return plain(keys);
      case ValueKind::kBoolean:
        codes(keys);
        break;
      case ValueKind::kInteger:
        numbers(
            keys,
            [](std::int64_t number) {
              return static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63);
            },
            kNullNumber);
        break;
      case ValueKind::kDouble:
        numbers(keys, ordered_bits, kNullDouble);
        break;
      case ValueKind::kComputed:
        return computed(keys);
      case ValueKind::kNested:
        break;
    }
    return nullptr;
  }

 private:
  /// Calls `body(view, at, row)` for every position and its row within the segment.
  template <class Body>
  void for_each(Body&& body) {
    for_each_stretch(snapshot_, rows_,
                     [&](std::size_t segment, std::size_t first, std::size_t last) {
                       const ColumnView& view = source_.view(segment);
                       const std::uint32_t start = snapshot_.starts()[segment];
                       for (std::size_t at = first; at < last; ++at)
                         body(segment, view, at, rows_[at] - start);
                     });
  }

  void codes(Keys& keys) {
    std::uint64_t all = 0;
    for_each_stretch(snapshot_, rows_,
                     [&](std::size_t segment, std::size_t first, std::size_t last) {
                       const ColumnView& view = source_.view(segment);
                       if (view.shape == Shape::kNull) return;  // zero already
                       const std::uint32_t start = snapshot_.starts()[segment];
                       const auto read = [&](const auto* data) {
                         for (std::size_t at = first; at < last; ++at) {
                           const std::uint64_t code = data[rows_[at] - start];
                           keys.values[at] = code;
                           all = std::max(all, code);
                         }
                       };
                       switch (view.width) {
                         case 1:
                           read(static_cast<const std::uint8_t*>(view.codes));
                           break;
                         case 2:
                           read(static_cast<const std::uint16_t*>(view.codes));
                           break;
                         default:
                           read(static_cast<const std::uint32_t*>(view.codes));
                       }
                     });
    keys.greatest = all;
  }

  const std::string* coded(Keys& keys) {
    codes(keys);
    if (!sorted_) return nullptr;
    const Dictionary& dictionary = *source_.dictionary();
    rank_codes(keys, kNullCode, [&](std::uint32_t left, std::uint32_t right) {
      return dictionary.at(left).compare(dictionary.at(right));
    });
    return nullptr;
  }

  /// Gives plain texts codes for the time of this one order.
  const std::string* plain(Keys& keys) {
    std::unordered_map<std::string_view, std::uint32_t> known;
    std::vector<std::string_view> texts(1);
    for_each([&](std::size_t, const ColumnView& view, std::size_t at, std::size_t row) {
      if (view.shape == Shape::kNull || view.code(row) == kNullCode) return;
      const std::string_view text = view.own_text(row);
      const auto [place, is_new] =
          known.try_emplace(text, static_cast<std::uint32_t>(texts.size()));
      if (is_new) texts.push_back(text);
      keys.values[at] = place->second;
    });
    keys.greatest = texts.size() - 1;
    if (!sorted_) return nullptr;
    rank_codes(keys, kNullCode, [&](std::uint32_t left, std::uint32_t right) {
      return texts[left].compare(texts[right]);
    });
    return nullptr;
  }

  template <class Order>
  void numbers(Keys& keys, Order&& order, std::int64_t null) {
    std::uint64_t least = ~std::uint64_t{0};
    for_each([&](std::size_t, const ColumnView& view, std::size_t at, std::size_t row) {
      if (view.shape == Shape::kNull || view.numbers[row] == null) return;
      keys.values[at] = order(view.numbers[row]);
      least = std::min(least, keys.values[at]);
      keys.greatest = std::max(keys.greatest, keys.values[at]);
    });
    // Counted from the least value, the keys need few bits; 0 stays NULL.
    if (keys.greatest == 0) return;
    for (std::uint64_t& key : keys.values) key = key == 0 ? 0 : key - least + 1;
    keys.greatest = keys.greatest - least + 1;
  }

  const std::string* computed(Keys& keys) {
    const std::string* error = nullptr;
    for_each([&](std::size_t segment, const ColumnView&, std::size_t at, std::size_t row) {
      if (error) return;
      const Code code = source_.result_code(segment, row);
      if (source_.result(code).error) error = &*source_.result(code).error;
      keys.values[at] = code;
      keys.greatest = std::max<std::uint64_t>(keys.greatest, code);
    });
    if (error) return error;
    rank_codes(keys, kNoNullCode, [&](std::uint32_t left, std::uint32_t right) {
      return compare_results(source_.result(left), source_.result(right));
    });
    return nullptr;
  }

  static int compare_results(const Computed& left, const Computed& right) {
    const bool null_left = left.value.index() == 0;
    const bool null_right = right.value.index() == 0;
    if (null_left || null_right) return static_cast<int>(null_right) - static_cast<int>(null_left);
    const Cell cell = std::visit(
        [](const auto& value) -> Cell {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            return std::string_view(value);
          } else {
            return value;
          }
        },
        left.value);
    return compare(cell,
                   std::visit([](const auto& value) -> Operand { return value; }, right.value));
  }

  const Snapshot& snapshot_;
  ScanSource& source_;
  const std::vector<std::uint32_t>& rows_;
  bool sorted_;
};

/// Sorts by keys of `bits` bits, stable.
void radix_sort(std::vector<KeyedRow>& rows, int bits) {
  std::vector<KeyedRow> other(rows.size());
  constexpr std::uint64_t kMask = (1u << kDigitBits) - 1;
  for (int shift = 0; shift < bits; shift += kDigitBits) {
    std::vector<std::uint32_t> starts((1u << kDigitBits) + 1, 0);
    for (const KeyedRow& row : rows) ++starts[(row.key >> shift & kMask) + 1];
    for (std::size_t at = 1; at < starts.size(); ++at) starts[at] += starts[at - 1];
    for (const KeyedRow& row : rows) other[starts[row.key >> shift & kMask]++] = row;
    rows.swap(other);
  }
}

/// Sorts rows by one small key by counting, stable.
void counting_sort(const Keys& keys, bool distinct, std::vector<std::uint32_t>& rows) {
  if (distinct) {
    constexpr std::uint32_t kUnseen = ~std::uint32_t{0};
    std::vector<std::uint32_t> firsts(keys.greatest + 1, kUnseen);
    for (std::size_t at = rows.size(); at-- > 0;) firsts[keys.values[at]] = rows[at];
    std::erase(firsts, kUnseen);
    rows = std::move(firsts);
    return;
  }
  std::vector<std::uint32_t> starts(keys.greatest + 2, 0);
  for (const std::uint64_t key : keys.values) ++starts[key + 1];
  for (std::size_t at = 1; at < starts.size(); ++at) starts[at] += starts[at - 1];
  std::vector<std::uint32_t> sorted(rows.size());
  for (std::size_t at = 0; at < rows.size(); ++at) sorted[starts[keys.values[at]]++] = rows[at];
  rows = std::move(sorted);
}

/// Packs the terms, the first the most significant, into as few words as hold them.
std::vector<Keys> pack(std::vector<Keys> terms) {
  std::vector<Keys> words;
  for (Keys& term : terms) {
    if (words.empty() || words.back().bits() + term.bits() > 64 || term.bits() == 64) {
      words.push_back(std::move(term));
      continue;
    }
    Keys& word = words.back();
    const int bits = term.bits();
    for (std::size_t at = 0; at < word.values.size(); ++at) {
      word.values[at] = word.values[at] << bits | term.values[at];
    }
    word.greatest = word.greatest << bits | term.greatest;
  }
  return words;
}

bool equal_at(const std::vector<Keys>& words, std::uint32_t left, std::uint32_t right) {
  return std::ranges::all_of(
      words, [&](const Keys& word) { return word.values[left] == word.values[right]; });
}

/// Sorts positions by one or more words.
std::vector<KeyedRow> sort_positions(const std::vector<Keys>& words, std::size_t limit) {
  std::vector<KeyedRow> positions(words.front().values.size());
  for (std::uint32_t at = 0; at < positions.size(); ++at) positions[at].row = at;
  for (std::size_t word = words.size(); word-- > 0;) {
    for (KeyedRow& position : positions) position.key = words[word].values[position.row];
    if (words.size() == 1 && limit <= kHeapRows && limit < positions.size()) {
      const auto middle = positions.begin() + static_cast<std::ptrdiff_t>(limit);
      std::partial_sort(positions.begin(), middle, positions.end(),
                        [](const KeyedRow& left, const KeyedRow& right) {
                          return left.key != right.key ? left.key < right.key
                                                       : left.row < right.row;
                        });
      positions.resize(limit);
      return positions;
    }
    radix_sort(positions, words[word].bits());
  }
  return positions;
}

}  // namespace

const std::string* order_rows(const Snapshot& snapshot, ScanSources& sources, const OrderWish& wish,
                              std::vector<std::uint32_t>& rows) {
  std::vector<Keys> terms;
  for (const OrderTerm& term : wish.terms) {
    ScanSource& source = *sources[static_cast<std::size_t>(term.column)];
    Keys keys;
    if (const auto* error = KeyReader(snapshot, source, rows, wish.sorted).read(keys)) return error;
    if (term.descending && wish.sorted) {
      for (std::uint64_t& key : keys.values) key = keys.greatest - key;
    }
    terms.push_back(std::move(keys));
  }
  const std::vector<Keys> words = pack(std::move(terms));
  if (words.size() == 1 && words[0].bits() <= kCountingBits) {
    counting_sort(words[0], wish.distinct, rows);
    return nullptr;
  }
  std::vector<std::uint32_t> ordered;
  std::uint32_t previous = 0;
  const std::size_t limit = wish.distinct ? ~std::size_t{0} : wish.limit;
  for (const KeyedRow& position : sort_positions(words, limit)) {
    const bool repeated =
        wish.distinct && !ordered.empty() && equal_at(words, previous, position.row);
    if (!repeated) ordered.push_back(rows[position.row]);
    previous = position.row;
  }
  rows = std::move(ordered);
  return nullptr;
}

}  // namespace trailpond::events
