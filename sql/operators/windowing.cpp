#include "sql/operators/windowing.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/tuple_table.hpp"
#include "sql/operators/arranging.hpp"
#include "sql/operators/first_in_partition.hpp"
#include "sql/operators/sort_order.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {
namespace {

/// As long as so many rows of each partition are wanted, it is worth while to leave the others out.
constexpr std::int64_t kMostFirst = 10'000;

/// Sorts partitions by keys, for one thread.
class PartitionSort {
 public:
  PartitionSort(const std::vector<std::vector<std::int64_t>>& keys, const Watch& watch)
      : keys_(keys), watch_(watch) {}

  /// `peers`: where the rows end that are equal to the one at a place; places count from `first`.
  void run(std::span<std::uint32_t> rows, std::span<std::uint32_t> peers, std::uint32_t first) {
    if (keys_.empty()) {
      std::ranges::fill(peers, first + static_cast<std::uint32_t>(rows.size()));
      return;
    }
    // The first key stands beside its row: most comparisons look at nothing else.
    items_.resize(rows.size());
    for (std::size_t at = 0; at < rows.size(); ++at) items_[at] = {keys_[0][rows[at]], rows[at]};
    const auto before = [this](const Item& left, const Item& right) {
      if (++compared_ % kComparisons == 0) watch_.check();
      const int order = compare(left, right);
      return order != 0 ? order < 0 : left.row < right.row;
    };
    if (!std::ranges::is_sorted(items_, before)) {
      if (items_.size() < kFewRows) {
        std::ranges::sort(items_, before);
      } else {
        sort_by_digits();
      }
    }
    auto end = static_cast<std::uint32_t>(rows.size());
    for (std::uint32_t at = end; at-- > 0;) {
      if (at + 1 < end && compare(items_[at], items_[at + 1]) != 0) end = at + 1;
      peers[at] = first + end;
      rows[at] = items_[at].row;
    }
  }

 private:
  struct Item {
    std::int64_t key;
    std::uint32_t row;
  };
  /// So many rows are compared between looks at whether the run must end.
  static constexpr std::size_t kComparisons = 1 << 16;
  /// Fewer rows than these are sorted by comparing them.
  static constexpr std::size_t kFewRows = 128;

  /// Sorts by the digits of the keys from the last to the first, so that the time grows as the rows
  /// do; each pass leaves equal ones in their order.
  void sort_by_digits() {
    for (std::size_t key = keys_.size(); key-- > 0;) {
      for (Item& item : items_) item.key = keys_[key][item.row];
      constexpr std::uint64_t kSign = std::uint64_t{1}
                                      << 63;  // turned: then negative ones are less
      std::uint64_t varying = 0;
      for (Item& item : items_) {
        item.key = static_cast<std::int64_t>(static_cast<std::uint64_t>(item.key) ^ kSign);
        varying |= static_cast<std::uint64_t>(item.key ^ items_.front().key);
      }
      sort_by_bits(varying);
      if (key > 0) continue;
      for (Item& item : items_)
        item.key = static_cast<std::int64_t>(static_cast<std::uint64_t>(item.key) ^ kSign);
    }
  }

  /// Sorts by those bits in which the keys differ at all.
  void sort_by_bits(std::uint64_t varying) {
    if (varying == 0) return;
    constexpr std::size_t kManyRows = 4096;
    const int most = items_.size() < kManyRows ? 8 : 11;  // the counters stay in the cache
    const int low = std::countr_zero(varying);
    const int bits = static_cast<int>(std::bit_width(varying)) - low;
    const int digits = (bits + most - 1) / most;
    const int width = (bits + digits - 1) / digits;
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    other_.resize(items_.size());
    for (int digit = 0; digit < digits; ++digit) {
      const int shift = low + digit * width;
      const auto digit_of = [&](const Item& item) {
        return static_cast<std::size_t>(static_cast<std::uint64_t>(item.key) >> shift & mask);
      };
      starts_.assign(mask + 2, 0);
      for (const Item& item : items_) ++starts_[digit_of(item) + 1];
      std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
      for (const Item& item : items_) other_[starts_[digit_of(item)]++] = item;
      items_.swap(other_);
      compared_ += items_.size();
      if (compared_ >= kComparisons) {
        compared_ = 0;
        watch_.check();
      }
    }
  }

