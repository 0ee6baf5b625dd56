#include "fixtures/scenario.hpp"
#include "server/admin/admin.hpp"
#include "server/api/dispatch.hpp"
#include "server/http/json_writer.hpp"

namespace trailpond::admin {
namespace {

void write_report(http::JsonWriter& json, const events::LoadReport& report) {
  json.member("accepted", report.accepted);
  json.member("rejected", report.rejected);
  json.key("bad");
  json.open_list();
  for (const events::BadEvent& bad : report.bad) {
    json.open_object();
    json.member("source", bad.source);
    json.member("line", bad.line);
    json.member("reason", bad.reason);
    json.close_object();
  }
  json.close_list();
}

void write_problems(http::Response& response, const std::vector<fixtures::Problem>& problems) {
  http::refuse(response, 400, "The scenario has mistakes; nothing of it was applied.");
  response.body.pop_back();  // the object goes on
  response.body += ",\"problems\":";
  http::JsonWriter json(response.body);
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
  response.body += "}";
}

fixtures::Applied replace(fixtures::Scenario scenario, engine::Engine& engine) {
  engine.set_seed([](engine::Engine&) {});
  engine.reset();
  return fixtures::install(std::move(scenario), engine);
}

/// Whose store it is: named by the request, or the only one with that id.
engine::Caller find_caller(const Context& context) {
  const std::string_view query = context.request.query();
  const std::string account = http::find_parameter(query, "account");
  const std::string region = http::find_parameter(query, "region");
  engine::Caller caller = context.engine.find_owner(context.parameter)
                              .value_or(engine::Caller{std::string(api::kDefaultAccount),
                                                       std::string(api::kDefaultRegion)});
  if (!account.empty()) {
    caller.account = account;
  }
  if (!region.empty()) {
    caller.region = region;
  }
  return caller;
}

}  // namespace

void reset(Context& context, http::Response& response) {
  context.engine.reset();
  response.body = R"({"status":"reset"})";
}

void post_scenario(Context& context, http::Response& response) {
  auto scenario = fixtures::parse(context.request.body, "scenario", ".");
  if (!scenario) {
    write_problems(response, scenario.error());
    return;
  }
  const std::string mode = http::find_parameter(context.request.query(), "replace");
  const auto applied = mode == "true" ? replace(std::move(*scenario), context.engine)
                                      : fixtures::apply(*scenario, context.engine);
  http::JsonWriter json(response.body);
  json.open_object();
  json.member("stores_created", applied.stores_created);
  json.member("stores_already_there", applied.stores_already_there);
  json.member("queries_created", applied.queries_created);
  json.key("events");
  json.open_object();
  write_report(json, applied.events);
  json.close_object();
  json.close_object();
}

void post_events(Context& context, http::Response& response) {
  const auto report = context.engine.load_events(find_caller(context), context.parameter,
                                                 context.request.body, "request");
  if (!report) {
    write_error(response, report.error());
    return;
  }
  http::JsonWriter json(response.body);
  json.open_object();
  write_report(json, *report);
  json.close_object();
}

void get_event_data_stores(Context& context, http::Response& response) {
  http::JsonWriter json(response.body);
  json.open_object();
  json.key("event_data_stores");
  json.open_list();
  for (const auto& store : context.engine.all_event_data_stores()) {
    json.open_object();
    json.member("id", store->id);
    json.member("arn", store->arn);
    json.member("name", store->name);
    json.member("kind", store->kind);
    json.member("account", store->account);
    json.member("region", store->region);
    json.member("status", state::name_of(store->status));
    json.close_object();
  }
  json.close_list();
  json.close_object();
}

}  // namespace trailpond::admin
