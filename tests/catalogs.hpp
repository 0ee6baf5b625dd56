#pragma once
#include <memory>
#include <string_view>

#include "sql/one_table.hpp"

/// Catalogs for tests that have no server.
namespace trailpond::tests {

/// No name is a table.
class EmptyCatalog final : public sql::Catalog {
 public:
  std::shared_ptr<const sql::Table> find_table(std::string_view) const override { return nullptr; }
};

using sql::OneTable;

}  // namespace trailpond::tests
