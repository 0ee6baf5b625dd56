#pragma once
#include <atomic>
#include <cstddef>

/// What groups and partitions keep from row to row, counted against the limit of their statement.
namespace trailpond::sql {

/// What the threads of one statement keep together, and how much that may be.
class MemoryAccount {
 public:
  explicit MemoryAccount(std::size_t limit) : limit_(limit) {}
  /// All must have been given back.
  ~MemoryAccount();
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;
  /// Throws MemoryExceeded past the limit; the bytes are counted all the same.
  void take(std::size_t bytes);
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  /// The account of this thread; null where nothing limits it.
  static MemoryAccount* current();

 private:
  std::size_t limit_;
  std::atomic<std::size_t> used_ = 0;
};

/// Lets this thread count on an account while it lives. Not to be nested.
class MemoryAccountUser {
 public:
  explicit MemoryAccountUser(MemoryAccount* account);
  ~MemoryAccountUser();
  MemoryAccountUser(const MemoryAccountUser&) = delete;
  MemoryAccountUser& operator=(const MemoryAccountUser&) = delete;
};

/// Limits what the statement of this thread keeps while it lives. Not to be nested.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::size_t bytes) : account_(bytes), user_(&account_) {}

 private:
  MemoryAccount account_;
  MemoryAccountUser user_;
};

/// The bytes that one holder keeps; given back when it ends. It may end on another thread, but not
/// after the limit of its statement.
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
  MemoryAccount* account_ = nullptr;  // of the first bytes
};

}  // namespace trailpond::sql
