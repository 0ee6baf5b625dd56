#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/statement.hpp"
#include "sql/why.hpp"

namespace trailpond::engine {

/// The SQL engine as this part sees it, so that another can stand in its place (a test's, later a
/// real Trino). Safe from any thread.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual sql::Result<std::shared_ptr<const sql::Statement>> prepare(
      std::string_view text, const sql::Catalog& catalog,
      const sql::PrepareOptions& options) const = 0;
  virtual sql::Result<std::string> substitute_parameters(
      std::string_view text, std::span<const std::string> parameters) const = 0;
  /// Follows the rows of a statement to where they are lost; see sql/why.hpp.
  virtual sql::Result<std::vector<sql::WhyClause>> explain_rows(
      std::string_view text, const sql::Catalog& catalog, const sql::PrepareOptions& options,
      const sql::RunLimits& limits) const = 0;
  virtual std::vector<std::string> list_table_names(std::string_view text) const = 0;
  /// The same text for statements that differ only in how they are written; empty for one that does
  /// not parse.
  virtual std::string normalize(std::string_view text) const = 0;
};

/// Gives the SQL engine of this process (sql/).
std::shared_ptr<const Executor> make_sql_executor();

}  // namespace trailpond::engine
