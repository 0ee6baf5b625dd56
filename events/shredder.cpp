#include "events/shredder.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace trailpond::events {
namespace {

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::size_t kNoPrevious = 0;  // hints: nothing was read in this row yet

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Reads exactly `count` digits at `at`; -1 where there are fewer.
int fixed_number(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t digit = at; digit < at + count; ++digit) {
    if (!is_digit(text[digit])) return -1;
    value = value * 10 + (text[digit] - '0');
  }
  return value;
}

/// Reads a zone at `at` to the end of the text: Z, ±hh:mm, ±hhmm or nothing; in seconds.
std::optional<int> zone_seconds(std::string_view text, std::size_t at) {
  const std::string_view zone = text.substr(at);
  if (zone.empty() || zone == "Z") return 0;
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  const bool colon = zone.size() == 6 && zone[3] == ':';
  if (!colon && zone.size() != 5) return std::nullopt;
  const int hours = fixed_number(zone, 1, 2);
  const int minutes = fixed_number(zone, colon ? 4 : 3, 2);
  if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return std::nullopt;
  return (hours * 60 + minutes) * (zone[0] == '-' ? -60 : 60);
}

/// Reads `.f{1,9}` at `at` as milliseconds and steps behind it; nothing there is 0.
std::optional<int> fraction_millis(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return 0;
  const std::size_t start = ++at;
  while (at < text.size() && is_digit(text[at])) ++at;
  const std::size_t digits = at - start;
  if (digits < 1 || digits > 9) return std::nullopt;
  int millis = 0;
  for (std::size_t digit = 0; digit < 3; ++digit) {
    millis = millis * 10 + (digit < digits ? text[start + digit] - '0' : 0);
  }
  return millis;
}

std::optional<double> parse_double(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  // from_chars also knows "inf" and "nan", which are no numbers here.
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size() || (!is_digit(text[first]) && text[first] != '.')) return std::nullopt;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // The nearest double of what is too large is infinity, of what is too small zero.
    return std::strtod(std::string(text).c_str(), nullptr);
  }
  return value;
}

std::optional<std::int64_t> parse_int32(std::string_view text) {
  if (text.starts_with('+') && text.size() > 1 && is_digit(text[1])) text.remove_prefix(1);
  std::int32_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop != end || error != std::errc{}) return std::nullopt;
  return value;
}

/// Reads an integer from a JSON number, which may be spelled as 10.0 or 1e3.
std::optional<std::int64_t> int32_of_number(std::string_view text) {
  if (const auto plain = parse_int32(text)) return plain;
  const auto value = parse_double(text);
  if (!value || *value != std::floor(*value)) return std::nullopt;
  if (*value < std::numeric_limits<std::int32_t>::min() ||
      *value > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*value);
}

