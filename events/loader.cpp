#include "events/loader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trailpond::events {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
/// A wrapper object and its array stand around an event and do not count as its levels.
constexpr int kOutermostDepth = -1;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The line that begins at `at`, without its newline.
std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

/// Where the next line begins that is not blank; the size of the text if none does.
std::size_t next_line(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(line_at(text, at))) at += line_at(text, at).size() + 1;
  return std::min(at, text.size());
}

bool is_whole_value(std::string_view text) {
  JsonReader reader(text);
  if (!reader.skip_value(kOutermostDepth)) return false;
  reader.skip_space();
  return reader.at_end();
}

/// Steps over a value that is not valid JSON by its quotes and brackets alone.
bool step_over_damage(JsonReader& reader) {
  int level = 0;
  for (const char* at = reader.at(); at != reader.end(); ++at) {
    if (*at == '"') {
      for (++at; at != reader.end() && *at != '"'; ++at) {
        if (*at == '\\' && ++at == reader.end()) return false;
      }
      if (at == reader.end()) return false;
    } else if (*at == '{' || *at == '[') {
      ++level;
    } else if (*at == '}' || *at == ']') {
      if (--level > 0) continue;
      reader.move_to(level < 0 ? at : at + 1);
      return true;
    }
  }
  return false;
}

}  // namespace

void reject(LoadReport& report, std::string_view source, std::int64_t line, std::string reason) {
  ++report.rejected;
  if (report.bad.size() < kReportedBadEvents) {
    report.bad.push_back({std::string(source), line, std::move(reason)});
  }
}

Form find_form(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = next_line(text, 0);
  const std::string_view line = line_at(text, first);
  const std::size_t second = next_line(text, std::min(first + line.size() + 1, text.size()));
  if (second == text.size() || is_whole_value(line)) return Form::kLines;
  JsonReader reader(text.substr(first));
  if (reader.skip_value(kOutermostDepth)) return Form::kDocument;
  // The text is damaged somewhere. What its second line is tells a bad first line from a
  // document that is laid out over many lines.
  return is_whole_value(line_at(text, second)) ? Form::kLines : Form::kDocument;
}

void Loader::read(std::string_view text, const Part& part) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text_ = text;
  part_ = part;
  counted_to_ = text.data();
  counted_line_ = part.first_line;
  if (is_blank(text.substr(0, 1)) && is_blank(text)) return;
  if ((part.form == Form::kUnknown ? find_form(text) : part.form) == Form::kLines) {
    read_lines();
  } else {
    read_document();
  }
}

void Loader::read_lines() {
  for (std::size_t at = 0; at < text_.size();) {
    // Most lines are good events, whose ends are found by reading them.
    if (const std::size_t next = read_good_line(at); next != at) {
      at = next;
      continue;
    }
    const std::string_view line = line_at(text_, at);
    at += line.size() + 1;
    JsonReader reader(line);
    reader.skip_space();
    if (!reader.at_end()) read_top(reader, true);
  }
}

/// Reads a line that is an event, and answers where the next one begins; `at` for any other line.
std::size_t Loader::read_good_line(std::size_t at) {
  JsonReader reader(text_.substr(at));
  if (text_[at] != '{' || shredder_.read_event(reader, Behind::kLine) != Shredded::kRow) return at;
  ++report_.accepted;
  on_row_();
  return static_cast<std::size_t>(reader.at() - text_.data()) + 1;
}

void Loader::read_document() {
  JsonReader reader(text_);
  for (reader.skip_space(); !reader.at_end(); reader.skip_space()) {
    if (!read_top(reader, false)) return;
  }
}

bool Loader::read_top(JsonReader& reader, bool to_the_end) {
  const char* start = reader.at();
  const char first = reader.peek();
  bool good = false;
  if (first == '{') {
    const Shredded result =
        shredder_.read_event(reader, to_the_end ? Behind::kSpace : Behind::kAnything);
    if (result == Shredded::kRow) {
      ++report_.accepted;
      on_row_();
      return true;
    }
    if (result == Shredded::kBad) {
      reject_at(to_the_end ? start : reader.at(), reader.reason());
      return false;
    }
    reader.move_to(start);
    good = read_wrapper(reader);
  } else if (first == '[') {
    good = read_elements(reader, "");
  } else {
    const bool is_value = reader.skip_value(1);
    reject_at(start, is_value ? "not a JSON object" : reader.reason());
    return is_value;
  }
  if (good && to_the_end) {
    reader.skip_space();
    if (!reader.at_end()) reject_at(reader.at(), "more text behind the JSON value");
  }
  return good;
}

bool Loader::read_wrapper(JsonReader& reader) {
  reader.take('{');
  do {
    RawString name;
    if (reader.peek() != '"' || !reader.read_string(name) || !reader.take(':')) {
      reject_at(reader.at(), "a member without a name or colon");
      return false;
    }
    if (name.source == "Records" && reader.peek() == '[') {
      if (!read_elements(reader, "Records")) return false;
    } else if (!reader.skip_value(kOutermostDepth + 1)) {
      reject_at(reader.at(), reader.reason());
      return false;
    }
  } while (reader.take(','));
  if (reader.take('}')) return true;
  reject_at(reader.at(), "the object with Records is not closed");
  return false;
}

bool Loader::read_elements(JsonReader& reader, std::string_view name) {
  reader.take('[');
  if (reader.take(']')) return true;
  std::size_t index = std::exchange(part_.first_index, 0);
  do {
    if (!read_element(reader, name, index++)) return false;
  } while (reader.take(','));
  if (reader.take(']')) return true;
  reject_at(reader.at(),
            "neither a comma nor a closing bracket after record " + std::to_string(index - 1));
  return false;
}

bool Loader::read_element(JsonReader& reader, std::string_view name, std::size_t index) {
  const char first = reader.peek();
  const char* start = reader.at();
  const auto because = [&](const char* reason) {
    return std::string(name) + "[" + std::to_string(index) + "]: " + reason;
  };
  if (first == '{') {
    const Shredded result = shredder_.read_event(reader, Behind::kAnything);
    if (result == Shredded::kRow) {
      ++report_.accepted;
      on_row_();
      return true;
    }
    const char* reason = result == Shredded::kBad ? reader.reason() : "Records inside a record";
    reject_at(start, because(reason));
    reader.move_to(start);
    return step_over_damage(reader);
  }
  if (reader.skip_value(1)) {
    reject_at(start, because("not a JSON object"));
    return true;
  }
  reject_at(start, because(reader.reason()));
  return false;
}

void Loader::reject_at(const char* place, std::string reason) {
  // Counting lines for reasons that nobody will read is spared.
  const bool reported = report_.bad.size() < kReportedBadEvents;
  reject(report_, source_, reported ? line_of(place) : 0, std::move(reason));
}

std::int64_t Loader::line_of(const char* place) {
  if (place < counted_to_) {
    counted_to_ = text_.data();
    counted_line_ = part_.first_line;
  }
  counted_line_ += std::count(counted_to_, place, '\n');
  counted_to_ = place;
  return counted_line_;
}

}  // namespace trailpond::events
