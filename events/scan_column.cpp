#include "events/scan_column.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>

#include "events/encode.hpp"

namespace trailpond::events {
namespace {

std::uint64_t text_key(std::string_view text) {
  // One bit less, so that no text has the key that stands for none.
  return XXH3_64bits(text.data(), text.size()) >> 1;
}

ValueKind kind_of(FieldType type) {
  switch (type) {
    case FieldType::kVarchar:
      return ValueKind::kText;
    case FieldType::kBoolean:
      return ValueKind::kBoolean;
    case FieldType::kTimestamp:
    case FieldType::kInteger:
      return ValueKind::kInteger;
    case FieldType::kDouble:
      return ValueKind::kDouble;
    case FieldType::kMap:
    case FieldType::kRow:
    case FieldType::kArray:
      return ValueKind::kNested;
  }
  return ValueKind::kNested;
}

/// Spells a result so that equal results, and only they, are spelled alike.
std::string spelling_of(const Computed& result) {
  if (result.error) return "e" + *result.error;
  if (const auto* text = std::get_if<std::string>(&result.value)) return "t" + *text;
  if (const auto* integer = std::get_if<std::int64_t>(&result.value)) {
    return "i" + std::to_string(*integer);
  }
  if (const auto* real = std::get_if<double>(&result.value)) {
    return "d" + std::to_string(std::bit_cast<std::uint64_t>(*real));
  }
  return "n";
}

Cell cell_of(const Computed& result) {
  if (const auto* text = std::get_if<std::string>(&result.value)) return std::string_view(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&result.value)) return *integer;
  if (const auto* real = std::get_if<double>(&result.value)) return *real;
  return {};
}

}  // namespace

RowIndex::RowIndex(const std::vector<std::uint64_t>& keys) {
  const std::size_t buckets = std::bit_ceil(std::max<std::size_t>(keys.size(), 2));
  shift_ = 64 - std::countr_zero(buckets);
  starts_.assign(buckets + 1, 0);
  for (const std::uint64_t key : keys) {
    if (key != kNoKey) ++starts_[bucket_of(key) + 1];
  }
  for (std::size_t at = 1; at <= buckets; ++at) starts_[at] += starts_[at - 1];
  rows_.resize(starts_.back());
  std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
  for (std::size_t row = 0; row < keys.size(); ++row) {
    if (keys[row] == kNoKey) continue;
    rows_[next[bucket_of(keys[row])]++] = static_cast<std::uint32_t>(row);
  }
}

std::size_t RowIndex::bucket_of(std::uint64_t key) const {
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;  // spreads neighbouring codes
  return static_cast<std::size_t>((key * kGoldenRatio) >> shift_);
}

std::span<const std::uint32_t> RowIndex::candidates(std::uint64_t key) const {
  if (key == kNoKey) return {};
  const std::size_t bucket = bucket_of(key);
  return std::span(rows_).subspan(starts_[bucket], starts_[bucket + 1] - starts_[bucket]);
}

ScanSource::ScanSource(std::shared_ptr<const Snapshot> snapshot, ScanColumn column,
                       bool of_elements)
    : snapshot_(std::move(snapshot)), column_(std::move(column)) {
  const Layout& layout = snapshot_->layout();
  node_ = layout.find(column_.path, of_elements);
  const Node& node = layout.node(node_);
  type_ = column_.map_key ? FieldType::kVarchar : node.type;
  kind_ = column_.computation ? ValueKind::kComputed : kind_of(type_);
  is_json_ = node.form == TextForm::kEventJson;
  const bool coded = column_.map_key
                         ? !has_own_texts()
                         : type_ == FieldType::kVarchar && node.form == TextForm::kCoded;
  if (coded) {
    dictionary_ = &snapshot_->dictionaries()->texts(node_);
  }
  const std::size_t segments = snapshot_->segments().size();
  views_.resize(segments);
  base_views_.resize(segments);
  entry_codes_.resize(segments);
  row_memo_.resize(segments);
  if (!column_.computation || (column_.more.empty() && kind_of(type_) != ValueKind::kNested))
    return;
  inputs_.push_back(std::make_unique<ScanSource>(
      snapshot_, ScanColumn{column_.path, column_.map_key}, of_elements));
  for (const ScanInput& input : column_.more) {
    inputs_.push_back(std::make_unique<ScanSource>(snapshot_, ScanColumn{input.path, input.map_key},
                                                   of_elements));
  }
  // Texts without a dictionary and nested values are different nearly every time.
  const bool repeats = std::ranges::all_of(inputs_, [](const auto& input) {
    return input->kind_ != ValueKind::kNested &&
           (input->kind_ != ValueKind::kText || input->dictionary_);
  });
  if (repeats) tuples_ = std::make_unique<TupleTable>(inputs_.size());
  input_words_.resize(inputs_.size());
}

