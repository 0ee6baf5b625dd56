#pragma once
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

/// What operators have in common when they arrange columns.
namespace trailpond::sql {

/// Keeps the items whose mark is 1 and drops those whose mark is 0, in their order.
template <class Item>
void keep_marked(std::vector<Item>& items, std::span<const std::uint8_t> marks) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < marks.size(); ++at) {
    items[kept] = items[at];
    kept += marks[at];
  }
  items.resize(kept);
}

/// Brings the items of each number together, in their order: numbers[n], below `count`, is that of
/// item_at(n). `starts` gets the place where those of each number begin, and the end.
template <class Item, class ItemAt>
std::vector<Item> bring_together(std::span<const std::uint32_t> numbers, std::size_t count,
                                 std::vector<std::uint32_t>& starts, ItemAt&& item_at) {
  starts.assign(count + 1, 0);
  for (const std::uint32_t number : numbers) ++starts[number + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  std::vector<Item> items(numbers.size());
  for (std::uint32_t at = 0; at < items.size(); ++at) items[next[numbers[at]]++] = item_at(at);
  return items;
}

/// The same for the places of the numbers themselves.
inline std::vector<std::uint32_t> bring_together(std::span<const std::uint32_t> numbers,
                                                 std::size_t count,
                                                 std::vector<std::uint32_t>& starts) {
  return bring_together<std::uint32_t>(numbers, count, starts, [](std::uint32_t at) { return at; });
}

}  // namespace trailpond::sql
