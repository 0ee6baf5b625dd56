#include <xxhash.h>

#include <deque>

#include "sql/functions/registry.hpp"

/// Aggregate functions. Source: https://trino.io/docs/current/functions/aggregate.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// Values that outlive their row: kept encoded, each in its own text.
class Keeper {
 public:
  Value keep(TypePointer type, const Value& value) {
    if (value.is_null()) return {};
    std::string& data = held_.emplace_back();
    encode_value(type, value, false, data);
    return decode_value(type, data, arena_);
  }

 private:
  std::deque<std::string> held_;
  Arena arena_{std::size_t{1} << 30};
};

class Count final : public Accumulator {
 public:
  void add(Evaluation&, Arguments) override { ++count_; }
  Value finish(Evaluation&) override { return Value::of_integer(count_); }

 private:
  std::int64_t count_ = 0;
};

class CountIf final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override { count_ += a[0].boolean() ? 1 : 0; }
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
    any_ = true;
  }
  Value finish(Evaluation&) override { return any_ ? Value::of_integer(sum_) : Value(); }

 private:
  std::int64_t sum_ = 0;
  bool any_ = false;
};

class SumReal final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    sum_ += a[0].real();
    any_ = true;
  }
  Value finish(Evaluation&) override { return any_ ? Value::of_real(sum_) : Value(); }

 private:
  double sum_ = 0;
  bool any_ = false;
};

class SumDecimal final : public Accumulator {
 public:
  void add(Evaluation& evaluation, Arguments a) override {
    if (__builtin_add_overflow(sum_, a[0].decimal(), &sum_))
      evaluation.fail(ErrorName::kNumericValueOutOfRange, "Decimal overflow");
    ++count_;
  }
  Value finish(Evaluation&) override { return count_ > 0 ? Value::of_decimal(sum_) : Value(); }

 protected:
  Int128 sum_ = 0;
  std::int64_t count_ = 0;
};

class AverageDecimal final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    sum_ += a[0].decimal();
    ++count_;
  }
  Value finish(Evaluation&) override {
    if (count_ == 0) return {};
    const Int128 half = count_ / 2;
    return Value::of_decimal((sum_ + (sum_ < 0 ? -half : half)) / count_);
  }

 private:
  Int128 sum_ = 0;
  std::int64_t count_ = 0;
};

class AverageReal final : public Accumulator {
 public:
  explicit AverageReal(bool of_integers) : of_integers_(of_integers) {}
  void add(Evaluation&, Arguments a) override {
    sum_ += of_integers_ ? static_cast<double>(a[0].integer()) : a[0].real();
    ++count_;
  }
  Value finish(Evaluation&) override {
    return count_ > 0 ? Value::of_real(sum_ / static_cast<double>(count_)) : Value();
  }

 private:
  bool of_integers_;
  double sum_ = 0;
  std::int64_t count_ = 0;
};