  int compare(const Item& left, const Item& right) const {
    if (left.key != right.key) return left.key < right.key ? -1 : 1;
    for (std::size_t at = 1; at < keys_.size(); ++at) {
      const std::int64_t one = keys_[at][left.row];
      const std::int64_t other = keys_[at][right.row];
      if (one != other) return one < other ? -1 : 1;
    }
    return 0;
  }

  const std::vector<std::vector<std::int64_t>>& keys_;
  const Watch& watch_;
  std::vector<Item> items_ = {};
  std::vector<Item> other_ = {};
  std::vector<std::uint32_t> starts_ = {};  // where the rows of each digit begin
  std::size_t compared_ = 0;
};

/// Ranges of partitions with about as many rows each.
std::vector<RowRange> cut_partitions(std::span<const std::uint32_t> starts, std::size_t parts) {
  std::vector<RowRange> ranges;
  std::size_t begin = 0;
  const std::size_t rows = starts.back();
  for (std::size_t part = 1; part <= parts; ++part) {
    const auto end = static_cast<std::size_t>(
        std::ranges::lower_bound(starts, static_cast<std::uint32_t>(rows * part / parts)) -
        starts.begin());
    ranges.push_back({begin, std::max(begin, end)});
    begin = ranges.back().end;
  }
  return ranges;
}

/// What an aggregate has seen of its partition so far.
class Running {
 public:
  Running(const OperatorWindow& window, const RowReader* reader, WordKind kind)
      : window_(window), reader_(reader), kind_(kind) {}

  void add(Word word) {
    if (window_.argument && word == kNullWord) return;
    ++count_;
    switch (window_.kind) {
      case WindowKind::kSumInteger:
        if (__builtin_add_overflow(sum_, static_cast<std::int64_t>(word), &sum_)) {
          throw OperatorFailure{
              {ErrorName::kNumericValueOutOfRange, "bigint addition overflow", {}}};
        }
        break;
      case WindowKind::kSumReal:
      case WindowKind::kAverage:
        real_ += kind_ == WordKind::kReal ? real_of(word)
                                          : static_cast<double>(static_cast<std::int64_t>(word));
        break;
      case WindowKind::kLeast:
      case WindowKind::kGreatest:
        if (count_ == 1 || beats(word)) best_ = word;
        break;
      default:
        break;
    }
  }

  Word result() const {
    if (window_.kind == WindowKind::kCount) return static_cast<Word>(count_);
    if (count_ == 0) return kNullWord;
    switch (window_.kind) {
      case WindowKind::kSumInteger:
        return static_cast<Word>(sum_);
      case WindowKind::kSumReal:
        return real_word(real_);
      case WindowKind::kAverage:
        return real_word(real_ / static_cast<double>(count_));
      default:
        return best_;
    }
  }

 private:
  bool beats(Word word) const {
    const bool greatest = window_.kind == WindowKind::kGreatest;
    if (kind_ != WordKind::kCode) {
      const auto left = static_cast<std::int64_t>(word);
      const auto right = static_cast<std::int64_t>(best_);
      return greatest ? left > right : left < right;
    }
    const std::size_t column = window_.argument->column;
    const int order = reader_->text(column, word).compare(reader_->text(column, best_));
    return greatest ? order > 0 : order < 0;
  }

  const OperatorWindow& window_;
  const RowReader* reader_;
  WordKind kind_;
  std::int64_t count_ = 0;
  std::int64_t sum_ = 0;
  double real_ = 0;
  Word best_ = kNullWord;
};

}  // namespace

Windowing::Windowing(const std::vector<OperatorWindow>& planned, RowStream& stream,
                     std::span<const NumberBounds> wanted, bool sort_partitions)
    : planned_(planned),
      stream_(stream),
      scans_(stream.scans()),
      sort_partitions_(sort_partitions) {
  if (!FirstInPartition::serves(planned_, scans_)) return;
  for (const NumberBounds& bounds : wanted) {
    const WindowKind kind = planned_[bounds.window].kind;
    if (kind != WindowKind::kRank && kind != WindowKind::kRowNumber) continue;
    if (bounds.most < (first_ ? first_->most : kMostFirst)) first_ = bounds;
  }
}

