#include "trino/table.hpp"

namespace trailpond::trino {

std::string print_name(const Table& table) {
  std::string name;
  for (const std::string* part : {&table.catalog, &table.schema, &table.name}) {
    if (!part->empty()) {
      name += (name.empty() ? "" : ".") + sql::quote_name(*part);
    }
  }
  return name;
}

sql::ForeignTable print_as_store(const Table& table, const std::vector<sql::Column>& columns) {
  std::string items;
  for (const sql::Column& column : columns) {
    const auto mapped = table.columns.find(column.name);
    const std::string name = sql::quote_name(column.name);
    items += items.empty() ? "" : ", ";
    items += mapped == table.columns.end() ? name : "(" + mapped->second + ") AS " + name;
  }
  return {"(SELECT " + items + " FROM " + print_name(table), table.day_column, table.time_column};
}

}  // namespace trailpond::trino