bool ScanSource::has_own_texts() const {
  const DictionarySet& dictionaries = *snapshot_->dictionaries();
  const Code key = dictionaries.keys(node_).find(*column_.map_key);
  return dictionaries.unique_keys(node_).is_unique(key);
}

bool ScanSource::is_valid(const Layout& layout, const ScanColumn& column, bool of_elements) {
  const auto is_input = [&](const auto& input) {
    const NodeId node = layout.find(input.path, of_elements);
    return node != kNoNode && (!input.map_key || layout.node(node).type == FieldType::kMap);
  };
  return is_input(column) && std::ranges::all_of(column.more, is_input);
}

double ScanSource::distinct_estimate() const {
  const auto rows = static_cast<double>(std::max<std::int64_t>(1, snapshot_->row_count()));
  if (type_ == FieldType::kBoolean) return 2;
  if (dictionary_) return std::min(rows, std::max(2.0, static_cast<double>(dictionary_->size())));
  return type_ == FieldType::kVarchar ? rows : std::max(1.0, rows / 4);
}

void ScanSource::resolve(std::size_t segment, ColumnView& view) {
  ColumnView& base = base_views_[segment];
  base.segment = snapshot_->segments()[segment].get();
  base.column = &base.segment->column(node_);
  if (column_.map_key) {
    set_codes(entry_codes(segment), base);
    if (!dictionary_ && base.shape != Shape::kNull) base.shape = Shape::kEntry;
    base.dictionary = &snapshot_->dictionaries()->texts(node_);
  } else {
    resolve_plain(*base.segment, base);
  }
  view = base;
  if (column_.computation) view.shape = Shape::kComputed;
}

void ScanSource::set_codes(const Codes& codes, ColumnView& view) {
  if (codes.empty()) {
    view.shape = Shape::kNull;
    return;
  }
  view.width = codes.width();
  view.shape = view.width == 1 ? Shape::kCode8 : view.width == 2 ? Shape::kCode16 : Shape::kCode32;
  codes.visit([&](const auto* data) { view.codes = data; });
}

void ScanSource::resolve_plain(const Segment& segment, ColumnView& view) {
  if (is_json_) {
    view.shape = Shape::kJson;
    view.texts = &event_texts_;
    return;
  }
  const Column& column = segment.column(node_);
  if (column.absent()) {
    view.shape = Shape::kNull;
    return;
  }
  view.numbers = column.numbers.data();
  set_codes(column.codes, view);
  switch (kind_of(type_)) {
    case ValueKind::kText:
      if (!dictionary_) view.shape = Shape::kPlain;
      break;
    case ValueKind::kBoolean:
      view.shape = Shape::kBoolean;
      break;
    case ValueKind::kInteger:
      view.shape = Shape::kInteger;
      break;
    case ValueKind::kDouble:
      view.shape = Shape::kDouble;
      break;
    case ValueKind::kNested:
    case ValueKind::kComputed:
      view.shape = Shape::kNested;
  }
}

