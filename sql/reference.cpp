#include "sql/reference.hpp"

#include <algorithm>

#include "sql/evaluation/registry.hpp"

namespace trailpond::sql {
namespace {

/// The names of operators begin with what no name can.
bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

template <class Row>
FunctionEntry describe(const Row& row, bool aggregates) {
  return {
      std::string(row.name),
      std::string(row.name) + "(" + std::string(row.arguments) + ") -> " + std::string(row.result),
      std::string(row.doc), std::string(row.example), aggregates};
}

}  // namespace

std::vector<FunctionEntry> list_functions() {
  std::vector<FunctionEntry> list;
  for (const Function* row : all_functions()) {
    if (is_name(row->name)) {
      list.push_back(describe(*row, false));
    }
  }
  for (const AggregateFunction* row : all_aggregates()) {
    if (is_name(row->name)) {
      list.push_back(describe(*row, true));
    }
  }
  std::sort(list.begin(), list.end(), [](const FunctionEntry& one, const FunctionEntry& other) {
    return std::pair(one.name, one.signature) < std::pair(other.name, other.signature);
  });
  return list;
}

}  // namespace trailpond::sql
