#include "tests/differential/stores.hpp"

#include "engine/catalog.hpp"
#include "events/store.hpp"
#include "tests/differential/events.hpp"

namespace trailpond::tests {

std::string over(const std::string& statement, const std::string& relation) {
  std::string text;
  for (const char c : statement) text += c == '$' ? relation : std::string(1, c);
  return text;
}

OneTable store_in_halves(int rows) {
  events::EventStore store(events::StoreKind::kCloudTrail);
  const std::string lines = make_rows(1, rows).lines;
  const std::size_t half = lines.find('\n', lines.size() / 2) + 1;
  store.append(lines.substr(0, half), "first");
  store.append(lines.substr(half), "second");
  return OneTable(engine::make_table(store.kind(), store.snapshot()));
}

std::string row_of(std::span<const std::optional<std::string>> cells) {
  std::string row;
  for (const auto& cell : cells) row += cell.value_or("NULL") + "|";
  return row;
}

}  // namespace trailpond::tests
