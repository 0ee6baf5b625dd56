#include "sql/evaluation/aggregates/accumulators.hpp"
#include "sql/values/numbers.hpp"

/// Percentiles. Source: https://trino.io/docs/current/functions/aggregate.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

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

const AggregateFunction kRows[] = {
    TRAILPOND_PERCENTILES("bigint"),
    TRAILPOND_PERCENTILES("real"),
    TRAILPOND_PERCENTILES("double"),
};

}  // namespace

std::span<const AggregateFunction> percentile_aggregates() { return kRows; }

}  // namespace trailpond::sql
