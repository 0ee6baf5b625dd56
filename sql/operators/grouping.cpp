#include "sql/operators/grouping.hpp"

#include <algorithm>

#include "sql/evaluation/function.hpp"
#include "sql/operators/arranging.hpp"

namespace trailpond::sql {
namespace {

/// Groups by code take a table of so many entries at most.
constexpr Word kMostCodes = Word{1} << 20;
/// Stands for the column of an argument that is a literal.
constexpr std::size_t kLiteral = ~std::size_t{0};

}  // namespace

Grouping::Grouping(const OperatorGrouping& planned, RowStream& stream)
    : planned_(planned),
      stream_(stream),
      scans_(stream.scans()),
      table_(std::max<std::size_t>(1, planned.keys.size())) {
  for (const OperatorAggregate& aggregate : planned.aggregates) {
    const bool distinct = aggregate.aggregate->distinct;
    aggregates_.push_back({&aggregate, make_states(aggregate, scans_, stream.evaluation()),
                           TupleTable(1 + (distinct ? aggregate.arguments.size() : 0))});
    for (std::size_t at = 0; at < aggregate.arguments.size(); ++at) {
      const bool literal = aggregate.literals[at] != nullptr;
      aggregates_.back().arguments.push_back(literal ? kLiteral : slot_of(aggregate.arguments[at]));
    }
  }
  for (const ColumnPlace& place : planned.keys) keys_.push_back(slot_of(place));
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

std::size_t Grouping::slot_of(const ColumnPlace& place) {
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    const ColumnPlace& known = columns_[at].place;
    if (known == place) return at;
  }
  columns_.push_back({place, {}});
  return columns_.size() - 1;
}

void Grouping::run() {
  if (!take_bounds()) {
    if (can_absorb()) gather_in_parts();
    gather();
  }
  if (planned_.keys.empty()) group_count_ = 1;
  for (Gathered& gathered : aggregates_) gathered.states->finish(group_count_);
  count_memory();
}

void Grouping::gather() {
  Tuples tuples;
  std::size_t batches = 0;
  constexpr std::size_t kBatchesBetweenCounts = 16;
  while (stream_.next(tuples)) {
    add(tuples);
    if (++batches % kBatchesBetweenCounts == 0) count_memory();
  }
}

bool Grouping::can_absorb() const {
  return std::ranges::all_of(aggregates_, [](const Gathered& gathered) {
    const bool drops_repeated = gathered.planned->aggregate->distinct &&
                                gathered.planned->kind != AggregateKind::kCountDistinct;
    return !drops_repeated && gathered.states->can_absorb();
  });
}

/// Several threads gather a stretch of the rows each; the groups come in the order of their first
/// rows all the same. Rows may be left for gather().
void Grouping::gather_in_parts() {
  Tuples tuples;
  while (!stream_.is_ready()) {
    if (!stream_.next(tuples)) return;
    add(tuples);
  }
  const RowRange rest = stream_.rest();
  const Crew crew(*scans_.watch, rest.end - rest.begin);
  if (crew.size() == 1) return;
  const auto ranges = cut(rest, crew.size());
  stream_.read_to(ranges.front().end);
  struct Part {
    std::unique_ptr<RowStream> stream;
    std::unique_ptr<Grouping> grouping;
  };
  std::vector<Part> parts(ranges.size());
  Crew::run(*scans_.watch, parts.size(), [&](std::size_t at, Watch& watch) {
    if (at == 0) return gather();
    parts[at].stream = std::make_unique<RowStream>(stream_, ranges[at], watch);
    parts[at].grouping = std::make_unique<Grouping>(planned_, *parts[at].stream);
    parts[at].grouping->gather();
  });
  for (std::size_t at = 1; at < parts.size(); ++at) {
    absorb(*parts[at].grouping);
    parts[at] = {};
  }
}

/// Takes the groups of one that has gathered the rows behind these.
void Grouping::absorb(Grouping& other) {
  Translation translation(other.scans_, scans_);
  std::vector<std::uint32_t> groups;
  std::vector<std::vector<Word>> words(planned_.keys.size());
  for (std::size_t first = 0; first < other.group_count_; first += kTuples) {
    const std::size_t some = std::min(kTuples, other.group_count_ - first);
    std::vector<const Word*> keys;
    for (std::size_t key = 0; key < words.size(); ++key) {
      words[key].resize(some);
      for (std::size_t at = 0; at < some; ++at) words[key][at] = other.key_word(key, first + at);
      translation.apply(planned_.keys[key], words[key]);
      keys.push_back(words[key].data());
    }
    number(keys, some);
    groups.insert(groups.end(), groups_.begin(), groups_.end());
    scans_.pause();
  }
  for (std::size_t at = 0; at < aggregates_.size(); ++at) {
    aggregates_[at].states->absorb(*other.aggregates_[at].states, {groups, group_count_},
                                   translation);
    count_memory();
  }
}

/// The least and the greatest of all rows are known without reading them.
bool Grouping::take_bounds() {
  if (!planned_.keys.empty() || aggregates_.empty() || !stream_.is_whole_scan()) return false;
  std::vector<RowBounds> found;
  for (const Gathered& gathered : aggregates_) {
    const OperatorAggregate& planned = *gathered.planned;
    const bool extreme =
        planned.kind == AggregateKind::kLeast || planned.kind == AggregateKind::kGreatest;
    if (!extreme || planned.filter) return false;
    const auto bounds = scans_.at(planned.arguments[0]).bounds(planned.arguments[0].column);
    if (!bounds) return false;
    found.push_back(*bounds);
  }
  const std::uint32_t group = 0;
  for (std::size_t at = 0; at < found.size(); ++at) {
    for (const Word word : {found[at].least, found[at].greatest}) {
      const Word* column = &word;
      if (word != kNullWord) aggregates_[at].states->add({{&group, 1}, 1}, {&column, 1});
    }
  }
  return true;
}

void Grouping::count_memory() {
  scans_.pause();
  std::size_t bytes = table_.memory_bytes() + group_words_.capacity() * sizeof(Word);
  for (const Gathered& gathered : aggregates_)
    bytes += gathered.states->memory_bytes() + gathered.seen.memory_bytes();
  use_.raise_to(bytes);
}

void Grouping::add(const Tuples& tuples) {
  for (ReadColumn& column : columns_) column.is_read = false;
  number_groups(tuples);
  for (Gathered& gathered : aggregates_) add_to(gathered, tuples);
}

const Grouping::ReadColumn& Grouping::read(std::size_t slot, const Tuples& tuples) {
  ReadColumn& column = columns_[slot];
  if (column.is_read) return column;
  column.words.resize(tuples.size());
  scans_.read(column.place, tuples.rows[column.place.scan], column.words.data());
  column.has_null = std::ranges::find(column.words, kNullWord) != column.words.end();
  column.is_read = true;
  return column;
}

void Grouping::number_groups(const Tuples& tuples) {
  std::vector<const Word*> keys;
  for (const std::size_t slot : keys_) keys.push_back(read(slot, tuples).words.data());
  number(keys, tuples.size());
}

/// Finds the groups of rows by their keys, and makes new ones.
void Grouping::number(const std::vector<const Word*>& keys, std::size_t count) {
  if (keys.empty()) {
    groups_.assign(count, 0);
    group_count_ = 1;
    return;
  }
  groups_.resize(count);
  if (!limits_.empty()) return number_by_code(keys, count);
  table_.add(keys, count, groups_.data());
  group_count_ = table_.size();
}

void Grouping::number_by_code(const std::vector<const Word*>& keys, std::size_t count) {
  std::ranges::fill(groups_, 0);
  for (std::size_t key = 0; key < keys.size(); ++key) {
    const auto limit = static_cast<std::uint32_t>(limits_[key]);
    for (std::size_t at = 0; at < count; ++at) {
      const Word word = keys[key][at];
      groups_[at] =
          groups_[at] * limit + (word == kNullWord ? limit - 1 : static_cast<std::uint32_t>(word));
    }
  }
  for (std::size_t at = 0; at < count; ++at) {
    std::uint32_t& group = by_code_[groups_[at]];
    if (group == 0) {
      group = static_cast<std::uint32_t>(++group_count_);
      for (const Word* column : keys) group_words_.push_back(column[at]);
    }
    groups_[at] = group - 1;
  }
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

void Grouping::add_to(Gathered& gathered, const Tuples& tuples) {
  const OperatorAggregate& planned = *gathered.planned;
  const bool distinct =
      planned.aggregate->distinct && planned.kind != AggregateKind::kCountDistinct;
  const bool literal = std::ranges::find(gathered.arguments, kLiteral) != gathered.arguments.end();
  if (distinct || literal || planned.filter) return add_some(gathered, tuples);
  std::vector<const Word*> arguments;
  bool has_null = false;
  for (const std::size_t slot : gathered.arguments) {
    const ReadColumn& column = read(slot, tuples);
    has_null |= arguments.empty() && column.has_null;
    arguments.push_back(column.words.data());
  }
  if (has_null && planned.aggregate->function->skips_null) return add_some(gathered, tuples);
  gathered.states->add({groups_, group_count_}, arguments);
}

/// The rows that FILTER lets through, as groups and tuples; answers whether these are all.
bool Grouping::select_rows(const Gathered& gathered, const Tuples& tuples) {
  selected_ = groups_;
  if (!gathered.planned->filter) return true;
  std::vector<Word> words(groups_.size());
  const ColumnPlace& filter = *gathered.planned->filter;
  scans_.read(filter, tuples.rows[filter.scan], words.data());
  std::vector<std::uint8_t> marks(words.size());
  for (std::size_t at = 0; at < words.size(); ++at) marks[at] = words[at] == 1 ? 1 : 0;
  keep_marked(selected_, marks);
  selected_tuples_ = tuples;
  selected_tuples_.keep(marks);
  return false;
}

/// The same for some of the rows: FILTER, NULL and DISTINCT leave others out.
void Grouping::add_some(Gathered& gathered, const Tuples& tuples) {
  const OperatorAggregate& planned = *gathered.planned;
  const bool all = select_rows(gathered, tuples);
  if (selected_.empty()) return;
  arguments_.resize(planned.arguments.size());
  for (std::size_t at = 0; at < arguments_.size(); ++at) {
    const std::size_t slot = gathered.arguments[at];
    if (slot == kLiteral) {
      arguments_[at].assign(selected_.size(), 0);
    } else if (all) {
      arguments_[at] = read(slot, tuples).words;
    } else {
      arguments_[at].resize(selected_.size());
      const ColumnPlace& place = planned.arguments[at];
      scans_.read(place, selected_tuples_.rows[place.scan], arguments_[at].data());
    }
  }
  const bool skips = planned.aggregate->function->skips_null && !arguments_.empty();
  if (skips && gathered.arguments[0] == kLiteral && planned.literals[0]->literal.is_null()) return;
  if (skips && gathered.arguments[0] != kLiteral)
    keep_selected([this](std::size_t at) { return arguments_[0][at] != kNullWord; });
  if (planned.aggregate->distinct && planned.kind != AggregateKind::kCountDistinct &&
      !selected_.empty()) {
    drop_repeated(gathered);
  }
  if (selected_.empty()) return;
  std::vector<const Word*> arguments;
  for (const auto& column : arguments_) arguments.push_back(column.data());
  gathered.states->add({selected_, group_count_}, arguments);
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

Word Grouping::key_word(std::size_t key, std::size_t group) const {
  return limits_.empty() ? table_.tuple(static_cast<std::uint32_t>(group))[key]
                         : group_words_[group * planned_.keys.size() + key];
}

Value Grouping::key(std::size_t key, std::size_t group) {
  return scans_.value(planned_.keys[key], planned_.types[key], key_word(key, group));
}

Value Grouping::aggregate(std::size_t aggregate, std::size_t group) {
  return aggregates_[aggregate].states->result(group, stream_.evaluation());
}

}  // namespace trailpond::sql
