#include <boost/json/parse.hpp>
#include <cmath>

#include "base/json_writer.hpp"
#include "engine/queries/queries.hpp"
#include "server/admin/admin.hpp"

namespace trailpond::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kClockForms =
    "The clock takes {\"mode\": \"real\"}, {\"frozen_at\": \"2024-05-01T00:00:00Z\"} or "
    "{\"advance\": \"1h30m\"} (or a number of seconds).";

/// Seconds that may be added at once; a century.
constexpr double kMostSeconds = 100 * 366 * 86400.0;

std::optional<std::string_view> find_text(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) {
    return std::nullopt;
  }
  return std::string_view(value->get_string().data(), value->get_string().size());
}

std::optional<state::Micros> find_advance(const json::object& object) {
  const json::value* value = object.if_contains("advance");
  if (value == nullptr) {
    return std::nullopt;
  }
  if (const auto text = find_text(object, "advance")) {
    return parse_length(*text);
  }
  if (!value->is_number() || std::abs(value->to_number<double>()) > kMostSeconds) {
    return std::nullopt;
  }
  return static_cast<state::Micros>(std::llround(value->to_number<double>() * 1e6));
}

bool change_clock(const json::object& command, engine::Engine& engine) {
  const auto mode = find_text(command, "mode");
  const auto frozen_at = find_text(command, "frozen_at");
  if (mode == "real") {
    engine.set_clock({});
    return true;
  }
  if (const auto instant = frozen_at ? state::parse_instant(*frozen_at) : std::nullopt) {
    engine.set_clock({*instant});
    return true;
  }
  if (const auto by = find_advance(command)) {
    engine.advance_clock(*by);
    return true;
  }
  return false;
}

void write_query(JsonWriter& json, const state::Query& query) {
  json.open_object();
  json.member("id", query.key.id);
  json.member("account", query.key.account);
  json.member("region", query.key.region);
  json.member("status", state::name_of(query.status));
  json.member("statement", query.statement);
  json.member("alias", query.alias);
  json.member("error_message", query.error_message);
  json.key("stores");
  json.open_list();
  for (const std::string& arn : query.store_arns) {
    json.text(arn);
  }
  json.close_list();
  json.member("rows", query.rows);
  json.member("created", state::print_instant(query.created_at));
  if (query.started_at != 0) {
    json.member("started", state::print_instant(query.started_at));
  }
  if (query.ended_at != 0) {
    json.member("ended", state::print_instant(query.ended_at));
  }
  json.close_object();
}

}  // namespace

std::optional<state::Micros> parse_length(std::string_view text) {
  state::Micros total = 0;
  do {
    // One unit: digits, then letters.
    const auto letters = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto end = std::min(text.find_first_of("0123456789", letters), text.size());
    const auto part = state::parse_duration(text.substr(0, end));
    if (!part || __builtin_add_overflow(total, *part, &total)) {
      return std::nullopt;
    }
    text.remove_prefix(end);
  } while (!text.empty());
  return total > static_cast<state::Micros>(kMostSeconds) * state::kMicrosPerSecond
             ? std::nullopt
             : std::optional(total);
}

void get_clock(Context& context, http::Response& response) {
  const engine::ClockReading reading = context.engine.clock();
  JsonWriter json(response.body);
  json.open_object();
  json.member("now", state::print_instant(reading.now));
  json.member("mode", reading.frozen ? "frozen" : "real");
  json.close_object();
}

void post_clock(Context& context, http::Response& response) {
  boost::system::error_code error;
  const std::string_view body = context.request.body;
  const json::value command = json::parse({body.data(), body.size()}, error);
  if (error || !command.is_object() || !change_clock(command.get_object(), context.engine)) {
    http::refuse(response, 400, kClockForms);
    return;
  }
  get_clock(context, response);
}

void get_queries(Context& context, http::Response& response) {
  JsonWriter json(response.body);
  json.open_object();
  json.key("queries");
  json.open_list();
  for (const auto& query : context.engine.all_queries()) {
    write_query(json, *query);
  }
  json.close_list();
  json.close_object();
}

void release_query(Context& context, http::Response& response) {
  const auto released = context.engine.call(engine::Caller(), engine::release_query,
                                            engine::ReleaseQueryRequest{context.parameter});
  if (!released) {
    write_error(response, released.error());
    return;
  }
  JsonWriter json(response.body);
  write_query(json, **released);
}

}  // namespace trailpond::admin
