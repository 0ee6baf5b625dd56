#include "fixtures/scenario.hpp"

#include "fixtures/export.hpp"
#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/reports.hpp"
#include "server/admin/scenario_problems.hpp"

namespace trailpond::admin {
namespace {

/// The files that a scenario may name, and the time of its {{ now }}.
fixtures::FilesOf files_of(const Context& context) {
  fixtures::FilesOf files = context.files;
  files.now = context.engine.clock().now;
  return files;
}

constexpr std::string_view kResetWords[] = {"reset"};
constexpr Field kResetFields[] = {{.name = "status", .required = true, .words = kResetWords}};
constexpr Fields kReset = {"Reset", kResetFields};
constexpr Field kAppliedFields[] = {
    {"stores_created", FieldType::kInteger, "", true},
    {"stores_already_there", FieldType::kInteger, "Left as they are.", true},
    {"queries_created", FieldType::kInteger, "", true},
    {"others_created", FieldType::kInteger, "Trails, channels, dashboards, imports …", true},
    {.name = "events", .type = FieldType::kObject, .required = true, .fields = &kReport},
};
constexpr Fields kApplied = {"AppliedScenario", kAppliedFields};
constexpr Field kAccountOnly[] = {
    {"account", FieldType::kAccount, "Only what belongs to this account; without it, everything."},
};
constexpr Field kExportParameters[] = {
    {"account", FieldType::kAccount, "Only what belongs to this account, without the world."},
    {"events", FieldType::kBoolean, "false: without the events of the stores."},
};
constexpr Field kCheckedFields[] = {
    {"valid", FieldType::kBoolean, "true; mistakes are an error.", true},
    {"event_data_stores", FieldType::kInteger, "", true},
    {"queries", FieldType::kInteger, "", true},
};
constexpr Fields kChecked = {"CheckedScenario", kCheckedFields};
constexpr Field kScenarioParameters[] = {
    {"replace", FieldType::kBoolean,
     "true: it takes the place of everything, and is the new seed."},
};
constexpr const Code* kScenarioErrors[] = {&kInvalidScenario};

std::optional<Failure> check_scenario(Context& context, http::Response& response) {
  const auto scenario = fixtures::parse(context.request.body, "scenario", files_of(context));
  if (!scenario) {
    return describe(scenario.error());
  }
  JsonWriter json(response.body);
  json.open_object();
  json.member("valid", true);
  json.member("event_data_stores", static_cast<std::int64_t>(scenario->event_data_stores.size()));
  json.member("queries", static_cast<std::int64_t>(scenario->queries.size()));
  json.close_object();
  return std::nullopt;
}

fixtures::Tree export_state(const Context& context) {
  fixtures::ExportOptions options;
  if (const auto account = context.arguments.find("account")) {
    options.account = *account;
  }
  options.events = context.arguments.find("events").value_or("true") == "true";
  return fixtures::export_scenario(context.engine, options);
}

std::optional<Failure> get_scenario(Context& context, http::Response& response) {
  response.body = fixtures::print_json(export_state(context));
  return std::nullopt;
}

std::optional<Failure> get_scenario_yaml(Context& context, http::Response& response) {
  response.body = fixtures::print_yaml(export_state(context));
  return std::nullopt;
}

constexpr Route kRoutes[] = {
    {.path = "scenario",
     .help = "Writes the running state as a scenario that loads to the same state, JSON.",
     .handler = get_scenario,
     .parameters = kExportParameters,
     .pool = http::Pool::kLong},
    {.path = "scenario.yaml",
     .help = "The same, YAML.",
     .handler = get_scenario_yaml,
     .parameters = kExportParameters,
     .answer_type = "application/yaml",
     .pool = http::Pool::kLong},
    {.method = "POST",
     .path = "scenario/check",
     .help = "Says what is wrong with a scenario; nothing of it is applied.",
     .handler = check_scenario,
     .body = BodyKind::kScenario,
     .answer = &kChecked,
     .errors = kScenarioErrors,
     .pool = http::Pool::kLong,
     .max_body_bytes = kMaxScenarioBytes},
    {.method = "POST",
     .path = "reset",
     .help = "Goes back to the seed.",
     .handler = reset,
     .parameters = kAccountOnly,
     .answer = &kReset,
     .pool = http::Pool::kLong},
    {.method = "POST",
     .path = "scenario",
     .help = "Adds a scenario (YAML or JSON) to what is there, or puts it in the place of all.",
     .handler = post_scenario,
     .parameters = kScenarioParameters,
     .body = BodyKind::kScenario,
     .answer = &kApplied,
     .errors = kScenarioErrors,
     .pool = http::Pool::kLong,
     .max_body_bytes = kMaxScenarioBytes},
};

}  // namespace

std::span<const Route> scenario_routes() { return kRoutes; }

Failure describe(const std::vector<fixtures::Problem>& problems) {
  Failure failure = {&kInvalidScenario, "The scenario has mistakes; nothing of it was applied."};
  JsonWriter json(failure.details);
  json.key("problems");
  json.open_list();
  for (const fixtures::Problem& problem : problems) {
    json.open_object();
    json.member("file", problem.file);
    json.member("line", problem.line);
    json.member("column", problem.column);
    json.member("message", problem.message);
    json.close_object();
  }
  json.close_list();
  return failure;
}

std::optional<Failure> reset(Context& context, http::Response& response) {
  context.engine.reset(std::optional<std::string>(context.arguments.find("account")));
  response.body = R"({"status":"reset"})";
  return std::nullopt;
}

std::optional<Failure> post_scenario(Context& context, http::Response& response) {
  auto scenario = fixtures::parse(context.request.body, "scenario", files_of(context));
  if (!scenario) {
    return describe(scenario.error());
  }
  const auto applied = context.arguments.is_true("replace")
                           ? fixtures::replace(std::move(*scenario), context.engine)
                           : fixtures::apply(*scenario, context.engine);
  JsonWriter json(response.body);
  json.open_object();
  json.member("stores_created", applied.stores_created);
  json.member("stores_already_there", applied.stores_already_there);
  json.member("queries_created", applied.queries_created);
  if (!context.old) {
    json.member("others_created", applied.others_created);
  }
  json.key("events");
  json.open_object();
  write_report(json, applied.events);
  json.close_object();
  json.close_object();
  return std::nullopt;
}

}  // namespace trailpond::admin