const Codes& ScanSource::entry_codes(std::size_t segment) {
  auto& kept = entry_codes_[segment];
  if (kept) return *kept;
  const Segment& rows = *snapshot_->segments()[segment];
  const Column& map = rows.column(node_);
  const Code key = snapshot_->dictionaries()->keys(node_).find(*column_.map_key);
  if (map.absent() || key == kNullCode) return *(kept = std::make_unique<Codes>());
  std::vector<Code> values(map.ends.size(), kNullCode);
  bool any = false;
  map.keys.visit([&](const auto* keys) {
    std::uint32_t at = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
      for (; at < map.ends[row]; ++at) {
        if (keys[at] != key) continue;
        values[row] = map.values.get(at);
        any = true;
      }
    }
  });
  kept = any ? std::make_unique<Codes>(values) : std::make_unique<Codes>();
  memo_bytes_ += kept->memory_bytes();
  return *kept;
}

Cell ScanSource::base_cell(const ColumnView& view, std::size_t row) const {
  switch (view.shape) {
    case Shape::kCode8:
    case Shape::kCode16:
    case Shape::kCode32: {
      const Code code = view.code(row);
      return code == kNullCode ? Cell{} : Cell{dictionary_->at(code)};
    }
    case Shape::kBoolean: {
      const Code code = view.code(row);
      return code == kNullCode ? Cell{} : Cell{std::int64_t{code == kTrueCode}};
    }
    case Shape::kInteger:
      return view.numbers[row] == kNullNumber ? Cell{} : Cell{view.numbers[row]};
    case Shape::kDouble:
      return view.numbers[row] == kNullDouble ? Cell{}
                                              : Cell{std::bit_cast<double>(view.numbers[row])};
    case Shape::kPlain:
    case Shape::kEntry:
      return view.code(row) == kNullCode ? Cell{} : Cell{view.own_text(row)};
    case Shape::kJson:
      return view.own_text(row);
    case Shape::kNested:
      return view.code(row) == kNullCode ? Cell{} : Cell{std::int64_t{1}};
    case Shape::kPending:
    case Shape::kNull:
    case Shape::kComputed:
      break;
  }
  return {};
}

Cell ScanSource::cell(std::size_t segment, std::size_t row, const std::string** error) {
  const ColumnView& resolved = view(segment);
  if (resolved.shape != Shape::kComputed) return base_cell(resolved, row);
  const Computed& found = result(result_code(segment, row));
  if (found.error) *error = &*found.error;
  return cell_of(found);
}

Code ScanSource::keep_result(Computed result) {
  const auto [place, is_new] =
      result_codes_.try_emplace(spelling_of(result), static_cast<Code>(results_.size()));
  if (!is_new) return place->second;
  Word word = kNullWord;
  if (std::holds_alternative<std::string>(result.value)) {
    // Among numbers the one text is NaN (base/encoding.hpp).
    word = column_.result == WordKind::kCode ? place->second
                                             : real_word(std::numeric_limits<double>::quiet_NaN());
  }
  if (const auto* integer = std::get_if<std::int64_t>(&result.value)) {
    word = column_.result == WordKind::kReal ? real_word(static_cast<double>(*integer))
                                             : static_cast<Word>(*integer);
  }
  if (const auto* real = std::get_if<double>(&result.value)) word = real_word(*real);
  constexpr std::size_t kResultBytes = 200;  // two entries, a node of the map, a word
  result_bytes_ += kResultBytes + 2 * place->first.size();
  result_words_.push_back(word);
  results_.push_back(std::make_unique<Computed>(std::move(result)));
  return place->second;
}

Code ScanSource::memo_of_code(Code base, const ColumnView& view, std::size_t row) {
  if (base >= code_memo_.size()) {
    code_memo_.resize(std::max<std::size_t>(base + 1, dictionary_ ? dictionary_->size() : 3), 0);
  }
  if (code_memo_[base] == 0) {
    const Cell cell = base_cell(view, row);
    const Code result = keep_result(column_.computation({&cell, 1}));
    code_memo_[base] = result + 1;
  }
  return code_memo_[base] - 1;
}

