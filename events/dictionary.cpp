#include "events/dictionary.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace trailpond::events {
namespace {

constexpr std::size_t kFirstTableSlots = 64;
constexpr std::size_t kLargestBlockBytes = 4 << 20;

std::uint32_t hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()));
}

}  // namespace

Dictionary::Dictionary() {
  tables_.push_back(std::make_unique<Table>(kFirstTableSlots));
  table_.store(tables_.back().get(), std::memory_order_release);
  memory_bytes_ = sizeof *this + kFirstTableSlots * sizeof(std::uint64_t);
}

Code Dictionary::intern(std::string_view text) {
  const std::uint32_t hash = hash_of(text);
  return intern(text, hash, guess(hash));
}

std::uint32_t Dictionary::begin_intern(std::string_view text) const {
  const std::uint32_t hash = hash_of(text);
  const Table& table = *tables_.back();
  __builtin_prefetch(&table.slots[hash & table.mask]);
  return hash;
}

void Dictionary::prefetch(Code code) const {
  const Entry& entry = entry_at(code);
  __builtin_prefetch(entry.data);
  __builtin_prefetch(entry.data + entry.length);
}

Code Dictionary::guess(std::uint32_t hash) const {
  const Table& table = *tables_.back();
  for (std::size_t at_slot = hash & table.mask;; at_slot = (at_slot + 1) & table.mask) {
    const std::uint64_t slot = table.slots[at_slot].load(std::memory_order_relaxed);
    if (slot == 0) return kNullCode;
    if (slot >> 32 != hash) continue;
    const auto code = static_cast<Code>(slot);
    __builtin_prefetch(&entry_at(code));
    return code;
  }
}

Code Dictionary::intern(std::string_view text, std::uint32_t hash, Code guessed) {
  if (guessed != kNullCode && is_same_text(at(guessed), text)) return guessed;
  const Code known = find_hashed(*tables_.back(), text, hash);
  return known != kNullCode ? known : add(text, hash);
}

Code Dictionary::find(std::string_view text) const {
  const std::uint32_t hash = hash_of(text);
  // First this, then the table: grow_table() does it the other way round.
  finding_.fetch_add(1);
  const Code code = find_hashed(*table_.load(), text, hash);
  finding_.fetch_sub(1, std::memory_order_release);
  return code;
}

Code Dictionary::find_hashed(const Table& table, std::string_view text, std::uint32_t hash) const {
  for (std::size_t at_slot = hash & table.mask;; at_slot = (at_slot + 1) & table.mask) {
    const std::uint64_t slot = table.slots[at_slot].load(std::memory_order_acquire);
    if (slot == 0) return kNullCode;
    if (slot >> 32 != hash) continue;
    const auto code = static_cast<Code>(slot);
    if (at(code) == text) return code;
  }
}

Code Dictionary::add(std::string_view text, std::uint32_t hash) {
  const Code code = size_.load(std::memory_order_relaxed);
  const std::uint64_t shifted = std::uint64_t{code} + kFirstChunk;
  const int chunk = 63 - __builtin_clzll(shifted) - kFirstChunkBits;
  auto& entries = chunks_[static_cast<std::size_t>(chunk)];
  const std::size_t chunk_size = std::size_t{kFirstChunk} << chunk;
  if (!entries) {
    entries.reset(static_cast<Entry*>(std::calloc(chunk_size, sizeof(Entry))));
    if (!entries) throw std::bad_alloc();
  }
  memory_bytes_ += sizeof(Entry);
  entries[shifted - chunk_size] = {keep(text), static_cast<std::uint32_t>(text.size())};
  if ((std::size_t{code} + 1) * 3 > (tables_.back()->mask + 1) * 2) grow_table();
  put(*tables_.back(), hash, code);
  size_.store(code + 1, std::memory_order_release);
  return code;
}

const char* Dictionary::keep(std::string_view text) {
  if (text.size() > block_left_) {
    const std::size_t bytes = std::max(next_block_bytes_, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    memory_bytes_ += bytes;
    block_at_ = blocks_.back().get();
    block_left_ = bytes;
    next_block_bytes_ = std::min(kLargestBlockBytes, next_block_bytes_ * 2);
  }
  char* kept = block_at_;
  if (!text.empty()) std::memcpy(kept, text.data(), text.size());
  block_at_ += text.size();
  block_left_ -= text.size();
  return kept;
}

void Dictionary::put(Table& table, std::uint32_t hash, Code code) {
  std::size_t at_slot = hash & table.mask;
  while (table.slots[at_slot].load(std::memory_order_relaxed) != 0) {
    at_slot = (at_slot + 1) & table.mask;
  }
  table.slots[at_slot].store(std::uint64_t{hash} << 32 | code, std::memory_order_release);
}

void Dictionary::grow_table() {
  const Table& old = *tables_.back();
  auto larger = std::make_unique<Table>((old.mask + 1) * 2);
  for (std::size_t slot = 0; slot <= old.mask; ++slot) {
    const std::uint64_t held = old.slots[slot].load(std::memory_order_relaxed);
    if (held != 0) put(*larger, static_cast<std::uint32_t>(held >> 32), static_cast<Code>(held));
  }
  memory_bytes_ += (larger->mask + 1) * sizeof(std::uint64_t);
  tables_.push_back(std::move(larger));
  table_.store(tables_.back().get());
  if (finding_.load() != 0) return;  // with the next one
  for (std::size_t at = 0; at + 1 < tables_.size(); ++at)
    memory_bytes_ -= (tables_[at]->mask + 1) * sizeof(std::uint64_t);
  tables_.erase(tables_.begin(), tables_.end() - 1);
}

}  // namespace trailpond::events
