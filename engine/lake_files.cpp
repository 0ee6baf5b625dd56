#include "engine/lake_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "engine/catalog.hpp"
#include "events/gzip.hpp"
#include "sql/foreign.hpp"
#include "sql/one_table.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNoDay = "__HIVE_DEFAULT_PARTITION__";
/// About how many bytes of text a file holds before the next begins: Trino reads a gzip in one
/// piece, so that a large day must be several to be read by several threads.
constexpr std::size_t kFileTextBytes = std::size_t{256} << 20;

/// Copies canonical JSON of a type, in which rows are lists, with the names of the rows' fields.
class NamedJson {
 public:
  NamedJson(std::string_view text, std::string& out) : text_(text), out_(out) {}

  void copy(sql::TypePointer type) {
    if (text_[at_] != '[' && text_[at_] != '{') {
      copy_scalar();
    } else if (type->kind == sql::TypeKind::kRow) {
      copy_row(*type);
    } else if (type->kind == sql::TypeKind::kMap) {
      copy_map(*type);
    } else {
      copy_list(*type);
    }
  }

 private:
  void copy_row(const sql::Type& type) {
    out_ += '{';
    ++at_;
    const std::size_t begin = out_.size();
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      const std::size_t before = out_.size();
      out_ += (before == begin ? "\"" : ",\"") + type.field_names[i] + "\":";
      if (text_.substr(at_).starts_with("null")) {
        out_.resize(before);
        at_ += 4;
      } else {
        copy(type.children[i]);
      }
      ++at_;  // the comma, or the end
    }
    out_ += '}';
  }
  void copy_list(const sql::Type& type) {
    out_ += text_[at_++];
    while (text_[at_] != ']') {
      copy(type.children[0]);
      if (text_[at_] == ',') {
        out_ += text_[at_++];
      }
    }
    out_ += text_[at_++];
  }
  void copy_map(const sql::Type& type) {
    out_ += text_[at_++];
    while (text_[at_] != '}') {
      copy_scalar();
      out_ += text_[at_++];  // the colon
      copy(type.children[1]);
      if (text_[at_] == ',') {
        out_ += text_[at_++];
      }
    }
    out_ += text_[at_++];
  }
  void copy_scalar() {
    const std::size_t begin = at_;
    if (text_[at_] == '"') {
      for (++at_; text_[at_] != '"'; ++at_) {
        at_ += text_[at_] == '\\' ? 1 : 0;
      }
      ++at_;
    } else {
      at_ = std::min(text_.find_first_of(",]}:", at_), text_.size());
    }
    out_ += text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  std::string& out_;
  std::size_t at_ = 0;
};

using Sink = sql::CanonicalSink;

std::optional<sql::Error> run(events::StoreKind kind,
                              std::shared_ptr<const events::Snapshot> snapshot,
                              const std::string& statement, const Sink& sink) {
  const sql::OneTable catalog(make_table(kind, std::move(snapshot)));
  const auto prepared = sql::prepare(statement, catalog, {});
  if (!prepared) {
    return prepared.error();
  }
  sql::RunLimits limits;
  limits.result_rows = limits.result_bytes = INT64_MAX;
  const auto ran = (*prepared)->run_canonical(limits, {}, sink);
  return ran ? std::nullopt : std::optional(ran.error());
}

}  // namespace

std::string print_row_line(const std::vector<sql::OutputColumn>& columns,
                           std::span<const std::optional<std::string>> cells) {
  std::string line = "{";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!cells[i]) {
      continue;
    }
    line += (line.size() > 1 ? ",\"" : "\"") + columns[i].name + "\":";
    switch (columns[i].type->kind) {
      case sql::TypeKind::kArray:
      case sql::TypeKind::kMap:
      case sql::TypeKind::kRow:
        NamedJson(*cells[i], line).copy(columns[i].type);
        break;
      case sql::TypeKind::kBoolean:
      case sql::TypeKind::kInteger:
      case sql::TypeKind::kDouble:
        line += *cells[i];
        break;
      default:
        JsonWriter(line).text(*cells[i]);
    }
  }
  return line + "}";
}

std::string folder_of(const EventDay& day) {
  return "calendarday=" + (day.day.empty() ? std::string(kNoDay) : day.day);
}

sql::Result<std::vector<EventDay>> list_days(events::StoreKind kind,
                                             std::shared_ptr<const events::Snapshot> snapshot) {
  std::vector<EventDay> days;
  const auto error = run(kind, std::move(snapshot),
                         "SELECT CAST(date_trunc('day', eventtime) AS date), count(*) "
                         "FROM events GROUP BY 1 ORDER BY 1",
                         [&](std::span<const std::optional<std::string>> cells) {
                           days.push_back({cells[0].value_or(""), std::stoll(*cells[1])});
                           return true;
                         });
  if (error) {
    return *error;
  }
  return days;
}

std::optional<sql::Error> read_day(events::StoreKind kind,
                                   std::shared_ptr<const events::Snapshot> snapshot,
                                   const EventDay& day,
                                   const std::function<bool(std::string_view line)>& on_line) {
  std::string condition = "eventtime IS NULL";
  if (!day.day.empty()) {
    const std::string from = "TIMESTAMP '" + day.day + " 00:00:00'";
    condition = "eventtime >= " + from + " AND eventtime < " + from + " + INTERVAL '1' DAY";
  }
  const auto& columns = columns_of(kind);
  return run(kind, std::move(snapshot), "SELECT * FROM events WHERE " + condition,
             [&](std::span<const std::optional<std::string>> cells) {
               return on_line(print_row_line(columns, cells));
             });
}

