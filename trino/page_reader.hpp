#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/catalog.hpp"

namespace trailpond::trino {

/// An error as Trino tells it. Lines and columns count from 1; line 0: no place is known.
struct ServerError {
  std::string message = {};
  std::string name = {};  // DIVISION_BY_ZERO
  std::string type = {};  // USER_ERROR, INSUFFICIENT_RESOURCES, INTERNAL_ERROR, EXTERNAL
  std::int32_t line = 0;
  std::int32_t column = 0;

  /// The message without "line 1:34: " before it, which speaks of a text that nobody sees.
  std::string_view plain_message() const;
};

/// What an answer of Trino's client protocol says besides its rows.
/// Source: https://trino.io/docs/current/develop/client-protocol.html
struct Page {
  std::string id = {};
  std::string next_uri = {};  // empty: this is the last page
  std::string state = {};  // QUEUED, PLANNING, STARTING, RUNNING, FINISHING, FINISHED, FAILED …
  std::int64_t rows_scanned = 0;
  std::int64_t bytes_scanned = 0;
  std::int64_t rows = 0;  // of this page
  std::optional<ServerError> error = {};
};

/// Takes one row: the cells as GetQueryResults prints them, valid during the call. False ends the
/// reading.
using OnRow = std::function<bool(std::span<const std::string_view> cells)>;

/// Reads one answer as its bytes come; no more than a row is in memory at a time.
class PageReader {
 public:
  /// `columns`: those of the statement, whose types say how a cell is printed.
  PageReader(const std::vector<sql::Column>& columns, OnRow on_row);
  ~PageReader();
  PageReader(const PageReader&) = delete;
  PageReader& operator=(const PageReader&) = delete;

  /// Reads on. False where the bytes are no answer of Trino's, or `on_row` wants no more.
  bool read(std::string_view bytes);
  /// Tells whether the answer is whole.
  bool finish();
  /// What is wrong with the bytes; empty where nothing is.
  const std::string& problem() const;
  const Page& page() const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace trailpond::trino
