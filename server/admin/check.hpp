#pragma once
#include <boost/json/fwd.hpp>

#include "server/admin/admin.hpp"

/// The strict check of what comes in: by the fields that a route declares.
namespace trailpond::admin {

/// Reads a query string into arguments; refuses what the route does not take.
std::optional<Failure> read_parameters(const Route& route, std::string_view query,
                                       Arguments& arguments);
/// Reads a query string into arguments as it is.
void read_any_parameters(std::string_view query, Arguments& arguments);
/// Compares a body with its fields.
std::optional<Failure> check_body(const Fields& fields, const boost::json::object& body);

/// What a type is in JSON schema and in words.
struct TypeRow {
  FieldType type;
  std::string_view json_type;
  std::string_view more;   // of its JSON schema
  std::string_view words;  // "a length of time such as 1h30m"
};
const TypeRow& row_of(FieldType type);

}  // namespace trailpond::admin
