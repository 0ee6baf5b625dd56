#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/dictionary.hpp"
#include "events/layout.hpp"
#include "events/outline.hpp"

/// How events were read, so that the next one that is spelled alike is compared, not parsed.
namespace trailpond::events {

/// What reading an event does to its columns, and where a value begins.
struct Deed {
  enum class Kind : std::uint8_t {
    kNothing,
    kPresent,    // a row of fields is there
    kOpen,       // an array or a map
    kClose,      // the same
    kElement,    // the next one of an array
    kNullEntry,  // of a map
    // Behind these a value is read.
    kColumn,
    kEntry,  // of a map
    kSkipped,
  };
  Kind kind = Kind::kNothing;
  std::uint8_t depth = 0;  // of the value, for JsonReader
  NodeId node = kRootNode;
  Code key = kNullCode;  // of an entry
};

/// A tree of the texts that stood between the values of events, with what was done there. A step of
/// it is a text up to the next colon and the bracket or quote behind that, or up to the event's
/// end. Only ever grows, to a limit. One thread at a time.
class KnownEvents {
 public:
  using StepId = std::uint32_t;
  static constexpr StepId kNoStep = 0;  // also the one before the first

  struct Step {
    std::string_view text = {};
    Source before = Source::kEnd;  // how the value in front was spelled; kEnd without a value
    bool is_last = false;
    bool begins_value = false;  // the value begins with the text's last character
    std::uint16_t deed_count = 0;
    std::uint32_t first_deed = 0;
    StepId after = kNoStep;
    StepId next = kNoStep;     // that followed the last time
    Deed value = {};           // what is read behind the text
    Code outline = kNullCode;  // of an event that ends here
  };

  /// Says whether events are spelled alike so often that an attempt pays.
  bool is_promising() const { return patience_ >= 0; }
  /// Notes what became of an attempt, or that none was made.
  void note(bool known);

  /// The step that follows `step` at this place of the text; kNoStep where none is known.
  StepId find_next(StepId step, Source before, const char* at, const char* end) {
    const StepId guess = steps_[step].next;
    if (guess != kNoStep && steps_[guess].before == before && begins_with(at, end, guess)) {
      return guess;
    }
    return search_next(step, before, at, end);
  }
  const Step& step(StepId id) const { return steps_[id]; }
  std::span<const Deed> deeds(const Step& step) const {
    return std::span(deeds_).subspan(step.first_deed, step.deed_count);
  }

  /// Remembers an event. `deeds` are all that reading it did, in order; each that reads a value has
  /// one of `cuts`. The text is compact.
  void learn(std::string_view event, std::span<const Deed> deeds,
             std::span<const OutlineMaker::Cut> cuts, Code outline);
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  bool begins_with(const char* at, const char* end, StepId step) const {
    const std::string_view text = steps_[step].text;
    return static_cast<std::size_t>(end - at) >= text.size() &&
           is_same_text({at, text.size()}, text);
  }
  StepId search_next(StepId step, Source before, const char* at, const char* end);
  StepId find(StepId step, Source before, std::string_view text) const;
  StepId learn_to(StepId step, Source before, const char* at, const char* value, const char* end,
                  std::span<const Deed> done, const Deed& read);
  StepId learn_step(const Step& step, std::span<const Deed> deeds);
  StepId add(Step step, std::span<const Deed> deeds);

  std::vector<Step> steps_ = std::vector<Step>(1);
  std::vector<Deed> deeds_ = {};
  std::vector<std::unique_ptr<char[]>> texts_ = {};
  boost::unordered_flat_map<std::uint64_t, StepId> by_hash_ = {};
  std::size_t memory_bytes_ = 0;
  int patience_ = 0;
};

}  // namespace trailpond::events
