#pragma once
#include <string>

#include "sql/types/types.hpp"

namespace trailpond::sql {

struct Column {
  std::string name;
  TypePointer type;
};

}  // namespace trailpond::sql
