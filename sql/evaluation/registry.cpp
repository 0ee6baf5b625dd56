#include "sql/evaluation/registry.hpp"

#include <mutex>

#include "sql/evaluation/tables.hpp"

namespace trailpond::sql {
namespace {

/// Rows of one name, parsed once. Names are few thousand bytes: a map built at the first question.
template <class Row, class Overload>
class OverloadTable {
 public:
  explicit OverloadTable(std::vector<std::span<const Row>> parts) {
    for (const auto part : parts) {
      for (const Row& row : part) rows_[row.name].push_back(&row);
    }
  }
  const std::vector<Overload>& find(std::string_view name) {
    static const std::vector<Overload> none;
    const auto rows = rows_.find(name);
    if (rows == rows_.end()) return none;
    const std::scoped_lock lock(mutex_);
    auto [place, fresh] = parsed_.try_emplace(rows->first);
    if (fresh) {
      for (const Row* row : rows->second) {
        place->second.push_back({row, parse_signature(row->arguments, row->result)});
      }
    }
    return place->second;
  }

 private:
  std::unordered_map<std::string_view, std::vector<const Row*>> rows_;
  std::mutex mutex_;
  std::unordered_map<std::string_view, std::vector<Overload>> parsed_;
};

std::vector<std::span<const Function>> function_tables() {
  return {string_functions(),   split_functions(),
          word_functions(),     math_functions(),
          bit_functions(),      statistics_functions(),
          datetime_functions(), datetime_format_functions(),
          array_functions(),    array_maker_functions(),
          map_functions(),      json_functions(),
          sql_json_functions(), regexp_functions(),
          binary_functions(),   encoding_functions(),
          url_functions(),      address_functions(),
          format_functions(),   operator_functions()};
}

std::vector<std::span<const AggregateFunction>> aggregate_tables() {
  return {aggregate_functions(), collection_aggregates(), moment_aggregates(),
          percentile_aggregates(), numeric_histogram_aggregates()};
}

}  // namespace

const std::vector<FunctionOverload>& find_functions(std::string_view name) {
  static OverloadTable<Function, FunctionOverload> table(function_tables());
  return table.find(name);
}

const std::vector<AggregateOverload>& find_aggregates(std::string_view name) {
  static OverloadTable<AggregateFunction, AggregateOverload> table(aggregate_tables());
  return table.find(name);
}

std::vector<const Function*> all_functions() {
  std::vector<const Function*> rows;
  for (const auto part : function_tables()) {
    for (const Function& row : part) rows.push_back(&row);
  }
  return rows;
}

std::vector<const AggregateFunction*> all_aggregates() {
  std::vector<const AggregateFunction*> rows;
  for (const auto part : aggregate_tables()) {
    for (const AggregateFunction& row : part) rows.push_back(&row);
  }
  return rows;
}

}  // namespace trailpond::sql
