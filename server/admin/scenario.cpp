#include "fixtures/scenario.hpp"

#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/reports.hpp"
#include "server/fault_check.hpp"

namespace trailpond::admin {
namespace {

constexpr Code kInvalidScenario = {"invalid_scenario", 400,
                                   "The scenario has mistakes: `problems` lists them all."};

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

constexpr std::string_view kResetWords[] = {"reset"};
constexpr Field kResetFields[] = {{.name = "status", .required = true, .words = kResetWords}};
constexpr Fields kReset = {"Reset", kResetFields};
constexpr Field kAppliedFields[] = {
    {"stores_created", FieldType::kInteger, "", true},
    {"stores_already_there", FieldType::kInteger, "Left as they are.", true},
    {"queries_created", FieldType::kInteger, "", true},
    {.name = "events", .type = FieldType::kObject, .required = true, .fields = &kReport},
};
constexpr Fields kApplied = {"AppliedScenario", kAppliedFields};
constexpr Field kScenarioParameters[] = {
    {"replace", FieldType::kBoolean,
     "true: it takes the place of everything, and is the new seed."},
};
constexpr const Code* kScenarioErrors[] = {&kInvalidScenario};

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "reset",
     .help = "Goes back to the seed.",
     .handler = reset,
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

std::optional<Failure> reset(Context& context, http::Response& response) {
  context.engine.reset();
  response.body = R"({"status":"reset"})";
  return std::nullopt;
}

std::optional<Failure> post_scenario(Context& context, http::Response& response) {
  auto scenario =
      with_checked_faults(fixtures::parse(context.request.body, "scenario", context.files));
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
  json.key("events");
  json.open_object();
  write_report(json, applied.events);
  json.close_object();
  json.close_object();
  return std::nullopt;
}

}  // namespace trailpond::admin
