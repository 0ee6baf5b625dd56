#include "sql/operators/group_states.hpp"

#include <algorithm>

#include "base/tuple_table.hpp"
#include "sql/evaluation/function.hpp"
#include "sql/operators/arranging.hpp"
#include "sql/values/memory_use.hpp"

namespace trailpond::sql {
namespace {

using Arguments = std::span<const Word* const>;

/// Makes room for the groups of some rows.
template <class T>
void make_room(std::vector<T>& states, const GroupedRows& rows) {
  if (rows.count > states.size()) states.resize(rows.count);
}

void raise(Evaluation& evaluation) {
  if (auto error = evaluation.take_error()) throw OperatorFailure{std::move(*error)};
}

class Count final : public GroupStates {
 public:
  explicit Count(bool only_true) : only_true_(only_true) {}
  void add(const GroupedRows& rows, Arguments arguments) override {
    const auto groups = rows.groups;
    make_room(counts_, rows);
    for (std::size_t at = 0; at < groups.size(); ++at)
      counts_[groups[at]] += !only_true_ || arguments[0][at] == 1 ? 1 : 0;
  }
  bool can_absorb() const override { return true; }
  void absorb(GroupStates& other, const GroupedRows& groups, Translation&) override {
    make_room(counts_, groups);
    const auto& counts = static_cast<const Count&>(other).counts_;
    for (std::size_t at = 0; at < counts.size(); ++at) counts_[groups.groups[at]] += counts[at];
  }
  void finish(std::size_t groups) override { counts_.resize(groups, 0); }
  Value result(std::size_t group, Evaluation&) override {
    return Value::of_integer(counts_[group]);
  }
  std::size_t memory_bytes() const override { return counts_.capacity() * sizeof(std::int64_t); }

 private:
  bool only_true_;
  std::vector<std::int64_t> counts_;
};

/// Different values of each group: bits by code where these are few, else a hash table.
class CountDistinct final : public GroupStates {
 public:
  CountDistinct(const ColumnPlace& place, Word code_limit)
      : place_(place), code_limit_(code_limit), seen_(2) {}

  void add(const GroupedRows& rows, Arguments arguments) override {
    const auto groups = rows.groups;
    make_room(counts_, rows);
    if (code_limit_ > 0 && counts_.size() * code_limit_ <= kMostBits)
      return add_bits(groups, arguments[0]);
    leave_bits();
    group_words_.assign(groups.begin(), groups.end());
    numbers_.resize(groups.size());
    const Word* columns[] = {group_words_.data(), arguments[0]};
    std::uint32_t known = seen_.size();
    seen_.add(columns, groups.size(), numbers_.data());
    for (std::size_t at = 0; at < groups.size(); ++at) {
      if (numbers_[at] < known) continue;
      ++known;  // each new pair has the next number
      ++counts_[groups[at]];
    }
  }
  bool can_absorb() const override { return true; }
  void absorb(GroupStates& other, const GroupedRows& groups, Translation& translation) override {
    const auto& pairs = static_cast<const CountDistinct&>(other);
    std::vector<std::uint32_t> mapped;
    std::vector<Word> words;
    const auto hand_on = [&] {
      translation.apply(place_, words);
      const Word* argument = words.data();
      add({mapped, groups.count}, {&argument, 1});
      mapped.clear();
      words.clear();
    };
    const auto take = [&](std::size_t group, Word word) {
      mapped.push_back(groups.groups[group]);
      words.push_back(word);
      if (words.size() == kTuples) hand_on();
    };
    for (std::size_t at = 0; at < pairs.bits_.size(); ++at) {
      if (pairs.bits_[at]) take(at / pairs.code_limit_, at % pairs.code_limit_);
    }
    for (std::uint32_t number = 0; number < pairs.seen_.size(); ++number)
      take(pairs.seen_.tuple(number)[0], pairs.seen_.tuple(number)[1]);
    hand_on();
  }
  void finish(std::size_t groups) override { counts_.resize(groups, 0); }
  Value result(std::size_t group, Evaluation&) override {
    return Value::of_integer(counts_[group]);
  }
  std::size_t memory_bytes() const override {
    return counts_.capacity() * sizeof(std::int64_t) + bits_.capacity() / 8 + seen_.memory_bytes();
  }

