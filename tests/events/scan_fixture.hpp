#pragma once
#include <sqlite3.h>

#include <string>
#include <string_view>
#include <vector>

#include "events/scan.hpp"
#include "events/store.hpp"

/// What the tests of events share: a connection with one scan, and rows as text.
namespace trailpond::events::testing {

/// The path of a dotted column name ("useridentity.sessioncontext.sessionissuer.arn").
std::vector<std::uint16_t> path_of(StoreKind kind, std::string_view name);

/// A column by name; "requestparameters['bucketName']" is an entry of a map.
ScanColumn column_of(StoreKind kind, std::string_view name);

/// A connection on which scans can be declared and read.
class Connection {
 public:
  Connection();
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  sqlite3* handle() const { return handle_; }
  /// Declares a scan of the columns named, x0 being the first.
  void declare(const std::string& name, const EventStore& store,
               const std::vector<std::string>& columns, ScanTotals* counters = nullptr);
  void declare(const std::string& name, const std::shared_ptr<const Snapshot>& snapshot,
               const std::vector<std::string>& columns, ScanTotals* counters = nullptr);
  void execute(const std::string& sql);
  /// Runs a statement; a row is its values joined by '|': NULL as NULL, text in quotes, blobs
  /// decoded as [..] for lists and {key: value} for maps. An error is a row of its text.
  std::vector<std::string> rows(const std::string& sql);
  /// The only value of the only row.
  std::string value(const std::string& sql);

 private:
  sqlite3* handle_ = nullptr;
};

/// Loads events and reads one column of all of them.
std::vector<std::string> shred(StoreKind kind, std::string_view json, const std::string& column);
/// The same for one event.
std::string shred_one(StoreKind kind, std::string_view json, const std::string& column);

/// A folder that is removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  /// Writes a file below the folder and answers its path.
  std::string write(const std::string& name, std::string_view content) const;

 private:
  std::string path_;
};

std::string gzip(std::string_view text);

}  // namespace trailpond::events::testing
