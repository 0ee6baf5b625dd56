#include "server/watch/log.hpp"

#include <unistd.h>

#include <array>
#include <charconv>
#include <chrono>

#include "base/json_writer.hpp"
#include "state/clock.hpp"

namespace trailpond::watch {
namespace {

std::string print_value(const LogValue& value, bool quoted) {
  std::string out;
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    const bool is_plain =
        !text->empty() && text->find_first_of(" \"=\n\r\t\\") == std::string_view::npos;
    if (is_plain && !quoted) {
      return std::string(*text);
    }
    JsonWriter(out).text(*text);
    return out;
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return std::to_string(*number);
  }
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 std::get<double>(value), std::chars_format::fixed, 3)
                       .ptr;
  return {digits.data(), end};
}

}  // namespace

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kOff:
      return "off";
    case LogLevel::kError:
      return "error";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kDebug:
      return "debug";
  }
  return "";
}

std::optional<LogLevel> find_level(std::string_view name) {
  for (const LogLevel level :
       {LogLevel::kOff, LogLevel::kError, LogLevel::kWarn, LogLevel::kInfo, LogLevel::kDebug}) {
    if (name_of(level) == name) {
      return level;
    }
  }
  return std::nullopt;
}

std::string Log::print(LogLevel level, std::string_view message,
                       std::initializer_list<LogField> fields, std::string_view time) const {
  std::string line;
  if (options_.format == LogFormat::kJson) {
    JsonWriter json(line);
    json.open_object();
    json.member("time", time);
    json.member("level", name_of(level));
    json.member("message", message);
    for (const auto& [name, value] : fields) {
      json.key(name);
      json.json(print_value(value, true));
    }
    json.close_object();
    return line + "\n";
  }
  line = std::string(time) + " " + std::string(name_of(level)) + " trailpond: ";
  for (const char c : message) {
    line += c == '\n' ? ' ' : c;
  }
  for (const auto& [name, value] : fields) {
    line += " " + std::string(name) + "=" + print_value(value, false);
  }
  return line + "\n";
}

void Log::write(LogLevel level, std::string_view message,
                std::initializer_list<LogField> fields) const {
  if (!takes(level)) {
    return;
  }
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::string line = print(level, message, fields, state::print_instant(now.count()));
  // A line that nobody takes is lost.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace trailpond::watch
