#include <xxhash.h>

#include <array>
#include <bit>

#include "sql/evaluation/aggregates/accumulators.hpp"
#include "sql/evaluation/ordering.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/encoding.hpp"
#include "sql/values/numbers.hpp"

/// Aggregate functions. Source: https://trino.io/docs/current/functions/aggregate.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

class Count final : public Accumulator {
 public:
  void add(Evaluation&, Arguments) override { ++count_; }
  bool remove(Arguments) override { return count_-- > 0; }
  Value finish(Evaluation&) override { return Value::of_integer(count_); }

 private:
  std::int64_t count_ = 0;
};

class CountIf final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override { count_ += a[0].boolean() ? 1 : 0; }
  bool remove(Arguments a) override {
    count_ -= a[0].boolean() ? 1 : 0;
    return true;
  }
  Value finish(Evaluation&) override { return Value::of_integer(count_); }

 private:
  std::int64_t count_ = 0;
};

class SumInteger final : public Accumulator {
 public:
  void add(Evaluation& evaluation, Arguments a) override {
    if (__builtin_add_overflow(sum_, a[0].integer(), &sum_)) {
      evaluation.fail(ErrorName::kNumericValueOutOfRange, "bigint addition overflow");
    }
    ++count_;
  }
  bool remove(Arguments a) override {
    --count_;
    return !__builtin_sub_overflow(sum_, a[0].integer(), &sum_);
  }
  Value finish(Evaluation&) override { return count_ > 0 ? Value::of_integer(sum_) : Value(); }

 private:
  std::int64_t sum_ = 0;
  std::int64_t count_ = 0;
};

/// Sums and means of doubles. Trino takes the rows of a frame back by subtraction, whatever is lost
/// to rounding; it adds up anew only where a NaN or an infinity leaves.
class RealSum : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    sum_ += a[0].real();
    ++count_;
  }
  bool remove(Arguments a) override {
    sum_ -= a[0].real();
    --count_;
    return std::isfinite(a[0].real());
  }

 protected:
  double sum_ = 0;
  std::int64_t count_ = 0;
};

class SumReal final : public RealSum {
 public:
  Value finish(Evaluation&) override { return count_ > 0 ? Value::of_real(sum_) : Value(); }
};

class AverageReal final : public RealSum {
 public:
  Value finish(Evaluation&) override {
    return count_ > 0 ? Value::of_real(sum_ / static_cast<double>(count_)) : Value();
  }
};

class DecimalTotal : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override { sum_.add(a[0].decimal()); }
  bool remove(Arguments a) override {
    sum_.remove(a[0].decimal());
    return true;
  }

 protected:
  DecimalSum sum_;
};

class SumDecimal final : public DecimalTotal {
 public:
  Value finish(Evaluation& evaluation) override {
    if (sum_.is_empty()) return {};
    if (const auto sum = sum_.sum()) return Value::of_decimal(*sum);
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "Decimal overflow");
  }
};

class AverageDecimal final : public DecimalTotal {
 public:
  Value finish(Evaluation&) override {
    return sum_.is_empty() ? Value() : Value::of_decimal(sum_.mean());
  }
};

/// The sum of whole numbers as a double: taken back only where nothing was lost to rounding.
class WholeSum : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    sum_ += static_cast<double>(a[0].integer());
    most_ = std::max(most_, std::abs(sum_));
    ++count_;
  }
  bool remove(Arguments a) override {
    constexpr double kExact = 9007199254740992;  // 2^53: whole numbers below are exact
    sum_ -= static_cast<double>(a[0].integer());
    --count_;
    return most_ < kExact;
  }

 protected:
  double most_ = 0;
  double sum_ = 0;
  std::int64_t count_ = 0;
};

class AverageInteger final : public WholeSum {
 public:
  Value finish(Evaluation&) override {
    return count_ > 0 ? Value::of_real(sum_ / static_cast<double>(count_)) : Value();
  }
};

/// The mean of intervals, in their own unit.
class AverageInterval final : public WholeSum {
 public:
  Value finish(Evaluation&) override {
    if (count_ == 0) return {};
    return Value::of_integer(std::llround(sum_ / static_cast<double>(count_)));
  }
};

class Extreme final : public Accumulator {
 public:
  Extreme(TypePointer type, int sign) : type_(type), sign_(sign) {}
  void add(Evaluation& evaluation, Arguments a) override {
    if (best_.is_null() || beats(evaluation, type_, a[0], best_, sign_))
      best_ = keeper_.keep_only(type_, a[0]);
  }
  Value finish(Evaluation&) override { return best_; }