 private:
  static constexpr std::size_t kMostBits = std::size_t{1} << 26;

  void add_bits(std::span<const std::uint32_t> groups, const Word* codes) {
    bits_.resize(counts_.size() * code_limit_);
    for (std::size_t at = 0; at < groups.size(); ++at) {
      auto bit = bits_[groups[at] * code_limit_ + codes[at]];
      counts_[groups[at]] += bit ? 0 : 1;
      bit = true;
    }
  }

  /// There are too many groups for bits: what they say goes into the table.
  void leave_bits() {
    for (std::size_t at = 0; at < bits_.size(); ++at) {
      if (!bits_[at]) continue;
      const Word pair[] = {at / code_limit_, at % code_limit_};
      const Word* columns[] = {&pair[0], &pair[1]};
      std::uint32_t number = 0;
      seen_.add(columns, 1, &number);
    }
    bits_ = {};
    code_limit_ = 0;
  }

  ColumnPlace place_;
  Word code_limit_;
  std::vector<bool> bits_;
  TupleTable seen_;
  std::vector<Word> group_words_;
  std::vector<std::uint32_t> numbers_;
  std::vector<std::int64_t> counts_;
};

class SumInteger final : public GroupStates {
 public:
  void add(const GroupedRows& rows, Arguments arguments) override {
    const auto groups = rows.groups;
    make_room(sums_, rows);
    for (std::size_t at = 0; at < groups.size(); ++at) {
      add_to(sums_[groups[at]], static_cast<std::int64_t>(arguments[0][at]));
    }
  }
  bool can_absorb() const override { return true; }
  void absorb(GroupStates& other, const GroupedRows& groups, Translation&) override {
    make_room(sums_, groups);
    const auto& sums = static_cast<const SumInteger&>(other).sums_;
    for (std::size_t at = 0; at < sums.size(); ++at) {
      if (sums[at].any) add_to(sums_[groups.groups[at]], sums[at].sum);
    }
  }
  void finish(std::size_t groups) override { sums_.resize(groups); }
  Value result(std::size_t group, Evaluation&) override {
    return sums_[group].any ? Value::of_integer(sums_[group].sum) : Value();
  }
  std::size_t memory_bytes() const override { return sums_.capacity() * sizeof(State); }

 private:
  struct State {
    std::int64_t sum = 0;
    bool any = false;
  };
  static void add_to(State& state, std::int64_t number) {
    if (__builtin_add_overflow(state.sum, number, &state.sum)) {
      throw OperatorFailure{{ErrorName::kNumericValueOutOfRange, "bigint addition overflow", {}}};
    }
    state.any = true;
  }
  std::vector<State> sums_;
};

/// sum and avg of doubles; avg of integers.
class RealSum final : public GroupStates {
 public:
  RealSum(bool of_integers, bool is_mean) : of_integers_(of_integers), is_mean_(is_mean) {}
  void add(const GroupedRows& rows, Arguments arguments) override {
    const auto groups = rows.groups;
    make_room(sums_, rows);
    for (std::size_t at = 0; at < groups.size(); ++at) {
      State& state = sums_[groups[at]];
      const Word word = arguments[0][at];
      state.sum +=
          of_integers_ ? static_cast<double>(static_cast<std::int64_t>(word)) : real_of(word);
      ++state.count;
    }
  }
  bool can_absorb() const override { return of_integers_; }
  void absorb(GroupStates& other, const GroupedRows& groups, Translation&) override {
    make_room(sums_, groups);
    const auto& sums = static_cast<const RealSum&>(other).sums_;
    for (std::size_t at = 0; at < sums.size(); ++at) {
      State& state = sums_[groups.groups[at]];
      state.sum += sums[at].sum;
      state.count += sums[at].count;
    }
  }
  void finish(std::size_t groups) override { sums_.resize(groups); }
  Value result(std::size_t group, Evaluation&) override {
    const State& state = sums_[group];
    if (state.count == 0) return {};
    return Value::of_real(is_mean_ ? state.sum / static_cast<double>(state.count) : state.sum);
  }
  std::size_t memory_bytes() const override { return sums_.capacity() * sizeof(State); }

