#include "sql/reference.hpp"

#include "base/json_writer.hpp"
#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/lists.hpp"
#include "server/api/operations.hpp"

namespace trailpond::admin {
namespace {

using api::Shape;
using api::ShapeKind;

std::string_view name_of(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kStructure:
      return "structure";
    case ShapeKind::kList:
      return "list";
    case ShapeKind::kMap:
      return "map";
    case ShapeKind::kText:
      return "string";
    case ShapeKind::kInteger:
      return "integer";
    case ShapeKind::kLong:
      return "long";
    case ShapeKind::kFloat:
      return "float";
    case ShapeKind::kDouble:
      return "double";
    case ShapeKind::kBoolean:
      return "boolean";
    case ShapeKind::kTimestamp:
      return "timestamp";
    case ShapeKind::kBlob:
      return "blob";
  }
  return "";
}

void write_shape(JsonWriter& json, const Shape& shape);

void write_members(JsonWriter& json, const Shape& shape) {
  json.key("members");
  json.open_list();
  for (const api::Member& member : shape.members) {
    json.open_object();
    json.member("name", member.name);
    json.member("required", member.required);
    json.key("shape");
    write_shape(json, *member.shape);
    json.close_object();
  }
  json.close_list();
}

void write_shape(JsonWriter& json, const Shape& shape) {
  json.open_object();
  json.member("name", shape.name);
  json.member("type", name_of(shape.kind));
  if (shape.min != api::kNoBound) {
    json.member("min", shape.min);
  }
  if (shape.max != api::kNoBound) {
    json.member("max", shape.max);
  }
  if (!shape.pattern.empty()) {
    json.member("pattern", shape.pattern);
  }
  if (!shape.values.empty()) {
    json.key("enum");
    json.open_list();
    for (const std::string_view value : shape.values) {
      json.text(value);
    }
    json.close_list();
  }
  if (shape.kind == ShapeKind::kStructure) {
    write_members(json, shape);
  }
  if (shape.key != nullptr) {
    json.key("key");
    write_shape(json, *shape.key);
  }
  if (shape.item != nullptr) {
    json.key("item");
    write_shape(json, *shape.item);
  }
  json.close_object();
}

void write_errors(JsonWriter& json, const api::DeclaredErrors& errors) {
  json.key("errors");
  json.open_list();
  for (const engine::ErrorKind kind : errors.list()) {
    json.text(engine::name_of(kind));
  }
  json.close_list();
}

void write_function(JsonWriter& json, const sql::FunctionEntry& function) {
  json.open_object();
  json.member("name", function.name);
  json.member("signature", function.signature);
  json.member("doc", function.doc);
  if (!function.example.empty()) {
    json.member("example", function.example);
  }
  json.member("aggregates", function.aggregates);
  json.close_object();
}

void write_operation(JsonWriter& json, const api::Operation* operation) {
  json.open_object();
  json.member("name", operation->name);
  write_errors(json, operation->errors);
  json.key("request");
  write_shape(json, *operation->request);
  json.key("answer");
  write_shape(json, *operation->answer);
  json.close_object();
}

std::optional<Failure> get_functions(Context& context, http::Response& response) {
  const auto page = cut_page(
      context, sql::list_functions(),
      [](const sql::FunctionEntry& function) { return function.name + " " + function.signature; });
  write_page(response, "functions", page, write_function);
  return std::nullopt;
}

constexpr Field kFunctionFields[] = {
    {"name", FieldType::kText, "", true},
    {"signature", FieldType::kText, "upper(varchar) -> varchar", true},
    {"doc", FieldType::kText, "A line; empty where there is none.", true},
    {"example", FieldType::kText, "A condition that holds."},
    {"aggregates", FieldType::kBoolean, "Whether it makes one value of many rows.", true},
};
constexpr Fields kFunction = {"Function", kFunctionFields};
constexpr Field kFunctionListFields[] = {
    {.name = "functions",
     .type = FieldType::kList,
     .doc = "By name; one for each form.",
     .required = true,
     .fields = &kFunction},
    {"next", FieldType::kText, "Absent on the last page."},
};
constexpr Fields kFunctionList = {"Functions", kFunctionListFields};
constexpr Field kListFields[] = {
    {.name = "operations",
     .type = FieldType::kList,
     .doc = "Each with its name, its declared errors, and the shapes of its request and answer.",
     .required = true,
     .item = FieldType::kAny},
    {"next", FieldType::kText, "Absent on the last page."},
};
constexpr Fields kList = {"Operations", kListFields};

constexpr Route kRoutes[] = {
    {.path = "functions",
     .help = "The functions that a statement can call.",
     .handler = get_functions,
     .traits = kPaged,
     .answer = &kFunctionList,
     .pool = http::Pool::kShort},
    {.path = "operations",
     .help = "The operations of the CloudTrail API that this server knows, with their shapes.",
     .handler = get_operations,
     .traits = kPaged,
     .answer = &kList,
     .pool = http::Pool::kShort},
};

}  // namespace

std::span<const Route> reference_routes() { return kRoutes; }

std::optional<Failure> get_operations(Context& context, http::Response& response) {
  std::vector<const api::Operation*> all;
  for (const api::Operation& operation : api::all_operations()) {
    all.push_back(&operation);
  }
  const auto page = cut_page(context, std::move(all), [](const api::Operation* operation) {
    return std::string(operation->name);
  });
  write_page(response, "operations", page, write_operation);
  return std::nullopt;
}

}  // namespace trailpond::admin
