#include "server/watch/journal.hpp"

#include <algorithm>

namespace trailpond::watch {

Entry::Entry(std::uint64_t id, const Call& call)
    : id_(id),
      time_(call.time),
      duration_(call.duration),
      operation_(call.operation),
      error_(call.error),
      status_(call.status),
      request_cut_(call.request.size() > kKeptRequestBytes),
      answer_cut_(call.answer.size() > kKeptAnswerBytes) {
  const std::array parts = {call.account,
                            call.region,
                            call.request_id,
                            call.fault,
                            call.request.substr(0, kKeptRequestBytes),
                            call.answer.substr(0, kKeptAnswerBytes)};
  std::size_t size = 0;
  for (const std::string_view part : parts) {
    size += part.size();
  }
  text_.reserve(size);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text_ += parts[i];
    ends_[i] = static_cast<std::uint32_t>(text_.size());
  }
}

EntryPointer Journal::add(const Call& call) {
  if (limits_.entries == 0) {
    return nullptr;
  }
  EntryPointer gone;  // freed after the lock
  const std::lock_guard lock(mutex_);
  auto entry = std::make_shared<const Entry>(++size_.last_id, call);
  size_.bytes += entry->bytes();
  entries_.push_back(entry);
  while (entries_.size() > limits_.entries ||
         (size_.bytes > limits_.bytes && entries_.size() > 1)) {
    gone = std::move(entries_.front());
    entries_.pop_front();
    size_.bytes -= gone->bytes();
    ++size_.dropped;
  }
  return entry;
}

std::vector<EntryPointer> Journal::list(std::uint64_t since) const {
  const std::lock_guard lock(mutex_);
  const auto first = std::upper_bound(
      entries_.begin(), entries_.end(), since,
      [](std::uint64_t id, const EntryPointer& entry) { return id < entry->id(); });
  return {first, entries_.end()};
}

std::size_t Journal::clear() {
  std::deque<EntryPointer> old;
  const std::lock_guard lock(mutex_);
  std::swap(old, entries_);
  size_.bytes = 0;
  return old.size();
}

Journal::Size Journal::size() const {
  const std::lock_guard lock(mutex_);
  Size size = size_;
  size.entries = entries_.size();
  return size;
}

}  // namespace trailpond::watch
