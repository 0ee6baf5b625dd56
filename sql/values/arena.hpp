#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <span>
#include <string_view>

#include "sql/values/value.hpp"

namespace trailpond::sql {

/// Thrown when an evaluation wants more memory than its limit; caught where SQLite calls us.
struct MemoryExceeded {};

/// Holds what an evaluation makes until the row is done. Never frees single pieces.
class Arena {
 public:
  explicit Arena(std::size_t limit_bytes = std::size_t{512} << 20) : limit_(limit_bytes) {}
  void* allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
    used_ += size;
    if (used_ > limit_) throw MemoryExceeded{};
    return resource_.allocate(size, alignment);
  }
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {"", 0};
    char* copy = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }
  std::span<Value> values(std::size_t count) {
    auto* items = static_cast<Value*>(
        allocate(std::max<std::size_t>(count, 1) * sizeof(Value), alignof(Value)));
    for (std::size_t i = 0; i < count; ++i) new (items + i) Value();
    return {items, count};
  }
  /// Checks that `size` more bytes would fit, before a caller builds them elsewhere.
  void reserve(std::size_t size) const {
    if (size > limit_ || used_ + size > limit_) throw MemoryExceeded{};
  }
  std::size_t used() const { return used_; }
  void reset() {
    if (used_ == 0) return;
    resource_.release();
    used_ = 0;
  }

 private:
  static constexpr std::size_t kFirstBlock = 16 * 1024;  // most rows need less
  alignas(std::max_align_t) std::byte first_[kFirstBlock];
  std::pmr::monotonic_buffer_resource resource_{first_, kFirstBlock};
  std::size_t used_ = 0;
  std::size_t limit_;
};

}  // namespace trailpond::sql
