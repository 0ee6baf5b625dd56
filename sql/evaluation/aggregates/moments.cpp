#include "sql/evaluation/aggregates/accumulators.hpp"
#include "sql/values/numbers.hpp"

/// Statistical aggregate functions: spread, shape, correlation, percentiles, histograms.
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

template <Value (*result)(const Moments&)>
class OfMoments final : public Accumulator {
 public:
  explicit OfMoments(TypePointer type) : type_(type) {}
  void add(Evaluation&, Arguments a) override { moments_.add(number_of(type_, a[0])); }
  Value finish(Evaluation&) override { return result(moments_); }

 private:
  TypePointer type_;
  Moments moments_;
};

template <bool sample, bool root>
Value variance(const Moments& m) {
  const double divisor = sample ? m.count_ - 1 : m.count_;
  if (divisor <= 0) return {};
  const double value = m.second_ / divisor;
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

/// approx_percentile(value[, weight], percentile or array of them[, accuracy]), exactly: the first
/// value up to which more than that share of the weight lies.
class Percentile final : public Accumulator {
 public:
  explicit Percentile(const BoundAggregate& of)
      : of_integers_(of.arguments[0]->type->kind == TypeKind::kBigint),
        weighted_(of.arguments.size() > 2 && of.arguments[1]->type->kind == TypeKind::kDouble &&
                  (of.arguments[2]->type->kind == TypeKind::kDouble ||
                   of.arguments[2]->type->kind == TypeKind::kArray)),
        many_(of.arguments[weighted_ ? 2 : 1]->type->kind == TypeKind::kArray) {}

  void add(Evaluation& evaluation, Arguments a) override {
    const auto refuse = [&](const std::string& message) {
      evaluation.fail(ErrorName::kInvalidFunctionArgument, message);
    };
    double weight = 1;
    if (weighted_) {
      if (a[1].is_null()) return;
      weight = a[1].real();
      if (!(weight >= 1)) return refuse("weight must be >= 1, was " + print_double(weight));
    }
    const Value& wanted = a[weighted_ ? 2 : 1];
    if (wanted.is_null()) return refuse("Percentile cannot be null");
    if (percentiles_.empty()) {
      const auto all = many_ ? wanted.items() : std::span(&wanted, 1);
      for (const Value& one : all) {
        if (one.is_null()) return refuse("Percentile cannot be null");
        if (!(one.real() >= 0 && one.real() <= 1))
          return refuse("Percentile must be between 0 and 1");
        percentiles_.push_back(one.real());
      }
    }
    use_.grow(sizeof(Weighted));
    values_.push_back({of_integers_ ? 0 : a[0].real(), of_integers_ ? a[0].integer() : 0, weight});
    total_ += weight;
    sorted_ = false;
  }

  Value finish(Evaluation& evaluation) override {
    if (values_.empty()) return {};
    if (!sorted_) {
      std::ranges::sort(values_, [&](const Weighted& left, const Weighted& right) {
        return of_integers_ ? left.integer < right.integer : left.real < right.real;
      });
      sorted_ = true;
    }
    std::vector<Value> found;
    for (const double percentile : percentiles_) found.push_back(at(percentile));
    if (!many_) return found.empty() ? Value() : found[0];
    return evaluation.items(found);
  }

 private:
  struct Weighted {
    double real;
    std::int64_t integer;
    double weight;
  };
  Value at(double percentile) const {
    const double target = percentile * total_;
    double below = 0;
    const Weighted* found = &values_.back();
    for (const Weighted& value : values_) {
      below += value.weight;
      if (below > target) {
        found = &value;
        break;
      }
    }
    return of_integers_ ? Value::of_integer(found->integer) : Value::of_real(found->real);
  }

  bool of_integers_;
  bool weighted_;
  bool many_;
  std::vector<double> percentiles_;
  std::vector<Weighted> values_;
  double total_ = 0;
  bool sorted_ = true;
  MemoryUse use_;
};

/// numeric_histogram(buckets, value[, weight]): values whose neighbours are near are merged until
/// only so many buckets are left (Ben-Haim and Tom-Tov, "A Streaming Parallel Decision Tree").
class NumericHistogram final : public Accumulator {
 public:
  explicit NumericHistogram(const BoundAggregate& of)
      : is_real_(of.arguments[1]->type->kind == TypeKind::kReal) {}
  void add(Evaluation& evaluation, Arguments a) override {
    if (a[0].is_null() || a[1].is_null() || (a.size() > 2 && a[2].is_null())) return;
    if (a[0].integer() < 2 || a[0].integer() > kMaxArrayLength) {
      evaluation.fail(ErrorName::kInvalidFunctionArgument,
                      "numeric_histogram bucket count must be greater than one");
      return;
    }
    wanted_ = static_cast<std::size_t>(a[0].integer());
    buckets_.push_back({a[1].real(), a.size() > 2 ? a[2].real() : 1});
    constexpr std::size_t kSpare = 200;
    if (buckets_.size() >= wanted_ + kSpare) compact();
  }
  Value finish(Evaluation& evaluation) override {
    if (buckets_.empty()) return {};
    compact();
    std::vector<Value> items;
    for (const Bucket& bucket : buckets_) {
      items.push_back(shown(bucket.value));
      items.push_back(shown(bucket.weight));
    }
    return evaluation.items(items);
  }

 private:
  struct Bucket {
    double value;
    double weight;
  };
  Value shown(double value) const {
    return Value::of_real(is_real_ ? static_cast<float>(value) : value);
  }
  void merge(std::size_t at) {
    Bucket& left = buckets_[at];
    const Bucket& right = buckets_[at + 1];
    const double weight = left.weight + right.weight;
    if (left.value != right.value)
      left.value = (left.value * left.weight + right.value * right.weight) / weight;
    left.weight = weight;
    buckets_.erase(buckets_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  void compact() {
    std::ranges::stable_sort(buckets_, {}, &Bucket::value);
    for (std::size_t i = buckets_.size(); i-- > 1;) {
      if (buckets_[i - 1].value == buckets_[i].value) merge(i - 1);
    }
    while (buckets_.size() > wanted_) {
      std::size_t nearest = 0;
      double least = std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i + 1 < buckets_.size(); ++i) {
        const double distance = buckets_[i + 1].value - buckets_[i].value;
        const double penalty =
            distance * distance * std::min(buckets_[i].weight, buckets_[i + 1].weight);
        if (penalty >= least) continue;
        least = penalty;
        nearest = i;
      }
      merge(nearest);
    }
  }

  bool is_real_;
  std::size_t wanted_ = 0;
  std::vector<Bucket> buckets_;
};

#define TRAILPOND_MOMENTS(name, result, doc)                                         \
  {name, "bigint", "double", make_of_first<OfMoments<result>>, "", true, doc, ""}, { \
    name, "double", "double", make_of_first<OfMoments<result>>, "", true, doc, ""    \
  }
#define TRAILPOND_PAIRS(name, result, doc)                                                  \
  {name, "real, real", "real", make_accumulator<OfPairs<result>>, "", false, doc, ""}, {    \
    name, "double, double", "double", make_accumulator<OfPairs<result>>, "", false, doc, "" \
  }
#define TRAILPOND_PERCENTILE(type, behind, result)                                          \
  {                                                                                         \
    "approx_percentile", type ", " behind, result, make_of_arguments<Percentile>, "", true, \
        "The value at a percentile.", ""                                                    \
  }
#define TRAILPOND_PERCENTILES(type)                                           \
  TRAILPOND_PERCENTILE(type, "double", type),                                 \
      TRAILPOND_PERCENTILE(type, "array(double)", "array(" type ")"),         \
      TRAILPOND_PERCENTILE(type, "double, double", type),                     \
      TRAILPOND_PERCENTILE(type, "double, array(double)", "array(" type ")"), \
      TRAILPOND_PERCENTILE(type, "double, double, double", type)

constexpr auto kSampleVariance = variance<true, false>;
constexpr auto kVariance = variance<false, false>;
constexpr auto kSampleDeviation = variance<true, true>;
constexpr auto kDeviation = variance<false, true>;

const AggregateFunction kRows[] = {
    TRAILPOND_MOMENTS("variance", kSampleVariance, "The sample variance."),
    TRAILPOND_MOMENTS("var_samp", kSampleVariance, "The sample variance."),
    TRAILPOND_MOMENTS("var_pop", kVariance, "The population variance."),
    TRAILPOND_MOMENTS("stddev", kSampleDeviation, "The sample deviation."),
    TRAILPOND_MOMENTS("stddev_samp", kSampleDeviation, "The sample deviation."),
    TRAILPOND_MOMENTS("stddev_pop", kDeviation, "The population deviation."),
    TRAILPOND_MOMENTS("skewness", skewness, "The skewness."),
    TRAILPOND_MOMENTS("kurtosis", kurtosis, "The excess kurtosis."),
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
    TRAILPOND_PERCENTILES("bigint"),
    TRAILPOND_PERCENTILES("real"),
    TRAILPOND_PERCENTILES("double"),
    {"numeric_histogram", "bigint, real", "map(real,real)", make_of_arguments<NumericHistogram>, "",
     false, "Buckets of near values and their weights.", ""},
    {"numeric_histogram", "bigint, double", "map(double,double)",
     make_of_arguments<NumericHistogram>, "", false, "Buckets of near values and their weights.",
     ""},
    {"numeric_histogram", "bigint, real, double", "map(real,real)",
     make_of_arguments<NumericHistogram>, "", false, "Buckets of near values and their weights.",
     ""},
    {"numeric_histogram", "bigint, double, double", "map(double,double)",
     make_of_arguments<NumericHistogram>, "", false, "Buckets of near values and their weights.",
     ""},
};

}  // namespace

std::span<const AggregateFunction> moment_aggregates() { return kRows; }

}  // namespace trailpond::sql
