#include <chrono>
#include <string_view>

#include "engine/catalog.hpp"
#include "events/store.hpp"
#include "sql/statement.hpp"

// Any text is a statement or a mistake with a place: never a crash, a hang or an internal error.

namespace {

using namespace trailpond;

class OneStore final : public sql::Catalog {
 public:
  OneStore() {
    store_.append(
        R"({"eventName":"A","eventTime":"2024-01-01T00:00:00Z","requestParameters":{"k":"v"}})",
        "fuzz");
    table_ = engine::make_table(store_.kind(), store_.snapshot());
  }
  std::shared_ptr<const sql::Table> find_table(std::string_view) const override { return table_; }

 private:
  events::EventStore store_{events::StoreKind::kCloudTrail};
  std::shared_ptr<const sql::Table> table_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const OneStore catalog;
  sql::PrepareOptions options;
  options.require_table = false;
  const auto prepared = sql::prepare({reinterpret_cast<const char*>(data), size}, catalog, options);
  if (!prepared) {
    if (prepared.error().name == sql::ErrorName::kInternal) __builtin_trap();
    return 0;
  }
  sql::RunLimits limits;
  limits.result_rows = 1'000;
  limits.time = std::chrono::milliseconds(200);
  const auto ran = (*prepared)->run(limits, {}, [](auto) { return true; });
  if (!ran && ran.error().name == sql::ErrorName::kInternal) __builtin_trap();
  return 0;
}
