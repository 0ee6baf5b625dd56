#include "sql/statement.hpp"

#include "sql/analysis/analyser.hpp"
#include "sql/planning/planner.hpp"
#include "sql/profile.hpp"
#include "sql/running/connection.hpp"
#include "sql/running/profiling.hpp"
#include "sql/running/tree.hpp"
#include "sql/syntax/parser.hpp"

namespace trailpond::sql {
namespace {

class PlannedStatement final : public Statement {
 public:
  PlannedStatement(Analysed analysed, std::shared_ptr<const Plan> plan)
      : analysed_(std::move(analysed)), plan_(std::move(plan)) {}

  const Plan& plan() const { return *plan_; }
  /// The plan without operators, made where it is needed: few statements ever need it.
  SpillingPlan spilling() const {
    return [this] { return sql::plan(analysed_, false); };
  }
  const std::vector<OutputColumn>& columns() const override { return plan_->columns; }
  const std::vector<std::string>& table_names() const override { return plan_->table_names; }

  Result<Explanation> explain() const override {
    auto steps = explain_plan(*plan_);
    if (!steps) return steps.error();
    const std::string text = plan_->answer ? "nothing" : plan_->sql;
    return Explanation{print(*analysed_.query), text, std::move(*steps)};
  }
  Result<RunStatistics> run(const RunLimits& limits, std::stop_token stop,
                            const RowSink& sink) const override {
    return run_plan(*plan_, spilling(), limits, std::move(stop), sink);
  }
  Result<RunStatistics> run_canonical(const RunLimits& limits, std::stop_token stop,
                                      const CanonicalSink& sink) const override {
    return run_plan_canonical(*plan_, spilling(), limits, std::move(stop), sink);
  }

 private:
  Analysed analysed_;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace

Result<std::shared_ptr<const Statement>> prepare(std::string_view text, const Catalog& catalog,
                                                 const PrepareOptions& options) {
  const auto parsed = parse_once(text);
  if (!parsed) return parsed.error();
  auto analysed = analyse(**parsed, catalog, options);
  if (!analysed) return analysed.error();
  auto planned = plan(*analysed, options.push_down);
  if (!planned) return planned.error();
  if (!can_parse((*planned)->sql))
    return Error{ErrorName::kNotSupported, "statement is too deeply nested", {}};
  return std::shared_ptr<const Statement>(
      std::make_shared<PlannedStatement>(std::move(*analysed), std::move(*planned)));
}

Result<std::vector<std::string>> profile(const Statement& statement, const RunLimits& limits,
                                         std::stop_token stop) {
  // Every statement is one of prepare()'s.
  const auto& planned = static_cast<const PlannedStatement&>(statement);
  return profile_plan(planned.plan(), planned.spilling(), limits, std::move(stop));
}

}  // namespace trailpond::sql
