#include "events/outline.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "events/json_reader.hpp"
#include "events/segment.hpp"

namespace trailpond::events {
namespace {

/// An outline is a list of pieces: the length of its text, the text, and the cut behind it.
struct Tail {
  std::uint16_t node;
  std::uint16_t index;
  Source source;
};
constexpr std::size_t kLengthBytes = sizeof(std::uint16_t);
constexpr std::size_t kTailBytes = 2 * sizeof(std::uint16_t) + 1;
constexpr std::size_t kPieceLimit = 0xffff;

char* put_tail(char* out, const Tail& tail) {
  std::memcpy(out, &tail.node, 2);
  std::memcpy(out + 2, &tail.index, 2);
  out[4] = static_cast<char>(tail.source);
  return out + kTailBytes;
}

/// Copies and steps behind the copy; faster than memcpy for the short pieces that are most
/// frequent.
char* put(char* out, std::string_view piece) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  const char* from = piece.data();
  const std::size_t size = piece.size();
  if (size < kWord) {
    for (std::size_t at = 0; at < size; ++at) out[at] = from[at];
  } else if (size <= 8 * kWord) {
    const std::size_t last = size - kWord;
    for (std::size_t at = 0; at < last; at += kWord) std::memcpy(out + at, from + at, kWord);
    std::memcpy(out + last, from + last, kWord);
  } else {
    std::memcpy(out, from, size);
  }
  return out + size;
}

/// Writes `yyyy-mm-ddThh:mm:ssZ`.
char* put_time(char* out, std::int64_t microseconds) {
  const std::chrono::sys_seconds time{std::chrono::seconds(microseconds / 1'000'000)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[] = "yyyy-mm-ddThh:mm:ssZ";
  const auto put_two = [&](std::size_t at, unsigned number) {
    text[at] = static_cast<char>('0' + number / 10);
    text[at + 1] = static_cast<char>('0' + number % 10);
  };
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  put_two(0, year / 100);
  put_two(2, year % 100);
  put_two(5, static_cast<unsigned>(date.month()));
  put_two(8, static_cast<unsigned>(date.day()));
  put_two(11, static_cast<unsigned>(clock.hours().count()));
  put_two(14, static_cast<unsigned>(clock.minutes().count()));
  put_two(17, static_cast<unsigned>(clock.seconds().count()));
  return put(out, {text, sizeof text - 1});
}

/// Puts the values of one row back.
class Filler {
 public:
  Filler(const Segment& segment, std::size_t row, std::string_view rest)
      : segment_(segment), dictionaries_(*segment.dictionaries()), row_(row), rest_(rest) {}

  /// Writes the value and steps behind it.
  char* fill(char* out, const Tail& tail) {
    const Column& column = segment_.column(tail.node);
    switch (tail.source) {
      case Source::kEnd:
        return out;
      case Source::kText:
        return quoted(out, text(column, tail));
      case Source::kBareText:
        return put(out, text(column, tail));
      case Source::kTime:
        *out = '"';
        out = put_time(out + 1, column.numbers[row_of(tail)]);
        *out = '"';
        return out + 1;
      case Source::kBoolean:
        return put(out, word(column, tail));
      case Source::kQuotedBoolean:
        return quoted(out, word(column, tail));
      case Source::kEntry:
        return quoted(out, entry(column, tail));
      case Source::kBareEntry:
        return put(out, entry(column, tail));
      case Source::kRest: {
        const std::size_t end = rest_.find('\n');
        out = put(out, rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return out;
      }
    }
    return out;
  }

 private:
  static char* quoted(char* out, std::string_view value) {
    *out = '"';
    out = put(out + 1, value);
    *out = '"';
    return out + 1;
  }
  /// The row of the event, or of the element of the array that the node is in.
  std::size_t row_of(const Tail& tail) const {
    const NodeId array = dictionaries_.layout().node(tail.node).array;
    return array == kNoNode ? row_ : segment_.column(array).begin_of(row_) + tail.index;
  }
  std::string_view text(const Column& column, const Tail& tail) const {
    const std::size_t row = row_of(tail);
    if (dictionaries_.layout().node(tail.node).form == TextForm::kPlain) return column.plain(row);
    return dictionaries_.texts(tail.node).at(column.codes.get(row));
  }
  std::string_view word(const Column& column, const Tail& tail) const {
    return column.codes.get(row_of(tail)) == kTrueCode ? "true" : "false";
  }
  std::string_view entry(const Column& column, const Tail& tail) const {
    const Code code = column.values.get(column.begin_of(row_) + tail.index);
    return column.value_text(dictionaries_.texts(tail.node), code);
  }

  const Segment& segment_;
  const DictionarySet& dictionaries_;
  std::size_t row_;
  std::string_view rest_;
};

}  // namespace

char* OutlineMaker::put_piece(char* out, std::string_view piece, bool compact) {
  if (!compact) {
    // A piece ends where a value begins, so it holds whole strings only.
    scratch_.clear();
    JsonReader::append_compact(piece, scratch_);
    piece = scratch_;
  }
  if (piece.size() > kPieceLimit) {
    possible_ = false;
    return out;
  }
  const auto length = static_cast<std::uint16_t>(piece.size());
  std::memcpy(out, &length, kLengthBytes);
  return put(out + kLengthBytes, piece);
}

void OutlineMaker::add_rest(const Cut& cut, bool compact) {
  const std::string_view value(cut.begin, static_cast<std::size_t>(cut.end - cut.begin));
  compact ? void(rest_ += value) : JsonReader::append_compact(value, rest_);
  rest_ += '\n';
}

void OutlineMaker::make_rest() {
  rest_.clear();
  for (const Cut& cut : cuts()) {
    if (cut.source == Source::kRest) add_rest(cut, true);
  }
}

bool OutlineMaker::make(std::string_view text, bool compact) {
  if (!possible_) return false;
  const std::size_t most = text.size() + (count_ + 1) * (kLengthBytes + kTailBytes);
  if (outline_.size() < most) outline_.resize(most);
  rest_.clear();
  char* out = outline_.data();
  const char* from = text.data();
  for (const Cut& cut : cuts()) {
    out = put_piece(out, {from, static_cast<std::size_t>(cut.begin - from)}, compact);
    if (cut.index >= kIndexLimit) possible_ = false;
    out = put_tail(out, {cut.node, static_cast<std::uint16_t>(cut.index), cut.source});
    from = cut.end;
    if (cut.source == Source::kRest) add_rest(cut, compact);
  }
  const char* end = text.data() + text.size();
  out = put_piece(out, {from, static_cast<std::size_t>(end - from)}, compact);
  out = put_tail(out, {0, 0, Source::kEnd});
  outline_size_ = static_cast<std::size_t>(out - outline_.data());
  return possible_;
}

void append_outlined(std::string_view outline, std::string_view rest, const Segment& segment,
                     std::size_t row, std::string& text) {
  const std::size_t before = text.size();
  text.resize(before + segment.outlines().sizes.get(row));
  char* out = text.data() + before;
  Filler filler(segment, row, rest);
  const char* end = outline.data() + outline.size();
  for (const char* at = outline.data(); at != end;) {
    std::uint16_t length = 0;
    std::memcpy(&length, at, kLengthBytes);
    at += kLengthBytes;
    out = put(out, {at, length});
    at += length;
    Tail tail = {0, 0, static_cast<Source>(at[4])};
    std::memcpy(&tail.node, at, 2);
    std::memcpy(&tail.index, at + 2, 2);
    at += kTailBytes;
    out = filler.fill(out, tail);
  }
}

}  // namespace trailpond::events
