#include "events/intake.hpp"

#include <algorithm>
#include <utility>

namespace trailpond::events {
namespace {

constexpr std::size_t kMagicBytes = 2;

/// Answers whether a text that ends before a `[` names the list of a wrapper.
bool ends_with_records(std::string_view text) {
  const auto drop_blanks = [&] {
    const auto last = text.find_last_not_of(" \t\r\n");
    text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  };
  drop_blanks();
  if (!text.ends_with(':')) return false;
  text.remove_suffix(1);
  drop_blanks();
  return text.ends_with("\"Records\"");
}

/// Counts the line ends; std::count looks at every byte on its own.
std::int64_t count_lines(std::string_view text) {
  std::int64_t lines = 0;
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string_view::npos; ++at) ++lines;
  return lines;
}

}  // namespace

void Intake::expect(std::uint64_t bytes) {
  buffer_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, limits_.part_bytes)));
}

void Intake::feed(std::string_view piece) {
  if (lost_) return;
  if (!began_) {
    head_ += piece;
    if (head_.size() < kMagicBytes) return;
    began_ = true;
    if (is_gzip(head_)) gzip_ = std::make_unique<GzipReader>();
    feed(std::exchange(head_, {}));
  } else if (gzip_) {
    const auto error = gzip_->read(piece, [this](std::string_view text) { take(text); });
    if (error) {
      reject(report_, source_, 0, *error);
      gzip_ = nullptr;
      lost_ = true;
    }
  } else {
    take(piece);
  }
}

void Intake::take(std::string_view text) {
  while (!text.empty() && !lost_) {
    // No more than fills the buffer: what grew beyond would have to be copied.
    const std::size_t over = buffer_.size() % limits_.part_bytes;
    const std::string_view now = text.substr(0, limits_.part_bytes - over);
    buffer_ += now;
    text.remove_prefix(now.size());
    if (buffer_.size() % limits_.part_bytes != 0) continue;
    if (part_.form == Form::kUnknown) {
      part_.form = buffer_.find('\n') == std::string::npos ? Form::kDocument : find_form(buffer_);
    }
    part_.form == Form::kLines ? load_whole_lines() : load_whole_events();
  }
}

void Intake::load_whole_lines() {
  const auto last = buffer_.rfind('\n');
  if (last == std::string::npos) {
    if (buffer_.size() >= limits_.value_bytes) give_up();
    return;
  }
  std::string rest;
  rest.reserve(limits_.part_bytes);
  rest.assign(buffer_, last + 1);
  buffer_.resize(last + 1);
  const auto lines = count_lines(buffer_);
  const Part part = part_;
  load(std::exchange(buffer_, std::move(rest)), part);
  part_.first_line += lines;
}

void Intake::load_whole_events() {
  scan();
  if (cut_ == 0) {
    if (buffer_.size() >= limits_.value_bytes) give_up();
    return;
  }
  // A list that is cut is closed here and opened again in front of the rest, less its comma.
  const std::string opening = cut_in_list_ ? opening_ : std::string();
  const std::size_t next = cut_in_list_ ? cut_ + 1 : cut_;
  std::string rest;
  rest.reserve(limits_.part_bytes);
  rest = opening;
  rest.append(buffer_, next);
  const auto lines = count_lines(std::string_view(buffer_).substr(0, next)) - count_lines(opening);
  buffer_.resize(cut_);
  if (cut_in_list_) buffer_ += opening.starts_with('[') ? "]" : "]}";
  const Part part = part_;
  load(std::exchange(buffer_, std::move(rest)), part);
  part_.first_line += lines;
  part_.first_index = cut_in_list_ ? cut_index_ : 0;
  scanned_ = scanned_ - next + opening.size();
  value_begin_ = cut_in_list_ ? 0 : value_begin_ - next;
  cut_ = 0;
}

/// Looks through what has come since, for the last place between two events.
void Intake::scan() {
  for (; scanned_ < buffer_.size(); ++scanned_) {
    const char c = buffer_[scanned_];
    if (in_string_) {
      in_string_ = escaped_ || c != '"';
      escaped_ = !escaped_ && c == '\\';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '[' || c == '{') {
      open(c);
    } else if (c == ']' || c == '}') {
      depth_ = std::max(0, depth_ - 1);
      if (depth_ < list_depth_) list_depth_ = 0;
      if (depth_ == 0) {
        cut_ = scanned_ + 1;
        cut_in_list_ = false;
      }
    } else if (c == ',' && list_depth_ > 0 && depth_ == list_depth_) {
      cut_ = scanned_;
      cut_in_list_ = true;
      cut_index_ = ++index_;
    }
  }
}

void Intake::open(char bracket) {
  if (depth_++ == 0) {
    value_begin_ = scanned_;
    had_list_ = false;
  }
  if (bracket != '[' || had_list_ || depth_ > 2) return;
  const auto before = std::string_view(buffer_).substr(value_begin_, scanned_ - value_begin_);
  if (before.empty() || (before.front() == '{' && ends_with_records(before))) {
    had_list_ = true;
    list_depth_ = depth_;
    index_ = 0;
    opening_ = std::string(before) + "[";
  }
}

void Intake::load(std::string text, const Part& part) {
  LoadReport part_report = load_(std::move(text), part);
  report_.accepted += part_report.accepted;
  report_.rejected += part_report.rejected;
  for (BadEvent& bad : part_report.bad) {
    if (report_.bad.size() < kReportedBadEvents) report_.bad.push_back(std::move(bad));
  }
}

void Intake::give_up() {
  lost_ = true;
  const auto line = part_.first_line + count_lines(buffer_) - count_lines(opening_);
  load(std::exchange(buffer_, {}), part_);
  reject(report_, source_, line,
         "no event ends within " + std::to_string(limits_.value_bytes) +
             " bytes; from here on nothing was read");
}

LoadReport Intake::finish() {
  if (!began_) {
    began_ = true;
    take(head_);
  }
  if (gzip_) {
    if (const auto error = gzip_->finish()) reject(report_, source_, 0, *error);
  }
  if (!buffer_.empty()) load(std::exchange(buffer_, {}), part_);
  return std::move(report_);
}

}  // namespace trailpond::events
