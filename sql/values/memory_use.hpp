#pragma once
#include <cstddef>

/// What groups and partitions keep from row to row, counted against the limit of their statement.
namespace trailpond::sql {

/// Limits what the statement of this thread keeps while it lives. Not to be nested.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::size_t bytes);
  ~MemoryLimit();
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;
};

/// The bytes that one holder keeps; given back when it ends.
class MemoryUse {
 public:
  MemoryUse() = default;
  ~MemoryUse() { reset(); }
  MemoryUse(const MemoryUse&) = delete;
  MemoryUse& operator=(const MemoryUse&) = delete;

  /// Says that so much more is kept. Throws MemoryExceeded past the limit of the statement.
  void grow(std::size_t bytes);
  /// Says that so much is kept altogether; what was said before is never taken back.
  void raise_to(std::size_t bytes) {
    if (bytes > bytes_) grow(bytes - bytes_);
  }
  void reset();
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_ = 0;
};

}  // namespace trailpond::sql