class Extreme final : public Accumulator {
 public:
  Extreme(TypePointer type, int sign) : type_(type), sign_(sign) {}
  void add(Evaluation&, Arguments a) override {
    if (best_.is_null() || compare_values(type_, a[0], best_) * sign_ > 0)
      best_ = keeper_.keep(type_, a[0]);
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
  void add(Evaluation&, Arguments a) override {
    if (a[1].is_null()) return;
    if (!key_.is_null() && compare_values(key_type_, a[1], key_) * sign_ <= 0) return;
    key_ = keeper_.keep(key_type_, a[1]);
    value_ = keeper_.keep(value_type_, a[0]);
  }
  Value finish(Evaluation&) override { return value_; }

 private:
  TypePointer value_type_;
  TypePointer key_type_;
  int sign_;
  Keeper keeper_;
  Value key_;
  Value value_;
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

class ArrayAgg final : public Accumulator {
 public:
  explicit ArrayAgg(TypePointer type) : type_(type) {}
  void add(Evaluation&, Arguments a) override { items_.push_back(keeper_.keep(type_, a[0])); }
  Value finish(Evaluation&) override { return items_.empty() ? Value() : Value::of_items(items_); }

 private:
  TypePointer type_;
  Keeper keeper_;
  std::vector<Value> items_;
};

/// Counts different values exactly: what an estimate within 2.3 % may answer, too.
class ApproxDistinct final : public Accumulator {
 public:
  explicit ApproxDistinct(TypePointer type) : type_(type) {}
  void add(Evaluation&, Arguments a) override {
    key_.clear();
    encode_value(type_, a[0], true, key_);
    seen_.insert(XXH3_64bits(key_.data(), key_.size()));
  }
  Value finish(Evaluation&) override {
    return Value::of_integer(static_cast<std::int64_t>(seen_.size()));
  }

 private:
  TypePointer type_;
  std::string key_;
  std::unordered_set<std::uint64_t> seen_;
};

class BooleanAgg final : public Accumulator {
 public:
  explicit BooleanAgg(bool all) : all_(all), result_(all) {}
  void add(Evaluation&, Arguments a) override {
    any_ = true;
    result_ = all_ ? result_ && a[0].boolean() : result_ || a[0].boolean();
  }
  Value finish(Evaluation&) override { return any_ ? Value::of_boolean(result_) : Value(); }

 private:
  bool all_;
  bool result_;
  bool any_ = false;
};

/// map_agg: the first value of each key; histogram: how often each key came.
class MapAgg final : public Accumulator {
 public:
  MapAgg(TypePointer key, TypePointer value) : key_(key), value_(value) {}
  void add(Evaluation&, Arguments a) override {
    if (a[0].is_null()) return;
    std::string key;
    encode_value(key_, a[0], true, key);
    const auto [place, fresh] = places_.try_emplace(std::move(key), items_.size());
    if (!fresh) {
      if (value_ == nullptr)
        items_[place->second + 1] = Value::of_integer(items_[place->second + 1].integer() + 1);
      return;
    }
    items_.push_back(keeper_.keep(key_, a[0]));
    items_.push_back(value_ == nullptr ? Value::of_integer(1) : keeper_.keep(value_, a[1]));
  }
  Value finish(Evaluation&) override { return items_.empty() ? Value() : Value::of_items(items_); }

 private:
  TypePointer key_;
  TypePointer value_;
  Keeper keeper_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Value> items_;
};

/// Variance and its relatives, by Welford's method.
class Variance final : public Accumulator {
 public:
  Variance(bool sample, bool root) : sample_(sample), root_(root) {}
  void add(Evaluation&, Arguments a) override {
    ++count_;
    const double delta = a[0].real() - mean_;
    mean_ += delta / static_cast<double>(count_);
    squares_ += delta * (a[0].real() - mean_);
  }
  Value finish(Evaluation&) override {
    const std::int64_t divisor = sample_ ? count_ - 1 : count_;
    if (count_ == 0 || divisor <= 0) return {};
    const double variance = squares_ / static_cast<double>(divisor);
    return Value::of_real(root_ ? std::sqrt(variance) : variance);
  }

 private:
  bool sample_;
  bool root_;
  std::int64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

class GeometricMean final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    sum_ += std::log(a[0].real());
    ++count_;
  }
  Value finish(Evaluation&) override {
    return count_ > 0 ? Value::of_real(std::exp(sum_ / static_cast<double>(count_))) : Value();
  }

 private:
  double sum_ = 0;
  std::int64_t count_ = 0;
};

/// approx_percentile, exactly: the value at the rank.
class Percentile final : public Accumulator {
 public:
  explicit Percentile(bool of_integers) : of_integers_(of_integers) {}
  void add(Evaluation& evaluation, Arguments a) override {
    values_.push_back(of_integers_ ? static_cast<double>(a[0].integer()) : a[0].real());
    percentile_ = a[1].real();
    if (percentile_ < 0 || percentile_ > 1)
      evaluation.fail(ErrorName::kInvalidFunctionArgument, "Percentile must be between 0 and 1");
  }
  Value finish(Evaluation&) override {
    if (values_.empty()) return {};
    std::ranges::sort(values_);
    const auto rank = static_cast<std::size_t>(percentile_ * static_cast<double>(values_.size()));
    const double value = values_[std::min(rank, values_.size() - 1)];
    return of_integers_ ? Value::of_integer(static_cast<std::int64_t>(value))
                        : Value::of_real(value);
  }

