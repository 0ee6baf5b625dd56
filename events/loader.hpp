#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/shredder.hpp"

namespace trailpond::events {

/// An event, or a place in a text, that was not taken.
struct BadEvent {
  std::string source;
  std::int64_t line = 0;  // from 1; 0 where the whole source is meant
  std::string reason;
};

/// What became of a batch.
struct LoadReport {
  std::int64_t accepted = 0;
  std::int64_t rejected = 0;
  std::vector<BadEvent> bad = {};  // the first kReportedBadEvents of the rejected
};

/// How many bad events a report describes. Ours: enough to see the pattern.
inline constexpr std::size_t kReportedBadEvents = 100;

/// Counts one event as rejected and, up to the cap, notes why.
void reject(LoadReport& report, std::string_view source, std::int64_t line, std::string reason);

/// How a text is laid out: a JSON value on every line, or values over any number of lines.
enum class Form : std::uint8_t { kUnknown, kLines, kDocument };

/// Finds the form of a text from its beginning.
Form find_form(std::string_view text);

/// What a text is of a longer one; the whole of it unless told.
struct Part {
  Form form = Form::kUnknown;
  std::int64_t first_line = 1;
  std::size_t first_index = 0;  // of the first list's first element
};

/// Reads the events of one text into a builder: NDJSON, JSON values one after another, a JSON
/// array, or {"Records": […]}; lines may hold any of these, too.
class Loader {
 public:
  /// `on_row` runs after every event taken (to seal a builder that is full).
  Loader(SegmentBuilder& builder, std::string_view source, LoadReport& report,
         std::function<void()> on_row)
      : shredder_(builder), source_(source), report_(report), on_row_(std::move(on_row)) {}
  void read(std::string_view text, const Part& part = {});

 private:
  void read_lines();
  std::size_t read_good_line(std::size_t at);
  void read_document();
  bool read_top(JsonReader& reader, bool to_the_end);
  bool read_wrapper(JsonReader& reader);
  bool read_elements(JsonReader& reader, std::string_view name);
  bool read_element(JsonReader& reader, std::string_view name, std::size_t index);
  void reject_at(const char* place, std::string reason);
  std::int64_t line_of(const char* place);

  Shredder shredder_;
  std::string_view source_;
  LoadReport& report_;
  std::function<void()> on_row_;
  std::string_view text_;
  Part part_ = {};
  const char* counted_to_ = nullptr;  // line_of: lines were counted up to here
  std::int64_t counted_line_ = 1;
};

}  // namespace trailpond::events