 private:
  struct State {
    double sum = 0;
    std::int64_t count = 0;
  };
  bool of_integers_;
  bool is_mean_;
  std::vector<State> sums_;
};

/// min, max, min_by, max_by: the best key, and the value beside it.
class Extreme final : public GroupStates {
 public:
  Extreme(const OperatorAggregate& aggregate, OperatorScans& scans, bool greatest)
      : scans_(scans),
        value_(aggregate.arguments.front()),
        key_(aggregate.arguments.back()),
        type_(aggregate.types.front()),
        greatest_(greatest),
        is_text_(scans.at(key_).kind(key_.column) == WordKind::kCode) {}

  void add(const GroupedRows& rows, Arguments arguments) override {
    const auto groups = rows.groups;
    make_room(best_, rows);
    const Word* keys = arguments.back();
    const Word* values = arguments.front();
    for (std::size_t at = 0; at < groups.size(); ++at) {
      State& best = best_[groups[at]];
      if (keys[at] == kNullWord || keys[at] == best.key) continue;
      if (best.key != kNullWord && !beats(keys[at], best.key)) continue;
      best = {keys[at], values[at]};
    }
  }
  bool can_absorb() const override { return true; }
  void absorb(GroupStates& other, const GroupedRows& groups, Translation& translation) override {
    std::vector<Word> keys;
    std::vector<Word> values;
    for (const State& best : static_cast<const Extreme&>(other).best_) {
      keys.push_back(best.key);
      values.push_back(best.value);
    }
    translation.apply(key_, keys);
    translation.apply(value_, values);
    const Word* arguments[] = {values.data(), keys.data()};
    add({groups.groups.first(keys.size()), groups.count}, arguments);
  }
  void finish(std::size_t groups) override { best_.resize(groups); }
  Value result(std::size_t group, Evaluation&) override {
    return scans_.value(value_, type_, best_[group].value);
  }
  std::size_t memory_bytes() const override { return best_.capacity() * sizeof(State); }

 private:
  struct State {
    Word key = kNullWord;
    Word value = kNullWord;
  };
  bool beats(Word key, Word best) const {
    if (!is_text_) {
      const auto left = static_cast<std::int64_t>(key);
      const auto right = static_cast<std::int64_t>(best);
      return greatest_ ? left > right : left < right;
    }
    const RowReader& reader = scans_.at(key_);
    const int order = reader.text(key_.column, key).compare(reader.text(key_.column, best));
    return greatest_ ? order > 0 : order < 0;
  }

  OperatorScans& scans_;
  ColumnPlace value_;
  ColumnPlace key_;
  TypePointer type_;
  bool greatest_;
  bool is_text_;
  std::vector<State> best_;
};

/// array_agg: the words as they come, brought together by group at the end.
class Arrays final : public GroupStates {
 public:
  Arrays(const OperatorAggregate& aggregate, OperatorScans& scans)
      : scans_(scans), place_(aggregate.arguments[0]), type_(aggregate.types[0]) {}

  void add(const GroupedRows& rows, Arguments arguments) override {
    const auto groups = rows.groups;
    groups_.insert(groups_.end(), groups.begin(), groups.end());
    words_.insert(words_.end(), arguments[0], arguments[0] + groups.size());
  }
  bool can_absorb() const override { return true; }
  void absorb(GroupStates& other, const GroupedRows& groups, Translation& translation) override {
    auto& items = static_cast<Arrays&>(other);
    translation.apply(place_, items.words_);
    for (const std::uint32_t group : items.groups_) groups_.push_back(groups.groups[group]);
    words_.insert(words_.end(), items.words_.begin(), items.words_.end());
    items.words_ = {};
    items.groups_ = {};
  }
  void finish(std::size_t groups) override {
    words_ = bring_together<Word>(groups_, groups, starts_,
                                  [this](std::size_t at) { return words_[at]; });
    groups_ = {};
  }
  Value result(std::size_t group, Evaluation& evaluation) override {
    const std::uint32_t begin = starts_[group];
    const std::size_t count = starts_[group + 1] - begin;
    if (count == 0) return {};
    const auto items = evaluation.arena().values(count);
    for (std::size_t at = 0; at < count; ++at)
      items[at] = scans_.value(place_, type_, words_[begin + at]);
    return Value::of_items(items);
  }
  std::size_t memory_bytes() const override {
    return words_.capacity() * sizeof(Word) + groups_.capacity() * sizeof(std::uint32_t);
  }

