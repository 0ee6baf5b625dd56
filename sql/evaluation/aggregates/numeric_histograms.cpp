#include "sql/evaluation/aggregates/accumulators.hpp"

/// Histograms of numbers. Source: https://trino.io/docs/current/functions/aggregate.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

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

const AggregateFunction kRows[] = {
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

std::span<const AggregateFunction> numeric_histogram_aggregates() { return kRows; }

}  // namespace trailpond::sql
