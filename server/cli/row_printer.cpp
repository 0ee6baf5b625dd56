#include "server/cli/row_printer.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <ostream>

#include "base/text.hpp"

namespace trailpond::cli {
namespace {

using Cells = std::span<const std::optional<std::string>>;

bool is_number(sql::TypePointer type) {
  switch (type->kind) {
    case sql::TypeKind::kTinyint:
    case sql::TypeKind::kSmallint:
    case sql::TypeKind::kInteger:
    case sql::TypeKind::kBigint:
    case sql::TypeKind::kReal:
    case sql::TypeKind::kDouble:
    case sql::TypeKind::kDecimal:
      return true;
    default:
      return false;
  }
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(count_code_points(text));
}

/// A cell on one line: what would break the table is written as an escape.
std::string on_one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out;
}

class TablePrinter final : public RowPrinter {
 public:
  TablePrinter(const std::vector<sql::OutputColumn>& columns, std::ostream& out) : out_(out) {
    for (const sql::OutputColumn& column : columns) {
      names_.push_back(on_one_line(column.name));
      widths_.push_back(width_of(names_.back()));
      numbers_.push_back(is_number(column.type));
    }
  }

  void row(Cells cells) override {
    std::vector<std::string> texts;
    for (const auto& cell : cells) {
      texts.push_back(on_one_line(cell.value_or("")));
    }
    ++rows_;
    if (measured_) {
      print(texts);
      return;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      widths_[i] = std::max(widths_[i], width_of(texts[i]));
    }
    waiting_.push_back(std::move(texts));
    if (waiting_.size() == kMeasuredRows) {
      print_waiting();
    }
  }

  void finish() override {
    print_waiting();
    out_ << '(' << rows_ << (rows_ == 1 ? " row)\n" : " rows)\n");
  }

 private:
  static constexpr std::size_t kMeasuredRows = 1000;

  void print_waiting() {
    if (measured_) {
      return;
    }
    measured_ = true;
    print(names_);
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      out_ << (i > 0 ? "+" : "") << std::string(widths_[i] + 2, '-');
    }
    out_ << '\n';
    for (const auto& texts : waiting_) {
      print(texts);
    }
    waiting_.clear();
  }

  void print(const std::vector<std::string>& texts) {
    std::string line;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::size_t length = width_of(texts[i]);
      const std::string padding(widths_[i] > length ? widths_[i] - length : 0, ' ');
      line += i > 0 ? " | " : " ";
      line += numbers_[i] ? padding + texts[i] : texts[i] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ << line << '\n';
  }

  std::ostream& out_;
  std::vector<std::string> names_ = {};
  std::vector<std::size_t> widths_ = {};
  std::vector<bool> numbers_ = {};
  std::vector<std::vector<std::string>> waiting_ = {};
  bool measured_ = false;
  std::size_t rows_ = 0;
};

class CsvPrinter final : public RowPrinter {
 public:
  CsvPrinter(const std::vector<sql::OutputColumn>& columns, std::ostream& out) : out_(out) {
    std::vector<std::optional<std::string>> names;
    for (const sql::OutputColumn& column : columns) {
      names.emplace_back(column.name);
    }
    row(names);
  }

  void row(Cells cells) override {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out_ << (i > 0 ? "," : "") << (cells[i] ? field(*cells[i]) : "");
    }
    out_ << "\r\n";
  }
  void finish() override {}

 private:
  static std::string field(const std::string& text) {
    return text.find_first_of(",\"\r\n") == std::string::npos ? text : quoted(text, '"');
  }
  std::ostream& out_;
};

class JsonPrinter final : public RowPrinter {
 public:
  JsonPrinter(const std::vector<sql::OutputColumn>& columns, std::ostream& out) : out_(out) {
    for (const sql::OutputColumn& column : columns) {
      names_.push_back(boost::json::serialize(boost::json::string(column.name)));
      types_.push_back(column.type);
    }
  }

  void row(Cells cells) override {
    std::string line = "{";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += (i > 0 ? ", " : "") + names_[i] + ": " + print(types_[i], cells[i]);
    }
    out_ << line << "}\n";
  }
  void finish() override {}

 private:
  static std::string print(sql::TypePointer type, const std::optional<std::string>& text) {
    if (!text) {
      return "null";
    }
    switch (type->kind) {
      case sql::TypeKind::kReal:
      case sql::TypeKind::kDouble:
        if (text->find_first_of("IN") != std::string::npos) {
          break;  // Infinity, NaN: no numbers of JSON
        }
        return *text;
      case sql::TypeKind::kBoolean:
      case sql::TypeKind::kTinyint:
      case sql::TypeKind::kSmallint:
      case sql::TypeKind::kInteger:
      case sql::TypeKind::kBigint:
      case sql::TypeKind::kArray:
      case sql::TypeKind::kMap:
      case sql::TypeKind::kRow:
        return *text;
      default:
        break;
    }
    return boost::json::serialize(boost::json::string(*text));
  }
  std::ostream& out_;
  std::vector<std::string> names_ = {};
  std::vector<sql::TypePointer> types_ = {};
};

}  // namespace

std::unique_ptr<RowPrinter> make_row_printer(RowFormat format,
                                             const std::vector<sql::OutputColumn>& columns,
                                             std::ostream& out) {
  switch (format) {
    case RowFormat::kCsv:
      return std::make_unique<CsvPrinter>(columns, out);
    case RowFormat::kJson:
      return std::make_unique<JsonPrinter>(columns, out);
    case RowFormat::kTable:
      break;
  }
  return std::make_unique<TablePrinter>(columns, out);
}

}  // namespace trailpond::cli
