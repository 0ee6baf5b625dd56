#include "base/json_writer.hpp"
#include "fixtures/fields.hpp"
#include "fixtures/tree.hpp"
#include "fixtures/world_export.hpp"
#include "server/admin/admin.hpp"
#include "server/admin/scenario_problems.hpp"

/// Faults and query scripts that are in force: read, and exchanged as a whole.
namespace trailpond::admin {
namespace {

constexpr std::string_view kFaults = "faults";
constexpr std::string_view kScripts = "query_scripts";

void write_rules(const engine::World& world, std::string_view key, http::Response& response) {
  JsonWriter json(response.body);
  json.open_object();
  json.key(key);
  json.open_list();
  if (key == kFaults) {
    for (const engine::Fault& fault : world.faults) {
      json.json(fixtures::print_json(fixtures::write_fault(fault)));
    }
  } else {
    for (const engine::QueryScript& script : world.scripts) {
      json.json(fixtures::print_json(fixtures::write_script(script)));
    }
  }
  json.close_list();
  json.close_object();
}

/// What is wrong with a body that is to have one member.
Failure wrong_members(const fixtures::Tree& tree, std::string_view key) {
  Failure failure = {&kInvalidMember,
                     "Expected {\"" + std::string(key) + "\": […]}, with items as in a scenario."};
  const std::string_view names[] = {key};
  for (const auto& [name, value] : tree.entries) {
    if (name.text == key) {
      continue;
    }
    const auto near = fixtures::nearest(name.text, names);
    failure.message = "There is no member \"" + name.text + "\"" +
                      (near ? fixtures::suggest(name.text, names) + " " : ". ") + failure.message;
    JsonWriter json(failure.details);
    json.member("name", name.text);
    if (near) {
      json.member("nearest", *near);
    }
    break;
  }
  return failure;
}

std::optional<Failure> post_rules(Context& context, std::string_view key,
                                  http::Response& response) {
  const auto tree = fixtures::parse_tree(context.request.body);
  if (tree && (tree->kind != fixtures::Tree::Kind::kMap || tree->entries.size() != 1 ||
               tree->entries.front().first.text != key)) {
    return wrong_members(*tree, key);
  }
  const auto scenario = fixtures::parse(context.request.body, "request", context.files);
  if (!scenario) {
    return describe(scenario.error());
  }
  fixtures::replace_rules(*scenario, context.engine,
                          key == kFaults ? fixtures::Rules::kFaults : fixtures::Rules::kScripts);
  write_rules(context.engine.world(), key, response);
  return std::nullopt;
}

std::optional<Failure> get_faults(Context& context, http::Response& response) {
  write_rules(context.engine.world(), kFaults, response);
  return std::nullopt;
}
std::optional<Failure> post_faults(Context& context, http::Response& response) {
  return post_rules(context, kFaults, response);
}
std::optional<Failure> get_scripts(Context& context, http::Response& response) {
  write_rules(context.engine.world(), kScripts, response);
  return std::nullopt;
}
std::optional<Failure> post_scripts(Context& context, http::Response& response) {
  return post_rules(context, kScripts, response);
}

constexpr Field kFaultFields[] = {
    {.name = kFaults,
     .type = FieldType::kList,
     .doc = "As in a scenario, in the order in which they are asked.",
     .required = true,
     .item = FieldType::kAny},
};
constexpr Fields kFaultList = {"Faults", kFaultFields};
constexpr Field kScriptFields[] = {
    {.name = kScripts,
     .type = FieldType::kList,
     .doc = "As in a scenario, in the order in which they are asked.",
     .required = true,
     .item = FieldType::kAny},
};
constexpr Fields kScriptList = {"QueryScripts", kScriptFields};
constexpr const Code* kErrors[] = {&kInvalidScenario, &kInvalidMember};

constexpr Route kRoutes[] = {
    {.path = "faults",
     .help = "Lists the faults in force.",
     .handler = get_faults,
     .answer = &kFaultList},
    {.method = "POST",
     .path = "faults",
     .help =
         "Puts faults in the place of those in force, until the next reset; they count from one "
         "again. It takes what GET answers.",
     .handler = post_faults,
     .body = BodyKind::kScenario,
     .answer = &kFaultList,
     .errors = kErrors,
     .pool = http::Pool::kShort,
     .max_body_bytes = kMaxScenarioBytes},
    {.path = "query-scripts",
     .help = "Lists the query scripts in force.",
     .handler = get_scripts,
     .answer = &kScriptList},
    {.method = "POST",
     .path = "query-scripts",
     .help = "Puts query scripts in the place of those in force, as POST faults does.",
     .handler = post_scripts,
     .body = BodyKind::kScenario,
     .answer = &kScriptList,
     .errors = kErrors,
     .pool = http::Pool::kShort,
     .max_body_bytes = kMaxScenarioBytes},
};

}  // namespace

std::span<const Route> rule_routes() { return kRoutes; }

}  // namespace trailpond::admin
