// The server's malloc is mimalloc's (CMakeLists.txt); sanitizers and unit tests have their own.
//
// The columns of a large store and what statements keep of them are arrays of many megabytes. In
// pages of 4 KiB, each of them costs a fault of the processor when it is first written to and an
// entry in its table of addresses; so operator new asks the system for huge pages (2 MiB) where
// that matters.
#include "base/allocation.hpp"

#include <malloc.h>
#include <mimalloc.h>
#include <sys/mman.h>

#include <atomic>
#include <cstdlib>
#include <new>

// Of mimalloc, where it is linked.
extern "C" {
__attribute__((weak)) void mi_collect(bool force) noexcept;
__attribute__((weak)) void mi_option_set(mi_option_t option, long value);
__attribute__((weak)) long mi_option_get(mi_option_t option);
}

namespace trailpond {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
/// Smaller blocks would waste more in their last page than they gain.
[[maybe_unused]] constexpr std::size_t kLargeBlock = 2 * kHugePage;

[[maybe_unused]] void* allocate_large(std::size_t size) {
  const std::size_t whole = (size + kHugePage - 1) / kHugePage * kHugePage;
  void* block = whole < size ? nullptr : std::aligned_alloc(kHugePage, whole);
  // Where there are no huge pages it is as good as ever.
  if (block != nullptr) madvise(block, whole, MADV_HUGEPAGE);
  return block;
}

constexpr long kNoDelay = -1;
/// What the allocator's delay was before it gave back at once; kNoDelay: it does not do so.
std::atomic<long> usual_delay = kNoDelay;

}  // namespace

void give_back_at_once() {
  if (mi_option_get == nullptr || usual_delay != kNoDelay) return;
  long none = kNoDelay;
  if (usual_delay.compare_exchange_strong(none, mi_option_get(mi_option_decommit_delay)))
    mi_option_set(mi_option_decommit_delay, 0);
}

bool gives_back_at_once() { return usual_delay != kNoDelay; }

void give_back_memory() {
  if (mi_collect != nullptr) {
    mi_collect(true);
    const long delay = usual_delay.exchange(kNoDelay);
    if (delay != kNoDelay) mi_option_set(mi_option_decommit_delay, delay);
  } else {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
  }
}

}  // namespace trailpond

#ifndef TRAILPOND_SANITIZED  // they want to see each call
void* operator new(std::size_t size) {
  for (;;) {
    void* block = size >= trailpond::kLargeBlock ? trailpond::allocate_large(size)
                                                 : std::malloc(size == 0 ? 1 : size);
    if (block != nullptr) return block;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
#endif
