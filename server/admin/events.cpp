#include <map>

#include "engine/resources/arn.hpp"
#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/reports.hpp"

/// Events that are posted: to a store, or to an account, where they happen.
namespace trailpond::admin {
namespace {

/// Whose store it is: named by the request, or the only one with that id.
engine::Caller find_caller(const Context& context) {
  const std::string_view account = context.arguments.text("account");
  const std::string_view region = context.arguments.text("region");
  const std::string_view store = context.arguments.text("id");
  engine::Caller caller = store.empty()
                              ? engine::Caller()
                              : context.engine.find_owner(store).value_or(engine::Caller());
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
  EventsReader(Load load, std::optional<std::uint64_t> body_bytes, bool old,
               std::function<void(JsonWriter&)> write_more = {})
      : load_(std::move(load)),
        old_(old),
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
      refuse(response, failure_of(*error_), old_);
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
  bool old_;
  std::function<void(JsonWriter&)> write_more_;
  std::optional<engine::Error> error_ = {};
  events::Intake intake_;
};

using Counts = std::map<std::string, std::int64_t>;  // by ARN

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

constexpr Field kHappenedFields[] = {
    kAccepted,
    kRejected,
    kBad,
    {"event_history", FieldType::kInteger, "How many the event history took.", true},
    {.name = "event_data_stores",
     .type = FieldType::kMap,
     .doc = "How many each store took, by ARN.",
     .required = true,
     .item = FieldType::kInteger},
    {.name = "trails",
     .type = FieldType::kMap,
     .doc = "How many each trail took, by ARN.",
     .required = true,
     .item = FieldType::kInteger},
};
constexpr Fields kHappened = {"HappenedEvents", kHappenedFields};
constexpr const Code* kErrors[] = {&kStoreNotFound, &kWrongState};

constexpr Route kRoutes[] = {
    {.method = "POST",
     .path = "event-data-stores/{id}/events",
     .help =
         "Adds events to a store as they come: NDJSON, {\"Records\": []}, a JSON array, also in "
         "gzip.",
     .traits = kScoped,
     .body = BodyKind::kEvents,
     .answer = &kReport,
     .errors = kErrors,
     .pool = http::Pool::kLong,
     .max_body_bytes = kMaxEventsBytes,
     .open_reader = open_events_reader},
    {.method = "POST",
     .path = "events",
     .help =
         "Lets events happen in an account and Region: its event history, the event data stores "
         "whose selectors select them and the trails take them. Forms as above.",
     .traits = kScoped,
     .body = BodyKind::kEvents,
     .answer = &kHappened,
     .errors = {},
     .pool = http::Pool::kLong,
     .max_body_bytes = kMaxEventsBytes,
     .open_reader = open_happenings_reader},
};

}  // namespace

std::span<const Route> event_routes() { return kRoutes; }

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

std::unique_ptr<http::BodyReader> open_events_reader(const Context& context,
                                                     std::optional<std::uint64_t> body_bytes) {
  auto load = [&engine = context.engine, caller = find_caller(context),
               store = std::string(context.arguments.text("id"))](std::string text,
                                                                  const events::Part& part) {
    return engine.load_events(caller, store, std::move(text), "request", part);
  };
  return std::make_unique<EventsReader>(std::move(load), body_bytes, context.old);
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
  return std::make_unique<EventsReader>(
      std::move(load), body_bytes, context.old, [delivered](JsonWriter& json) {
        json.member("event_history", delivered->history);
        write_counts(json, "event_data_stores", delivered->stores);
        write_counts(json, "trails", delivered->trails);
      });
}

}  // namespace trailpond::admin
