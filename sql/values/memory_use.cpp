#include "sql/values/memory_use.hpp"

#include <limits>

#include "sql/values/arena.hpp"

namespace trailpond::sql {
namespace {

constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();
thread_local std::size_t limit = kUnlimited;
thread_local std::size_t used = 0;

}  // namespace

MemoryLimit::MemoryLimit(std::size_t bytes) { limit = bytes; }
MemoryLimit::~MemoryLimit() { limit = kUnlimited; }

void MemoryUse::grow(std::size_t bytes) {
  bytes_ += bytes;
  used += bytes;
  if (used > limit) throw MemoryExceeded{};
}

void MemoryUse::reset() {
  used -= bytes_;
  bytes_ = 0;
}

}  // namespace trailpond::sql