bool Windowing::has_all(std::span<const NumberBounds> wanted) const {
  return !first_ || std::ranges::any_of(wanted, [this](const NumberBounds& bounds) {
    return bounds.window == first_->window && bounds.most <= first_->most;
  });
}

void Windowing::run() {
  gather();
  use_.grow(count_ * 3 * sizeof(std::uint32_t));  // the sorted rows
  Sorted sorted;
  for (std::size_t at = 0; at < planned_.size(); ++at) {
    if (at == 0 || !planned_[at].is_sorted_like(planned_[at - 1])) sorted = sort(planned_[at]);
    results_.push_back(compute(planned_[at], sorted));
    use_.grow(count_ * sizeof(Word));
  }
  if (sort_partitions_) put_in_order(sorted);
}

void Windowing::gather() {
  Tuples some;
  const auto count_memory = [this](const Tuples& more) {
    for (const auto& column : more.rows) use_.grow(column.size() * sizeof(std::uint32_t));
  };
  if (first_) {
    FirstInPartition first(planned_[first_->window], first_->most, scans_);
    while (stream_.next(some)) first.add(some);
    tuples_ = first.take();
    count_memory(tuples_);
  } else {
    while (stream_.next(some)) {
      tuples_.append(some);
      count_memory(some);
    }
  }
  count_ = tuples_.size();
}

std::vector<Word> Windowing::read(const ColumnPlace& place) {
  std::vector<Word> words(count_);
  for (std::size_t first = 0; first < count_; first += kTuples) {
    const std::size_t some = std::min(kTuples, count_ - first);
    read(place, first, std::span(words).subspan(first, some));
    scans_.pause();
  }
  return words;
}

void Windowing::read(const ColumnPlace& place, std::size_t first, std::span<Word> out) {
  scans_.read(place, std::span(tuples_.rows[place.scan]).subspan(first, out.size()), out.data());
}

Windowing::Sorted Windowing::sort(const OperatorWindow& window) {
  MemoryUse scratch;
  constexpr std::size_t kItemWords = 4;  // what PartitionSort sorts
  scratch.grow(count_ * (window.partition.size() + window.order.size() + 1 + kItemWords) *
               sizeof(Word));
  Sorted sorted;
  partition(window, sorted);
  std::vector<std::vector<std::int64_t>> keys;
  for (const OperatorSort& order : window.order) keys.push_back(sort_keys(order));
  sort_partitions(keys, sorted);
  return sorted;
}

/// Brings the rows of a partition together, in the order in which they came.
void Windowing::partition(const OperatorWindow& window, Sorted& sorted) {
  std::vector<std::uint32_t> numbers(count_, 0);
  std::size_t partitions = count_ > 0 ? 1 : 0;
  if (!window.partition.empty()) {
    TupleTable table(window.partition.size());
    number_partitions(window, table, numbers);
    partitions = table.size();
    if (sort_partitions_ && window.partition.size() == 1) {
      const auto ranks = rank_partitions(window.partition[0], table);
      for (std::uint32_t& number : numbers) number = ranks[number];
    }
  }
  sorted.rows = bring_together(numbers, partitions, sorted.starts);
}

/// Numbers the rows by their keys.
void Windowing::number_partitions(const OperatorWindow& window, TupleTable& table,
                                  std::span<std::uint32_t> numbers) {
  std::vector<std::vector<Word>> words(window.partition.size(), std::vector<Word>(kTuples));
  std::vector<const Word*> columns;
  for (const auto& column : words) columns.push_back(column.data());
  for (std::size_t first = 0; first < count_; first += kTuples) {
    const std::size_t some = std::min(kTuples, count_ - first);
    for (std::size_t at = 0; at < words.size(); ++at)
      read(window.partition[at], first, std::span(words[at]).first(some));
    table.add(columns, some, numbers.data() + first);
    scans_.pause();
  }
}

