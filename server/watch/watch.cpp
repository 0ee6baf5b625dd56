#include "server/watch/watch.hpp"

#include <array>
#include <charconv>

#include "base/json_writer.hpp"
#include "engine/resources/imports.hpp"

namespace trailpond::watch {
namespace {

/// What a record of any kind says of a change of its status.
struct Seen {
  std::string_view id;
  std::string_view account;
  std::string_view region;
  std::string_view status;
};

Seen look_at(const state::Query& query) {
  return {query.key.id, query.key.account, query.key.region, state::name_of(query.status)};
}
Seen look_at(const state::EventDataStore& store) {
  return {store.id, store.account, store.region, state::name_of(store.status)};
}
Seen look_at(const engine::Import& import) {
  return {import.id, import.account, import.region, state::name_of(import.status)};
}

/// Tells of a record that is new, has another status, or is gone (then `status` is absent). With
/// neither all are gone.
template <class Record>
void tell(Hub& hub, Topic topic, const Record* old, const Record* now) {
  if (!hub.is_heard()) {
    return;
  }
  std::string data;
  JsonWriter json(data);
  json.open_object();
  Seen seen = {};
  if (old == nullptr && now == nullptr) {
    json.member("all", true);
  } else {
    seen = look_at(now != nullptr ? *now : *old);
    json.member("id", seen.id);
    json.member("account", seen.account);
    json.member("region", seen.region);
  }
  if (now != nullptr) {
    json.member("status", seen.status);
  }
  if (old != nullptr) {
    const std::string_view before = look_at(*old).status;
    if (now != nullptr && before == seen.status) {
      return;  // nothing that the stream tells of
    }
    json.member("previous", before);
  }
  json.close_object();
  hub.publish(topic, seen.id, seen.account, seen.region, data);
}

/// As GET clock answers.
std::string print_clock(const engine::ClockReading& now) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), now.scale).ptr;
  std::string data;
  JsonWriter json(data);
  json.open_object();
  json.member("now", state::print_instant(now.now));
  json.member("mode", now.frozen ? "frozen" : now.scale == 1 ? "real" : "scaled");
  json.key("scale");
  json.json({digits.data(), static_cast<std::size_t>(end - digits.data())});
  json.close_object();
  return data;
}

void write_call(JsonWriter& json, const Entry& entry) {
  json.open_object();
  json.member("id", static_cast<std::int64_t>(entry.id()));
  json.member("operation", entry.operation());
  json.member("account", entry.account());
  json.member("region", entry.region());
  json.member("status", std::int64_t{entry.status()});
  if (!entry.error().empty()) {
    json.member("error", entry.error());
  }
  json.close_object();
}

}  // namespace

void Watch::follow(engine::Engine& engine) {
  engine::Watcher watcher;
  const auto self = shared_from_this();
  watcher.query = [self](const state::Query* old, const state::Query* now) {
    tell(self->hub, Topic::kQuery, old, now);
  };
  watcher.store = [self](const state::EventDataStore* old, const state::EventDataStore* now) {
    tell(self->hub, Topic::kStore, old, now);
  };
  watcher.import = [self](const engine::Import* old, const engine::Import* now) {
    tell(self->hub, Topic::kImport, old, now);
  };
  watcher.clock = [self](const engine::ClockReading& now) {
    const std::string data = print_clock(now);
    self->log.write(LogLevel::kDebug, "the clock was set",
                    {{"now", state::print_instant(now.now)}, {"scale", now.scale}});
    self->hub.publish(Topic::kClock, {}, {}, {}, data);
  };
  engine.watch(std::move(watcher));
}

void Watch::record(const Call& call) {
  metrics.count(call);
  const EntryPointer entry = journal.add(call);
  if (entry && hub.is_heard()) {
    std::string data;
    JsonWriter json(data);
    write_call(json, *entry);
    hub.publish(Topic::kJournal, {}, call.account, call.region, data);
  }
  const LogLevel level =
      call.status >= 500 && call.fault.empty() ? LogLevel::kError : LogLevel::kDebug;
  if (log.takes(level)) {
    log.write(level, "answered",
              {{"operation", call.operation},
               {"account", call.account},
               {"region", call.region},
               {"status", std::int64_t{call.status}},
               {"error", call.error},
               {"milliseconds", static_cast<double>(call.duration) / 1e6},
               {"request_id", call.request_id}});
  }
}

}  // namespace trailpond::watch
