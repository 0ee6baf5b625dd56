#include "events/segment.hpp"

#include <algorithm>

namespace trailpond::events {

void UniqueKeys::note(Code key, bool is_new) {
  // So many values are watched; a key is unique when at least three of four of them were new.
  constexpr std::uint32_t kWatched = 4096;
  if (key >= kKeys) return;
  if (key >= habits_.size()) habits_.resize(key + 1);
  Habit& habit = habits_[key];
  if (habit.seen == kWatched) return;
  habit.fresh += is_new ? 1 : 0;
  if (++habit.seen < kWatched || habit.fresh < kWatched / 4 * 3) return;
  unique_[key / 64].fetch_or(std::uint64_t{1} << key % 64, std::memory_order_release);
}

DictionarySet::DictionarySet(StoreKind kind) : kind_(kind) {
  const Layout& all = Layout::of(kind);
  texts_.resize(all.size());
  keys_.resize(all.size());
  unique_keys_.resize(all.size());
  for (NodeId id = 0; id < all.size(); ++id) {
    const FieldType type = all.node(id).type;
    if (type == FieldType::kVarchar || type == FieldType::kMap) {
      texts_[id] = std::make_unique<Dictionary>();
    }
    if (type == FieldType::kMap) {
      keys_[id] = std::make_unique<Dictionary>();
      unique_keys_[id] = std::make_unique<UniqueKeys>();
    }
  }
}

std::size_t DictionarySet::memory_bytes() const {
  std::size_t bytes = 0;
  bytes += outlines_.memory_bytes() + known_events_.memory_bytes();
  for (const auto& dictionary : texts_) bytes += dictionary ? dictionary->memory_bytes() : 0;
  for (const auto& dictionary : keys_) bytes += dictionary ? dictionary->memory_bytes() : 0;
  return bytes;
}

bool DictionarySet::affords_outline(std::size_t outline_bytes) const {
  constexpr std::size_t kFirstBytes = std::size_t{1} << 20;
  constexpr std::size_t kShare = 16;  // of the JSON
  return outlines_.memory_bytes() + outline_bytes <= kFirstBytes + json_bytes_ / kShare;
}

std::size_t Column::memory_bytes() const {
  return codes.memory_bytes() + numbers.capacity() * sizeof(std::int64_t) +
         (ends.capacity() + own_ends.capacity()) * sizeof(std::uint32_t) + bytes.capacity() +
         keys.memory_bytes() + values.memory_bytes();
}

Segment::Segment(std::shared_ptr<const DictionarySet> dictionaries, Outlines outlines,
                 EventTexts rests, std::vector<LogRange> log_ranges)
    : dictionaries_(std::move(dictionaries)),
      outlines_(std::move(outlines)),
      row_count_(outlines_.sizes.size()),
      rest_bytes_(rests.bytes()),
      log_ranges_(std::move(log_ranges)),
      rests_(std::make_shared<const StoredTexts>(std::move(rests))) {
  for (std::size_t row = 0; row < row_count_; ++row) json_bytes_ += outlines_.sizes.get(row);
}

std::size_t Segment::memory_bytes() const {
  std::size_t total = rests()->memory_bytes() + columns_.capacity() * sizeof(Column) +
                      outlines_.codes.memory_bytes() + outlines_.sizes.memory_bytes();
  for (const Column& column : columns_) total += column.memory_bytes();
  return total;
}

void Segment::pack_rests() const {
  const auto before = rests();
  if (before->are_packed()) return;
  auto packed = std::make_shared<const StoredTexts>(PackedTexts(*before->plain()));
  const std::lock_guard exchange(exchange_);
  rests_.swap(packed);
}

std::string Segment::json_lines() const {
  std::string lines;
  lines.reserve(json_bytes_ + row_count_);
  TextsReader reader;
  for (std::size_t row = 0; row < row_count_; ++row) {
    lines.append(reader.at(*this, row));
    lines += '\n';
  }
  return lines;
}

SegmentBuilder::SegmentBuilder(std::shared_ptr<DictionarySet> dictionaries)
    : dictionaries_(std::move(dictionaries)),
      layout_(dictionaries_->layout()),
      columns_(layout_.size()),
      lasts_(layout_.size()) {}

void SegmentBuilder::set_text(NodeId node, std::size_t row, std::string_view text, bool lasts) {
  if (layout_.node(node).form == TextForm::kCoded) {
    code_later(node, row, kNullCode, text);
    if (!lasts) code_waiting();
    return;
  }
  Growing& column = columns_[node];
  set_code(node, row, 1);
  column.bytes.append(text);
  const auto before = column.ends.empty() ? 0 : column.ends.back();
  column.ends.resize(row, before);
  column.ends.push_back(static_cast<std::uint32_t>(column.bytes.size()));
}

std::uint32_t SegmentBuilder::part_begin(const Growing& column, std::size_t row) const {
  if (row == 0 || column.ends.empty()) return 0;
  return column.ends[std::min(row, column.ends.size()) - 1];
}

std::uint32_t SegmentBuilder::part_size(NodeId node, const Growing& column) const {
  return static_cast<std::uint32_t>(
      layout_.node(node).type == FieldType::kArray ? column.children : column.keys.size());
}

void SegmentBuilder::open(NodeId node, std::size_t row) {
  Growing& column = columns_[node];
  set_code(node, row, 1);
  column.ends.resize(row, part_begin(column, row));
}

void SegmentBuilder::close(NodeId node, std::size_t row) {
  Growing& column = columns_[node];
  column.ends.resize(row);
  column.ends.push_back(part_size(node, column));
}

std::size_t SegmentBuilder::add_entry(NodeId map, std::size_t row, Code key,
                                      const std::string_view* value, bool lasts) {
  Growing& column = columns_[map];
  const auto first = column.keys.begin() + static_cast<std::ptrdiff_t>(part_begin(column, row));
  const auto same = std::find(first, column.keys.end(), key);
  if (same == column.keys.end()) {
    const auto index = static_cast<std::size_t>(same - first);
    append_entry(map, key, value, lasts);
    return index;
  }
  // The same key twice: the last value at the first place.
  const auto place = static_cast<std::size_t>(same - column.keys.begin());
  code_waiting();
  column.values[place] = kNullCode;
  if (value) set_entry(map, place, key, *value, lasts);
  return kReplaced;
}

void SegmentBuilder::append_entry(NodeId map, Code key, const std::string_view* value, bool lasts) {
  Growing& column = columns_[map];
  column.keys.push_back(key);
  column.values.push_back(kNullCode);
  if (value) set_entry(map, column.values.size() - 1, key, *value, lasts);
}

void SegmentBuilder::set_entry(NodeId map, std::size_t place, Code key, std::string_view value,
                               bool lasts) {
  if (dictionaries_->unique_keys(map).is_unique(key)) {
    // A key that comes twice leaves its first text unused, which is rare.
    Growing& column = columns_[map];
    column.bytes.append(value);
    column.own_ends.push_back(static_cast<std::uint32_t>(column.bytes.size()));
    column.values[place] = kOwnText | static_cast<Code>(column.own_ends.size() - 1);
    return;
  }
  code_later(map, place, key, value);
  if (!lasts) code_waiting();
}

SegmentBuilder::Last* SegmentBuilder::find_last(NodeId node, Code key) {
  auto& lasts = lasts_[node];
  if (key >= lasts.size()) {
    if (key >= kWatchedKeys) return nullptr;
    lasts.resize(key + 1);
  }
  Last& last = lasts[key];
  return last.trust == 0 ? nullptr : &last;
}

bool SegmentBuilder::code_as_last(NodeId node, std::size_t place, Code key, std::string_view text) {
  constexpr std::uint8_t kMostTrust = 8;
  Last* last = find_last(node, key);
  if (!last || last->code == kNullCode) return false;
  if (!is_same_text(last->text, text)) {
    --last->trust;
    return false;
  }
  last->trust = kMostTrust;
  set_text_code(node, place, key, last->code);
  return true;
}

void SegmentBuilder::set_text_code(NodeId node, std::size_t place, Code key, Code code) {
  if (key == kNullCode) {
    set_code(node, place, code);
  } else {
    columns_[node].values[place] = code;
  }
}

void SegmentBuilder::code_later(NodeId node, std::size_t place, Code key, std::string_view text) {
  if (code_as_last(node, place, key, text)) {
    if (key != kNullCode) dictionaries_->unique_keys(node).note(key, false);
    return;
  }
  Dictionary& dictionary = dictionaries_->texts(node);
  waiting_.push_back({.dictionary = &dictionary,
                      .text = text,
                      .hash = dictionary.begin_intern(text),
                      .key = key,
                      .place = place,
                      .node = node});
}

void SegmentBuilder::code_waiting() {
  for (Waiting& each : waiting_) each.guessed = each.dictionary->guess(each.hash);
  for (const Waiting& each : waiting_) {
    if (each.guessed != kNullCode) each.dictionary->prefetch(each.guessed);
  }
  for (const Waiting& each : waiting_) {
    const Code known = each.dictionary->size();
    const Code code = each.dictionary->intern(each.text, each.hash, each.guessed);
    set_text_code(each.node, each.place, each.key, code);
    if (each.key != kNullCode) {
      dictionaries_->unique_keys(each.node).note(each.key, code == known);
    }
    if (Last* last = find_last(each.node, each.key)) {
      last->text = each.dictionary->at(code);
      last->code = code;
    }
  }
  waiting_.clear();
}

void SegmentBuilder::forget(NodeId node, std::size_t row) {
  const Node& shape = layout_.node(node);
  Growing& column = columns_[node];
  const std::uint32_t begin = part_begin(column, row);
  if (column.codes.size() > row) column.codes.resize(row);
  if (column.numbers.size() > row) column.numbers.resize(row);
  if (shape.form == TextForm::kPlain) column.bytes.resize(begin);
  if (shape.type == FieldType::kMap) {
    const auto own = std::find_if(column.values.begin() + begin, column.values.end(),
                                  [](Code value) { return (value & kOwnText) != 0; });
    if (own != column.values.end()) {
      column.own_ends.resize(*own & ~kOwnText);
      column.bytes.resize(column.own_ends.empty() ? 0 : column.own_ends.back());
    }
    column.keys.resize(begin);
    column.values.resize(begin);
  }
  if (column.ends.size() > row) column.ends.resize(row);
  if (shape.type == FieldType::kArray) column.children = begin;
  const std::size_t below = shape.type == FieldType::kArray ? begin : row;
  for (const NodeId child : shape.children) forget(child, below);
}

Code SegmentBuilder::code_outline(std::string_view outline) {
  Dictionary& known = dictionaries_->outlines();
  return dictionaries_->affords_outline(outline.size()) ? known.intern(outline)
                                                        : known.find(outline);
}

void SegmentBuilder::finish_row(std::string_view json, Code outline, std::string_view rest) {
  code_waiting();
  outline_codes_.push_back(outline);
  sizes_.push_back(static_cast<std::uint32_t>(json.size()));
  json_bytes_ += json.size();
  dictionaries_->note_json(json.size());
  rests_.add(rest);
  if (!lines_) return;
  lines_->append(json);
  *lines_ += '\n';
}

std::shared_ptr<const Segment> SegmentBuilder::seal(std::vector<LogRange> log_ranges) {
  const std::size_t rows = row_count();
  auto segment =
      std::make_shared<Segment>(dictionaries_, Outlines{Codes(outline_codes_), Codes(sizes_)},
                                rests_.release(), std::move(log_ranges));
  outline_codes_.clear();
  sizes_.clear();
  json_bytes_ = 0;
  segment->columns_.resize(layout_.size());
  seal_node(kRootNode, rows, *segment);
  for (Growing& column : columns_) column.clear();
  return segment;
}

void SegmentBuilder::Growing::clear() {
  for (auto* small : {&codes, &ends, &own_ends, &keys, &values}) small->clear();
  numbers.clear();
  bytes.clear();
  children = 0;
}

void SegmentBuilder::seal_node(NodeId node, std::size_t rows, Segment& segment) {
  Growing& growing = columns_[node];
  const std::size_t below = layout_.node(node).type == FieldType::kArray ? growing.children : rows;
  for (const NodeId child : layout_.node(node).children) seal_node(child, below, segment);
  segment.columns_[node] = seal_column(node, growing, rows);
}

namespace {

/// Notes the least and greatest number and whether there is a NULL.
void note_range(Column& column, std::int64_t null) {
  column.has_null = false;
  bool any = false;
  column.least = std::numeric_limits<std::int64_t>::max();  // above the greatest: no number at all
  column.greatest = std::numeric_limits<std::int64_t>::min();
  for (const std::int64_t number : column.numbers) {
    if (number == null) {
      column.has_null = true;
    } else if (!any) {
      any = true;
      column.least = column.greatest = number;
    } else {
      column.least = std::min(column.least, number);
      column.greatest = std::max(column.greatest, number);
    }
  }
}

std::int64_t null_of(FieldType type) {
  return type == FieldType::kDouble ? kNullDouble : kNullNumber;
}

}  // namespace

Column SegmentBuilder::seal_column(NodeId node, Growing& growing, std::size_t rows) const {
  Column column;
  if (!growing.numbers.empty()) {
    const std::int64_t null = null_of(layout_.node(node).type);
    growing.numbers.resize(rows, null);
    column.numbers.assign(growing.numbers.begin(), growing.numbers.end());
    note_range(column, null);
  }
  if (growing.codes.empty()) return column;
  growing.codes.resize(rows, kNullCode);
  column.has_null = std::ranges::find(growing.codes, kNullCode) != growing.codes.end();
  column.codes = Codes(growing.codes);
  if (!growing.ends.empty()) {
    growing.ends.resize(rows, growing.ends.back());
    column.ends.assign(growing.ends.begin(), growing.ends.end());
  }
  column.bytes.assign(growing.bytes);
  column.own_ends.assign(growing.own_ends.begin(), growing.own_ends.end());
  column.keys = Codes(growing.keys);
  column.values = Codes(growing.values);
  return column;
}

namespace {

/// One source column and the number of its rows.
struct Part {
  const Column* column;
  std::size_t rows;
};

/// Appends codes of several columns; where a column is absent, `rows` zeros.
Codes join_codes(const std::vector<Part>& parts, Codes Column::*member) {
  std::size_t size = 0;
  unsigned width = 0;
  for (const Part& part : parts) {
    const Codes& codes = part.column->*member;
    size += member == &Column::codes ? part.rows : codes.size();
    if (!codes.empty()) width = std::max(width, codes.width());
  }
  if (width == 0) return {};
  Codes joined(size, width == 1 ? 0xffu : width == 2 ? 0xffffu : ~0u);
  std::size_t next = 0;
  for (const Part& part : parts) {
    const Codes& codes = part.column->*member;
    for (std::size_t at = 0; at < codes.size(); ++at) joined.set(next + at, codes.get(at));
    next += member == &Column::codes ? part.rows : codes.size();
  }
  return joined;
}

/// Appends the values of maps; codes of a column's own texts count on from those before them.
Codes join_values(const std::vector<Part>& parts) {
  const bool own =
      std::ranges::any_of(parts, [](const Part& part) { return !part.column->own_ends.empty(); });
  if (!own) return join_codes(parts, &Column::values);
  std::vector<std::uint32_t> joined;
  Code before = 0;
  for (const Part& part : parts) {
    const Codes& values = part.column->values;
    for (std::size_t at = 0; at < values.size(); ++at) {
      const Code code = values.get(at);
      joined.push_back((code & kOwnText) != 0 ? code + before : code);
    }
    before += static_cast<Code>(part.column->own_ends.size());
  }
  return Codes(joined);
}

/// Appends the ends of own texts, which count on from the bytes before them.
std::vector<std::uint32_t> join_own_ends(const std::vector<Part>& parts) {
  std::vector<std::uint32_t> joined;
  std::uint32_t base = 0;
  for (const Part& part : parts) {
    for (const std::uint32_t end : part.column->own_ends) joined.push_back(base + end);
    base += static_cast<std::uint32_t>(part.column->bytes.size());
  }
  joined.shrink_to_fit();
  return joined;
}

std::vector<std::int64_t> join_numbers(const std::vector<Part>& parts, std::int64_t null) {
  std::size_t size = 0;
  bool any = false;
  for (const Part& part : parts) {
    size += part.rows;
    any = any || !part.column->numbers.empty();
  }
  std::vector<std::int64_t> joined;
  if (!any) return joined;
  joined.reserve(size);
  for (const Part& part : parts) {
    const auto& numbers = part.column->numbers;
    joined.insert(joined.end(), numbers.begin(), numbers.end());
    if (numbers.empty()) joined.insert(joined.end(), part.rows, null);
  }
  return joined;
}

std::vector<std::uint32_t> join_ends(const std::vector<Part>& parts) {
  std::size_t size = 0;
  bool any = false;
  for (const Part& part : parts) {
    size += part.rows;
    any = any || !part.column->ends.empty();
  }
  std::vector<std::uint32_t> joined;
  if (!any) return joined;
  joined.reserve(size);
  std::uint32_t base = 0;
  for (const Part& part : parts) {
    for (const std::uint32_t end : part.column->ends) joined.push_back(base + end);
    if (part.column->ends.empty()) joined.insert(joined.end(), part.rows, base);
    base = joined.empty() ? 0 : joined.back();
  }
  return joined;
}

Column join_columns(const std::vector<Part>& parts, FieldType type) {
  Column joined;
  joined.codes = join_codes(parts, &Column::codes);
  joined.keys = join_codes(parts, &Column::keys);
  joined.values = join_values(parts);
  joined.own_ends = join_own_ends(parts);
  joined.numbers = join_numbers(parts, null_of(type));
  joined.ends = join_ends(parts);
  for (const Part& part : parts) joined.bytes += part.column->bytes;
  joined.bytes.shrink_to_fit();
  if (!joined.numbers.empty()) {
    note_range(joined, null_of(type));
  } else {
    joined.has_null = std::ranges::any_of(parts, [](const Part& part) {
      return part.rows > 0 && (part.column->absent() || part.column->has_null);
    });
  }
  return joined;
}

EventTexts join_rests(const std::vector<std::shared_ptr<const Segment>>& parts) {
  std::size_t bytes = 0;
  for (const auto& part : parts) bytes += part->rest_bytes();
  EventTexts joined;
  joined.reserve(bytes);
  RestReader reader;
  for (const auto& part : parts) {
    for (std::size_t row = 0; row < part->row_count(); ++row) joined.add(reader.at(*part, row));
  }
  return joined;
}

Outlines join_outlines(const std::vector<std::shared_ptr<const Segment>>& parts) {
  std::vector<std::uint32_t> codes;
  std::vector<std::uint32_t> sizes;
  for (const auto& part : parts) {
    for (std::size_t row = 0; row < part->row_count(); ++row) {
      codes.push_back(part->outlines().codes.get(row));
      sizes.push_back(part->outlines().sizes.get(row));
    }
  }
  return {Codes(codes), Codes(sizes)};
}

std::vector<LogRange> join_ranges(const std::vector<std::shared_ptr<const Segment>>& parts) {
  std::vector<LogRange> joined;
  for (const auto& part : parts) {
    joined.insert(joined.end(), part->log_ranges().begin(), part->log_ranges().end());
  }
  return joined;
}

}  // namespace

std::shared_ptr<const Segment> merge_segments(
    const Layout& layout, const std::vector<std::shared_ptr<const Segment>>& parts) {
  auto merged = std::make_shared<Segment>(parts.front()->dictionaries(), join_outlines(parts),
                                          join_rests(parts), join_ranges(parts));
  // The rows of each part at each node: those of its parent, or the elements of an array.
  std::vector<std::vector<std::size_t>> rows(layout.size());
  for (NodeId node = 0; node < layout.size(); ++node) {
    const NodeId above = layout.node(node).parent;
    std::vector<Part> columns;
    for (std::size_t at = 0; at < parts.size(); ++at) {
      std::size_t count = parts[at]->row_count();
      if (above != kNoNode) {
        count = rows[above][at];
        const Column& array = parts[at]->column(above);
        const bool in_array = layout.node(above).type == FieldType::kArray;
        if (in_array) count = array.ends.empty() ? 0 : array.ends.back();
      }
      rows[node].push_back(count);
      columns.push_back({&parts[at]->column(node), count});
    }
    merged->columns_.push_back(join_columns(columns, layout.node(node).type));
  }
  return merged;
}

}  // namespace trailpond::events
