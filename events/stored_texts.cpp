#include "events/stored_texts.hpp"

#include <zstd.h>

#include <algorithm>
#include <stdexcept>

#include "events/segment.hpp"

namespace trailpond::events {
namespace {

// Measured with bench/events_bench: smaller blocks are read sooner one by one but pack worse, a
// longer dictionary and higher levels gain little.
constexpr std::size_t kBlockBytes = std::size_t{32} << 10;
constexpr std::size_t kDictionaryBytes = std::size_t{16} << 10;
constexpr int kLevel = 1;

void check(std::size_t result) {
  if (ZSTD_isError(result)) {
    throw std::runtime_error(std::string("packed events: ") + ZSTD_getErrorName(result));
  }
}

/// Appends compressed blocks to a text.
class BlockPacker {
 public:
  BlockPacker(std::string_view dictionary, std::string& out)
      : dictionary_(ZSTD_createCDict(dictionary.data(), dictionary.size(), kLevel)),
        context_(ZSTD_createCCtx()),
        out_(out) {
    if (!dictionary_ || !context_) throw std::bad_alloc();
  }
  void pack(std::string_view block) {
    buffer_.resize(std::max(buffer_.size(), ZSTD_compressBound(block.size())));
    const std::size_t bytes =
        ZSTD_compress_usingCDict(context_.get(), buffer_.data(), buffer_.size(), block.data(),
                                 block.size(), dictionary_.get());
    check(bytes);
    out_.append(buffer_, 0, bytes);
  }

 private:
  struct FreeDictionary {
    void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  };
  struct FreeContext {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CDict, FreeDictionary> dictionary_;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  std::string buffer_ = {};
  std::string& out_;
};

std::string beginning_of(const EventTexts& texts) {
  std::string beginning;
  for (std::size_t row = 0; row < texts.count() && beginning.size() < kDictionaryBytes; ++row) {
    beginning += texts.at(row).substr(0, kDictionaryBytes - beginning.size());
  }
  return beginning;
}

}  // namespace

void Unpacker::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

void Unpacker::unpack(std::string_view packed, std::string_view dictionary, char* out,
                      std::size_t bytes) {
  if (!context_) context_.reset(ZSTD_createDCtx());
  if (!context_) throw std::bad_alloc();
  check(ZSTD_DCtx_refPrefix(context_.get(), dictionary.data(), dictionary.size()));
  const std::size_t got =
      ZSTD_decompressDCtx(context_.get(), out, bytes, packed.data(), packed.size());
  check(got);
  if (got != bytes) throw std::runtime_error("packed events: a block of another size");
}

PackedTexts::PackedTexts(const EventTexts& texts) : dictionary_(beginning_of(texts)) {
  BlockPacker packer(dictionary_, packed_);
  packed_.reserve(texts.bytes() / 6);
  ends_.reserve(texts.count());
  std::string block;
  std::uint32_t first_row = 0;
  for (std::size_t row = 0; row < texts.count(); ++row) {
    block += texts.at(row);
    ends_.push_back(static_cast<std::uint32_t>(block.size()));
    if (block.size() < kBlockBytes && row + 1 < texts.count()) continue;
    packer.pack(block);
    blocks_.push_back({first_row, static_cast<std::uint32_t>(block.size()),
                       static_cast<std::uint32_t>(packed_.size())});
    first_row = static_cast<std::uint32_t>(row + 1);
    block.clear();
  }
  packed_.shrink_to_fit();
  blocks_.shrink_to_fit();
}

std::size_t PackedTexts::memory_bytes() const {
  return dictionary_.capacity() + packed_.capacity() + blocks_.capacity() * sizeof(Block) +
         ends_.capacity() * sizeof(std::uint32_t);
}

std::size_t PackedTexts::block_of(std::size_t row) const {
  const auto after = std::ranges::upper_bound(blocks_, row, {}, &Block::first_row);
  return static_cast<std::size_t>(after - blocks_.begin()) - 1;
}

void PackedTexts::unpack(std::size_t block, Unpacker& unpacker, std::string& out) const {
  const std::uint32_t begin = block == 0 ? 0 : blocks_[block - 1].end;
  const std::string_view packed =
      std::string_view(packed_).substr(begin, blocks_[block].end - begin);
  out.resize(blocks_[block].bytes);
  unpacker.unpack(packed, dictionary_, out.data(), out.size());
}

void RestReader::open(const Segment& segment) {
  auto& texts = opened_[&segment];
  if (!texts) texts = segment.rests();
  segment_ = &segment;
  plain_ = texts->plain();
  packed_ = texts->packed();
  block_ = 0;
}

std::string_view RestReader::unpacked_at(std::size_t row) {
  if (!packed_->holds(block_, row)) block_ = packed_->block_of(row);
  if (!slots_) slots_ = std::make_unique<std::array<Slot, kSlots>>();
  Slot& slot = (*slots_)[block_ % kSlots];
  if (slot.texts != packed_ || slot.block != block_) {
    slot.texts = nullptr;  // until it is unpacked
    packed_->unpack(block_, unpacker_, slot.unpacked);
    slot.texts = packed_;
    slot.block = block_;
  }
  return packed_->find(slot.unpacked, block_, row);
}

std::string_view TextsReader::at(const Segment& segment, std::size_t row) {
  const Code outline = segment.outlines().codes.get(row);
  const std::string_view rest = rests_.at(segment, row);
  if (outline == kNullCode) {
    stays_ = rests_.stays();
    return rest;
  }
  stays_ = false;
  text_.clear();
  text_.reserve(segment.outlines().sizes.get(row));
  append_outlined(segment.dictionaries()->outlines().at(outline), rest, segment, row, text_);
  return text_;
}

}  // namespace trailpond::events
