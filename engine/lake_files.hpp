#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "events/schema.hpp"
#include "events/snapshot.hpp"
#include "sql/statement.hpp"

/// The events of a store as files that a table of Trino reads: gzipped NDJSON of typed rows, in one
/// folder for each day (calendarday=2024-05-10, as AWS's own federated tables have it).
namespace trailpond::engine {

/// Prints a row of canonical texts as a line of JSON with the names of columns and fields, without
/// a line's end. Columns that are NULL are left out.
std::string print_row_line(const std::vector<sql::OutputColumn>& columns,
                           std::span<const std::optional<std::string>> cells);

/// The days of a snapshot's events and how many each has, by day; the last, without a day, is of
/// events without a time.
struct EventDay {
  std::string day = {};  // yyyy-MM-dd; empty: none
  std::int64_t events = 0;
};
sql::Result<std::vector<EventDay>> list_days(events::StoreKind kind,
                                             std::shared_ptr<const events::Snapshot> snapshot);

/// The folder of a day: calendarday=2024-05-10.
std::string folder_of(const EventDay& day);

/// Gives the lines of the events of a day; false from `on_line` ends it.
std::optional<sql::Error> read_day(events::StoreKind kind,
                                   std::shared_ptr<const events::Snapshot> snapshot,
                                   const EventDay& day,
                                   const std::function<bool(std::string_view line)>& on_line);

/// Where an export goes.
struct ExportTarget {
  std::string directory = {};  // the tables' folder
  std::string table = {};      // the name of a table, and of its folder there
  std::string catalog = "hive";
  std::string schema = "default";
  std::string location = {};  // as the cluster sees the tables' folder: s3://BUCKET/PREFIX
};
struct ExportReport {
  std::int64_t events = 0;
  std::int64_t days = 0;
  std::int64_t days_left = 0;  // that were there from an export before
};

/// Writes what a snapshot has as DIR/TABLE/calendarday=DAY/events-COUNT-PART.json.gz and the
/// statements that make its table as DIR/TABLE.sql. A day is there whole or not at all; one that is
/// there with as many events is left as it is, so that an export that broke off goes on. Answers
/// what is wrong with the disk.
trailpond::Result<ExportReport, std::string> export_events(
    events::StoreKind kind, std::shared_ptr<const events::Snapshot> snapshot,
    const ExportTarget& target);

/// Prints the statements that make the table of an export.
std::string print_table_statements(events::StoreKind kind, const ExportTarget& target);

}  // namespace trailpond::engine
