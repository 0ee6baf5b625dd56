#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "sql/evaluation/tables.hpp"

/// Buckets and distributions. Source: https://trino.io/docs/current/functions/math.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

Value width_bucket(Evaluation& evaluation, const Bound&, Arguments a) {
  const double operand = a[0].real();
  const double first = a[1].real();
  const double second = a[2].real();
  const std::int64_t count = a[3].integer();
  if (count <= 0) return refuse(evaluation, "bucketCount must be greater than 0");
  if (std::isnan(operand)) return refuse(evaluation, "operand must not be NaN");
  if (!std::isfinite(first)) return refuse(evaluation, "first bound must be finite");
  if (!std::isfinite(second)) return refuse(evaluation, "second bound must be finite");
  if (first == second) return refuse(evaluation, "bounds cannot equal each other");
  const double low = std::min(first, second);
  const double high = std::max(first, second);
  const std::int64_t beyond = count + 1;
  std::int64_t bucket = 0;
  if (operand < low) {
    bucket = 0;
  } else if (operand >= high) {
    bucket = beyond;
  } else {
    bucket =
        static_cast<std::int64_t>(static_cast<double>(count) * (operand - low) / (high - low)) + 1;
  }
  return Value::of_integer(first > second ? beyond - bucket : bucket);
}

/// Counts the bins whose lower bound is not above the operand, by halving.
Value width_bucket_of(Evaluation& evaluation, const Bound&, Arguments a) {
  const double operand = a[0].real();
  const auto bins = a[1].items();
  if (bins.empty()) return refuse(evaluation, "Bins cannot be an empty array");
  if (std::isnan(operand)) return refuse(evaluation, "Operand cannot be NaN");
  std::size_t low = 0;
  std::size_t high = bins.size();
  while (low < high) {
    if (bins[low].is_null() || bins[high - 1].is_null())
      return refuse(evaluation, "Bins array cannot contain NULL values");
    if (bins[low].real() > bins[high - 1].real())
      return refuse(evaluation, "Bin values are not sorted in ascending order");
    const std::size_t middle = (low + high) / 2;
    if (bins[middle].is_null() || !std::isfinite(bins[middle].real()))
      return refuse(evaluation, "Bin value must be finite");
    if (operand < bins[middle].real())
      high = middle;
    else
      low = middle + 1;
  }
  return Value::of_integer(static_cast<std::int64_t>(low));
}

Value normal_cdf(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!(a[1].real() > 0)) return refuse(evaluation, "standardDeviation must be > 0");
  const boost::math::normal distribution(a[0].real(), a[1].real());
  return Value::of_real(std::isfinite(a[2].real()) ? cdf(distribution, a[2].real())
                        : a[2].real() > 0          ? 1.0
                                                   : 0.0);
}
Value inverse_normal_cdf(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!(a[2].real() > 0 && a[2].real() < 1)) return refuse(evaluation, "p must be 0 > p > 1");
  if (!(a[1].real() > 0)) return refuse(evaluation, "sd must be > 0");
  return Value::of_real(quantile(boost::math::normal(a[0].real(), a[1].real()), a[2].real()));
}
bool check_beta(Evaluation& evaluation, Arguments a, const char* range) {
  const bool shapes = a[0].real() > 0 && a[1].real() > 0;
  if (!shapes) refuse(evaluation, a[0].real() > 0 ? "b must be > 0" : "a must be > 0");
  if (shapes && !(a[2].real() >= 0 && a[2].real() <= 1)) refuse(evaluation, range);
  return !evaluation.failed();
}
Value beta_cdf(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!check_beta(evaluation, a, "value must be between 0 and 1 inclusive")) return {};
  return Value::of_real(
      cdf(boost::math::beta_distribution<>(a[0].real(), a[1].real()), a[2].real()));
}
Value inverse_beta_cdf(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!check_beta(evaluation, a, "p must be 0 >= p >= 1")) return {};
  return Value::of_real(
      quantile(boost::math::beta_distribution<>(a[0].real(), a[1].real()), a[2].real()));
}
Value t_pdf(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!(a[1].real() > 0)) return refuse(evaluation, "df must be > 0");
  return Value::of_real(pdf(boost::math::students_t(a[1].real()), a[0].real()));
}
Value t_cdf(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!(a[1].real() > 0)) return refuse(evaluation, "df must be > 0");
  return Value::of_real(cdf(boost::math::students_t(a[1].real()), a[0].real()));
}

/// The bounds of the Wilson score interval of `successes` in `trials`.
template <int sign>
Value wilson_interval(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto successes = static_cast<double>(a[0].integer());
  const auto trials = static_cast<double>(a[1].integer());
  const double z = a[2].real();
  if (successes < 0) return refuse(evaluation, "number of successes must not be negative");
  if (trials <= 0) return refuse(evaluation, "number of trials must be positive");
  if (successes > trials)
    return refuse(evaluation, "number of successes must not be larger than number of trials");
  if (z < 0) return refuse(evaluation, "z-score must not be negative");
  const double share = successes / trials;
  const double middle = share + z * z / (2 * trials);
  const double spread = z * std::sqrt((share * (1 - share) + z * z / (4 * trials)) / trials);
  return Value::of_real((middle + sign * spread) / (1 + z * z / trials));
}

const Function kRows[] = {
    {"width_bucket", "double, double, double, bigint", "bigint", width_bucket, kMayFail,
     "The bucket of a value.", "width_bucket(5, 0, 10, 2) = 2"},
    {"width_bucket", "double, array(double)", "bigint", width_bucket_of, kMayFail,
     "The bin of a value.", "width_bucket(5, ARRAY[0, 2, 4, 8]) = 3"},
    {"normal_cdf", "double, double, double", "double", normal_cdf, kMayFail,
     "The normal distribution's share below a value.", "normal_cdf(0, 1, 0) = 5e-1"},
    {"inverse_normal_cdf", "double, double, double", "double", inverse_normal_cdf, kMayFail,
     "The value below which a share lies.", "inverse_normal_cdf(3, 1, 0.5) = 3e0"},
    {"beta_cdf", "double, double, double", "double", beta_cdf, kMayFail,
     "The beta distribution's share below a value.", "beta_cdf(2, 5, 1) = 1e0"},
    {"inverse_beta_cdf", "double, double, double", "double", inverse_beta_cdf, kMayFail,
     "The value below which a share lies.", "inverse_beta_cdf(2, 5, 1) = 1e0"},
    {"t_pdf", "double, double", "double", t_pdf, kMayFail, "Student's density.",
     "t_pdf(0, 4) = 375e-3"},
    {"t_cdf", "double, double", "double", t_cdf, kMayFail, "Student's share below a value.",
     "t_cdf(0, 4) = 5e-1"},
    {"wilson_interval_lower", "bigint, bigint, double", "double", wilson_interval<-1>, kMayFail,
     "The lower bound of a share.", "wilson_interval_lower(5, 10, 0) = 5e-1"},
    {"wilson_interval_upper", "bigint, bigint, double", "double", wilson_interval<1>, kMayFail,
     "The upper bound of a share.", "wilson_interval_upper(5, 10, 0) = 5e-1"},
};

}  // namespace

std::span<const Function> statistics_functions() { return kRows; }

}  // namespace trailpond::sql
