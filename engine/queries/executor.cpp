#include "engine/queries/executor.hpp"

namespace trailpond::engine {
namespace {

class SqlExecutor final : public Executor {
 public:
  sql::Result<std::shared_ptr<const sql::Statement>> prepare(
      std::string_view text, const sql::Catalog& catalog,
      const sql::PrepareOptions& options) const override {
    return sql::prepare(text, catalog, options);
  }
  sql::Result<std::string> substitute_parameters(
      std::string_view text, std::span<const std::string> parameters) const override {
    return sql::substitute_parameters(text, parameters);
  }
  sql::Result<std::vector<sql::WhyClause>> explain_rows(
      std::string_view text, const sql::Catalog& catalog, const sql::PrepareOptions& options,
      const sql::RunLimits& limits) const override {
    return sql::explain_rows(text, catalog, options, limits, {});
  }
  std::vector<std::string> list_table_names(std::string_view text) const override {
    return sql::list_table_names(text);
  }
  std::string normalize(std::string_view text) const override { return sql::normalize(text); }
};

}  // namespace

std::shared_ptr<const Executor> make_sql_executor() {
  return std::make_shared<const SqlExecutor>();
}

}  // namespace trailpond::engine