Code ScanSource::memo_of_number(const ColumnView& view, std::size_t row) {
  const std::int64_t number = view.numbers[row];
  // Times come nearly in order: mostly it is the granule of the one before.
  const std::uint64_t ahead =
      static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(last_.begin);
  if (ahead < last_.width) return last_.result;
  last_.width = 0;
  std::int64_t begin = number;
  std::uint64_t width = 1;
  const std::int64_t granule = column_.granule;
  if (granule > 1 && view.shape == Shape::kInteger &&
      number >= std::numeric_limits<std::int64_t>::min() + granule) {
    const std::int64_t rest = number % granule;
    begin = number - (rest < 0 ? rest + granule : rest);
    width = static_cast<std::uint64_t>(granule);
  }
  const auto [place, is_new] = number_memo_.try_emplace(begin, 0);
  if (is_new) {
    const Cell cell = base_cell(view, row);
    place->second = keep_result(column_.computation({&cell, 1}));
  }
  last_ = {begin, width, place->second};
  return last_.result;
}

void ScanSource::results_of_codes(const ColumnView& base, std::span<const std::uint32_t> rows,
                                  Code* out) {
  const auto fill = [&](const auto* codes) {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      const Code code = codes[rows[at]];
      const Code known = code < code_memo_.size() ? code_memo_[code] : 0;
      out[at] = known != 0 ? known - 1 : memo_of_code(code, base, rows[at]);
    }
  };
  switch (base.width) {
    case 1:
      return fill(static_cast<const std::uint8_t*>(base.codes));
    case 2:
      return fill(static_cast<const std::uint16_t*>(base.codes));
    default:
      return fill(static_cast<const std::uint32_t*>(base.codes));
  }
}

void ScanSource::result_codes(std::size_t segment, std::span<const std::uint32_t> rows, Code* out) {
  view(segment);
  if (tuples_) return results_of_tuples(segment, rows, out);
  if (!inputs_.empty()) return results_of_rows(segment, rows, out);
  const ColumnView& base = base_views_[segment];
  switch (base.shape) {
    case Shape::kNull:
      std::fill_n(out, rows.size(), memo_of_code(kNullCode, base, 0));
      return;
    case Shape::kCode8:
    case Shape::kCode16:
    case Shape::kCode32:
    case Shape::kBoolean:
      return results_of_codes(base, rows, out);
    case Shape::kInteger:
    case Shape::kDouble:
      for (const std::uint32_t row : rows) *out++ = memo_of_number(base, row);
      return;
    default:
      return results_of_rows(segment, rows, out);
  }
}

/// The value of an input in a row; the bytes of a nested one are written to `bytes`.
Cell ScanSource::input_cell(ScanSource& input, std::size_t segment, std::size_t row,
                            std::string& bytes) {
  const ColumnView& from = input.view(segment);
  if (from.shape != Shape::kNested) return input.base_cell(from, row);
  if (from.code(row) == kNullCode) return {};
  bytes.clear();
  encode_value(*snapshot_->dictionaries(), *from.segment, input.node_, row, bytes);
  return std::string_view(bytes);
}

Computed ScanSource::compute_row(std::size_t segment, std::size_t row) {
  if (inputs_.empty()) {
    const Cell cell = base_cell(base_views_[segment], row);
    return column_.computation({&cell, 1});
  }
  std::vector<Cell> cells;
  std::vector<std::string> bytes(inputs_.size());
  for (std::size_t at = 0; at < inputs_.size(); ++at) {
    cells.push_back(input_cell(*inputs_[at], segment, row, bytes[at]));
  }
  return column_.computation(cells);
}

void ScanSource::results_of_rows(std::size_t segment, std::span<const std::uint32_t> rows,
                                 Code* out) {
  auto& memo = row_memo_[segment];
  for (const std::uint32_t row : rows) {
    if (row >= memo.size()) {
      const std::size_t before = memo.size();
      memo.resize(std::max<std::size_t>(row + 1, memo.size() * 2), 0);
      memo_bytes_ += (memo.size() - before) * sizeof(Code);
    }
    if (memo[row] == 0) memo[row] = keep_result(compute_row(segment, row)) + 1;
    *out++ = memo[row] - 1;
  }
}

