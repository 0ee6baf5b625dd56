#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "base/json_writer.hpp"
#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"

namespace trailpond::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kClockForms =
    "The clock takes {\"mode\": \"real\"}, {\"frozen_at\": \"2024-05-01T00:00:00Z\"}, "
    "{\"advance\": \"1h30m\"} (or a number of seconds) or {\"scale\": 60}.";

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
  // Below 0 on a path from before v1 alone.
  if (!value->is_number() || std::abs(value->to_number<double>()) > kMostSeconds) {
    return std::nullopt;
  }
  return static_cast<state::Micros>(std::llround(value->to_number<double>() * 1e6));
}

constexpr double kMostScale = kLargestFactor;

/// How many times as fast as the real one the clock is to go; none where that is not said well.
std::optional<double> find_scale(const json::object& object) {
  const json::value* value = object.if_contains("scale");
  const double scale = value != nullptr && value->is_number() ? value->to_number<double>() : 0;
  return scale > 0 && scale <= kMostScale ? std::optional(scale) : std::nullopt;
}

/// Lets the clock go from `now`, or from where it is.
bool run_clock(const json::object& command, double scale, engine::Engine& engine) {
  const auto text = find_text(command, "now");
  const auto now = text ? state::parse_instant(*text) : std::nullopt;
  engine.change([&](engine::Change& change) {
    const state::ClockSetting clock =
        now ? state::ClockSetting::running_from(*now) : change.clock();
    change.set_clock(clock.with_scale(scale));
  });
  return true;
}

bool change_clock(const json::object& command, engine::Engine& engine) {
  const auto mode = find_text(command, "mode");
  const auto scale = find_scale(command);
  if (mode == "scaled" || (!mode && command.contains("scale"))) {
    // Without a factor it goes as fast as it does.
    const double factor = scale.value_or(engine.clock().scale);
    return (scale || !command.contains("scale")) && run_clock(command, factor, engine);
  }
  const auto frozen_at = find_text(command, mode == "frozen" ? "now" : "frozen_at");
  if (mode == "real") {
    engine.set_clock({});
    return true;
  }
  if (const auto instant = frozen_at ? state::parse_instant(*frozen_at) : std::nullopt) {
    engine.set_clock({*instant});
    return true;
  }
  if (mode == "frozen" && !frozen_at) {
    engine.set_clock({engine.clock().now});
    return true;
  }
  if (const auto by = find_advance(command)) {
    engine.advance_clock(*by);
    return true;
  }
  return false;
}

std::optional<Failure> post_clock(Context& context, http::Response& response) {
  const json::object& command = *context.body;
  const int ways = int{command.contains("mode")} + int{command.contains("frozen_at")} +
                   int{command.contains("advance")} +
                   int{command.contains("scale") && !command.contains("mode")};
  if (ways != 1 || !change_clock(command, context.engine)) {
    return Failure{&kInvalidMember, std::string(kClockForms)};
  }
  return get_clock(context, response);
}

constexpr std::string_view kModes[] = {"real", "frozen", "scaled"};
constexpr Field kClockFields[] = {
    {"now", FieldType::kTime, "The time that everything lives by.", true},
    {.name = "mode",
     .doc = "Whether the clock goes: as the real one, not at all, or faster or slower.",
     .required = true,
     .words = kModes},
    {"scale", FieldType::kNumber, "How many times as fast as the real one it goes.", true},
};
constexpr Fields kClock = {"Clock", kClockFields};
constexpr Field kClockCommandFields[] = {
    {.name = "mode",
     .doc =
         "real: the system's time. frozen: stands at `now`, or where it is. scaled: goes `scale` "
         "times as fast.",
     .words = kModes},
    {"now", FieldType::kInstant, "With mode frozen: where it stands. With real: passed over."},
    {"frozen_at", FieldType::kInstant, "Freezes the clock at an instant."},
    {"scale", FieldType::kFactor,
     "Goes so many times as fast as the real one, from `now` or from where it is. With mode frozen "
     "or real: passed over."},
    {"advance", FieldType::kLengthOrSeconds, "Moves the clock on; what is due by then happens."},
};
constexpr Fields kClockCommand = {
    "ClockCommand", kClockCommandFields,
    R"("oneOf":[{"required":["mode"]},{"required":["frozen_at"]},{"required":["advance"]},{"required":["scale"],"not":{"required":["mode"]}}])"};

constexpr Route kRoutes[] = {
    {.path = "clock", .help = "Tells the time.", .handler = get_clock, .answer = &kClock},
    {.method = "POST",
     .path = "clock",
     .help = "Sets the clock: by one of `mode`, `frozen_at`, `advance` and `scale`. It takes what "
             "GET answers.",
     .handler = post_clock,
     .body = BodyKind::kJson,
     .body_fields = &kClockCommand,
     .answer = &kClock,
     .pool = http::Pool::kShort},
};

}  // namespace

std::span<const Route> clock_routes() { return kRoutes; }

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

std::optional<Failure> get_clock(Context& context, http::Response& response) {
  const engine::ClockReading reading = context.engine.clock();
  JsonWriter json(response.body);
  json.open_object();
  json.member("now", state::print_instant(reading.now));
  json.member("mode", reading.frozen ? "frozen" : reading.scale == 1 ? "real" : "scaled");
  if (!context.old) {
    json.key("scale");
    json.json(boost::json::serialize(boost::json::value(reading.scale)));
  }
  json.close_object();
  return std::nullopt;
}

std::optional<Failure> post_old_clock(Context& context, http::Response& response) {
  boost::system::error_code error;
  const std::string_view body = context.request.body;
  const json::value command = json::parse({body.data(), body.size()}, error);
  if (error || !command.is_object() || !change_clock(command.get_object(), context.engine)) {
    return Failure{&kMalformedRequest, std::string(kClockForms)};
  }
  return get_clock(context, response);
}

}  // namespace trailpond::admin
