#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"

/// The stream of events, and metrics.
namespace trailpond::admin {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{15'000};

/// The stream: what a subscription gets, and a comment where that is nothing for a while.
class EventStream final : public http::Later {
 public:
  explicit EventStream(std::shared_ptr<watch::Subscription> subscription)
      : subscription_(std::move(subscription)) {}

  void listen(std::function<void()> ring) override { subscription_->listen(std::move(ring)); }
  Step go_on(http::Response& response) override {
    const auto now = std::chrono::steady_clock::now();
    const bool goes_on = subscription_->take(response.body);
    if (!has_begun_) {
      response.body.insert(0, ": trailpond\nretry: 1000\n\n");
      has_begun_ = true;
    } else if (response.body.empty() && now - sent_ >= kHeartbeat) {
      response.body = ": still here\n\n";
    }
    if (!response.body.empty()) {
      sent_ = now;
    }
    return goes_on ? Step::kWait : Step::kDone;
  }
  std::chrono::milliseconds patience() const override { return kHeartbeat; }
  bool is_stream() const override { return true; }

 private:
  std::shared_ptr<watch::Subscription> subscription_;
  std::chrono::steady_clock::time_point sent_ = {};
  bool has_begun_ = false;
};

constexpr Code kTooManyClients = {"too_many_clients", 503,
                                  "As many clients listen to the stream as can."};

std::optional<Failure> get_events(Context& context, http::Response& response) {
  auto subscription = context.watch.hub.subscribe({std::string(context.arguments.text("type")),
                                                   std::string(context.arguments.text("account")),
                                                   std::string(context.arguments.text("region"))});
  if (!subscription) {
    return Failure{&kTooManyClients,
                   std::to_string(watch::kMaxClients) + " clients listen to the stream already."};
  }
  response.later = std::make_shared<EventStream>(std::move(subscription));
  return std::nullopt;
}

void write_queries(watch::MetricsWriter& writer, engine::Engine& engine) {
  std::map<std::string_view, double> counts;
  for (const auto& query : engine.all_queries()) {
    ++counts[state::name_of(query->status)];
  }
  writer.family("trailpond_queries", "gauge", "Queries that are kept, by status.");
  for (const std::string_view status :
       {"QUEUED", "RUNNING", "FINISHED", "FAILED", "CANCELLED", "TIMED_OUT"}) {
    writer.sample({{"status", status}}, counts[status]);
  }
}

void write_stores(watch::MetricsWriter& writer, engine::Engine& engine) {
  std::map<std::string_view, double> counts;
  double events = 0;
  for (const auto& store : engine.all_event_data_stores()) {
    ++counts[state::name_of(store->status)];
    events += static_cast<double>(engine.count_events(*store));
  }
  writer.family("trailpond_event_data_stores", "gauge", "Event data stores, by status.");
  for (const auto& [status, count] : counts) {
    writer.sample({{"status", status}}, count);
  }
  writer.family("trailpond_events", "gauge", "Events that the event data stores hold and show.");
  writer.sample({}, events);
}

void write_watch(watch::MetricsWriter& writer, const watch::Watch& watch) {
  const auto journal = watch.journal.size();
  writer.family("trailpond_journal_entries", "gauge", "Calls that the journal holds.");
  writer.sample({}, static_cast<double>(journal.entries));
  writer.family("trailpond_journal_bytes", "gauge", "Memory that they take.");
  writer.sample({}, static_cast<double>(journal.bytes));
  writer.family("trailpond_journal_dropped_total", "counter",
                "Calls that had to make room for others in the journal.");
  writer.sample({}, static_cast<double>(journal.dropped));
  const auto hub = watch.hub.counts();
  writer.family("trailpond_event_stream_clients", "gauge", "Clients of the stream of events.");
  writer.sample({}, static_cast<double>(hub.clients));
  writer.family("trailpond_event_stream_let_go_total", "counter",
                "Clients that were let go because they did not read.");
  writer.sample({}, static_cast<double>(hub.let_go));
}

constexpr std::string_view kTopics[] = {"query", "event_data_store", "import", "clock", "journal"};
constexpr Field kStreamParameters[] = {
    {.name = "type", .doc = "Only events of this type.", .words = kTopics},
};
constexpr const Code* kStreamErrors[] = {&kTooManyClients};

constexpr Route kRoutes[] = {
    {.path = "events",
     .help = "The stream of events (server-sent events): changes of queries, event data stores, "
             "imports and the clock, and calls of the API. A client that does not read is let go.",
     .handler = get_events,
     .parameters = kStreamParameters,
     .traits = kScoped,
     .answer_type = "text/event-stream",
     .errors = kStreamErrors},
    {.path = "metrics",
     .help = "Numbers for Prometheus, in its text format.",
     .handler = get_metrics,
     .answer_type = "text/plain; version=0.0.4; charset=utf-8",
     .pool = http::Pool::kLong},
};

}  // namespace

std::span<const Route> watch_routes() { return kRoutes; }

std::optional<Failure> get_metrics(Context& context, http::Response& response) {
  watch::MetricsWriter writer(response.body);
  watch::write_operations(writer, context.watch.metrics);
  write_queries(writer, context.engine);
  write_stores(writer, context.engine);
  write_watch(writer, context.watch);
  watch::write_process(writer);
  return std::nullopt;
}

}  // namespace trailpond::admin
