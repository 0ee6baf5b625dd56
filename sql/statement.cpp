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
  PlannedStatement(BoundQueryPointer query, std::shared_ptr<const Plan> plan)
      : query_(std::move(query)), plan_(std::move(plan)) {}

  const Plan& plan() const { return *plan_; }
  const std::vector<OutputColumn>& columns() const override { return plan_->columns; }
  const std::vector<std::string>& table_names() const override { return plan_->table_names; }

  Result<Explanation> explain() const override {
    auto steps = explain_plan(*plan_);
    if (!steps) return steps.error();
    return Explanation{print(*query_), plan_->sql, std::move(*steps)};
  }
  Result<RunStatistics> run(const RunLimits& limits, std::stop_token stop,
                            const RowSink& sink) const override {
    return run_plan(*plan_, limits, std::move(stop), sink);
  }
  Result<RunStatistics> run_canonical(const RunLimits& limits, std::stop_token stop,
                                      const CanonicalSink& sink) const override {
    return run_plan_canonical(*plan_, limits, std::move(stop), sink);
  }

 private:
  BoundQueryPointer query_;
  std::shared_ptr<const Plan> plan_;
};

}  // namespace

Result<std::shared_ptr<const Statement>> prepare(std::string_view text, const Catalog& catalog,
                                                 const PrepareOptions& options) {
  auto parsed = parse(text);
  if (!parsed) return parsed.error();
  auto analysed = analyse(**parsed, catalog, options);
  if (!analysed) return analysed.error();
  auto query = analysed->query;
  auto planned = plan(std::move(*analysed), options.push_down);
  if (!planned) return planned.error();
  if (!can_parse((*planned)->sql))
    return Error{ErrorName::kNotSupported, "statement is too deeply nested", {}};
  return std::shared_ptr<const Statement>(
      std::make_shared<PlannedStatement>(std::move(query), std::move(*planned)));
}

Result<std::vector<std::string>> profile(const Statement& statement, const RunLimits& limits,
                                         std::stop_token stop) {
  // Every statement is one of prepare()'s.
  return profile_plan(static_cast<const PlannedStatement&>(statement).plan(), limits,
                      std::move(stop));
}

}  // namespace trailpond::sql
