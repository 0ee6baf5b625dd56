#include "sql/evaluation/aggregates/accumulators.hpp"

/// Statistical aggregate functions: spread, shape, correlation.
/// Source: https://trino.io/docs/current/functions/aggregate.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

Value finite_or_null(double value) {
  return std::isfinite(value) ? Value::of_real(value) : Value();
}

/// The sums of the second, third and fourth powers of the distances from the mean, one value at a
/// time (Pébay's update formulas).
class Moments {
 public:
  void add(double value) {
    const double before = count_;
    count_ += 1;
    const double delta = value - mean_;
    const double share = delta / count_;
    const double product = delta * share * before;
    mean_ += share;
    fourth_ += product * share * share * (count_ * count_ - 3 * count_ + 3) +
               6 * share * share * second_ - 4 * share * third_;
    third_ += product * share * (count_ - 2) - 3 * share * second_;
    second_ += product;
  }
  double count_ = 0;
  double mean_ = 0;
  double second_ = 0;
  double third_ = 0;
  double fourth_ = 0;
};

double number_of(TypePointer type, const Value& value) {
  return type->kind == TypeKind::kBigint ? static_cast<double>(value.integer()) : value.real();
}

/// The sum of the squares of the distances from the mean (Welford), rounded as Trino rounds it.
class Spread {
 public:
  void add(double value) {
    count_ += 1;
    const double before = value - mean_;
    mean_ += before / count_;
    squares_ += before * (value - mean_);
  }
  double count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
};

template <class State, Value (*result)(const State&)>
class OfNumbers final : public Accumulator {
 public:
  explicit OfNumbers(TypePointer type) : type_(type) {}
  void add(Evaluation&, Arguments a) override { state_.add(number_of(type_, a[0])); }
  Value finish(Evaluation&) override { return result(state_); }

 private:
  TypePointer type_;
  State state_;
};

template <bool sample, bool root>
Value variance(const Spread& spread) {
  const double divisor = sample ? spread.count_ - 1 : spread.count_;
  if (divisor <= 0) return {};
  const double value = spread.squares_ / divisor;
  return Value::of_real(root ? std::sqrt(value) : value);
}
Value skewness(const Moments& m) {
  if (m.count_ < 3) return {};
  return Value::of_real(std::sqrt(m.count_) * m.third_ / std::pow(m.second_, 1.5));
}
Value kurtosis(const Moments& m) {
  const double n = m.count_;
  if (n < 4) return {};
  const double spread = m.second_ / (n - 1);
  const double shape =
      n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * (m.fourth_ / (spread * spread));
  return Value::of_real(shape - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3)));
}

/// Sums over pairs (y, x); rows in which one is NULL do not count.
struct Pairs {
  double count = 0;
  double mean_x = 0;
  double mean_y = 0;
  double squares_x = 0;
  double squares_y = 0;
  double products = 0;
  void add(double y, double x) {
    count += 1;
    const double from_mean_x = x - mean_x;
    const double from_mean_y = y - mean_y;
    mean_x += from_mean_x / count;
    mean_y += from_mean_y / count;
    squares_x += from_mean_x * (x - mean_x);
    squares_y += from_mean_y * (y - mean_y);
    products += from_mean_x * (y - mean_y);
  }
};
template <Value (*result)(const Pairs&)>
class OfPairs final : public Accumulator {
 public:
  void add(Evaluation&, Arguments a) override {
    if (!a[0].is_null() && !a[1].is_null()) pairs_.add(a[0].real(), a[1].real());
  }
  Value finish(Evaluation&) override { return result(pairs_); }

 private:
  Pairs pairs_;
};
Value correlation(const Pairs& p) {
  return finite_or_null(p.products / std::sqrt(p.squares_x * p.squares_y));
}
Value covariance_of_all(const Pairs& p) {
  return p.count > 0 ? Value::of_real(p.products / p.count) : Value();
}
Value covariance_of_sample(const Pairs& p) {
  return p.count > 1 ? Value::of_real(p.products / (p.count - 1)) : Value();
}
Value slope(const Pairs& p) { return finite_or_null(p.products / p.squares_x); }
Value intercept(const Pairs& p) {
  return finite_or_null(p.mean_y - p.products / p.squares_x * p.mean_x);
}

class GeometricMean final : public Accumulator {
 public:
  explicit GeometricMean(TypePointer type) : type_(type) {}
  void add(Evaluation&, Arguments a) override {
    sum_ += std::log(number_of(type_, a[0]));
    ++count_;
  }
  Value finish(Evaluation&) override {
    return count_ > 0 ? Value::of_real(std::exp(sum_ / static_cast<double>(count_))) : Value();
  }

 private:
  TypePointer type_;
  double sum_ = 0;
  std::int64_t count_ = 0;
};

#define TRAILPOND_NUMBERS(name, State, result, doc)                                         \
  {name, "bigint", "double", make_of_first<OfNumbers<State, result>>, "", true, doc, ""}, { \
    name, "double", "double", make_of_first<OfNumbers<State, result>>, "", true, doc, ""    \
  }
#define TRAILPOND_PAIRS(name, result, doc)                                                  \
  {name, "real, real", "real", make_accumulator<OfPairs<result>>, "", false, doc, ""}, {    \
    name, "double, double", "double", make_accumulator<OfPairs<result>>, "", false, doc, "" \
  }
constexpr auto kSampleVariance = variance<true, false>;
constexpr auto kVariance = variance<false, false>;
constexpr auto kSampleDeviation = variance<true, true>;
constexpr auto kDeviation = variance<false, true>;

const AggregateFunction kRows[] = {
    TRAILPOND_NUMBERS("variance", Spread, kSampleVariance, "The sample variance."),
    TRAILPOND_NUMBERS("var_samp", Spread, kSampleVariance, "The sample variance."),
    TRAILPOND_NUMBERS("var_pop", Spread, kVariance, "The population variance."),
    TRAILPOND_NUMBERS("stddev", Spread, kSampleDeviation, "The sample deviation."),
    TRAILPOND_NUMBERS("stddev_samp", Spread, kSampleDeviation, "The sample deviation."),
    TRAILPOND_NUMBERS("stddev_pop", Spread, kDeviation, "The population deviation."),
    TRAILPOND_NUMBERS("skewness", Moments, skewness, "The skewness."),
    TRAILPOND_NUMBERS("kurtosis", Moments, kurtosis, "The excess kurtosis."),
    TRAILPOND_PAIRS("corr", correlation, "The correlation of y and x."),
    TRAILPOND_PAIRS("covar_pop", covariance_of_all, "The population covariance of y and x."),
    TRAILPOND_PAIRS("covar_samp", covariance_of_sample, "The sample covariance of y and x."),
    TRAILPOND_PAIRS("regr_slope", slope, "The slope of the regression of y on x."),
    TRAILPOND_PAIRS("regr_intercept", intercept, "The intercept of the regression of y on x."),
    {"geometric_mean", "bigint", "double", make_of_first<GeometricMean>, "", true,
     "The geometric mean.", ""},
    {"geometric_mean", "real", "real", make_of_first<GeometricMean>, "", true,
     "The geometric mean.", ""},
    {"geometric_mean", "double", "double", make_of_first<GeometricMean>, "", true,
     "The geometric mean.", ""},
};

}  // namespace

std::span<const AggregateFunction> moment_aggregates() { return kRows; }

}  // namespace trailpond::sql
