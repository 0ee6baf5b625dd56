#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/layout.hpp"

/// The JSON of an event without what its columns hold: the rest of it, which many events share, is
/// its outline. From both the text comes back byte for byte.
namespace trailpond::events {

class Segment;

/// Where a value that was cut out is to be had.
enum class Source : std::uint8_t {
  kEnd,            // nothing follows
  kText,           // a varchar column, spelled as a string without escapes
  kBareText,       // a varchar column, spelled as it is: no string
  kTime,           // a timestamp column, spelled "yyyy-mm-ddThh:mm:ssZ"
  kBoolean,        // a boolean column, spelled true or false
  kQuotedBoolean,  // the same as a string
  kEntry,          // the value of a map's entry, a string without escapes
  kBareEntry,      // the value of a map's entry, no string
  kRest,           // no column: the event's own rest
};

/// Cuts the values out of an event's text while that is read.
class OutlineMaker {
 public:
  struct Cut {
    const char* begin;
    const char* end;
    std::uint32_t index;
    NodeId node;
    Source source;
  };
  /// Begins with another event.
  void begin() {
    count_ = 0;
    possible_ = true;
  }
  /// Cuts out a value, quotes included. `index` counts the elements of the array that the node is
  /// in, or the entries of a map, from the first of this event.
  void cut(Source source, NodeId node, std::size_t index, const char* begin, const char* end) {
    if (count_ == cuts_.size()) cuts_.resize(2 * count_ + 64);
    Cut& cut = cuts_[count_++];
    cut.begin = begin;
    cut.end = end;
    cut.index = static_cast<std::uint32_t>(std::min(index, kIndexLimit));
    cut.node = node;
    cut.source = source;
  }
  /// Says that no outline can describe this event.
  void give_up() { possible_ = false; }
  /// Makes outline and rest of the event, which stood at `text`, with or without whitespace between
  /// its parts. Answers false where none can describe it.
  bool make(std::string_view text, bool compact);
  /// Makes only the rest of an event, which is compact and whose outline is known.
  void make_rest();
  std::span<const Cut> cuts() const { return std::span(cuts_).first(count_); }
  std::string_view outline() const { return {outline_.data(), outline_size_}; }
  /// The values that no column holds, each with a newline behind it.
  std::string_view rest() const { return rest_; }

 private:
  static constexpr std::size_t kIndexLimit = 0x10000;
  void add_rest(const Cut& cut, bool compact);
  char* put_piece(char* out, std::string_view piece, bool compact);

  std::vector<Cut> cuts_ = {};  // the first `count_` of them
  std::size_t count_ = 0;
  bool possible_ = true;
  std::vector<char> outline_ = {};
  std::size_t outline_size_ = 0;
  std::string rest_ = {};
  std::string scratch_ = {};
};

/// Appends the text that has this outline and rest and whose columns are those of a row.
void append_outlined(std::string_view outline, std::string_view rest, const Segment& segment,
                     std::size_t row, std::string& out);

}  // namespace trailpond::events
