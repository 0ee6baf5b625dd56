#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// JSON as text: reading it by a cursor, Trino's canonical form. Trino keeps its json type
/// as text (no blanks, members in order; json_parse sorts them by key). Source:
/// https://trino.io/docs/current/functions/json.html
namespace trailpond::sql {

/// How deeply JSON may nest (Jackson's own limit is 1,000).
inline constexpr int kMaxJsonDepth = 500;

enum class JsonKind : std::uint8_t {
  kNull,
  kTrue,
  kFalse,
  kNumber,
  kString,
  kArray,
  kObject,
  kInvalid
};

/// Walks over JSON text without building a tree. Every step answers false at the first mistake.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) { skip_blanks(); }
  /// The kind of the value that begins here.
  JsonKind kind() const;
  /// Moves behind the value that begins here.
  bool skip_value();
  /// Reads a string, escapes decoded, appended to `out` (null: only skips).
  bool read_string(std::string* out);
  /// Reads a number's text.
  std::optional<std::string_view> read_number();
  /// Enters an object or an array; then next_member / next_element until they answer false.
  bool enter();
  /// Moves to the next member and reads its key; false at the end (or at a mistake: see failed()).
  bool next_member(std::string& key);
  bool next_element();
  bool failed() const { return failed_; }
  /// Answers whether nothing but blanks is left.
  bool at_end();
  std::size_t position() const { return at_; }
  std::string_view text() const { return text_; }

 private:
  void skip_blanks();
  bool fail() {
    failed_ = true;
    return false;
  }
  bool skip_value_at(int depth);
  std::string_view text_;
  std::size_t at_ = 0;
  bool first_ = false;
  bool failed_ = false;
};

/// Writes one value in canonical form; false when the text is not JSON. `sort_keys` as json_parse.
bool write_canonical_json(std::string_view text, bool sort_keys, std::string& out);
/// Appends a JSON string literal with Jackson's escapes.
void append_json_string(std::string_view text, std::string& out);
/// The same as Trino writes its json type: characters beyond U+FFFF become two \u escapes.
void append_json_text(std::string_view text, std::string& out);
/// A number's text in Trino's canonical form: integers as they are, others as Double.toString.
std::string canonical_number(std::string_view text);

}  // namespace trailpond::sql
