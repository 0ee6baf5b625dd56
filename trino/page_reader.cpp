#include "trino/page_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include "trino/cells.hpp"

namespace trailpond::trino {
namespace {

using boost::system::error_code;

constexpr std::size_t kMostDepth = 200;

/// Where in the answer a value stands.
enum class Section : std::uint8_t { kOther, kData, kStats, kError };

/// Boost.JSON calls one of these for each piece of the text.
class Handler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  Handler(const std::vector<sql::Column>& columns, OnRow on_row)
      : cells_(columns), column_count_(columns.size()), on_row_(std::move(on_row)) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code& error);
  bool on_array_end(std::size_t, error_code& error);
  bool on_object_begin(error_code& error);
  bool on_object_end(std::size_t, error_code& error);
  bool on_key_part(std::string_view part, std::size_t, error_code&) { return keep(part); }
  bool on_key(std::string_view part, std::size_t, error_code& error);
  bool on_string_part(std::string_view part, std::size_t, error_code&) { return keep(part); }
  bool on_string(std::string_view part, std::size_t, error_code& error);
  bool on_number_part(std::string_view part, error_code&) { return keep(part); }
  bool on_int64(std::int64_t, std::string_view part, error_code& error) {
    return on_number(part, error);
  }
  bool on_uint64(std::uint64_t, std::string_view part, error_code& error) {
    return on_number(part, error);
  }
  bool on_double(double, std::string_view part, error_code& error) {
    return on_number(part, error);
  }
  bool on_bool(bool value, error_code& error) {
    return !is_cell() || expect(cells_.boolean(value), error);
  }
  bool on_null(error_code& error) { return !is_cell() || expect(cells_.null(), error); }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }

  Page page = {};
  std::string problem = {};
  bool stopped = false;

 private:
  /// The depth of what holds the rows, and of a row; that of the document's object is 1.
  static constexpr std::size_t kRowsDepth = 2;
  static constexpr std::size_t kRowDepth = 3;

  bool keep(std::string_view part) {
    parts_ += part;
    return true;
  }
  /// The whole of a text whose first parts are kept.
  std::string_view whole(std::string_view part) {
    if (parts_.empty()) {
      return part;
    }
    parts_ += part;
    whole_.swap(parts_);
    parts_.clear();
    return whole_;
  }
  bool is_cell() const { return section_ == Section::kData && depth_ >= kRowDepth; }
  bool expect(bool fits, error_code& error) {
    if (!fits) {
      problem = "a row has another shape than its columns";
      error = boost::json::error::syntax;
    }
    return fits;
  }
  bool on_number(std::string_view part, error_code& error);
  void take_text(std::string_view text);
  void take_number(std::string_view digits);
  bool end_row(error_code& error);

  Cells cells_;
  std::size_t column_count_;
  OnRow on_row_;
  std::size_t depth_ = 0;
  Section section_ = Section::kOther;
  std::string key_ = {};        // of the document's object
  std::string inner_key_ = {};  // of what is below, at any depth
  std::string parts_ = {};
  std::string whole_ = {};
};

bool Handler::on_array_begin(error_code& error) {
  ++depth_;
  if (depth_ == 1) {
    return expect(false, error);
  }
  if (depth_ == kRowDepth && section_ == Section::kData) {
    cells_.begin_row();
  } else if (is_cell()) {
    return expect(cells_.begin_list(), error);
  }
  return true;
}

bool Handler::on_array_end(std::size_t, error_code& error) {
  const std::size_t ended = depth_--;
  if (section_ != Section::kData || ended < kRowDepth) {
    return true;
  }
  return ended == kRowDepth ? end_row(error) : expect(cells_.end(), error);
}

bool Handler::end_row(error_code& error) {
  const auto cells = cells_.finish_row();
  if (!expect(cells.size() == column_count_, error)) {
    return false;
  }
  ++page.rows;
  if (on_row_ && !on_row_(cells)) {
    stopped = true;
    error = boost::json::error::exception;
    return false;
  }
  return true;
}

bool Handler::on_object_begin(error_code& error) {
  ++depth_;
  if (section_ == Section::kData && depth_ > 1) {
    return expect(depth_ > kRowDepth && cells_.begin_map(), error);
  }
  if (section_ == Section::kError && depth_ == kRowsDepth) {
    page.error.emplace();
  }
  return true;
}

bool Handler::on_object_end(std::size_t, error_code& error) {
  const std::size_t ended = depth_--;
  return section_ != Section::kData || ended <= kRowDepth || expect(cells_.end(), error);
}

