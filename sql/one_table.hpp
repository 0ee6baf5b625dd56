#pragma once
#include <memory>
#include <utility>

#include "sql/catalog.hpp"

namespace trailpond::sql {

/// One table, whatever name a statement gives it.
class OneTable final : public Catalog {
 public:
  explicit OneTable(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  std::shared_ptr<const Table> find_table(std::string_view) const override { return table_; }

 private:
  std::shared_ptr<const Table> table_;
};

}  // namespace trailpond::sql
