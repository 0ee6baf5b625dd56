#include "base/tuple_table.hpp"

#include <algorithm>

namespace trailpond {
namespace {

constexpr std::size_t kFirstSlots = 64;
/// Tuples whose hashes are made before the first of them is looked up: the slots are underway
/// meanwhile.
constexpr std::size_t kBatch = 64;

constexpr std::uint64_t mix(std::uint64_t hash, Word word) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;
  hash = (hash ^ word) * kFactor;
  return hash ^ (hash >> 32);
}

constexpr std::uint64_t kUpper = ~std::uint64_t{0} << 32;

/// Whether some tuples are all the same: rows come nearly in the order of time, and their hours and
/// days in long runs.
bool are_same(std::span<const Word* const> columns, std::size_t first, std::size_t count) {
  return std::ranges::all_of(columns, [&](const Word* column) {
    const std::span words(column + first, count);
    return std::ranges::all_of(words, [&](Word word) { return word == words[0]; });
  });
}

}  // namespace

TupleTable::TupleTable(std::size_t width)
    : width_(width), mask_(kFirstSlots - 1), slots_(kFirstSlots, 0) {}

bool TupleTable::is_at(std::uint32_t number, std::span<const Word* const> columns,
                       std::size_t row) const {
  const Word* words = words_.data() + std::size_t{number} * width_;
  for (std::size_t at = 0; at < width_; ++at) {
    if (words[at] != columns[at][row]) return false;
  }
  return true;
}

template <class OnMissing>
void TupleTable::look_up(std::span<const Word* const> columns, std::size_t count,
                         std::uint32_t* numbers, OnMissing&& on_missing) const {
  std::uint64_t hashes[kBatch];
  for (std::size_t first = 0; first < count; first += kBatch) {
    const std::size_t batch = std::min(kBatch, count - first);
    const std::size_t some = are_same(columns, first, batch) ? 1 : batch;
    std::fill_n(hashes, some, width_);
    for (const Word* column : columns) {
      for (std::size_t at = 0; at < some; ++at) hashes[at] = mix(hashes[at], column[first + at]);
    }
    for (std::size_t at = 0; at < some; ++at) __builtin_prefetch(&slots_[hashes[at] & mask_]);
    for (std::size_t at = 0; at < some; ++at) {
      // The tuple that is probably the one.
      const std::uint64_t held = slots_[hashes[at] & mask_];
      if (held != 0) {
        __builtin_prefetch(words_.data() + (static_cast<std::uint32_t>(held) - 1) * width_);
      }
    }
    for (std::size_t at = 0; at < some; ++at) {
      std::size_t slot = hashes[at] & mask_;
      std::uint32_t number = kNone;
      while (slots_[slot] != 0) {
        const auto found = static_cast<std::uint32_t>(slots_[slot]) - 1;
        if ((slots_[slot] ^ hashes[at]) < (std::uint64_t{1} << 32) &&
            is_at(found, columns, first + at)) {
          number = found;
          break;
        }
        slot = (slot + 1) & mask_;
      }
      numbers[first + at] = number != kNone ? number : on_missing(hashes[at], slot, first + at);
    }
    std::fill(numbers + first + some, numbers + first + batch, numbers[first]);
  }
}

void TupleTable::add(std::span<const Word* const> columns, std::size_t count,
                     std::uint32_t* numbers) {
  std::vector<const Word*> moved(columns.begin(), columns.end());
  for (std::size_t first = 0; first < count; first += kBatch) {
    const std::size_t some = std::min(kBatch, count - first);
    while ((size() + some) * 2 > slots_.size()) grow();
    look_up(moved, some, numbers + first,
            [&](std::uint64_t hash, std::size_t slot, std::size_t row) {
              const std::uint32_t number = size();
              for (const Word* column : moved) words_.push_back(column[row]);
              slots_[slot] = (hash & kUpper) | (number + 1);
              return number;
            });
    for (const Word*& column : moved) column += some;
  }
}

void TupleTable::find(std::span<const Word* const> columns, std::size_t count,
                      std::uint32_t* numbers) const {
  look_up(columns, count, numbers, [](std::uint64_t, std::size_t, std::size_t) { return kNone; });
}

void TupleTable::grow() {
  const std::size_t slots = slots_.size() * 2;
  slots_.assign(slots, 0);
  mask_ = slots - 1;
  std::uint64_t hashes[kBatch];
  for (std::uint32_t first = 0; first < size(); first += kBatch) {
    const std::size_t some = std::min<std::size_t>(kBatch, size() - first);
    for (std::uint32_t at = 0; at < some; ++at) {
      std::uint64_t hash = width_;
      for (const Word word : tuple(first + at)) hash = mix(hash, word);
      hashes[at] = hash;
      __builtin_prefetch(&slots_[hash & mask_]);
    }
    for (std::uint32_t at = 0; at < some; ++at) {
      std::size_t slot = hashes[at] & mask_;
      while (slots_[slot] != 0) slot = (slot + 1) & mask_;
      slots_[slot] = (hashes[at] & kUpper) | (first + at + 1);
    }
  }
}

std::size_t TupleTable::memory_bytes() const {
  return slots_.capacity() * sizeof(std::uint64_t) + words_.capacity() * sizeof(Word);
}

}  // namespace trailpond
