// The columns of a large store and what statements keep of them are arrays of many megabytes. In
// pages of 4 KiB, each of them costs a fault of the processor when it is first written to and an
// entry in its table of addresses; so operator new asks the system for huge pages (2 MiB) where
// that matters.
#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
/// Smaller blocks would waste more in their last page than they gain.
constexpr std::size_t kLargeBlock = 2 * kHugePage;

void* find_large(std::size_t size) {
  const std::size_t whole = (size + kHugePage - 1) / kHugePage * kHugePage;
  void* block = whole < size ? nullptr : std::aligned_alloc(kHugePage, whole);
  // Where there are no huge pages it is as good as ever.
  if (block != nullptr) madvise(block, whole, MADV_HUGEPAGE);
  return block;
}

}  // namespace

void* operator new(std::size_t size) {
  for (;;) {
    void* block = size >= kLargeBlock ? find_large(size) : std::malloc(size == 0 ? 1 : size);
    if (block != nullptr) return block;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
