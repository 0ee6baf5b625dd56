#include "base/json_writer.hpp"
#include "events/intake.hpp"
#include "fixtures/scenario.hpp"
#include "server/admin/admin.hpp"
#include "server/fault_check.hpp"

namespace trailpond::admin {
namespace {

void write_report(JsonWriter& json, const events::LoadReport& report) {
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
  JsonWriter json(response.body);
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

/// Whose store it is: named by the request, or the only one with that id.
engine::Caller find_caller(const Context& context) {
  const std::string_view query = context.request.query();
  const std::string account = http::find_parameter(query, "account");
  const std::string region = http::find_parameter(query, "region");
  engine::Caller caller = context.engine.find_owner(context.parameter).value_or(engine::Caller());
  if (!account.empty()) {
    caller.account = account;
  }
  if (!region.empty()) {
    caller.region = region;
  }
  return caller;
}

/// Loads a body into a store, part by part.
class EventsReader final : public http::BodyReader {
 public:
  EventsReader(const Context& context, std::optional<std::uint64_t> body_bytes)
      : engine_(context.engine),
        caller_(find_caller(context)),
        store_(context.parameter),
        intake_("request", [this](std::string text, const events::Part& part) {
          return load(std::move(text), part);
        }) {
    // A stream for no store is refused before it is read.
    load({}, {});
    intake_.expect(body_bytes.value_or(0));
  }

  bool take(std::string_view piece) override {
    if (!error_) {
      intake_.feed(piece);
    }
    return !error_ && !intake_.is_lost();
  }

  void answer(http::Response& response) override {
    const auto report = intake_.finish();
    if (error_) {
      write_error(response, *error_);
      return;
    }
    JsonWriter json(response.body);
    json.open_object();
    write_report(json, report);
    json.close_object();
  }

 private:
  events::LoadReport load(std::string text, const events::Part& part) {
    if (error_) {
      return {};
    }
    auto report = engine_.load_events(caller_, store_, std::move(text), "request", part);
    if (!report) {
      error_ = report.error();
      return {};
    }
    return std::move(*report);
  }

  engine::Engine& engine_;
  engine::Caller caller_;
  std::string store_;
  std::optional<engine::Error> error_ = {};
  events::Intake intake_;
};

}  // namespace

void reset(Context& context, http::Response& response) {
  context.engine.reset();
  response.body = R"({"status":"reset"})";
}

void post_scenario(Context& context, http::Response& response) {
  auto scenario =
      with_checked_faults(fixtures::parse(context.request.body, "scenario", context.files));
  if (!scenario) {
    write_problems(response, scenario.error());
    return;
  }
  const std::string mode = http::find_parameter(context.request.query(), "replace");
  const auto applied = mode == "true" ? fixtures::replace(std::move(*scenario), context.engine)
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
}

std::unique_ptr<http::BodyReader> open_events_reader(const Context& context,
                                                     std::optional<std::uint64_t> body_bytes) {
  return std::make_unique<EventsReader>(context, body_bytes);
}

void get_event_data_stores(Context& context, http::Response& response) {
  JsonWriter json(response.body);
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
    json.member("events", context.engine.count_events(*store));
    json.close_object();
  }
  json.close_list();
  json.close_object();
}

}  // namespace trailpond::admin
