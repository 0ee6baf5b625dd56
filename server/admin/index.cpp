#include <map>
#include <set>

#include "base/json_writer.hpp"
#include "server/admin/check.hpp"
#include "server/options.hpp"

/// What tells of the table of routes: the index, and the OpenAPI document.
namespace trailpond::admin {
namespace {

std::string full_path(const Route& route) {
  return std::string(kVersioned) + (route.path.empty() ? "" : "/") + std::string(route.path);
}

// The index

void write_parameter(JsonWriter& json, const Field& field) {
  json.open_object();
  json.member("name", field.name);
  json.member("type", row_of(field.type).json_type);
  json.member("required", field.required);
  json.member("help", field.doc);
  json.close_object();
}

std::optional<Failure> get_index(Context&, http::Response& response) {
  JsonWriter json(response.body);
  json.open_object();
  json.member("version", kVersion);
  json.key("routes");
  json.open_list();
  for (const Area& area : all_areas()) {
    for (const Route& route : area.routes) {
      json.open_object();
      json.member("method", route.method);
      json.member("path", full_path(route));
      json.member("area", area.name);
      json.member("help", route.help);
      json.key("parameters");
      json.open_list();
      for (const Field* field : parameters_of(route)) {
        write_parameter(json, *field);
      }
      json.close_list();
      json.close_object();
    }
  }
  json.close_list();
  json.close_object();
  return std::nullopt;
}

// OpenAPI. Source: OpenAPI specification 3.1.0.

void write_schema(JsonWriter& json, const Field& field);

void write_reference(JsonWriter& json, const Fields& fields) {
  json.open_object();
  json.member("$ref", "#/components/schemas/" + std::string(fields.name));
  json.close_object();
}

void write_items(JsonWriter& json, const Field& field) {
  if (field.fields != nullptr) {
    write_reference(json, *field.fields);
  } else {
    write_schema(json, {.name = {}, .type = field.item, .words = field.words});
  }
}

void write_bounds(JsonWriter& json, const Field& field) {
  if (field.least != std::numeric_limits<std::int64_t>::min()) {
    json.member("minimum", field.least);
  }
  if (field.most != std::numeric_limits<std::int64_t>::max()) {
    json.member("maximum", field.most);
  }
}

void write_schema(JsonWriter& json, const Field& field) {
  if (field.type == FieldType::kObject) {
    write_reference(json, *field.fields);
    return;
  }
  const TypeRow& row = row_of(field.type);
  std::string text;
  JsonWriter members(text);
  if (!row.json_type.empty()) {
    members.member("type", row.json_type);
  }
  if (field.type == FieldType::kList) {
    members.key("items");
    write_items(members, field);
  } else if (field.type == FieldType::kMap) {
    members.key("additionalProperties");
    write_items(members, field);
  } else if (!field.words.empty()) {
    members.key("enum");
    members.open_list();
    for (const std::string_view word : field.words) {
      members.text(word);
    }
    members.close_list();
  }
  write_bounds(members, field);
  if (!row.more.empty()) {
    text += (text.empty() ? "" : ",") + std::string(row.more);
  }
  if (!field.doc.empty()) {
    text += text.empty() ? "" : ",";
    JsonWriter(text).member("description", field.doc);
  }
  json.json("{" + text + "}");
}

void write_fields(JsonWriter& json, const Fields& fields) {
  json.open_object();
  json.member("type", "object");
  json.key("properties");
  json.open_object();
  for (const Field& field : fields.list) {
    json.key(field.name);
    write_schema(json, field);
  }
  json.close_object();
  json.key("required");
  json.open_list();
  for (const Field& field : fields.list) {
    if (field.required) {
      json.text(field.name);
    }
  }
  json.close_list();
  json.member("additionalProperties", false);
  json.close_object();
}

using Schemas = std::map<std::string_view, const Fields*>;

void gather(const Fields* fields, Schemas& schemas) {
  if (fields == nullptr || !schemas.emplace(fields->name, fields).second) {
    return;
  }
  for (const Field& field : fields->list) {
    gather(field.fields, schemas);
  }
}

void write_operation_parameter(JsonWriter& json, std::string_view place, const Field& field) {
  json.open_object();
  json.member("name", field.name);
  json.member("in", place);
  json.member("required", field.required);
  json.key("schema");
  write_schema(json, field);
  json.close_object();
}

void write_parameters(JsonWriter& json, const Route& route) {
  json.key("parameters");
  json.open_list();
  std::string_view path = route.path;
  for (auto begin = path.find('{'); begin != std::string_view::npos; begin = path.find('{')) {
    const auto end = path.find('}');
    Field name = {.name = path.substr(begin + 1, end - begin - 1), .required = true};
    write_operation_parameter(json, "path", name);
    path.remove_prefix(end + 1);
  }
  for (const Field* field : parameters_of(route)) {
    write_operation_parameter(json, "query", *field);
  }
  json.close_list();
}

void write_content(JsonWriter& json, std::string_view type, const Fields* fields) {
  json.key("content");
  json.open_object();
  json.key(type);
  json.open_object();
  json.key("schema");
  if (fields != nullptr) {
    write_reference(json, *fields);
  } else {
    const bool is_object = type == "application/json" || type == "application/yaml";
    json.json(is_object ? R"({"type":"object"})" : R"({"type":"string"})");
  }
  json.close_object();
  json.close_object();
}

/// What a body that is no object of ours may be. Source of the media types: RFC 9512, RFC 8259;
/// NDJSON has none that is registered.
constexpr std::string_view kScenarioContent =
    R"({"application/yaml":{"schema":{"type":"object"}}})";
constexpr std::string_view kEventsContent =
    R"({"application/json":{"schema":{"type":"array","items":{"type":"object"}}},)"
    R"("application/x-ndjson":{"schema":{"type":"string"}},)"
    R"("application/gzip":{"schema":{"type":"string","format":"binary"}}})";

void write_body(JsonWriter& json, const Route& route) {
  if (route.body == BodyKind::kNone) {
    return;
  }
  json.key("requestBody");
  json.open_object();
  json.member("required", route.body == BodyKind::kJson);
  if (route.body == BodyKind::kJson) {
    write_content(json, "application/json", route.body_fields);
  } else {
    json.key("content");
    json.json(route.body == BodyKind::kScenario ? kScenarioContent : kEventsContent);
  }
  json.close_object();
}

void write_responses(JsonWriter& json, const Route& route) {
  std::map<unsigned, std::vector<const Code*>> refusals;
  for (const Code* code : codes_of(route)) {
    refusals[code->status].push_back(code);
  }
  json.key("responses");
  json.open_object();
  json.key("200");
  json.open_object();
  json.member("description", "Done.");
  write_content(json, route.answer_type.substr(0, route.answer_type.find(';')), route.answer);
  json.close_object();
  for (const auto& [status, codes] : refusals) {
    json.key(std::to_string(status));
    json.open_object();
    json.member("description", codes.front()->doc);
    json.key("x-codes");
    json.open_list();
    for (const Code* code : codes) {
      json.open_object();
      json.member("code", code->name);
      json.member("help", code->doc);
      json.close_object();
    }
    json.close_list();
    json.json(R"("content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}})");
    json.close_object();
  }
  json.close_object();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

void write_operation(JsonWriter& json, const Area& area, const Route& route) {
  json.key(lower(route.method));
  json.open_object();
  json.member("summary", route.help);
  json.key("tags");
  json.open_list();
  json.text(area.name);
  json.close_list();
  write_parameters(json, route);
  write_body(json, route);
  write_responses(json, route);
  json.close_object();
}

void write_paths(JsonWriter& json, Schemas& schemas) {
  std::map<std::string, std::vector<std::pair<const Area*, const Route*>>> paths;
  for (const Area& area : all_areas()) {
    for (const Route& route : area.routes) {
      paths[full_path(route)].emplace_back(&area, &route);
      gather(route.body_fields, schemas);
      gather(route.answer, schemas);
    }
  }
  json.key("paths");
  json.open_object();
  for (const auto& [path, routes] : paths) {
    json.key(path);
    json.open_object();
    for (const auto& [area, route] : routes) {
      write_operation(json, *area, *route);
    }
    json.close_object();
  }
  json.close_object();
}

constexpr std::string_view kErrorSchema =
    R"("Error":{"type":"object","description":"The one form of a refusal; some codes have more )"
    R"(members.","properties":{"code":{"type":"string","description":"A stable word."},)"
    R"("message":{"type":"string","description":"For a person."},)"
    R"("name":{"type":"string","description":"Of the parameter or member that is wrong."},)"
    R"("nearest":{"type":"string","description":"The name that was meant, perhaps."}},)"
    R"("required":["code","message"]})";

