#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "state/records.hpp"
#include "state/writing.hpp"

namespace trailpond::state {

/// A run of result rows in one blob; the engine knows what is in it.
struct ResultPage {
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  std::string body = {};
};

/// The rows of queries, kept in SQLite alone: results of any size take no memory. They go with
/// their query.
class ResultPages {
 public:
  static void append(Writing& writing, const QueryKey& key, const ResultPage& page);
  /// Reads the page that holds `row`; empty where there is none. Who has the right to write has the
  /// connection; nothing is changed.
  static std::optional<ResultPage> find(Writing& writing, const QueryKey& key, std::int64_t row);
  static void erase(Writing& writing, const QueryKey& key);
  /// Copies the pages of all queries, or of an account's, under a name, and back. The copies of a
  /// process that has ended are gone.
  static void keep(Writing& writing, const std::string& name,
                   const std::optional<std::string>& account);
  static void put_back(Writing& writing, const std::string& name);
  static void forget(Writing& writing, const std::string& name);
};

}  // namespace trailpond::state
