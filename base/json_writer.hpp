#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace trailpond {

/// Appends JSON text to a string: no tree in between. Commas are set by itself; whoever opens must
/// close.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_list() { open('['); }
  void close_list() { close(']'); }
  /// Begins a member of the object that is open; a value must follow.
  void key(std::string_view name);

  void text(std::string_view value);
  void integer(std::int64_t value);
  void boolean(bool value);
  void null();
  /// Writes an instant (microseconds since 1970) as seconds with three decimals.
  void seconds(std::int64_t micros);
  /// Appends text that is JSON already.
  void json(std::string_view value);

  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void member(std::string_view name, const char* value) { member(name, std::string_view(value)); }
  void member(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    integer(value);
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();
  std::string& out_;
  bool comma_ = false;
};

}  // namespace trailpond