 private:
  TypePointer type_;
  int sign_;
  Keeper keeper_;
  Value best_;
};

/// max_by, min_by: the value beside the extreme key.
class ExtremeBy final : public Accumulator {
 public:
  ExtremeBy(TypePointer value_type, TypePointer key_type, int sign)
      : value_type_(value_type), key_type_(key_type), sign_(sign) {}
  void add(Evaluation& evaluation, Arguments a) override {
    if (a[1].is_null()) return;
    if (!key_.is_null() && !beats(evaluation, key_type_, a[1], key_, sign_)) return;
    key_ = key_keeper_.keep_only(key_type_, a[1]);
    value_ = value_keeper_.keep_only(value_type_, a[0]);
  }
  Value finish(Evaluation&) override { return value_; }

 private:
  TypePointer value_type_;
  TypePointer key_type_;
  int sign_;
  Keeper key_keeper_;
  Keeper value_keeper_;
  Value key_;
  Value value_;
};

/// min, max, min_by and max_by of frames that slide: of the rows that are in, those that will be
/// the extreme one once the rows before them have left. With sign 0 no row beats another.
class SlidingExtreme final : public Accumulator {
 public:
  SlidingExtreme(TypePointer key_type, std::size_t key, int sign)
      : key_type_(key_type), key_(key), sign_(sign) {}
  bool is_queue() const override { return true; }
  void add(Evaluation& evaluation, Arguments a) override {
    const std::uint64_t number = added_++;
    const Value& key = a[key_];
    if (key.is_null()) return;
    while (!rows_.empty() && sign_ != 0 &&
           beats(evaluation, key_type_, key, rows_.back().key, sign_)) {
      rows_.pop_back();
    }
    rows_.push_back({number, key, a[0]});
    use_.raise_to(rows_.size() * sizeof(Row));
  }
  bool remove(Arguments) override {
    if (!rows_.empty() && rows_.front().number == removed_) rows_.pop_front();
    ++removed_;
    return true;
  }
  Value finish(Evaluation&) override { return rows_.empty() ? Value() : rows_.front().value; }

 private:
  struct Row {
    std::uint64_t number;
    Value key;
    Value value;
  };
  TypePointer key_type_;
  std::size_t key_;
  int sign_;
  std::uint64_t added_ = 0;
  std::uint64_t removed_ = 0;
  std::deque<Row> rows_;
  MemoryUse use_;
};

class Arbitrary final : public Accumulator {
 public:
  explicit Arbitrary(TypePointer type) : type_(type) {}
  void add(Evaluation&, Arguments a) override {
    if (value_.is_null()) value_ = keeper_.keep(type_, a[0]);
  }
  Value finish(Evaluation&) override { return value_; }

 private:
  TypePointer type_;
  Keeper keeper_;
  Value value_;
};

/// bitwise_and_agg, bitwise_or_agg
template <class Operation>
class BitwiseAgg final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    bits_ = any_ ? Operation()(bits_, a[0].integer()) : a[0].integer();
    any_ = true;
  }
  Value finish(Evaluation&) override { return any_ ? Value::of_integer(bits_) : Value(); }

 private:
  std::int64_t bits_ = 0;
  bool any_ = false;
};

/// bitwise_xor_agg takes a value back by adding it once more.
class BitwiseXor final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    bits_ ^= a[0].integer();
    ++count_;
  }
  bool remove(Arguments a) override {
    bits_ ^= a[0].integer();
    --count_;
    return true;
  }
  Value finish(Evaluation&) override { return count_ > 0 ? Value::of_integer(bits_) : Value(); }

 private:
  std::int64_t bits_ = 0;
  std::int64_t count_ = 0;
};

/// bitwise_and_agg, bitwise_or_agg of frames that slide: how often each bit was not set, or set.
template <bool all>
class SlidingBits final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override { count(a[0].integer(), 1); }
  bool remove(Arguments a) override {
    count(a[0].integer(), -1);
    return true;
  }
  Value finish(Evaluation&) override {
    if (count_ == 0) return {};
    std::uint64_t bits = 0;
    for (std::size_t bit = 0; bit < counts_.size(); ++bit)
      bits |= std::uint64_t{(counts_[bit] == 0) == all} << bit;
    return Value::of_integer(static_cast<std::int64_t>(bits));
  }

 private:
  void count(std::int64_t value, std::int64_t step) {
    count_ += step;
    const auto bits = static_cast<std::uint64_t>(all ? ~value : value);
    for (std::uint64_t rest = bits; rest != 0; rest &= rest - 1)
      counts_[static_cast<std::size_t>(std::countr_zero(rest))] += step;
  }

  std::array<std::int64_t, 64> counts_ = {};
  std::int64_t count_ = 0;
};