std::optional<Failure> get_openapi(Context&, http::Response& response) {
  JsonWriter json(response.body);
  json.open_object();
  json.member("openapi", "3.1.0");
  json.key("info");
  json.open_object();
  json.member("title", "trailpond's own API");
  json.member("version", kVersion);
  json.member("description", "What AWS has no operation for: fixtures, time, inspection.");
  json.close_object();
  json.key("tags");
  json.open_list();
  for (const Area& area : all_areas()) {
    json.open_object();
    json.member("name", area.name);
    json.close_object();
  }
  json.close_list();
  Schemas schemas;
  write_paths(json, schemas);
  json.key("components");
  json.open_object();
  json.key("schemas");
  json.open_object();
  json.json(kErrorSchema);
  for (const auto& [name, fields] : schemas) {
    json.key(name);
    write_fields(json, *fields);
    if (!fields->rule.empty()) {
      response.body.back() = ',';
      response.body += std::string(fields->rule) + "}";
    }
  }
  json.close_object();
  json.close_object();
  json.close_object();
  return std::nullopt;
}

constexpr Field kParameterFields[] = {
    {"name", FieldType::kText, "", true},
    {"type", FieldType::kText, "", true},
    {"required", FieldType::kBoolean, "", true},
    {"help", FieldType::kText, "", true},
};
constexpr Fields kParameter = {"Parameter", kParameterFields};
constexpr Field kRouteFields[] = {
    {"method", FieldType::kText, "", true},
    {"path", FieldType::kText, "With the names in braces.", true},
    {"area", FieldType::kText, "", true},
    {"help", FieldType::kText, "", true},
    {.name = "parameters", .type = FieldType::kList, .required = true, .fields = &kParameter},
};
constexpr Fields kRoute = {"Route", kRouteFields};
constexpr Field kIndexFields[] = {
    {"version", FieldType::kText, "Of trailpond.", true},
    {.name = "routes", .type = FieldType::kList, .required = true, .fields = &kRoute},
};
constexpr Fields kIndex = {"Index", kIndexFields};

constexpr Route kRoutes[] = {
    {.path = "", .help = "Lists the routes of this API.", .handler = get_index, .answer = &kIndex},
    {.path = "openapi.json", .help = "Describes this API as OpenAPI 3.1.", .handler = get_openapi},
};

}  // namespace

std::span<const Route> index_routes() { return kRoutes; }

}  // namespace trailpond::admin
