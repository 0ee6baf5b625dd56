#include "events/known_events.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace trailpond::events {
namespace {

constexpr std::size_t kTextLimit = 256;  // of a step
constexpr std::size_t kMemoryLimit = std::size_t{1} << 20;

/// Where the text of a step ends that begins at `at`: behind the colon and what opens a value; null
/// where there is no colon nearby.
const char* end_of_step(const char* at, const char* end) {
  const std::size_t most = std::min(static_cast<std::size_t>(end - at), kTextLimit);
  const auto* colon = static_cast<const char*>(std::memchr(at, ':', most));
  if (!colon) return nullptr;
  const char* behind = colon + 1;
  // An n is that of null, which is part of the text between values.
  const bool opens =
      behind != end && std::string_view("\"{[n").find(*behind) != std::string_view::npos;
  return opens ? behind + 1 : behind;
}

std::uint64_t hash_of(KnownEvents::StepId step, Source before, std::string_view text) {
  const std::uint64_t seed = std::uint64_t{step} << 8 | static_cast<std::uint64_t>(before);
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

bool reads_value(const Deed& deed) { return deed.kind >= Deed::Kind::kColumn; }

}  // namespace

void KnownEvents::note(bool known) {
  // One event in four must be known, or so many that follow are not tried.
  constexpr int kMost = 100;
  constexpr int kPause = -1000;
  if (patience_ < 0) {
    ++patience_;
  } else if (known) {
    patience_ = std::min(patience_ + 3, kMost);
  } else if (--patience_ < 0) {
    patience_ = memory_bytes_ < kMemoryLimit ? 0 : kPause;
  }
}

KnownEvents::StepId KnownEvents::search_next(StepId step, Source before, const char* at,
                                             const char* end) {
  StepId found = kNoStep;
  if (const char* stop = end_of_step(at, end)) {
    found = find(step, before, {at, static_cast<std::size_t>(stop - at)});
  }
  // An event ends with brackets, perhaps behind a null; what is around it may, too.
  const std::string_view left(at, std::min(static_cast<std::size_t>(end - at), kTextLimit));
  std::size_t size = std::min(left.find_first_not_of("}]ul"), left.size());
  for (; found == kNoStep && size != 0; --size) found = find(step, before, left.substr(0, size));
  if (found != kNoStep) steps_[step].next = found;
  return found;
}

KnownEvents::StepId KnownEvents::find(StepId step, Source before, std::string_view text) const {
  const auto place = by_hash_.find(hash_of(step, before, text));
  if (place == by_hash_.end()) return kNoStep;
  const Step& found = steps_[place->second];
  const bool same = found.after == step && found.before == before && found.text == text;
  return same ? place->second : kNoStep;
}

void KnownEvents::learn(std::string_view event, std::span<const Deed> deeds,
                        std::span<const OutlineMaker::Cut> cuts, Code outline) {
  const char* at = event.data();
  const char* const end = at + event.size();
  StepId step = kNoStep;
  Source before = Source::kEnd;
  std::size_t first = 0;  // of the deeds since the last value
  std::size_t next_cut = 0;
  for (std::size_t index = 0; index < deeds.size(); ++index) {
    if (!reads_value(deeds[index])) continue;
    const OutlineMaker::Cut& cut = cuts[next_cut++];
    const auto done = deeds.subspan(first, index - first);
    step = learn_to(step, before, at, cut.begin, end, done, deeds[index]);
    if (step == kNoStep) return;
    before = cut.source;
    at = cut.end;
    first = index + 1;
  }
  for (const char* stop = end_of_step(at, end); stop; stop = end_of_step(at, end)) {
    step = learn_step(
        {.text = {at, static_cast<std::size_t>(stop - at)}, .before = before, .after = step}, {});
    if (step == kNoStep) return;
    before = Source::kEnd;
    at = stop;
  }
  const std::string_view text(at, static_cast<std::size_t>(end - at));
  learn_step({.text = text, .before = before, .is_last = true, .after = step, .outline = outline},
             deeds.subspan(first));
}

/// Learns the steps from `at` to a value; kNoStep where none leads just there.
KnownEvents::StepId KnownEvents::learn_to(StepId step, Source before, const char* at,
                                          const char* value, const char* end,
                                          std::span<const Deed> done, const Deed& read) {
  for (;;) {
    const char* stop = end_of_step(at, end);
    if (!stop) return kNoStep;
    const bool begins_value = value + 1 == stop;
    const bool found = begins_value || value == stop;
    if (!found && stop > value) return kNoStep;
    Step next = {
        .text = {at, static_cast<std::size_t>(stop - at)}, .before = before, .after = step};
    if (found) {
      next.begins_value = begins_value;
      next.value = read;
    }
    step = learn_step(next, found ? done : std::span<const Deed>());
    if (found || step == kNoStep) return step;
    before = Source::kEnd;
    at = stop;
  }
}

KnownEvents::StepId KnownEvents::learn_step(const Step& step, std::span<const Deed> deeds) {
  const StepId known = find(step.after, step.before, step.text);
  if (known != kNoStep) return known;
  return memory_bytes_ < kMemoryLimit ? add(step, deeds) : kNoStep;
}

KnownEvents::StepId KnownEvents::add(Step step, std::span<const Deed> deeds) {
  texts_.push_back(std::make_unique_for_overwrite<char[]>(step.text.size()));
  std::memcpy(texts_.back().get(), step.text.data(), step.text.size());
  step.text = {texts_.back().get(), step.text.size()};
  step.first_deed = static_cast<std::uint32_t>(deeds_.size());
  step.deed_count = static_cast<std::uint16_t>(deeds.size());
  deeds_.insert(deeds_.end(), deeds.begin(), deeds.end());
  const auto id = static_cast<StepId>(steps_.size());
  by_hash_[hash_of(step.after, step.before, step.text)] = id;
  steps_.push_back(step);
  memory_bytes_ +=
      sizeof step + step.text.size() + deeds.size_bytes() + 2 * sizeof(*by_hash_.begin());
  return id;
}

}  // namespace trailpond::events
