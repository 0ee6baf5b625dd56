#pragma once
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "engine/catalog.hpp"
#include "sql/statement.hpp"

/// What the programs that time whole Lake statements share.
namespace trailpond::bench {

using Clock = std::chrono::steady_clock;

inline constexpr int kRounds = 5;
inline constexpr const char* kStore = "aaaaaaaa-0000-4000-8000-000000000001";

inline double milliseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

inline double best(const std::function<void()>& work) {
  double least = milliseconds(work);
  for (int round = 1; round < kRounds; ++round) least = std::min(least, milliseconds(work));
  return least;
}

/// Every name is the one store: the published queries name several.
class OneStore final : public sql::Catalog {
 public:
  explicit OneStore(std::shared_ptr<const sql::Table> table) : table_(std::move(table)) {}
  std::shared_ptr<const sql::Table> find_table(std::string_view) const override { return table_; }

 private:
  std::shared_ptr<const sql::Table> table_;
};

inline std::string with_table(std::string sql, const std::string& table) {
  return sql.replace(sql.rfind('$'), 1, table);
}

inline void run_plain(sqlite3* connection, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    std::cerr << sqlite3_errmsg(connection) << " in " << sql << '\n';
    std::exit(1);
  }
  while (sqlite3_step(statement) == SQLITE_ROW) {
    for (int i = 0; i < sqlite3_column_count(statement); ++i) sqlite3_column_text(statement, i);
  }
  sqlite3_finalize(statement);
}

inline void run_lake(const sql::Catalog& catalog, const std::string& statement) {
  const auto prepared = sql::prepare(statement, catalog, {});
  if (!prepared) {
    std::cerr << prepared.error().text() << " in " << statement << '\n';
    std::exit(1);
  }
  const auto ran = (*prepared)->run({}, {}, [](auto) { return true; });
  if (!ran) {
    std::cerr << ran.error().text() << " in " << statement << '\n';
    std::exit(1);
  }
}

}  // namespace trailpond::bench
