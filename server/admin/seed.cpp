#include <map>

#include "base/json_writer.hpp"
#include "engine/resources/arn.hpp"
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
  engine::Caller caller =
      context.parameter.empty()
          ? engine::Caller()
          : context.engine.find_owner(context.parameter).value_or(engine::Caller());
  if (!account.empty()) {
    caller.account = account;
  }
  if (!region.empty()) {
    caller.region = region;
  }
  return caller;
}

/// Takes a body of events, part by part.
class EventsReader final : public http::BodyReader {
 public:
  using Load =
      std::function<engine::Result<events::LoadReport>(std::string text, const events::Part& part)>;
  /// `write_more` adds members to the answer.
  EventsReader(Load load, std::optional<std::uint64_t> body_bytes,
               std::function<void(JsonWriter&)> write_more = {})
      : load_(std::move(load)),
        write_more_(std::move(write_more)),
        intake_("request", [this](std::string text, const events::Part& part) {
          return take_part(std::move(text), part);
        }) {
    // A stream that nobody takes is refused before it is read.
    take_part({}, {});
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
    if (write_more_) {
      write_more_(json);
    }
    json.close_object();
  }

 private:
  events::LoadReport take_part(std::string text, const events::Part& part) {
    if (error_) {
      return {};
    }
    auto report = load_(std::move(text), part);
    if (!report) {
      error_ = report.error();
      return {};
    }
    return std::move(*report);
  }

  Load load_;
  std::function<void(JsonWriter&)> write_more_;
  std::optional<engine::Error> error_ = {};
  events::Intake intake_;
};

using Counts = std::map<std::string, std::int64_t>;  // by ARN

/// Says nothing of a log that was whole.
void write_damages(JsonWriter& json, const events::LogDamages& damages) {
  if (damages.places.empty()) {
    return;
  }
  json.key("damages");
  json.open_list();
  for (const events::LogDamage& damage : damages.places) {
    json.open_object();
    json.member("offset", static_cast<std::int64_t>(damage.offset));
    json.member("bytes", static_cast<std::int64_t>(damage.bytes));
    json.member("lost_events", static_cast<std::int64_t>(damage.events));
    json.member("description", damage.describe());
    json.close_object();
  }
  json.close_list();
  json.member("damaged_file", damages.kept_as);
}

void add(Counts& total, const Counts& more) {
  for (const auto& [arn, count] : more) {
    total[arn] += count;
  }
}

void write_counts(JsonWriter& json, std::string_view name, const Counts& counts) {
  json.key(name);
  json.open_object();
  for (const auto& [arn, count] : counts) {
    json.member(arn, count);
  }
  json.close_object();
}

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
  auto load = [&engine = context.engine, caller = find_caller(context), store = context.parameter](
                  std::string text, const events::Part& part) {
    return engine.load_events(caller, store, std::move(text), "request", part);
  };
  return std::make_unique<EventsReader>(std::move(load), body_bytes);
}

std::unique_ptr<http::BodyReader> open_happenings_reader(const Context& context,
                                                         std::optional<std::uint64_t> body_bytes) {
  const auto delivered = std::make_shared<engine::DeliveryReport>();
  auto load = [&engine = context.engine, caller = find_caller(context), delivered](
                  std::string text,
                  const events::Part& part) -> engine::Result<events::LoadReport> {
    if (!engine::is_account(caller.account) || !engine::is_region(caller.region)) {
      return engine::invalid_parameter(
          "account must have 12 digits, and region be one such as us-east-1.");
    }
    auto happened = engine.post_events(caller, std::move(text), "request", part);
    delivered->history += happened.delivered.history;
    add(delivered->stores, happened.delivered.stores);
    add(delivered->trails, happened.delivered.trails);
    return std::move(happened.report);
  };
  return std::make_unique<EventsReader>(std::move(load), body_bytes, [delivered](JsonWriter& json) {
    json.member("event_history", delivered->history);
    write_counts(json, "event_data_stores", delivered->stores);
    write_counts(json, "trails", delivered->trails);
  });
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
    write_damages(json, context.engine.find_damages(*store));
    json.close_object();
  }
  json.close_list();
  json.close_object();
}

}  // namespace trailpond::admin