namespace {

/// A gzip that is being written under a name that readers pass over.
class PartFile {
 public:
  explicit PartFile(fs::path path) : path_(std::move(path)), out_(hidden(), std::ios::binary) {}

  void write(std::string_view line) {
    const auto put = [&](std::string_view bytes) {
      out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    };
    gzip_.write(line, put);
    gzip_.write("\n", put);
    text_bytes_ += line.size() + 1;
  }
  /// Ends it on the disk. False where the disk refuses.
  bool finish() {
    gzip_.finish([&](std::string_view bytes) {
      out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    });
    out_.close();
    const int file = ::open(hidden().c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) {
      ::close(file);
    }
    return synced && !out_.fail();
  }
  /// Lets readers see it.
  bool show() const {
    std::error_code error;
    fs::rename(hidden(), path_, error);
    return !error;
  }
  bool good() const { return out_.good(); }
  std::size_t text_bytes() const { return text_bytes_; }
  const fs::path& path() const { return path_; }

 private:
  fs::path hidden() const { return path_.parent_path() / ("." + path_.filename().string()); }

  fs::path path_;
  std::ofstream out_;
  events::GzipWriter gzip_ = {};
  std::size_t text_bytes_ = 0;
};

std::string prefix_of(const EventDay& day) { return "events-" + std::to_string(day.events) + "-"; }

/// Whether a day is there as it is now. Its first part gets its name last.
bool is_there(const fs::path& folder, const EventDay& day) {
  std::error_code error;
  return fs::exists(folder / (prefix_of(day) + "0.json.gz"), error);
}

/// Removes the files of a day of which there are fewer events than now, and what broke off.
void remove_others(const fs::path& folder, const std::vector<std::unique_ptr<PartFile>>& parts) {
  std::error_code ignored;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool ours = std::ranges::any_of(
        parts, [&](const auto& part) { return part->path().filename() == name; });
    if (!ours && (name.starts_with("events-") || name.starts_with(".events-"))) {
      old.push_back(entry.path());
    }
  }
  for (const fs::path& path : old) {
    fs::remove(path, ignored);
  }
}

std::string disk_trouble(const fs::path& path) { return path.string() + " cannot be written"; }

std::optional<std::string> write_day(events::StoreKind kind,
                                     std::shared_ptr<const events::Snapshot> snapshot,
                                     const EventDay& day, const fs::path& folder) {
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  std::vector<std::unique_ptr<PartFile>> parts;
  const auto next_part = [&] {
    parts.push_back(std::make_unique<PartFile>(
        folder / (prefix_of(day) + std::to_string(parts.size()) + ".json.gz")));
  };
  next_part();
  bool good = true;
  const auto error = read_day(kind, std::move(snapshot), day, [&](std::string_view line) {
    if (parts.back()->text_bytes() > kFileTextBytes) {
      good = good && parts.back()->finish();
      next_part();
    }
    parts.back()->write(line);
    return good && parts.back()->good();
  });
  if (error) {
    return error->text();
  }
  if (!good || !parts.back()->finish()) {
    return disk_trouble(folder);
  }
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (!(*part)->show()) {
      return disk_trouble((*part)->path());
    }
  }
  remove_others(folder, parts);
  return std::nullopt;
}

std::string print_columns(events::StoreKind kind) {
  std::string columns;
  for (const sql::Column& column : columns_of(kind)) {
    columns += "  " + sql::quote_name(column.name) + " " + sql::to_string(column.type) + ",\n";
  }
  return columns + "  calendarday varchar\n";
}

}  // namespace

std::string print_table_statements(events::StoreKind kind, const ExportTarget& target) {
  const std::string schema = sql::quote_name(target.catalog) + "." + sql::quote_name(target.schema);
  const std::string location = target.location + "/" + target.table;
  return "CREATE SCHEMA IF NOT EXISTS " + schema + ";\n\nCREATE TABLE IF NOT EXISTS " + schema +
         "." + sql::quote_name(target.table) + " (\n" + print_columns(kind) +
         ")\nWITH (format = 'JSON', partitioned_by = ARRAY['calendarday'],\n  external_location "
         "= " +
         trailpond::quoted(location, '\'') + ");\n\n-- Again after each new day:\nCALL " +
         sql::quote_name(target.catalog) + ".system.sync_partition_metadata(" +
         trailpond::quoted(target.schema, '\'') + ", " + trailpond::quoted(target.table, '\'') +
         ", 'FULL');\n";
}

trailpond::Result<ExportReport, std::string> export_events(
    events::StoreKind kind, std::shared_ptr<const events::Snapshot> snapshot,
    const ExportTarget& target) {
  const auto days = list_days(kind, snapshot);
  if (!days) {
    return days.error().text();
  }
  ExportReport report;
  const fs::path root = fs::path(target.directory) / target.table;
  for (const EventDay& day : *days) {
    report.events += day.events;
    ++report.days;
    const fs::path folder = root / folder_of(day);
    if (is_there(folder, day)) {
      ++report.days_left;
      continue;
    }
    if (auto problem = write_day(kind, snapshot, day, folder)) {
      return *problem;
    }
  }
  std::error_code ignored;
  fs::create_directories(root, ignored);
  const fs::path statements = fs::path(target.directory) / (target.table + ".sql");
  std::ofstream out(statements, std::ios::binary);
  out << print_table_statements(kind, target);
  out.close();
  return out.fail() ? trailpond::Result<ExportReport, std::string>(disk_trouble(statements))
                    : report;
}

}  // namespace trailpond::engine