bool ScanSource::keeps_results(std::size_t segment) {
  /// So many results are kept of what need not repeat: some 30 MB.
  constexpr std::size_t kMostResults = 100'000;
  if (!inputs_.empty()) return tuples_ && results_.size() < kMostResults;
  switch (base_views_[segment].shape) {
    case Shape::kNull:
    case Shape::kCode8:
    case Shape::kCode16:
    case Shape::kCode32:
    case Shape::kBoolean:
      return true;  // no more than the dictionary has
    case Shape::kInteger:
    case Shape::kDouble:
      return results_.size() < kMostResults;
    default:
      return false;
  }
}

const Computed& ScanSource::result_for_now(std::size_t segment, std::size_t row, bool& stays) {
  view(segment);
  stays = keeps_results(segment);
  if (stays) return result(result_code(segment, row));
  result_for_now_ = compute_row(segment, row);
  return result_for_now_;
}

/// Once for each combination of the inputs' values, while these repeat.
void ScanSource::results_of_tuples(std::size_t segment, std::span<const std::uint32_t> rows,
                                   Code* out) {
  std::vector<const Word*> words;
  const std::string* no_error = nullptr;
  for (std::size_t at = 0; at < inputs_.size(); ++at) {
    input_words_[at].resize(rows.size());
    inputs_[at]->read(segment, rows, input_words_[at].data(), &no_error);
    words.push_back(input_words_[at].data());
  }
  tuples_->add(words, rows.size(), out);
  tuple_memo_.resize(tuples_->size(), 0);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    Code& known = tuple_memo_[out[at]];
    if (known == 0) known = keep_result(compute_row(segment, rows[at])) + 1;
    out[at] = known - 1;
  }
}

WordKind ScanSource::word_kind() const {
  switch (kind_) {
    case ValueKind::kText:
      return WordKind::kCode;
    case ValueKind::kDouble:
      return WordKind::kReal;
    case ValueKind::kComputed:
      return column_.result;
    default:
      return WordKind::kInteger;
  }
}

void ScanSource::read(std::size_t segment, std::span<const std::uint32_t> rows, Word* out,
                      const std::string** error) {
  const ColumnView& found = view(segment);
  if (found.shape != Shape::kComputed) return read_base(found, rows, out);
  codes_.resize(rows.size());
  result_codes(segment, rows, codes_.data());
  for (std::size_t at = 0; at < rows.size(); ++at) {
    out[at] = result_words_[codes_[at]];
    if (out[at] != kNullWord) continue;
    const Computed& result = *results_[codes_[at]];
    if (result.error) *error = &*result.error;
    if (!std::holds_alternative<std::monostate>(result.value)) *error = &kHasLeastBigint;
  }
}

template <class Keep>
Code ScanSource::number_text(std::string_view text, Keep&& keep) {
  if (const auto known = text_numbers_.find(text); known != text_numbers_.end())
    return known->second;
  const auto code = static_cast<Code>(texts_.size());
  texts_.push_back(keep());
  text_numbers_.emplace(texts_.back(), code);
  return code;
}

void ScanSource::read_base(const ColumnView& from, std::span<const std::uint32_t> rows, Word* out) {
  const auto read_codes = [&](const auto* codes, Word first) {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      const Word code = codes[rows[at]];
      out[at] = code == kNullCode ? kNullWord : code - first;
    }
  };
  const auto number = [this](std::string_view text) {
    return number_text(text, [&] { return this->keep(text); });
  };
  switch (from.shape) {
    case Shape::kCode8:
      return read_codes(static_cast<const std::uint8_t*>(from.codes), 0);
    case Shape::kCode16:
      return read_codes(static_cast<const std::uint16_t*>(from.codes), 0);
    case Shape::kCode32:
      return read_codes(static_cast<const std::uint32_t*>(from.codes), 0);
    case Shape::kBoolean:
      return read_codes(static_cast<const std::uint8_t*>(from.codes), kFalseCode);
    case Shape::kInteger:
      static_assert(static_cast<Word>(kNullNumber) == kNullWord);
      for (const std::uint32_t row : rows) *out++ = static_cast<Word>(from.numbers[row]);
      return;
    case Shape::kDouble:
      for (const std::uint32_t row : rows) {
        const std::int64_t bits = from.numbers[row];
        *out++ = bits == kNullDouble ? kNullWord : real_word(std::bit_cast<double>(bits));
      }
      return;
    case Shape::kPlain:
    case Shape::kEntry:
    case Shape::kJson:
      for (const std::uint32_t row : rows) {
        const bool null = from.shape != Shape::kJson && from.code(row) == kNullCode;
        *out++ = null ? kNullWord : number(from.own_text(row));
      }
      return;
    default:
      std::fill_n(out, rows.size(), kNullWord);
  }
}

