#include "sql/operators/key_coding.hpp"

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trailpond::sql {

std::size_t TextHash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

std::size_t TextNumbers::beginning_of(std::string_view text) const {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15;
  std::uint64_t first = 0;
  std::memcpy(&first, text.data(), std::min(text.size(), sizeof first));
  return ((first ^ text.size()) * kFactor) >> (64 - bits_);
}

Word TextNumbers::add(std::string_view text) {
  constexpr std::size_t kBitsPerText = 16;
  constexpr int kMostBits = 22;  // as many as a processor's second cache holds
  beginnings_[beginning_of(text)] = true;
  const auto [place, is_new] = numbers_.try_emplace(text, numbers_.size());
  const Word number = place->second;
  if (is_new && bits_ < kMostBits && numbers_.size() * kBitsPerText > beginnings_.size()) widen();
  return number;
}

void TextNumbers::widen() {
  bits_ += 2;
  beginnings_.assign(std::size_t{1} << bits_, false);
  for (const auto& [text, number] : numbers_) beginnings_[beginning_of(text)] = true;
}

Word TextNumbers::add_copy(std::string_view text) {
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return known->second;
  copied_bytes_ += text.size() + sizeof(std::string);
  return add(copies_.emplace_back(text));
}

Word TextNumbers::find(std::string_view text) const {
  if (!beginnings_[beginning_of(text)]) return kNullWord;
  const auto known = numbers_.find(text);
  return known == numbers_.end() ? kNullWord : known->second;
}

std::size_t TextNumbers::memory_bytes() const {
  constexpr std::size_t kEntryBytes = 32;
  return numbers_.size() * kEntryBytes + copied_bytes_ + beginnings_.size() / 8;
}

KeyCoding KeyCoding::between(const RowReader& build, std::size_t build_column,
                             const RowReader& probe, std::size_t probe_column) {
  const void* coding = build.coding(build_column);
  const bool same = build.kind(build_column) != WordKind::kCode ||
                    (coding && coding == probe.coding(probe_column));
  return KeyCoding(same ? nullptr : std::make_shared<TextNumbers>());
}

template <class NumberOf>
void KeyCoding::translate(RowReader& reader, std::size_t column,
                          std::span<const std::uint32_t> rows, Word* out, std::vector<Word>& memo,
                          NumberOf&& number_of) {
  if (!reader.is_coded(column)) {
    texts_.resize(rows.size());
    reader.read_texts(column, rows, texts_.data());
    for (std::size_t at = 0; at < rows.size(); ++at) {
      out[at] = texts_[at].data() ? number_of(texts_[at]) : kNullWord;
    }
    return;
  }
  reader.read(column, rows, out);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const Word code = out[at];
    if (code == kNullWord) continue;
    if (code >= memo.size()) memo.resize(std::max<std::size_t>(code + 1, memo.size() * 2), 0);
    if (memo[code] == 0) memo[code] = number_of(reader.text(column, code)) + 1;
    out[at] = memo[code] - 1;
  }
}

void KeyCoding::build(RowReader& reader, std::size_t column, std::span<const std::uint32_t> rows,
                      Word* out) {
  if (!numbers_) return reader.read(column, rows, out);
  translate(reader, column, rows, out, build_memo_,
            [this](std::string_view text) { return numbers_->add(text); });
}

void KeyCoding::probe(RowReader& reader, std::size_t column, std::span<const std::uint32_t> rows,
                      Word* out, Word unknown) {
  if (!numbers_) return reader.read(column, rows, out);
  translate(reader, column, rows, out, probe_memo_, [this, unknown](std::string_view text) {
    const Word number = numbers_->find(text);
    return number == kNullWord ? unknown : number;
  });
}

}  // namespace trailpond::sql
