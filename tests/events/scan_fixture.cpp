#include "tests/events/scan_fixture.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/encoding.hpp"

namespace trailpond::events::testing {
namespace {

using encoding::Tag;

/// Spells one encoded item and steps over it.
std::string spell(std::string_view& bytes) {
  const auto number = [&]<class Number>(Number value) {
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
    return value;
  };
  const auto tag = static_cast<Tag>(bytes.front());
  bytes.remove_prefix(1);
  switch (tag) {
    case Tag::kNull:
      return "NULL";
    case Tag::kFalse:
      return "false";
    case Tag::kTrue:
      return "true";
    case Tag::kInteger:
      return std::to_string(number(std::int64_t{}));
    case Tag::kDouble: {
      char text[40];
      std::snprintf(text, sizeof text, "%.17g", number(double{}));
      return text;
    }
    case Tag::kText:
    case Tag::kBytes: {
      const auto size = number(std::uint32_t{});
      const std::string text = "'" + std::string(bytes.substr(0, size)) + "'";
      bytes.remove_prefix(size);
      return text;
    }
    case Tag::kList:
    case Tag::kMap: {
      const auto count = number(std::uint32_t{});
      const auto size = number(std::uint32_t{});
      const std::size_t end = bytes.size() - size;
      std::string text(1, tag == Tag::kList ? '[' : '{');
      for (std::uint32_t at = 0; at < count; ++at) {
        if (at > 0) text += ", ";
        if (tag == Tag::kMap) text += spell(bytes) + ": ";
        text += spell(bytes);
      }
      CHECK(bytes.size() == end);
      return text + (tag == Tag::kList ? ']' : '}');
    }
  }
  return "?";
}

std::string value_text(sqlite3_stmt* statement, int column) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return "NULL";
    case SQLITE_TEXT:
      return "'" + (data ? std::string(data, size) : std::string()) + "'";
    case SQLITE_BLOB: {
      std::string_view bytes(data, size);
      return spell(bytes);
    }
    case SQLITE_FLOAT: {
      char text[40];
      std::snprintf(text, sizeof text, "%.17g", sqlite3_column_double(statement, column));
      return text;
    }
    default:
      return std::to_string(sqlite3_column_int64(statement, column));
  }
}

}  // namespace

std::vector<std::uint16_t> path_of(StoreKind kind, std::string_view name) {
  std::vector<std::uint16_t> path;
  std::span<const Field> fields = schema_of(kind);
  while (!name.empty()) {
    const std::string_view part = name.substr(0, name.find('.'));
    name.remove_prefix(std::min(name.size(), part.size() + 1));
    std::uint16_t at = 0;
    while (at < fields.size() && fields[at].name != part) ++at;
    REQUIRE_MESSAGE(at < fields.size(), std::string(part));
    path.push_back(at);
    fields = fields[at].children;
  }
  return path;
}

ScanColumn column_of(StoreKind kind, std::string_view name) {
  const std::size_t bracket = name.find("['");
  ScanColumn column{path_of(kind, name.substr(0, bracket))};
  if (bracket != name.npos) {
    column.map_key = name.substr(bracket + 2, name.size() - bracket - 4);
  }
  return column;
}

Connection::Connection() {
  REQUIRE(sqlite3_open(":memory:", &handle_) == SQLITE_OK);
  execute("PRAGMA case_sensitive_like = ON");
}

Connection::~Connection() { sqlite3_close(handle_); }

void Connection::declare(const std::string& name, const EventStore& store,
                         const std::vector<std::string>& columns, ScanTotals* counters) {
  declare(name, store.snapshot(), columns, counters);
}

void Connection::declare(const std::string& name, const std::shared_ptr<const Snapshot>& snapshot,
                         const std::vector<std::string>& columns, ScanTotals* counters) {
  std::vector<ScanColumn> wanted;
  for (const std::string& column : columns) wanted.push_back(column_of(snapshot->kind(), column));
  REQUIRE(declare_scan(handle_, name, snapshot, std::move(wanted), counters) == SQLITE_OK);
}

void Connection::execute(const std::string& sql) {
  char* error = nullptr;
  const int status = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &error);
  REQUIRE_MESSAGE(status == SQLITE_OK, std::string(error ? error : "") << " in " << sql);
}

std::vector<std::string> Connection::rows(const std::string& sql) {
  std::vector<std::string> rows;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    return {sqlite3_errmsg(handle_)};
  }
  int status = SQLITE_ROW;
  while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
    std::string row;
    for (int column = 0; column < sqlite3_column_count(statement); ++column) {
      row += (column > 0 ? "|" : "") + value_text(statement, column);
    }
    rows.push_back(row);
  }
  if (status != SQLITE_DONE) rows.push_back(sqlite3_errmsg(handle_));
  sqlite3_finalize(statement);
  return rows;
}

std::string Connection::value(const std::string& sql) {
  const auto all = rows(sql);
  REQUIRE(all.size() == 1);
  return all[0];
}

std::vector<std::string> shred(StoreKind kind, std::string_view json, const std::string& column) {
  EventStore store(kind);
  store.append(json, "test");
  Connection connection;
  connection.declare("scan", store, {column});
  return connection.rows("SELECT x0 FROM scan");
}

std::string shred_one(StoreKind kind, std::string_view json, const std::string& column) {
  const auto all = shred(kind, json, column);
  return all.size() == 1 ? all[0] : std::to_string(all.size()) + " rows";
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "trailpond-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, std::string_view content) const {
  const std::filesystem::path path = std::filesystem::path(path_) / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(content.data(), static_cast<std::streamsize>(content.size()));
  return path.string();
}

std::string gzip(std::string_view text) {
  z_stream stream = {};
  REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string bytes(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

}  // namespace trailpond::events::testing
