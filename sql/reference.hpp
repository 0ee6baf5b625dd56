#pragma once
#include <string>
#include <vector>

/// What there is to write in a statement, for people and editors.
namespace trailpond::sql {

/// A function that a statement can call, in one of its forms.
struct FunctionEntry {
  std::string name;
  std::string signature;  // upper(varchar) -> varchar
  std::string doc;        // a line; empty: none
  std::string example;    // a condition that holds; empty: none
  bool aggregates = false;
};

/// Lists them by name; those that stand for operators are not among them.
std::vector<FunctionEntry> list_functions();

}  // namespace trailpond::sql
