#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Reads JSON strictly (RFC 8259, valid UTF-8) straight from its text, without building anything.
namespace trailpond::events {

/// The levels of objects and arrays that an event may have, itself included. Ours: the service
/// says nothing; real events stay below 20.
inline constexpr int kEventDepthLimit = 64;

/// A string as it stands in the text, without its quotes.
struct RawString {
  std::string_view source;
  bool escaped = false;  // holds at least one escape
};

/// A position in a JSON text. Every read answers false at a mistake and then has `reason()`.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  const char* at() const { return at_; }
  const char* end() const { return end_; }
  void move_to(const char* place) { at_ = place; }
  bool at_end() const { return at_ == end_; }
  const char* reason() const { return reason_; }
  bool fail(const char* reason) {
    reason_ = reason;
    return false;
  }
  /// How often whitespace was met outside strings: the text between two equal counts is compact.
  std::uint64_t spaces() const { return spaces_; }

  void skip_space() {
    if (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ') skip_spaces();
  }
  /// The next character that is not whitespace, NUL at the end of the text.
  char peek() {
    skip_space();
    return at_ == end_ ? '\0' : *at_;
  }
  /// Steps over `wanted` if it comes next.
  bool take(char wanted) {
    if (peek() != wanted || at_ == end_) return false;
    ++at_;
    return true;
  }
  /// Reads a string, the reader being at its quote.
  bool read_string(RawString& out);
  /// Reads a string without escapes, which is most of them; else stays where it is and gives no
  /// reason.
  bool read_plain_string(std::string_view& out);
  /// Reads a number as it is spelled.
  bool read_number(std::string_view& out);
  /// Reads true, false or null whole.
  bool read_word(std::string_view word);
  /// Checks and steps over a value of any kind; `depth` is the level that an object here would
  /// have.
  bool skip_value(int depth);

  /// Decodes the escapes of a string that read_string accepted.
  static void decode(std::string_view source, std::string& out);
  /// Appends a JSON text that was read before without its whitespace outside strings.
  static void append_compact(std::string_view source, std::string& out);

 private:
  void skip_spaces();
  bool check_escape();
  bool skip_members(int depth);
  bool skip_elements(int depth);

  const char* at_;
  const char* end_;
  const char* reason_ = "";
  std::uint64_t spaces_ = 0;
};

/// Says whether bytes are valid UTF-8 (no surrogates, nothing overlong, at most U+10FFFF).
bool is_valid_utf8(std::string_view text);

}  // namespace trailpond::events