std::optional<Code> parse_boolean(std::string_view text) {
  const auto is_word = [&](std::string_view word) {
    return std::ranges::equal(text, word, [](char letter, char lower) {
      return letter == lower || (letter >= 'A' && letter <= 'Z' && letter - 'A' + 'a' == lower);
    });
  };
  if (is_word("true")) return kTrueCode;
  if (is_word("false")) return kFalseCode;
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  constexpr std::size_t kSecondsEnd = 19;  // yyyy-MM-ddTHH:mm:ss
  if (text.size() < kSecondsEnd || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
      text[16] != ':' || (text[10] != 'T' && text[10] != ' ')) {
    return std::nullopt;
  }
  const int year = fixed_number(text, 0, 4);
  const int month = fixed_number(text, 5, 2);
  const int day = fixed_number(text, 8, 2);
  const int hour = fixed_number(text, 11, 2);
  const int minute = fixed_number(text, 14, 2);
  const int second = fixed_number(text, 17, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  std::size_t at = kSecondsEnd;
  const auto millis = fraction_millis(text, at);
  if (!millis) return std::nullopt;
  const auto zone = zone_seconds(text, at);
  if (!zone) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  const std::int64_t seconds = days * 86'400 + hour * 3'600 + minute * 60 + second - *zone;
  return seconds * kMicrosPerSecond + *millis * 1'000;
}

namespace {

/// The string that was just read, without its quotes. Taking it from the RawString would have the
/// processor wait: it is written as two words and read as one.
std::string_view string_from(const char* start, const JsonReader& reader) {
  return {start, static_cast<std::size_t>(reader.at() - 1 - start)};
}

/// Steps over a name and its colon if just these come next. The name holds nothing that would be
/// escaped.
bool take_name(JsonReader& reader, std::string_view name) {
  const char* at = reader.at();
  const std::size_t size = name.size();
  if (static_cast<std::size_t>(reader.end() - at) < size + 3 || at[0] != '"' ||
      at[size + 1] != '"' || at[size + 2] != ':' || !is_same_text({at + 1, size}, name)) {
    return false;
  }
  reader.move_to(at + size + 3);
  return true;
}

/// Steps over blanks behind a value and says whether it and they make a line.
bool ends_line(JsonReader& reader, std::string_view value, bool compact) {
  const char* at = reader.at();
  while (at != reader.end() && (*at == ' ' || *at == '\t' || *at == '\r')) ++at;
  reader.move_to(at);
  return (at == reader.end() || *at == '\n') &&
         (compact || value.find('\n') == std::string_view::npos);
}

}  // namespace

bool Shredder::skip(JsonReader& reader, int depth) {
  reader.skip_space();
  const char* start = reader.at();
  if (!reader.skip_value(depth)) return false;
  note(Deed::Kind::kSkipped, kRootNode, depth);
  outline_.cut(Source::kRest, kRootNode, 0, start, reader.at());
  return true;
}

/// Cuts out a value that its column spells as it was read, but for escapes.
void Shredder::cut(Source source, NodeId node, std::size_t row, std::string_view text,
                   const char* start, const JsonReader& reader) {
  const Node& shape = layout_.node(node);
  if (shape.arrays > 1 || (!lasts(text) && *start == '"')) source = Source::kRest;
  outline_.cut(source, node, shape.arrays == 0 ? 0 : row - first_element_, start, reader.at());
}

Shredded Shredder::read_event(JsonReader& reader, Behind behind) {
  reader.skip_space();
  const char* start = reader.at();
  const std::size_t row = builder_.row_count();
  KnownEvents& known_events = builder_.known_events();
  const bool promising = known_events.is_promising();
  Code outline = kNullCode;
  const bool known = promising && read_known(reader, row, outline);
  known_events.note(known);
  if (!known) {
    if (promising) builder_.drop_row();
    reader.move_to(start);
  }
  const std::uint64_t spaces = reader.spaces();
  if (!known && !read_unknown(reader, row)) {
    builder_.drop_row();
    return found_records_ ? Shredded::kWrapper : Shredded::kBad;
  }
  std::string_view json(start, static_cast<std::size_t>(reader.at() - start));
  const bool compact = reader.spaces() == spaces;
  const char* mistake = json.size() > kEventBytesLimit ? "larger than 1 MiB" : nullptr;
  if (behind == Behind::kSpace) reader.skip_space();
  if (behind == Behind::kSpace && !reader.at_end()) mistake = "more text behind the JSON value";
  if (behind == Behind::kLine && !ends_line(reader, json, compact)) mistake = "not a line";
  if (mistake) {
    builder_.drop_row();
    reader.fail(mistake);
    return Shredded::kBad;
  }
  if (known) {
    outline_.make_rest();
    builder_.finish_row(json, outline, outline_.rest());
    return Shredded::kRow;
  }
  const bool outlined = outline_.make(json, compact);
  if (!compact) {
    json_scratch_.clear();
    JsonReader::append_compact(json, json_scratch_);
    json = json_scratch_;
  }
  if (outlined) outline = builder_.code_outline(outline_.outline());
  if (compact && promising && outline != kNullCode && is_repeatable()) {
    known_events.learn(json, deeds_, outline_.cuts(), outline);
  }
  builder_.finish_row(json, outline, outline == kNullCode ? json : outline_.rest());
  return Shredded::kRow;
}

bool Shredder::read_known(JsonReader& reader, std::size_t row, Code& outline) {
  outline_.begin();
  deeds_.clear();
  KnownEvents& known_events = builder_.known_events();
  const std::uint64_t spaces = reader.spaces();
  KnownEvents::StepId at = KnownEvents::kNoStep;
  Source before = Source::kEnd;
  for (;;) {
    at = known_events.find_next(at, before, reader.at(), reader.end());
    if (at == KnownEvents::kNoStep) return false;
    const KnownEvents::Step& step = known_events.step(at);
    reader.move_to(reader.at() + step.text.size() - (step.begins_value ? 1 : 0));
    for (const Deed& deed : known_events.deeds(step)) do_again(deed, row);
    if (step.is_last) {
      outline = step.outline;
      return reader.spaces() == spaces;
    }
    before = Source::kEnd;
    if (step.value.kind == Deed::Kind::kNothing) continue;
    before = read_known_value(reader, step.value, row);
    if (before == Source::kEnd) return false;
  }
}

void Shredder::do_again(const Deed& deed, std::size_t row) {
  const bool in_array = layout_.node(deed.node).arrays != 0;
  const std::size_t place = in_array ? element_ : row;
  switch (deed.kind) {
    case Deed::Kind::kPresent:
      builder_.set_code(deed.node, place, 1);
      break;
    case Deed::Kind::kOpen:
      builder_.open(deed.node, place);
      first_element_ = builder_.next_element(deed.node);
      break;
    case Deed::Kind::kClose:
      builder_.close(deed.node, place);
      break;
    case Deed::Kind::kElement:
      element_ = builder_.add_element(deed.node);
      break;
    case Deed::Kind::kNullEntry:
      builder_.append_entry(deed.node, deed.key, nullptr, false);
      break;
    default:
      break;
  }
}

/// Reads a value and says how it is spelled; kEnd where it is no value or NULL.
Source Shredder::read_known_value(JsonReader& reader, const Deed& deed, std::size_t row) {
  const Node& shape = layout_.node(deed.node);
  const std::size_t place = shape.arrays == 0 ? row : element_;
  const bool is_entry = deed.kind == Deed::Kind::kEntry;
  std::string_view text;
  if (is_entry && shape.arrays == 0 && reader.read_plain_string(text)) {
    builder_.append_entry(deed.node, deed.key, &text, true);
    return Source::kEntry;
  }
  const bool is_column = deed.kind == Deed::Kind::kColumn;
  if (is_column && shape.type == FieldType::kVarchar && shape.arrays < 2 &&
      reader.read_plain_string(text)) {
    builder_.set_text(deed.node, place, text, true);
    return Source::kText;
  }
  const std::size_t cuts = outline_.cuts().size();
  const bool good = is_entry    ? read_entry(reader, deed.node, place, deed.key, deed.depth, true)
                    : is_column ? read_value(reader, deed.node, place, deed.depth)
                                : skip(reader, deed.depth);
  return good && outline_.cuts().size() != cuts ? outline_.cuts().back().source : Source::kEnd;
}

/// Says whether do_again() can do the deeds of the event: it knows one array at a time.
bool Shredder::is_repeatable() const {
  return std::ranges::none_of(deeds_, [this](const Deed& deed) {
    const Node& shape = layout_.node(deed.node);
    return shape.type == FieldType::kArray && shape.arrays > 0;
  });
}

bool Shredder::read_unknown(JsonReader& reader, std::size_t row) {
  found_records_ = false;
  outline_.begin();
  deeds_.clear();
  return read_row(reader, kRootNode, row, 1);
}

bool Shredder::read_row(JsonReader& reader, NodeId node, std::size_t row, int depth) {
  if (depth > kEventDepthLimit) return reader.skip_value(depth);  // which gives the reason
  reader.take('{');
  builder_.set_code(node, row, 1);
  note(Deed::Kind::kPresent, node, depth);
  if (reader.take('}')) return true;
  SeenMembers seen;
  std::size_t previous = kNoPrevious;
  do {
    if (!read_member(reader, node, row, depth, seen, previous)) return false;
  } while (reader.take(','));
  return reader.take('}') || reader.fail(reader.at_end() ? "the JSON text ends too early"
                                                         : "neither a comma nor a closing brace");
}

bool Shredder::read_name(JsonReader& reader, std::string_view& name, std::string& scratch) {
  if (reader.peek() != '"') {
    return reader.fail(reader.at_end() ? "the JSON text ends too early"
                                       : "a member without a name");
  }
  RawString raw;
  const char* start = reader.at() + 1;
  if (!reader.read_string(raw)) return false;
  name = string_from(start, reader);
  if (raw.escaped) {
    scratch.clear();
    JsonReader::decode(raw.source, scratch);
    name = scratch;
  }
  return reader.take(':') ||
         reader.fail(reader.at_end() ? "the JSON text ends too early" : "a member without a colon");
}

Member Shredder::find_member(NodeId node, std::string_view name,
                             std::pair<std::string, Member>& hint) {
  const Member found = layout_.node(node).members.find(name);
  if (found.node != kNoNode) hint = {std::string(name), found};
  return found;
}

bool Shredder::read_member(JsonReader& reader, NodeId node, std::size_t row, int depth,
                           SeenMembers& seen, std::size_t& previous) {
  auto& after = hints_[node].after;
  if (after.empty()) after.resize(layout_.node(node).children.size() + 1);
  auto& hint = after[previous];
  Member member = hint.second;
  std::string_view name;
  if (hint.first.empty() || !take_name(reader, hint.first)) {
    if (!read_name(reader, name, key_scratch_)) return false;
    member = find_member(node, name, hint);
  }
  if (member.node == kNoNode) {
    if (node == kRootNode && name == "Records" && reader.peek() == '[') {
      found_records_ = true;
      return false;
    }
    return skip(reader, depth + 1);
  }
  previous = member.ordinal + 1u;
  const std::uint64_t bit = std::uint64_t{1} << member.ordinal;
  // A member spelled as documented beats one in other letter case; of equals the last one wins.
  if (!member.exact && (seen.exact & bit) != 0) return skip(reader, depth + 1);
  if ((seen.any & bit) != 0) {
    builder_.truncate(member.node, row);
    outline_.give_up();
  }
  seen.any |= bit;
  if (member.exact) seen.exact |= bit;
  return read_value(reader, member.node, row, depth + 1);
}

bool Shredder::read_value(JsonReader& reader, NodeId node, std::size_t row, int depth) {
  const char first = reader.peek();
  if (first == 'n') return reader.read_word("null");
  switch (layout_.node(node).type) {
    case FieldType::kRow:
      return first == '{' ? read_row(reader, node, row, depth) : skip(reader, depth);
    case FieldType::kMap:
      return first == '{' ? read_map(reader, node, row, depth) : skip(reader, depth);
    case FieldType::kArray:
      return first == '[' ? read_array(reader, node, row, depth) : skip(reader, depth);
    case FieldType::kVarchar: {
      std::optional<std::string_view> text;
      const char* start = reader.at();
      if (!read_text(reader, depth, text)) return false;
      if (!text) return true;
      builder_.set_text(node, row, *text, lasts(*text));
      note(Deed::Kind::kColumn, node, depth);
      cut(first == '"' ? Source::kText : Source::kBareText, node, row, *text, start, reader);
      return true;
    }
    case FieldType::kBoolean:
    case FieldType::kTimestamp:
    case FieldType::kDouble:
    case FieldType::kInteger:
      return read_scalar(reader, node, row, depth);
  }
  return false;
}

bool Shredder::read_array(JsonReader& reader, NodeId node, std::size_t row, int depth) {
  if (depth > kEventDepthLimit) return reader.skip_value(depth);
  reader.take('[');
  builder_.open(node, row);
  note(Deed::Kind::kOpen, node, depth);
  if (layout_.node(node).arrays == 0) first_element_ = builder_.next_element(node);
  if (!reader.take(']')) {
    const NodeId element = layout_.node(node).children[0];
    do {
      note(Deed::Kind::kElement, node, depth);
      if (!read_value(reader, element, builder_.add_element(node), depth + 1)) return false;
    } while (reader.take(','));
    if (!reader.take(']')) {
      return reader.fail(reader.at_end() ? "the JSON text ends too early"
                                         : "neither a comma nor a closing bracket");
    }
  }
  builder_.close(node, row);
  note(Deed::Kind::kClose, node, depth);
  return true;
}

bool Shredder::read_map(JsonReader& reader, NodeId node, std::size_t row, int depth) {
  if (depth > kEventDepthLimit) return reader.skip_value(depth);
  reader.take('{');
  builder_.open(node, row);
  note(Deed::Kind::kOpen, node, depth);
  if (!reader.take('}')) {
    Code key = kNullCode;
    do {
      if (!read_key(reader, node, key)) return false;
      if (!read_entry(reader, node, row, key, depth + 1, false)) return false;
    } while (reader.take(','));
    if (!reader.take('}')) {
      return reader.fail(reader.at_end() ? "the JSON text ends too early"
                                         : "neither a comma nor a closing brace");
    }
  }
  builder_.close(node, row);
  note(Deed::Kind::kClose, node, depth);
  return true;
}

/// Reads the value of a map's entry; `is_new` says that the map has no such key yet.
bool Shredder::read_entry(JsonReader& reader, NodeId map, std::size_t row, Code key, int depth,
                          bool is_new) {
  std::optional<std::string_view> text;
  const bool is_string = reader.peek() == '"';
  const char* start = reader.at();
  if (!read_text(reader, depth, text)) return false;
  const std::string_view* value = text ? &*text : nullptr;
  const bool stays = text && lasts(*text);
  std::size_t index = 0;
  if (is_new) {
    builder_.append_entry(map, key, value, stays);
  } else {
    index = builder_.add_entry(map, row, key, value, stays);
    if (index == SegmentBuilder::kReplaced) outline_.give_up();
    note(text ? Deed::Kind::kEntry : Deed::Kind::kNullEntry, map, depth, key);
  }
  if (!text) return true;
  const bool rest = layout_.node(map).arrays > 0 || (is_string && !stays);
  const Source source = is_string ? Source::kEntry : Source::kBareEntry;
  outline_.cut(rest ? Source::kRest : source, map, index, start, reader.at());
  return true;
}

/// Reads the name of a map's entry; `key` is the code of the name before, kNullCode for the first,
/// and becomes its code.
bool Shredder::read_key(JsonReader& reader, NodeId map, Code& key) {
  constexpr Code kHintedKeys = 4096;
  auto& hints = key_hints_[map];
  if (key >= hints.size() && key < kHintedKeys) hints.resize(key + 1);
  const Code before = key;
  if (before < hints.size()) {
    const auto& [known_name, known] = hints[before];
    if (known != kNullCode && take_name(reader, known_name)) {
      key = known;
      return true;
    }
  }
  std::string_view name;
  if (!read_name(reader, name, key_scratch_)) return false;
  key = builder_.code_key(map, name);
  const bool escaped = name.data() == key_scratch_.data();
  if (before < hints.size() && !escaped) hints[before] = {builder_.key_text(map, key), key};
  return true;
}

bool Shredder::read_text(JsonReader& reader, int depth, std::optional<std::string_view>& text) {
  const char first = reader.peek();
  if (first == '"') {
    RawString raw;
    const char* start = reader.at() + 1;
    if (!reader.read_string(raw)) return false;
    text = string_from(start, reader);
    if (raw.escaped) {
      value_scratch_.clear();
      JsonReader::decode(raw.source, value_scratch_);
      text = value_scratch_;
    }
    return true;
  }
  if (first == 'n') return reader.read_word("null");
  const char* start = reader.at();
  const std::uint64_t spaces = reader.spaces();
  if (!reader.skip_value(depth)) return false;
  text = {start, static_cast<std::size_t>(reader.at() - start)};
  if (reader.spaces() != spaces) {
    value_scratch_.clear();
    JsonReader::append_compact(*text, value_scratch_);
    text = value_scratch_;
  }
  return true;
}

namespace {

/// How a scalar can be put back; kRest for any but the usual spelling.
Source source_of(FieldType type, char first, std::string_view text) {
  constexpr std::size_t kTimeBytes = 20;  // yyyy-mm-ddThh:mm:ssZ
  if (type == FieldType::kTimestamp) {
    return text.size() == kTimeBytes && text[10] == 'T' && text.back() == 'Z' ? Source::kTime
                                                                              : Source::kRest;
  }
  if (type != FieldType::kBoolean || (text != "true" && text != "false")) return Source::kRest;
  return first == '"' ? Source::kQuotedBoolean : Source::kBoolean;
}

}  // namespace

bool Shredder::read_scalar(JsonReader& reader, NodeId node, std::size_t row, int depth) {
  const char first = reader.peek();
  const char* start = reader.at();
  std::optional<std::string_view> text;
  if (!read_text(reader, depth, text)) return false;
  if (!text) return true;
  Source source = Source::kRest;
  if (store_scalar(node, row, first, *text))
    source = source_of(layout_.node(node).type, first, *text);
  note(Deed::Kind::kColumn, node, depth);
  cut(source, node, row, *text, start, reader);
  return true;
}

bool Shredder::store_scalar(NodeId node, std::size_t row, char kind, std::string_view text) {
  const bool is_string = kind == '"';
  const bool is_word = kind == 't' || kind == 'f';
  const bool is_number = kind == '-' || is_digit(kind);
  const auto set = [&](const auto& number, std::int64_t null) {
    if (number) builder_.set_number(node, row, std::bit_cast<std::int64_t>(*number), null);
    return number.has_value();
  };
  switch (layout_.node(node).type) {
    case FieldType::kBoolean: {
      const auto code = is_string || is_word ? parse_boolean(text) : std::nullopt;
      if (code) builder_.set_code(node, row, *code);
      return code.has_value();
    }
    case FieldType::kTimestamp:
      return is_string && set(parse_timestamp(text), kNullNumber);
    case FieldType::kDouble:
      return (is_string || is_number) && set(parse_double(text), kNullDouble);
    default:
      if (is_number) return set(int32_of_number(text), kNullNumber);
      return is_string && set(parse_int32(text), kNullNumber);
  }
}

}  // namespace trailpond::events
