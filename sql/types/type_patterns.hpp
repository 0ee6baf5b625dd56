#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/types/types.hpp"

/// The small language of types: name, name(child, …), name(x) and quoted field names.
namespace trailpond::sql {

/// A type that may have variables: a capital letter stands for a type, a small one for a number.
struct TypePattern {
  std::string name;  // lower-case type name, or the variable
  bool is_variable = false;
  bool is_number = false;
  std::int32_t number = 0;
  std::vector<TypePattern> children;
  bool orderable = false;
  bool comparable = false;
};
struct Signature {
  std::vector<TypePattern> arguments;
  bool variadic = false;
  TypePattern result;
};

/// Parses the types of a function's arguments and of its result; see Function::arguments.
Signature parse_signature(std::string_view arguments, std::string_view result);

/// Parses a type's text as it stands in CAST or in a signature without variables; null if unknown.
TypePointer parse_type(std::string_view text);

/// Tells what is wrong with the digits of a text that parse_type refuses, `decimal(39,0)`; nullopt
/// when it is no decimal with digits.
std::optional<std::string> decimal_mistake(std::string_view text);

}  // namespace trailpond::sql
