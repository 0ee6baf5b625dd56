#include "sql/values/memory_use.hpp"

#include <cassert>

#include "base/allocation.hpp"
#include "sql/values/arena.hpp"

namespace trailpond::sql {
namespace {

thread_local MemoryAccount* account_of_thread = nullptr;

}  // namespace

MemoryAccount::~MemoryAccount() { assert(used_ == 0); }

void MemoryAccount::take(std::size_t bytes) {
  if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= limit_) return;
  give_back_at_once();
  throw MemoryExceeded{};
}

MemoryAccount* MemoryAccount::current() { return account_of_thread; }

MemoryAccountUser::MemoryAccountUser(MemoryAccount* account) { account_of_thread = account; }
MemoryAccountUser::~MemoryAccountUser() { account_of_thread = nullptr; }

void MemoryUse::grow(std::size_t bytes) {
  if (bytes_ == 0) account_ = MemoryAccount::current();
  bytes_ += bytes;
  if (account_) account_->take(bytes);
}

void MemoryUse::reset() {
  if (account_) account_->give_back(bytes_);
  bytes_ = 0;
}

}  // namespace trailpond::sql