/// The place of each partition among all, by their keys.
std::vector<std::uint32_t> Windowing::rank_partitions(const ColumnPlace& place,
                                                      const TupleTable& table) {
  const RowReader& reader = scans_.at(place);
  const bool is_text = reader.kind(place.column) == WordKind::kCode;
  std::vector<std::uint32_t> order(table.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](std::uint32_t left, std::uint32_t right) {
    const Word one = table.tuple(left)[0];
    const Word other = table.tuple(right)[0];
    if (!is_text || one == kNullWord || other == kNullWord) {
      // As a number, NULL is the least of all; codes of texts are not negative.
      return static_cast<std::int64_t>(one) < static_cast<std::int64_t>(other);
    }
    return reader.text(place.column, one) < reader.text(place.column, other);
  });
  std::vector<std::uint32_t> ranks(order.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

/// Numbers that ascend as ORDER BY wants the rows.
std::vector<std::int64_t> Windowing::sort_keys(const OperatorSort& order) {
  std::vector<std::int64_t> keys(count_);
  if (scans_.at(order.column).kind(order.column.column) == WordKind::kCode) {
    number_keys(rank_texts(order.column), order, keys.data());
    return keys;
  }
  std::vector<Word> words(kTuples);
  for (std::size_t first = 0; first < count_; first += kTuples) {
    const auto some = std::span(words).first(std::min(kTuples, count_ - first));
    read(order.column, first, some);
    number_keys(some, order, keys.data() + first);
    scans_.pause();
  }
  return keys;
}

/// A column of texts, each as its place among those that occur.
std::vector<Word> Windowing::rank_texts(const ColumnPlace& place) {
  std::vector<Word> words = read(place);
  const RowReader& reader = scans_.at(place);
  std::vector<std::int64_t> ranks;
  std::vector<Word> used;
  for (const Word word : words) {
    if (word == kNullWord) continue;
    if (word >= ranks.size()) ranks.resize(word + 1, -1);
    if (std::exchange(ranks[word], 0) < 0) used.push_back(word);
  }
  std::ranges::sort(used, {}, [&](Word word) { return reader.text(place.column, word); });
  for (std::size_t at = 0; at < used.size(); ++at) ranks[used[at]] = static_cast<std::int64_t>(at);
  for (Word& word : words) {
    if (word != kNullWord) word = static_cast<Word>(ranks[word]);
  }
  return words;
}

/// Sorts each partition by the keys; of equal rows the one that came first stands first.
void Windowing::sort_partitions(const std::vector<std::vector<std::int64_t>>& keys,
                                Sorted& sorted) {
  sorted.peers.resize(count_);
  const Crew crew(*scans_.watch, count_);
  const auto ranges = cut_partitions(sorted.starts, crew.size());
  Crew::run(*scans_.watch, ranges.size(), [&](std::size_t part, const Watch& watch) {
    PartitionSort sort(keys, watch);
    for (std::size_t at = ranges[part].begin; at < ranges[part].end; ++at) {
      const std::size_t begin = sorted.starts[at];
      const std::size_t count = sorted.starts[at + 1] - begin;
      sort.run(std::span(sorted.rows).subspan(begin, count),
               std::span(sorted.peers).subspan(begin, count), sorted.starts[at]);
    }
  });
  scans_.pause();
}

Windowing::Results Windowing::compute(const OperatorWindow& window, const Sorted& sorted) {
  Results results;
  results.words.resize(count_);
  std::vector<Word> from;
  if (window.argument) from = read(*window.argument);
  switch (window.kind) {
    case WindowKind::kRowNumber:
    case WindowKind::kRank:
    case WindowKind::kDenseRank:
      number(window, sorted, results.words);
      break;
    case WindowKind::kLag:
    case WindowKind::kLead:
    case WindowKind::kFirst:
    case WindowKind::kLast:
      results.of_column = true;
      shift(window, sorted, from, results.words);
      break;
    default:
      results.of_column = window.kind == WindowKind::kLeast || window.kind == WindowKind::kGreatest;
      if (window.kind == WindowKind::kSumReal || window.kind == WindowKind::kAverage)
        results.kind = WordKind::kReal;
      aggregate(window, sorted, from, results.words);
  }
  return results;
}

void Windowing::number(const OperatorWindow& window, const Sorted& sorted, std::vector<Word>& out) {
  for (std::size_t at = 0; at + 1 < sorted.starts.size(); ++at) {
    Word rank = 0;
    Word dense = 0;
    for (std::uint32_t place = sorted.starts[at]; place < sorted.starts[at + 1]; ++place) {
      const bool first = place == sorted.starts[at] || sorted.peers[place - 1] == place;
      if (first) {
        rank = place - sorted.starts[at] + 1;
        ++dense;
      }
      out[sorted.rows[place]] = window.kind == WindowKind::kRank ? rank
                                : window.kind == WindowKind::kDenseRank
                                    ? dense
                                    : place - sorted.starts[at] + 1;
    }
  }
}

void Windowing::shift(const OperatorWindow& window, const Sorted& sorted,
                      const std::vector<Word>& from, std::vector<Word>& out) {
  for (std::size_t at = 0; at + 1 < sorted.starts.size(); ++at) {
    const std::int64_t begin = sorted.starts[at];
    const std::int64_t end = sorted.starts[at + 1];
    for (std::int64_t place = begin; place < end; ++place) {
      const auto here = static_cast<std::size_t>(place);
      std::int64_t source = begin;
      if (window.kind == WindowKind::kLag) source = place - std::min(window.offset, end);
      if (window.kind == WindowKind::kLead) source = place + std::min(window.offset, end);
      if (window.kind == WindowKind::kLast) {
        source = window.frame == WindowFrame::kAll       ? end - 1
                 : window.frame == WindowFrame::kToPeers ? sorted.peers[here] - 1
                                                         : place;
      }
      const bool inside = source >= begin && source < end;
      out[sorted.rows[here]] =
          inside ? from[sorted.rows[static_cast<std::size_t>(source)]] : kNullWord;
    }
  }
}

void Windowing::aggregate(const OperatorWindow& window, const Sorted& sorted,
                          const std::vector<Word>& from, std::vector<Word>& out) {
  const RowReader* reader = window.argument ? &scans_.at(*window.argument) : nullptr;
  const WordKind kind = reader ? reader->kind(window.argument->column) : WordKind::kInteger;
  for (std::size_t at = 0; at + 1 < sorted.starts.size(); ++at) {
    const std::uint32_t end = sorted.starts[at + 1];
    Running running(window, reader, kind);
    for (std::uint32_t place = sorted.starts[at]; place < end;) {
      const std::uint32_t stop = window.frame == WindowFrame::kAll       ? end
                                 : window.frame == WindowFrame::kToPeers ? sorted.peers[place]
                                                                         : place + 1;
      for (std::uint32_t next = place; next < stop; ++next)
        running.add(from.empty() ? 0 : from[sorted.rows[next]]);
      const Word result = running.result();
      for (; place < stop; ++place) out[sorted.rows[place]] = result;
    }
  }
}

void Windowing::put_in_order(const Sorted& sorted) {
  for (auto& column : tuples_.rows) {
    if (column.empty()) continue;
    std::vector<std::uint32_t> ordered(count_);
    for (std::size_t at = 0; at < count_; ++at) ordered[at] = column[sorted.rows[at]];
    column = std::move(ordered);
  }
  for (Results& results : results_) {
    std::vector<Word> ordered(count_);
    for (std::size_t at = 0; at < count_; ++at) ordered[at] = results.words[sorted.rows[at]];
    results.words = std::move(ordered);
  }
}

void Windowing::keep_between(const NumberBounds& bounds, std::vector<std::uint32_t>& rows) const {
  const Results& results = results_[bounds.window];
  if (results.of_column || results.kind != WordKind::kInteger) return;
  std::size_t kept = 0;
  for (const std::uint32_t row : rows) {
    const Word word = results.words[row];
    const auto number = static_cast<std::int64_t>(word);
    rows[kept] = row;
    kept += word != kNullWord && number >= bounds.least && number <= bounds.most ? 1 : 0;
  }
  rows.resize(kept);
}

Value Windowing::value(std::size_t window, std::size_t row) {
  const Results& results = results_[window];
  const Word word = results.words[row];
  const OperatorWindow& planned = planned_[window];
  if (results.of_column) return scans_.value(*planned.argument, planned.type, word);
  if (word == kNullWord) return {};
  if (results.kind == WordKind::kReal) return Value::of_real(real_of(word));
  return from_integer(planned.type, static_cast<std::int64_t>(word));
}

}  // namespace trailpond::sql
