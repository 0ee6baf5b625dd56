#include <string_view>

#include "events/store.hpp"

// Any bytes are events or bad lines that are counted: never a crash.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace trailpond::events;
  EventStore store(data == nullptr || size == 0 || data[0] % 2 == 0 ? StoreKind::kCloudTrail
                                                                    : StoreKind::kInsights);
  store.append({reinterpret_cast<const char*>(data), size}, "fuzz");
  return 0;
}