std::string_view ScanSource::text_of(Word word) const {
  const auto code = static_cast<Code>(word);
  if (kind_ == ValueKind::kComputed) return std::get<std::string>(results_[code]->value);
  return dictionary_ ? dictionary_->at(code) : texts_[code];
}

Word ScanSource::code_of(std::string_view text) {
  if (kind_ == ValueKind::kComputed) return keep_result({std::string(text)});
  return number_text(text, [&] { return keep_copy(text); });
}

std::size_t ScanSource::memory_bytes() const {
  constexpr std::size_t kEntryBytes = 48;  // of a hash table
  std::size_t bytes = result_bytes_ + memo_bytes_ + code_memo_.size() * sizeof(Code) +
                      number_memo_.size() * kEntryBytes + texts_.size() * kEntryBytes +
                      tuple_memo_.size() * sizeof(Code) + kept_bytes_;
  if (tuples_) bytes += tuples_->memory_bytes();
  for (const auto& input : inputs_) bytes += input->memory_bytes();
  return bytes;
}

bool ScanSource::is_indexable() const {
  const bool computed = kind_ == ValueKind::kComputed && column_.result != WordKind::kReal;
  return kind_ == ValueKind::kText || kind_ == ValueKind::kInteger || computed;
}

bool ScanSource::holds_texts() const {
  return kind_ == ValueKind::kComputed ? column_.result == WordKind::kCode
                                       : kind_ == ValueKind::kText;
}

std::uint64_t ScanSource::index_key(const Cell& cell) const {
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    if (!holds_texts()) return RowIndex::kNoKey;
    if (!dictionary_ || kind_ == ValueKind::kComputed) return text_key(*text);
    const Code code = dictionary_->find(*text);
    return code == kNullCode ? RowIndex::kNoKey : code;
  }
  if (holds_texts() || !is_indexable()) return RowIndex::kNoKey;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    // Turned around the middle, so that no value that a column may hold (-1!) becomes kNoKey.
    return static_cast<std::uint64_t>(*integer) ^ (std::uint64_t{1} << 63);
  }
  return RowIndex::kNoKey;
}

const RowIndex* ScanSource::index() {
  if (index_ || !is_indexable()) return index_.get();
  std::vector<std::uint64_t> keys;
  keys.reserve(static_cast<std::size_t>(snapshot_->row_count()));
  for (std::size_t segment = 0; segment < views_.size(); ++segment) {
    const ColumnView& rows = view(segment);
    const std::size_t count = rows.segment->row_count();
    for (std::size_t row = 0; row < count; ++row) {
      if (kind_ == ValueKind::kComputed) {
        keys.push_back(index_key(cell_of(result(result_code(segment, row)))));
        continue;
      }
      const Cell cell = base_cell(rows, row);
      // A text of the dictionary has its code at hand and need not be looked up.
      const bool coded = dictionary_ && rows.shape != Shape::kNull;
      const Code code = coded ? rows.code(row) : kNullCode;
      keys.push_back(coded ? (code == kNullCode ? RowIndex::kNoKey : code) : index_key(cell));
    }
  }
  index_ = std::make_unique<RowIndex>(keys);
  return index_.get();
}

}  // namespace trailpond::events
