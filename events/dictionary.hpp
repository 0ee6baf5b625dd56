#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace trailpond::events {

/// A code of a dictionary; 0 stands for NULL and has no text.
using Code = std::uint32_t;
inline constexpr Code kNullCode = 0;

/// Compares as == does, faster for the short texts that are most frequent.
inline bool is_same_text(std::string_view left, std::string_view right) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  const std::size_t size = left.size();
  if (size != right.size()) return false;
  if (size < kWord || size > 8 * kWord) return left == right;
  const auto differ = [&](std::size_t at) {
    std::uint64_t words[2];
    std::memcpy(&words[0], left.data() + at, kWord);
    std::memcpy(&words[1], right.data() + at, kWord);
    return words[0] ^ words[1];
  };
  std::uint64_t different = differ(size - kWord);
  for (std::size_t at = 0; at < size - kWord; at += kWord) different |= differ(at);
  return different == 0;
}

/// The texts of one column, each with a code of its own; only ever grows.
///
/// One thread at a time may intern. Others read meanwhile without a lock any code that they got
/// from a published segment, and find texts: entries never move, and a table that became too
/// small goes only when nobody is looking a text up in it.
class Dictionary {
 public:
  Dictionary();
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  /// Gives the code of a text, a new one where it has none yet. The text is copied.
  Code intern(std::string_view text);
  /// The three steps of intern() for a caller with many texts, who takes each step for all of
  /// them before the next, so that the memory that a step looks at is underway meanwhile: the
  /// hash, a code that is probably the right one or kNullCode, and its certain code.
  std::uint32_t begin_intern(std::string_view text) const;
  Code guess(std::uint32_t hash) const;
  Code intern(std::string_view text, std::uint32_t hash, Code guessed);
  /// Has the text of a code fetched from memory, kNullCode excepted.
  void prefetch(Code code) const;
  /// Finds the code of a text, kNullCode where it has none.
  Code find(std::string_view text) const;
  /// The text of a code between 1 and size() - 1; lives as long as the dictionary.
  std::string_view at(Code code) const {
    const Entry& entry = entry_at(code);
    return {entry.data, entry.length};
  }
  /// One more than the highest code.
  Code size() const { return size_.load(std::memory_order_acquire); }
  /// Bytes of memory held.
  std::size_t memory_bytes() const { return memory_bytes_; }

 private:
  struct Entry {
    const char* data;
    std::uint32_t length;
  };
  /// Open addressing; a slot holds the hash in its upper and the code in its lower half.
  struct Table {
    explicit Table(std::size_t count)
        : mask(count - 1), slots(std::make_unique<std::atomic<std::uint64_t>[]>(count)) {}
    std::size_t mask;
    std::unique_ptr<std::atomic<std::uint64_t>[]> slots;
  };
  static constexpr Code kFirstChunk = 64;
  static constexpr int kFirstChunkBits = 6;
  static constexpr std::size_t kChunks = 26;  // chunk k holds 64 << k entries: 2^32 in all

  const Entry& entry_at(Code code) const {
    const std::uint64_t shifted = std::uint64_t{code} + kFirstChunk;
    const int chunk = 63 - __builtin_clzll(shifted) - kFirstChunkBits;
    return chunks_[static_cast<std::size_t>(chunk)]
                  [shifted - (std::uint64_t{kFirstChunk} << chunk)];
  }
  Code find_hashed(const Table& table, std::string_view text, std::uint32_t hash) const;
  Code add(std::string_view text, std::uint32_t hash);
  const char* keep(std::string_view text);
  void grow_table();
  static void put(Table& table, std::uint32_t hash, Code code);

  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  /// Zeroed by the system: what is not used takes no memory.
  std::array<std::unique_ptr<Entry[], Free>, kChunks> chunks_ = {};
  std::atomic<Code> size_ = 1;
  std::atomic<const Table*> table_ = nullptr;
  mutable std::atomic<unsigned> finding_ = 0;  // threads that may look at a table in find()
  std::vector<std::unique_ptr<Table>> tables_ = {};
  std::vector<std::unique_ptr<char[]>> blocks_ = {};
  char* block_at_ = nullptr;
  std::size_t block_left_ = 0;
  std::size_t next_block_bytes_ = 256;
  std::size_t memory_bytes_ = 0;
};

}  // namespace trailpond::events
