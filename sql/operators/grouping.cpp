#include "sql/operators/grouping.hpp"

#include <algorithm>

#include "sql/evaluation/function.hpp"

namespace trailpond::sql {
namespace {

/// Groups by code take a table of so many entries at most.
constexpr Word kMostCodes = Word{1} << 20;

}  // namespace

Grouping::Grouping(const OperatorGrouping& planned, RowStream& stream)
    : planned_(planned),
      stream_(stream),
      scans_(stream.scans()),
      table_(std::max<std::size_t>(1, planned.keys.size())),
      keys_(planned.keys.size()) {
  for (const OperatorAggregate& aggregate : planned.aggregates) {
    const bool distinct = aggregate.aggregate->distinct;
    aggregates_.push_back({&aggregate, make_states(aggregate, scans_, stream.evaluation()),
                           TupleTable(1 + (distinct ? aggregate.arguments.size() : 0))});
  }
  Word product = 1;
  for (const ColumnPlace& place : planned.keys) {
    const Word limit = scans_.at(place).code_limit(place.column);
    limits_.push_back(limit + 1);
    product = limit == 0 || product > kMostCodes ? kMostCodes + 1 : product * (limit + 1);
  }
  if (product > kMostCodes) {
    limits_.clear();
  } else {
    by_code_.resize(product, 0);
  }
}

void Grouping::run() {
  Tuples tuples;
  std::size_t batches = 0;
  constexpr std::size_t kBatchesBetweenCounts = 16;
  while (stream_.next(tuples)) {
    add(tuples);
    if (++batches % kBatchesBetweenCounts == 0) count_memory();
  }
  if (planned_.keys.empty()) group_count_ = 1;
  for (Gathered& gathered : aggregates_) gathered.states->finish(group_count_);
  count_memory();
}

void Grouping::count_memory() {
  std::size_t bytes = table_.memory_bytes() + group_words_.capacity() * sizeof(Word);
  for (const Gathered& gathered : aggregates_)
    bytes += gathered.states->memory_bytes() + gathered.seen.memory_bytes();
  if (bytes > use_.bytes()) use_.grow(bytes - use_.bytes());
}

void Grouping::add(const Tuples& tuples) {
  number_groups(tuples);
  for (Gathered& gathered : aggregates_) add_to(gathered, tuples);
}

void Grouping::number_groups(const Tuples& tuples) {
  const std::size_t count = tuples.size();
  groups_.resize(count);
  if (keys_.empty()) {
    std::ranges::fill(groups_, 0);
    return;
  }
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    keys_[key].resize(count);
    scans_.read(planned_.keys[key], tuples.rows[planned_.keys[key].scan], keys_[key].data());
  }
  if (!limits_.empty() && number_by_code(tuples)) return;
  std::vector<const Word*> columns;
  for (const auto& column : keys_) columns.push_back(column.data());
  table_.add(columns, count, groups_.data());
  group_count_ = table_.size();
}

bool Grouping::number_by_code(const Tuples& tuples) {
  const std::size_t count = tuples.size();
  for (std::size_t at = 0; at < count; ++at) {
    Word code = 0;
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      const Word word = keys_[key][at];
      code = code * limits_[key] + (word == kNullWord ? limits_[key] - 1 : word);
    }
    std::uint32_t& group = by_code_[code];
    if (group == 0) {
      group = static_cast<std::uint32_t>(++group_count_);
      for (const auto& column : keys_) group_words_.push_back(column[at]);
    }
    groups_[at] = group - 1;
  }
  return true;
}

template <class Keep>
void Grouping::keep_selected(Keep&& keep) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < selected_.size(); ++at) {
    if (!keep(at)) continue;
    selected_[kept] = selected_[at];
    for (auto& column : arguments_) column[kept] = column[at];
    ++kept;
  }
  selected_.resize(kept);
}

/// The rows that FILTER lets through, as groups and tuples.
void Grouping::select_rows(const Gathered& gathered, const Tuples& tuples) {
  selected_ = groups_;
  if (!gathered.planned->filter) return;
  std::vector<Word> words(groups_.size());
  const ColumnPlace& filter = *gathered.planned->filter;
  scans_.read(filter, tuples.rows[filter.scan], words.data());
  marks_.resize(words.size());
  std::size_t kept = 0;
  for (std::size_t at = 0; at < words.size(); ++at) {
    marks_[at] = words[at] == 1 ? 1 : 0;
    selected_[kept] = selected_[at];
    kept += marks_[at];
  }
  selected_.resize(kept);
  selected_tuples_ = tuples;
  selected_tuples_.keep(marks_);
}

void Grouping::add_to(Gathered& gathered, const Tuples& tuples) {
  const OperatorAggregate& planned = *gathered.planned;
  select_rows(gathered, tuples);
  if (selected_.empty()) return;
  const Tuples& rows = planned.filter ? selected_tuples_ : tuples;
  arguments_.resize(planned.arguments.size());
  for (std::size_t at = 0; at < arguments_.size(); ++at) {
    arguments_[at].resize(selected_.size());
    if (planned.literals[at]) {
      std::ranges::fill(arguments_[at], 0);
      continue;
    }
    scans_.read(planned.arguments[at], rows.rows[planned.arguments[at].scan], arguments_[at].data());
  }
  const bool skips = planned.aggregate->function->skips_null && !arguments_.empty();
  if (skips && planned.literals[0] && planned.literals[0]->literal.is_null()) return;
  if (skips && !planned.literals[0] &&
      std::ranges::find(arguments_[0], kNullWord) != arguments_[0].end()) {
    keep_selected([this](std::size_t at) { return arguments_[0][at] != kNullWord; });
  }
  if (planned.aggregate->distinct && planned.kind != AggregateKind::kCountDistinct &&
      !selected_.empty()) {
    drop_repeated(gathered);
  }
  if (!selected_.empty()) gathered.states->add(selected_, arguments_);
}

/// DISTINCT: keeps what its group has not seen.
void Grouping::drop_repeated(Gathered& gathered) {
  const std::vector<Word> group_words(selected_.begin(), selected_.end());
  std::vector<const Word*> columns = {group_words.data()};
  for (const auto& column : arguments_) columns.push_back(column.data());
  std::vector<std::uint32_t> numbers(selected_.size());
  std::uint32_t known = gathered.seen.size();
  gathered.seen.add(columns, selected_.size(), numbers.data());
  keep_selected([&](std::size_t at) {
    if (numbers[at] < known) return false;
    ++known;
    return true;
  });
}

Value Grouping::key(std::size_t key, std::size_t group) {
  const Word word = limits_.empty() ? table_.tuple(static_cast<std::uint32_t>(group))[key]
                                    : group_words_[group * keys_.size() + key];
  return scans_.value(planned_.keys[key], planned_.types[key], word);
}

Value Grouping::aggregate(std::size_t aggregate, std::size_t group) {
  return aggregates_[aggregate].states->result(group, stream_.evaluation());
}

}  // namespace trailpond::sql
