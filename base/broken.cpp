#include "base/broken.hpp"

#include <atomic>
#include <cassert>
#include <cstdio>

namespace trailpond {
namespace {

std::atomic<BrokenHandler> handler = nullptr;

}  // namespace

void set_broken_handler(BrokenHandler now) { handler = now; }

void report_broken(std::string_view what) {
  if (const BrokenHandler other = handler) {
    other(what);
    return;
  }
  std::fprintf(stderr, "trailpond: internal error: %.*s\n", static_cast<int>(what.size()),
               what.data());
  assert(false && "report_broken");
}

}  // namespace trailpond
