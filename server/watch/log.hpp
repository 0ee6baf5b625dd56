#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Lines on stderr, for a person or a program.
namespace trailpond::watch {

enum class LogLevel : std::uint8_t { kOff, kError, kWarn, kInfo, kDebug };
enum class LogFormat : std::uint8_t { kText, kJson };
std::string_view name_of(LogLevel level);
/// Finds a level by its name: off, error, warn, info, debug.
std::optional<LogLevel> find_level(std::string_view name);

struct LogOptions {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
};

/// A name and a value beside the message.
using LogValue = std::variant<std::string_view, std::int64_t, double>;
using LogField = std::pair<std::string_view, LogValue>;

/// Writes lines of a level that is asked for, each with one call of the system. Safe from any
/// thread.
class Log {
 public:
  explicit Log(LogOptions options) : options_(options) {}
  bool takes(LogLevel level) const { return level <= options_.level && level != LogLevel::kOff; }
  void write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields = {}) const;
  /// The line, with its end; for tests.
  std::string print(LogLevel level, std::string_view message,
                    std::initializer_list<LogField> fields, std::string_view time) const;

 private:
  const LogOptions options_;
};

}  // namespace trailpond::watch
