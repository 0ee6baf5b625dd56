#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/json_reader.hpp"
#include "events/known_events.hpp"
#include "events/segment.hpp"

/// Turns the JSON of events into typed values. Every rule: shared/oracle/SHREDDING.md section 1.
namespace trailpond::events {

/// The bytes of JSON that one event may have. Ours, four times the service's 256 KiB limit.
inline constexpr std::size_t kEventBytesLimit = 1 << 20;

/// Reads `yyyy-MM-ddTHH:mm:ss[.f{1,9}][Z or ±hh:mm or ±hhmm]`, a blank instead of T allowed, as
/// microseconds since 1970 UTC; digits after the third of the fraction are cut.
std::optional<std::int64_t> parse_timestamp(std::string_view text);

/// What may follow an event.
enum class Behind : std::uint8_t {
  kAnything,
  kSpace,  // to the end of the text
  kLine,   // the event has no line end in it, and one or the end of the text follows
};

/// What became of one object.
enum class Shredded : std::uint8_t {
  kRow,      // it is a row of the builder now
  kWrapper,  // it is {"Records": […]} and not an event; nothing was added
  kBad,      // it is no event (the reader has the reason); nothing was added
};

/// Reads events into a builder.
class Shredder {
 public:
  explicit Shredder(SegmentBuilder& builder)
      : builder_(builder),
        layout_(builder.layout()),
        hints_(layout_.size()),
        key_hints_(layout_.size()) {}

  /// Reads the object that the reader stands at; afterwards the reader is behind it, except
  /// where the answer is not kRow.
  Shredded read_event(JsonReader& reader, Behind behind);

 private:
  /// The member that followed each field of a row the last time: events repeat their order.
  struct Hint {
    std::vector<std::pair<std::string, Member>> after = {};
  };
  struct SeenMembers {
    std::uint64_t any = 0;
    std::uint64_t exact = 0;
  };

  /// Reads an event that is spelled as one before. Answers false where it is not, and has begun a
  /// row then.
  bool read_known(JsonReader& reader, std::size_t row, Code& outline);
  Source read_known_value(JsonReader& reader, const Deed& deed, std::size_t row);
  void do_again(const Deed& deed, std::size_t row);
  bool is_repeatable() const;
  /// Reads any event.
  bool read_unknown(JsonReader& reader, std::size_t row);
  void note(Deed::Kind kind, NodeId node, int depth, Code key = kNullCode) {
    deeds_.push_back({kind, static_cast<std::uint8_t>(depth), node, key});
  }
  bool read_row(JsonReader& reader, NodeId node, std::size_t row, int depth);
  bool read_member(JsonReader& reader, NodeId node, std::size_t row, int depth, SeenMembers& seen,
                   std::size_t& previous);
  Member find_member(NodeId node, std::string_view name, std::pair<std::string, Member>& hint);
  bool read_value(JsonReader& reader, NodeId node, std::size_t row, int depth);
  bool read_array(JsonReader& reader, NodeId node, std::size_t row, int depth);
  bool read_map(JsonReader& reader, NodeId node, std::size_t row, int depth);
  bool read_entry(JsonReader& reader, NodeId map, std::size_t row, Code key, int depth,
                  bool is_new);
  bool read_scalar(JsonReader& reader, NodeId node, std::size_t row, int depth);
  bool read_text(JsonReader& reader, int depth, std::optional<std::string_view>& text);
  /// Says whether a text of read_text is good for longer than until the next one.
  bool lasts(std::string_view text) const { return text.data() != value_scratch_.data(); }
  bool read_name(JsonReader& reader, std::string_view& name, std::string& scratch);
  bool read_key(JsonReader& reader, NodeId map, Code& key);
  /// Answers false where the value is none of the node's type, which is then NULL.
  bool store_scalar(NodeId node, std::size_t row, char kind, std::string_view text);
  /// Steps over a value that no column takes.
  bool skip(JsonReader& reader, int depth);
  void cut(Source source, NodeId node, std::size_t row, std::string_view text, const char* start,
           const JsonReader& reader);

  SegmentBuilder& builder_;
  const Layout& layout_;
  std::vector<Hint> hints_;
  /// The key that followed each key of a map the last time, by code; as a text without escapes.
  std::vector<std::vector<std::pair<std::string_view, Code>>> key_hints_;
  std::string value_scratch_;
  std::string key_scratch_;
  std::string json_scratch_;
  OutlineMaker outline_;
  std::vector<Deed> deeds_ = {};   // all that reading the event did
  std::size_t first_element_ = 0;  // of the array that is being read
  std::size_t element_ = 0;        // of it; of an event that is spelled as one before
  bool found_records_ = false;
};

}  // namespace trailpond::events