bool Handler::on_key(std::string_view part, std::size_t, error_code& error) {
  const std::string_view text = whole(part);
  if (depth_ > 1) {
    if (is_cell()) {
      return expect(cells_.key(text), error);
    }
    inner_key_ = text;
    return true;
  }
  key_ = text;
  section_ = text == "data"    ? Section::kData
             : text == "stats" ? Section::kStats
             : text == "error" ? Section::kError
                               : Section::kOther;
  return true;
}

bool Handler::on_string(std::string_view part, std::size_t, error_code& error) {
  const std::string_view text = whole(part);
  if (is_cell()) {
    return expect(cells_.text(text), error);
  }
  take_text(text);
  return true;
}

void Handler::take_text(std::string_view text) {
  if (depth_ == 1 && key_ == "id") {
    page.id = text;
  } else if (depth_ == 1 && key_ == "nextUri") {
    page.next_uri = text;
  } else if (depth_ == kRowsDepth && section_ == Section::kStats && inner_key_ == "state") {
    page.state = text;
  } else if (depth_ == kRowsDepth && section_ == Section::kError) {
    if (inner_key_ == "message") {
      page.error->message = text;
    } else if (inner_key_ == "errorName") {
      page.error->name = text;
    } else if (inner_key_ == "errorType") {
      page.error->type = text;
    }
  }
}

bool Handler::on_number(std::string_view part, error_code& error) {
  const std::string_view digits = whole(part);
  if (is_cell()) {
    return expect(cells_.number(digits), error);
  }
  take_number(digits);
  return true;
}

void Handler::take_number(std::string_view digits) {
  const std::int64_t value = std::strtoll(std::string(digits).c_str(), nullptr, 10);
  if (section_ == Section::kStats && depth_ == kRowsDepth) {
    if (inner_key_ == "processedRows") {
      page.rows_scanned = value;
    } else if (inner_key_ == "processedBytes") {
      page.bytes_scanned = value;
    }
  } else if (section_ == Section::kError && depth_ == kRowsDepth + 1) {
    if (inner_key_ == "lineNumber") {
      page.error->line = static_cast<std::int32_t>(value);
    } else if (inner_key_ == "columnNumber") {
      page.error->column = static_cast<std::int32_t>(value);
    }
  }
}

boost::json::parse_options options() {
  boost::json::parse_options options;
  options.max_depth = kMostDepth;
  return options;
}

}  // namespace

std::string_view ServerError::plain_message() const {
  const std::string_view text = message;
  const auto end = text.find(": ");
  constexpr std::string_view kLine = "line ";
  if (!text.starts_with(kLine) || end == std::string_view::npos) {
    return text;
  }
  const std::string_view place = text.substr(kLine.size(), end - kLine.size());
  return place.find_first_not_of("0123456789:") == std::string_view::npos ? text.substr(end + 2)
                                                                          : text;
}

struct PageReader::Body {
  Body(const std::vector<sql::Column>& columns, OnRow on_row)
      : parser(options(), columns, std::move(on_row)) {}
  boost::json::basic_parser<Handler> parser;
};

PageReader::PageReader(const std::vector<sql::Column>& columns, OnRow on_row)
    : body_(std::make_unique<Body>(columns, std::move(on_row))) {}
PageReader::~PageReader() = default;

bool PageReader::read(std::string_view bytes) {
  error_code error;
  auto& parser = body_->parser;
  const std::size_t read = parser.write_some(true, bytes.data(), bytes.size(), error);
  if (!error && read < bytes.size() &&
      bytes.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
    error = boost::json::error::extra_data;
  }
  if (!error) {
    return true;
  }
  Handler& handler = parser.handler();
  if (handler.problem.empty() && !handler.stopped) {
    handler.problem = "it is no JSON (" + error.message() + ")";
  }
  return false;
}

bool PageReader::finish() {
  auto& parser = body_->parser;
  error_code error;
  if (!parser.done()) {
    parser.write_some(false, "", 0, error);
  }
  Handler& handler = parser.handler();
  if ((error || !parser.done()) && handler.problem.empty()) {
    handler.problem = "it ends before its time";
  }
  if (handler.problem.empty() && handler.page.id.empty()) {
    handler.problem = "it names no query";
  }
  return handler.problem.empty();
}

const std::string& PageReader::problem() const { return body_->parser.handler().problem; }
const Page& PageReader::page() const { return body_->parser.handler().page; }

}  // namespace trailpond::trino