/// Gives bytes that are equal where values are.
class Encoder {
 public:
  explicit Encoder(TypePointer type) : type_(type) {}
  /// Good until the next call.
  std::string_view bytes_of(const Value& value) {
    bytes_.clear();
    encode_value(type_, value, true, bytes_);
    return bytes_;
  }

 private:
  TypePointer type_;
  std::string bytes_ = {};
};

/// checksum: the same for the same values in any order (its bytes are ours, not Trino's).
class Checksum final : public Accumulator {
 public:
  explicit Checksum(TypePointer type) : encoder_(type) {}
  void add(Evaluation&, Arguments a) override {
    sum_ += hash_of(a[0]);
    ++count_;
  }
  bool remove(Arguments a) override {
    sum_ -= hash_of(a[0]);
    --count_;
    return true;
  }
  Value finish(Evaluation& evaluation) override {
    if (count_ == 0) return {};
    return evaluation.text({reinterpret_cast<const char*>(&sum_), sizeof sum_});
  }

 private:
  std::uint64_t hash_of(const Value& value) {
    const std::string_view bytes = encoder_.bytes_of(value);
    return XXH64(bytes.data(), bytes.size(), 0);
  }

  Encoder encoder_;
  std::uint64_t sum_ = 0;
  std::int64_t count_ = 0;
};

/// Counts different values exactly: what an estimate within 2.3 % may answer, too.
class ApproxDistinct final : public Accumulator {
 public:
  explicit ApproxDistinct(TypePointer type) : encoder_(type) {}
  void add(Evaluation& evaluation, Arguments a) override {
    constexpr double kLeast = 0.0040625;
    constexpr double kMost = 0.26;
    if (a.size() == 2 && !(a[1].real() >= kLeast && a[1].real() <= kMost)) {
      evaluation.fail(
          ErrorName::kInvalidFunctionArgument,
          "Max standard error must be in [0.0040625, 0.26]: " + print_double(a[1].real()));
      return;
    }
    ++seen_[hash_of(a[0])];
  }
  bool remove(Arguments a) override {
    const auto held = seen_.find(hash_of(a[0]));
    if (--held->second == 0) seen_.erase(held);
    return true;
  }
  Value finish(Evaluation&) override {
    return Value::of_integer(static_cast<std::int64_t>(seen_.size()));
  }

 private:
  std::uint64_t hash_of(const Value& value) {
    const std::string_view bytes = encoder_.bytes_of(value);
    return XXH3_64bits(bytes.data(), bytes.size());
  }

  Encoder encoder_;
  std::unordered_map<std::uint64_t, std::int64_t> seen_;  // how often each was added
};

class BooleanAgg final : public Accumulator {
 public:
  explicit BooleanAgg(bool all) : all_(all) {}
  void add(Evaluation&, Arguments a) override {
    ++count_;
    trues_ += a[0].boolean() ? 1 : 0;
  }
  bool remove(Arguments a) override {
    --count_;
    trues_ -= a[0].boolean() ? 1 : 0;
    return true;
  }
  Value finish(Evaluation&) override {
    if (count_ == 0) return {};
    return Value::of_boolean(all_ ? trues_ == count_ : trues_ > 0);
  }

 private:
  bool all_;
  std::int64_t count_ = 0;
  std::int64_t trues_ = 0;
};

template <int sign>
MadeAccumulator make_extreme(const BoundAggregate& of) {
  return std::make_unique<Extreme>(of.arguments[0]->type, sign);
}
template <int sign>
MadeAccumulator make_extreme_by(const BoundAggregate& of) {
  return std::make_unique<ExtremeBy>(of.arguments[0]->type, of.arguments[1]->type, sign);
}
/// `key`: the argument that decides. Where a NULL inside a value may decide, all are looked at.
template <int sign, std::size_t key>
MadeAccumulator make_sliding_extreme(const BoundAggregate& of) {
  const TypePointer type = of.arguments[key]->type;
  if (sign != 0 && !type->children.empty()) return nullptr;
  return std::make_unique<SlidingExtreme>(type, key, sign);
}
template <bool all>
MadeAccumulator make_boolean(const BoundAggregate&) {
  return std::make_unique<BooleanAgg>(all);
}

