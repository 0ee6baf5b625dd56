#include "state/migrations.hpp"

#include <array>

namespace trailpond::state {
namespace {

constexpr const char* kFirstSchema = R"sql(
CREATE TABLE settings(
  name TEXT PRIMARY KEY, value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE event_data_stores(
  arn TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  name TEXT NOT NULL, kind TEXT NOT NULL, status INTEGER NOT NULL, selectors TEXT NOT NULL,
  billing_mode INTEGER NOT NULL, retention_days INTEGER NOT NULL, multi_region INTEGER NOT NULL,
  organization INTEGER NOT NULL, termination_protection INTEGER NOT NULL,
  kms_key_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, tags TEXT NOT NULL, granted_accounts TEXT NOT NULL,
  due_at INTEGER NOT NULL, due_event INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE queries(
  key TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  caller_account TEXT NOT NULL, store_arns TEXT NOT NULL, statement TEXT NOT NULL,
  alias TEXT NOT NULL, prompt TEXT NOT NULL, delivery_uri TEXT NOT NULL,
  delivery_status TEXT NOT NULL, status INTEGER NOT NULL, error_message TEXT NOT NULL,
  created_at INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
  executes INTEGER NOT NULL, scripted INTEGER NOT NULL, starts_at INTEGER NOT NULL,
  hold_micros INTEGER NOT NULL, held_until INTEGER NOT NULL, cancel_takes INTEGER NOT NULL,
  cancelled_at INTEGER NOT NULL, planned_end INTEGER NOT NULL, planned_message TEXT NOT NULL,
  partial_rows INTEGER NOT NULL, executed INTEGER NOT NULL, execution_error TEXT NOT NULL,
  columns TEXT NOT NULL, rows INTEGER NOT NULL, events_scanned INTEGER NOT NULL,
  bytes_scanned INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE result_pages(
  query_key TEXT NOT NULL, first_row INTEGER NOT NULL, row_count INTEGER NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY(query_key, first_row)
);
)sql";

constexpr std::array kMigrations = {kFirstSchema};

}  // namespace

std::span<const char* const> schema_migrations() { return kMigrations; }

}  // namespace trailpond::state
