#pragma once
#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "state/database.hpp"
#include "state/repositories.hpp"

namespace trailpond::state {

/// All that trailpond knows, in one SQLite database with one writer.
class State {
 public:
  /// Opens DIR/trailpond.sqlite (made where missing), or a private temporary database without a
  /// directory. The error says what is wrong with the directory.
  static Result<std::unique_ptr<State>, std::string> open(
      const std::optional<std::string>& directory);

  EventDataStores& event_data_stores() { return event_data_stores_; }
  const EventDataStores& event_data_stores() const { return event_data_stores_; }
  Queries& queries() { return queries_; }
  const Queries& queries() const { return queries_; }
  ResultPages& result_pages() { return result_pages_; }
  const ResultPages& result_pages() const { return result_pages_; }
  Settings& settings() { return settings_; }

  /// The earliest instant at which something is due by time.
  Micros earliest_due() const {
    return std::min(event_data_stores_.earliest_due(), queries_.earliest_due());
  }

 private:
  friend class Writing;
  friend class ResultPages;
  friend class Settings;
  explicit State(std::unique_ptr<Database> database);

  std::mutex writer_;  // guards the connection
  std::unique_ptr<Database> database_;
  EventDataStores event_data_stores_;
  Queries queries_;
  ResultPages result_pages_{*this};
  Settings settings_{*this};
};

}  // namespace trailpond::state
