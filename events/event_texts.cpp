#include "events/event_texts.hpp"

#include <sys/mman.h>

#include <functional>
#include <utility>

namespace trailpond::events {

std::string EventTexts::lines() const {
  std::string lines;
  lines.reserve(bytes_ + count());
  for (std::size_t row = 0; row < count(); ++row) {
    lines.append(at(row));
    lines += '\n';
  }
  return lines;
}

std::size_t EventTexts::memory_bytes() const {
  const std::size_t text = source_ && !ends_.empty() ? ends_.back() : own_.capacity();
  return text + (begins_.capacity() + ends_.capacity()) * sizeof(std::uint32_t);
}

void prefer_large_pages(char* memory, std::size_t bytes) {
  constexpr std::uintptr_t kLargePage = 2 << 20;
  const auto begin = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t first = (begin + kLargePage - 1) / kLargePage * kLargePage;
  const std::uintptr_t last = (begin + bytes) / kLargePage * kLargePage;
  if (last > first) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
}

void EventTexts::reserve(std::size_t bytes) {
  own_.reserve(bytes);
  prefer_large_pages(own_.data(), own_.capacity());
}

void EventTexts::stay_in(std::shared_ptr<const void> source, std::string_view text) {
  source_ = std::move(source);
  source_text_ = text;
}

bool EventTexts::can_stay(std::string_view json) const {
  constexpr std::ptrdiff_t kLargestSpan = std::ptrdiff_t{1} << 31;
  const std::less_equal<const char*> not_behind;
  const char* source_end = source_text_.data() + source_text_.size();
  return not_behind(source_text_.data(), json.data()) &&
         not_behind(json.data() + json.size(), source_end) &&
         (ends_.empty() || json.data() - source_begin_ < kLargestSpan);
}

void EventTexts::leave_source() {
  std::vector<std::uint32_t> own_ends;
  for (std::size_t row = 0; row < count(); ++row) {
    own_.append(at(row));
    own_ends.push_back(static_cast<std::uint32_t>(own_.size()));
  }
  source_ = nullptr;
  begins_ = {};
  ends_ = std::move(own_ends);
}

void EventTexts::add(std::string_view json) {
  if (source_ && !can_stay(json)) leave_source();
  bytes_ += json.size();
  if (!source_) {
    own_.append(json);
    ends_.push_back(static_cast<std::uint32_t>(own_.size()));
    return;
  }
  if (ends_.empty()) source_begin_ = json.data();
  const auto begin = static_cast<std::uint32_t>(json.data() - source_begin_);
  begins_.push_back(begin);
  ends_.push_back(begin + static_cast<std::uint32_t>(json.size()));
}

EventTexts EventTexts::release() {
  EventTexts given = std::move(*this);
  *this = {};
  if (given.source_) stay_in(given.source_, given.source_text_);
  if (given.ends_.empty()) given.source_ = nullptr;
  // What was reserved too generously is given back.
  const std::size_t spare = given.own_.capacity() - given.own_.size();
  if (spare > given.own_.size() / 8) given.own_.shrink_to_fit();
  given.begins_.shrink_to_fit();
  given.ends_.shrink_to_fit();
  return given;
}

}  // namespace trailpond::events