 private:
  bool of_integers_;
  double percentile_ = 0;
  std::vector<double> values_;
};

using Made = std::unique_ptr<Accumulator>;
using Of = const BoundAggregate&;
template <class T>
Made make(Of) {
  return std::make_unique<T>();
}
template <class T>
Made make_of_first(Of of) {
  return std::make_unique<T>(of.arguments[0]->type);
}
template <int sign>
Made make_extreme(Of of) {
  return std::make_unique<Extreme>(of.arguments[0]->type, sign);
}
template <int sign>
Made make_extreme_by(Of of) {
  return std::make_unique<ExtremeBy>(of.arguments[0]->type, of.arguments[1]->type, sign);
}
template <bool all>
Made make_boolean(Of) {
  return std::make_unique<BooleanAgg>(all);
}
template <bool sample, bool root>
Made make_variance(Of) {
  return std::make_unique<Variance>(sample, root);
}
template <bool of_integers>
Made make_average(Of) {
  return std::make_unique<AverageReal>(of_integers);
}
template <bool of_integers>
Made make_percentile(Of) {
  return std::make_unique<Percentile>(of_integers);
}
Made make_map(Of of) {
  return std::make_unique<MapAgg>(of.arguments[0]->type, of.arguments[1]->type);
}
Made make_histogram(Of of) { return std::make_unique<MapAgg>(of.arguments[0]->type, nullptr); }

const AggregateFunction kRows[] = {
    {"count", "", "bigint", make<Count>, "count", false, "Counts rows.", "", "0"},
    {"count", "T", "bigint", make<Count>, "count", true, "Counts values that are not NULL.", "",
     "0"},
    {"count_if", "boolean", "bigint", make<CountIf>, "", true, "Counts true.", "", "0"},
    {"sum", "bigint", "bigint", make<SumInteger>, "sum", true, "Adds up.", ""},
    {"sum", "double", "double", make<SumReal>, "", true, "Adds up.", ""},
    {"sum", "real", "real", make<SumReal>, "", true, "Adds up.", ""},
    {"sum", "decimal(p,s)", "decimal(38,s)", make<SumDecimal>, "", true, "Adds up.", ""},
    {"sum", "interval day to second", "interval day to second", make<SumInteger>, "sum", true,
     "Adds up.", ""},
    {"sum", "interval year to month", "interval year to month", make<SumInteger>, "sum", true,
     "Adds up.", ""},
    {"avg", "bigint", "double", make_average<true>, "", true, "The mean.", ""},
    {"avg", "double", "double", make_average<false>, "", true, "The mean.", ""},
    {"avg", "real", "real", make_average<false>, "", true, "The mean.", ""},
    {"avg", "decimal(p,s)", "decimal(p,s)", make<AverageDecimal>, "", true, "The mean.", ""},
    {"min", "E:orderable", "E", make_extreme<-1>, "min", true, "The least value.", ""},
    {"max", "E:orderable", "E", make_extreme<1>, "max", true, "The greatest value.", ""},
    {"min_by", "V, K:orderable", "V", make_extreme_by<-1>, "", false,
     "The value beside the least key.", ""},
    {"max_by", "V, K:orderable", "V", make_extreme_by<1>, "", false,
     "The value beside the greatest key.", ""},
    {"arbitrary", "T", "T", make_of_first<Arbitrary>, "", true, "Any value that is not NULL.", ""},
    {"any_value", "T", "T", make_of_first<Arbitrary>, "", true, "Any value that is not NULL.", ""},
    {"array_agg", "T", "array(T)", make_of_first<ArrayAgg>, "", false, "All values as an array.",
     ""},
    {"approx_distinct", "T:comparable", "bigint", make_of_first<ApproxDistinct>, "", true,
     "Counts different values.", "", "0"},
    {"approx_distinct", "T:comparable, double", "bigint", make_of_first<ApproxDistinct>, "", true,
     "Counts different values.", "", "0"},
    {"approx_percentile", "bigint, double", "bigint", make_percentile<true>, "", true,
     "The value at a percentile.", ""},
    {"approx_percentile", "double, double", "double", make_percentile<false>, "", true,
     "The value at a percentile.", ""},
    {"bool_and", "boolean", "boolean", make_boolean<true>, "", true, "Whether all are true.", ""},
    {"every", "boolean", "boolean", make_boolean<true>, "", true, "Whether all are true.", ""},
    {"bool_or", "boolean", "boolean", make_boolean<false>, "", true, "Whether one is true.", ""},
    {"map_agg", "K:comparable, V", "map(K,V)", make_map, "", false, "A map of keys and values.",
     ""},
    {"histogram", "K:comparable", "map(K,bigint)", make_histogram, "", true,
     "How often each value came.", ""},
    {"variance", "double", "double", make_variance<true, false>, "", true, "The sample variance.",
     ""},
    {"var_samp", "double", "double", make_variance<true, false>, "", true, "The sample variance.",
     ""},
    {"var_pop", "double", "double", make_variance<false, false>, "", true,
     "The population variance.", ""},
    {"stddev", "double", "double", make_variance<true, true>, "", true, "The sample deviation.",
     ""},
    {"stddev_samp", "double", "double", make_variance<true, true>, "", true,
     "The sample deviation.", ""},
    {"stddev_pop", "double", "double", make_variance<false, true>, "", true,
     "The population deviation.", ""},
    {"geometric_mean", "double", "double", make<GeometricMean>, "", true, "The geometric mean.",
     ""},
};

}  // namespace

std::span<const AggregateFunction> aggregate_functions() { return kRows; }

}  // namespace trailpond::sql
