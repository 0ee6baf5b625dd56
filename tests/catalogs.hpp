#pragma once
#include <memory>
#include <string_view>

#include "sql/catalog.hpp"

/// Catalogs for tests that have no server.
namespace trailpond::tests {

/// No name is a table.
class EmptyCatalog final : public sql::Catalog {
 public:
  std::shared_ptr<const sql::Table> find_table(std::string_view) const override { return nullptr; }
};

/// Every name is the one table.
class OneTable final : public sql::Catalog {
 public:
  explicit OneTable(std::shared_ptr<const sql::Table> table) : table_(std::move(table)) {}
  std::shared_ptr<const sql::Table> find_table(std::string_view) const override { return table_; }

 private:
  std::shared_ptr<const sql::Table> table_;
};

}  // namespace trailpond::tests