 private:
  OperatorScans& scans_;
  ColumnPlace place_;
  TypePointer type_;
  std::vector<std::uint32_t> groups_;
  std::vector<Word> words_;
  std::vector<std::uint32_t> starts_;
};

/// Any aggregate: an accumulator for each group.
class Accumulators final : public GroupStates {
 public:
  Accumulators(const OperatorAggregate& aggregate, OperatorScans& scans, Evaluation& evaluation)
      : aggregate_(aggregate), scans_(scans), evaluation_(evaluation) {}

  void add(const GroupedRows& rows, Arguments arguments) override {
    const auto groups = rows.groups;
    make_room(states_, rows);
    for (std::size_t at = 0; at < groups.size(); ++at) {
      auto& state = states_[groups[at]];
      if (!state) state = aggregate_.aggregate->function->make(*aggregate_.aggregate);
      evaluation_.arena().reset();
      const auto values = evaluation_.arena().values(arguments.size());
      for (std::size_t argument = 0; argument < values.size(); ++argument) {
        const BoundPointer& literal = aggregate_.literals[argument];
        values[argument] = literal
                               ? literal->literal
                               : scans_.value(aggregate_.arguments[argument],
                                              aggregate_.types[argument], arguments[argument][at]);
      }
      evaluation_.begin_row(values);
      state->add(evaluation_, values);
      raise(evaluation_);
    }
  }
  void finish(std::size_t groups) override { states_.resize(groups); }
  Value result(std::size_t group, Evaluation& evaluation) override {
    auto& state = states_[group];
    if (!state) state = aggregate_.aggregate->function->make(*aggregate_.aggregate);
    evaluation.begin_row({});
    const Value value = state->finish(evaluation);
    raise(evaluation);
    return value;
  }
  std::size_t memory_bytes() const override { return states_.capacity() * sizeof(void*) * 4; }

 private:
  const OperatorAggregate& aggregate_;
  OperatorScans& scans_;
  Evaluation& evaluation_;
  std::vector<std::unique_ptr<Accumulator>> states_;
};

}  // namespace

std::unique_ptr<GroupStates> make_states(const OperatorAggregate& aggregate, OperatorScans& scans,
                                         Evaluation& evaluation) {
  const auto is_real = [&] {
    const ColumnPlace& place = aggregate.arguments[0];
    return scans.at(place).kind(place.column) == WordKind::kReal;
  };
  switch (aggregate.kind) {
    case AggregateKind::kCount:
      return std::make_unique<Count>(false);
    case AggregateKind::kCountTrue:
      return std::make_unique<Count>(true);
    case AggregateKind::kCountDistinct: {
      const ColumnPlace& place = aggregate.arguments[0];
      return std::make_unique<CountDistinct>(place, scans.at(place).code_limit(place.column));
    }
    case AggregateKind::kSumInteger:
      return std::make_unique<SumInteger>();
    case AggregateKind::kSumReal:
      return std::make_unique<RealSum>(!is_real(), false);
    case AggregateKind::kAverage:
      return std::make_unique<RealSum>(!is_real(), true);
    case AggregateKind::kLeast:
    case AggregateKind::kLeastBy:
      return std::make_unique<Extreme>(aggregate, scans, false);
    case AggregateKind::kGreatest:
    case AggregateKind::kGreatestBy:
      return std::make_unique<Extreme>(aggregate, scans, true);
    case AggregateKind::kArray:
      return std::make_unique<Arrays>(aggregate, scans);
    case AggregateKind::kGeneral:
      return std::make_unique<Accumulators>(aggregate, scans, evaluation);
  }
  return nullptr;
}

}  // namespace trailpond::sql