const AggregateFunction kRows[] = {
    {"count", "", "bigint", make_accumulator<Count>, "count", false, "Counts rows.", "", "0"},
    {"count", "T", "bigint", make_accumulator<Count>, "count", true,
     "Counts values that are not NULL.", "", "0"},
    {"count_if", "boolean", "bigint", make_accumulator<CountIf>, "", true, "Counts true.", "", "0"},
    {"sum", "bigint", "bigint", make_accumulator<SumInteger>, "sum", true, "Adds up.", ""},
    {"sum", "double", "double", make_accumulator<SumReal>, "", true, "Adds up.", ""},
    {"sum", "real", "real", make_accumulator<SumReal>, "", true, "Adds up.", ""},
    {"sum", "decimal(p,s)", "decimal(38,s)", make_accumulator<SumDecimal>, "", true, "Adds up.",
     ""},
    {"sum", "interval day to second", "interval day to second", make_accumulator<SumInteger>, "sum",
     true, "Adds up.", ""},
    {"sum", "interval year to month", "interval year to month", make_accumulator<SumInteger>, "sum",
     true, "Adds up.", ""},
    {"avg", "bigint", "double", make_accumulator<AverageInteger>, "", true, "The mean.", ""},
    {"avg", "double", "double", make_accumulator<AverageReal>, "", true, "The mean.", ""},
    {"avg", "real", "real", make_accumulator<AverageReal>, "", true, "The mean.", ""},
    {"avg", "decimal(p,s)", "decimal(p,s)", make_accumulator<AverageDecimal>, "", true, "The mean.",
     ""},
    {"avg", "interval day to second", "interval day to second", make_accumulator<AverageInterval>,
     "", true, "The mean.", ""},
    {"avg", "interval year to month", "interval year to month", make_accumulator<AverageInterval>,
     "", true, "The mean.", ""},
    {"bitwise_and_agg",
     "bigint",
     "bigint",
     make_accumulator<BitwiseAgg<std::bit_and<>>>,
     "",
     true,
     "The bits set in all values.",
     "",
     {},
     make_accumulator<SlidingBits<true>>},
    {"bitwise_or_agg",
     "bigint",
     "bigint",
     make_accumulator<BitwiseAgg<std::bit_or<>>>,
     "",
     true,
     "The bits set in any value.",
     "",
     {},
     make_accumulator<SlidingBits<false>>},
    {"bitwise_xor_agg", "bigint", "bigint", make_accumulator<BitwiseXor>, "", true,
     "The bits set in an odd number of values.", ""},
    {"checksum", "T", "varbinary", make_of_first<Checksum>, "", false,
     "The same for the same values in any order.", ""},
    {"min",
     "E:orderable",
     "E",
     make_extreme<-1>,
     "min",
     true,
     "The least value.",
     "",
     {},
     make_sliding_extreme<-1, 0>},
    {"max",
     "E:orderable",
     "E",
     make_extreme<1>,
     "max",
     true,
     "The greatest value.",
     "",
     {},
     make_sliding_extreme<1, 0>},
    {"min_by",
     "V, K:orderable",
     "V",
     make_extreme_by<-1>,
     "",
     false,
     "The value beside the least key.",
     "",
     {},
     make_sliding_extreme<-1, 1>},
    {"max_by",
     "V, K:orderable",
     "V",
     make_extreme_by<1>,
     "",
     false,
     "The value beside the greatest key.",
     "",
     {},
     make_sliding_extreme<1, 1>},
    {"arbitrary",
     "T",
     "T",
     make_of_first<Arbitrary>,
     "",
     true,
     "Any value that is not NULL.",
     "",
     {},
     make_sliding_extreme<0, 0>},
    {"any_value",
     "T",
     "T",
     make_of_first<Arbitrary>,
     "",
     true,
     "Any value that is not NULL.",
     "",
     {},
     make_sliding_extreme<0, 0>},
    {"approx_distinct", "T:comparable", "bigint", make_of_first<ApproxDistinct>, "", true,
     "Counts different values.", "", "0"},
    {"approx_distinct", "T:comparable, double", "bigint", make_of_first<ApproxDistinct>, "", true,
     "Counts different values.", "", "0"},
    {"bool_and", "boolean", "boolean", make_boolean<true>, "", true, "Whether all are true.", ""},
    {"every", "boolean", "boolean", make_boolean<true>, "", true, "Whether all are true.", ""},
    {"bool_or", "boolean", "boolean", make_boolean<false>, "", true, "Whether one is true.", ""},
};

}  // namespace

std::span<const AggregateFunction> aggregate_functions() { return kRows; }

}  // namespace trailpond::sql
