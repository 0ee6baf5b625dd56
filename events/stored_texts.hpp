#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "events/event_texts.hpp"

struct ZSTD_DCtx_s;

/// What a segment keeps of its events' texts, as they came or compressed in blocks; and the texts.
namespace trailpond::events {

class Segment;

/// Unpacks blocks; for one thread at a time.
class Unpacker {
 public:
  /// Unpacks what PackedTexts packed into exactly so many bytes. Throws std::runtime_error where
  /// the bytes have changed.
  void unpack(std::string_view packed, std::string_view dictionary, char* out, std::size_t bytes);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> context_ = {};
};

/// Texts in compressed blocks of some 32 KB, each of whole texts. The beginning of all text serves
/// every block as what it may refer to.
class PackedTexts {
 public:
  struct Block {
    std::uint32_t first_row = 0;
    std::uint32_t bytes = 0;  // unpacked
    std::uint32_t end = 0;    // in the packed bytes
  };

  explicit PackedTexts(const EventTexts& texts);

  std::size_t count() const { return ends_.size(); }
  std::size_t memory_bytes() const;

  std::size_t block_of(std::size_t row) const;
  /// Whether a row lies in a block.
  bool holds(std::size_t block, std::size_t row) const {
    return row >= blocks_[block].first_row &&
           (block + 1 == blocks_.size() || row < blocks_[block + 1].first_row);
  }
  void unpack(std::size_t block, Unpacker& unpacker, std::string& out) const;
  /// The text of a row in its block.
  std::string_view find(std::string_view unpacked, std::size_t block, std::size_t row) const {
    const std::uint32_t begin = begin_of(row, block);
    return unpacked.substr(begin, ends_[row] - begin);
  }

 private:
  std::uint32_t begin_of(std::size_t row, std::size_t block) const {
    return row == blocks_[block].first_row ? 0 : ends_[row - 1];
  }

  std::string dictionary_ = {};
  std::string packed_ = {};
  std::vector<Block> blocks_ = {};
  std::vector<std::uint32_t> ends_ = {};  // of each text in its block
};

/// Texts in one form or the other. Immutable.
class StoredTexts {
 public:
  explicit StoredTexts(EventTexts plain) : texts_(std::move(plain)) {}
  explicit StoredTexts(PackedTexts packed) : texts_(std::move(packed)) {}

  bool are_packed() const { return packed() != nullptr; }
  const EventTexts* plain() const { return std::get_if<EventTexts>(&texts_); }
  const PackedTexts* packed() const { return std::get_if<PackedTexts>(&texts_); }
  std::size_t memory_bytes() const {
    return plain() ? plain()->memory_bytes() : packed()->memory_bytes();
  }

 private:
  std::variant<EventTexts, PackedTexts> texts_;
};

/// Reads the rests of segments, which must outlive it. For one thread at a time; each statement
/// has its own. It remembers the last blocks that it unpacked, 2 MiB at most but for huge events.
class RestReader {
 public:
  /// The rest of an event; good until the next call or, where stays() says so, as long as the
  /// reader. Throws as Unpacker.
  std::string_view at(const Segment& segment, std::size_t row) {
    if (&segment != segment_) open(segment);
    return plain_ ? plain_->at(row) : unpacked_at(row);
  }
  /// Whether the last one stays where it is.
  bool stays() const { return plain_ != nullptr; }

 private:
  static constexpr std::size_t kSlots = 64;
  struct Slot {
    const PackedTexts* texts = nullptr;
    std::size_t block = 0;
    std::string unpacked = {};
  };
  void open(const Segment& segment);
  std::string_view unpacked_at(std::size_t row);

  std::unordered_map<const Segment*, std::shared_ptr<const StoredTexts>> opened_ = {};
  const Segment* segment_ = nullptr;
  const EventTexts* plain_ = nullptr;
  const PackedTexts* packed_ = nullptr;
  std::size_t block_ = 0;
  std::unique_ptr<std::array<Slot, kSlots>> slots_ = {};
  Unpacker unpacker_ = {};
};

/// Puts the compact texts of events together from their outlines, columns and rests. As RestReader.
class TextsReader {
 public:
  /// The text of an event; good until the next call or, where stays() says so, as long as the
  /// reader. Throws as Unpacker.
  std::string_view at(const Segment& segment, std::size_t row);
  /// Whether the last text stays where it is.
  bool stays() const { return stays_; }

 private:
  RestReader rests_ = {};
  std::string text_ = {};
  bool stays_ = false;
};

}  // namespace trailpond::events
