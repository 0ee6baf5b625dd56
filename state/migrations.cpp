#include "state/migrations.hpp"

#include <array>

namespace trailpond::state {

const char* const kNewSchema = R"sql(
CREATE TABLE settings(
  name TEXT PRIMARY KEY, value BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE result_pages(
  query_key TEXT NOT NULL, first_row INTEGER NOT NULL, row_count INTEGER NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY(query_key, first_row)
);
)sql";

namespace {

/// Version 1 kept states as numbers, tags with their event data store, and had no count of the
/// bytes of a result.
constexpr const char* kNamesForNumbers = R"sql(
ALTER TABLE event_data_stores RENAME TO old_stores;
CREATE TABLE event_data_stores(
  key TEXT PRIMARY KEY, arn TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL,
  id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
  selectors TEXT NOT NULL, billing_mode TEXT NOT NULL, retention_days INTEGER NOT NULL,
  multi_region INTEGER NOT NULL, organization INTEGER NOT NULL,
  termination_protection INTEGER NOT NULL, kms_key_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, granted_accounts TEXT NOT NULL, due_at INTEGER NOT NULL,
  due_event TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO event_data_stores SELECT arn, arn, account, region, id, name, kind,
  CASE status WHEN 0 THEN 'CREATED' WHEN 1 THEN 'ENABLED' WHEN 2 THEN 'STARTING_INGESTION'
    WHEN 3 THEN 'STOPPING_INGESTION' WHEN 4 THEN 'STOPPED_INGESTION' WHEN 5 THEN 'PENDING_DELETION'
    ELSE 'REMOVED' END,
  selectors, CASE billing_mode WHEN 0 THEN 'EXTENDABLE_RETENTION_PRICING'
    ELSE 'FIXED_RETENTION_PRICING' END,
  retention_days, multi_region, organization, termination_protection, kms_key_id, created_at,
  updated_at, granted_accounts, due_at,
  CASE due_event WHEN 0 THEN 'ENABLE' WHEN 1 THEN 'ENABLE_STOPPED' WHEN 2 THEN 'STOP_INGESTION'
    WHEN 3 THEN 'INGESTION_STOPPED' WHEN 4 THEN 'START_INGESTION' WHEN 5 THEN 'INGESTION_STARTED'
    WHEN 6 THEN 'DELETE' WHEN 7 THEN 'RESTORE' ELSE 'REMOVE' END
  FROM old_stores;
CREATE TABLE tags(
  key TEXT PRIMARY KEY, arn TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL,
  tags TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO tags SELECT arn, arn, account, region, tags FROM old_stores WHERE tags<>'';
DROP TABLE old_stores;
ALTER TABLE queries RENAME TO old_queries;
CREATE TABLE queries(
  key TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  caller_account TEXT NOT NULL, store_arns TEXT NOT NULL, statement TEXT NOT NULL,
  alias TEXT NOT NULL, prompt TEXT NOT NULL, delivery_uri TEXT NOT NULL,
  delivery_status TEXT NOT NULL, status TEXT NOT NULL, error_message TEXT NOT NULL,
  created_at INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
  executes INTEGER NOT NULL, scripted INTEGER NOT NULL, starts_at INTEGER NOT NULL,
  hold_micros INTEGER NOT NULL, held_until INTEGER NOT NULL, cancel_takes INTEGER NOT NULL,
  cancelled_at INTEGER NOT NULL, planned_end TEXT NOT NULL, planned_message TEXT NOT NULL,
  partial_rows INTEGER NOT NULL, executed INTEGER NOT NULL, execution_error TEXT NOT NULL,
  columns TEXT NOT NULL, rows INTEGER NOT NULL, events_scanned INTEGER NOT NULL,
  bytes_scanned INTEGER NOT NULL, result_bytes INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO queries SELECT key, account, region, id, caller_account, store_arns, statement, alias,
  prompt, delivery_uri, delivery_status,
  CASE status WHEN 0 THEN 'QUEUED' WHEN 1 THEN 'RUNNING' WHEN 2 THEN 'FINISHED'
    WHEN 3 THEN 'FAILED' WHEN 4 THEN 'CANCELLED' ELSE 'TIMED_OUT' END,
  error_message, created_at, started_at, ended_at, executes, scripted, starts_at, hold_micros,
  held_until, cancel_takes, cancelled_at,
  CASE planned_end WHEN 0 THEN 'BY_EXECUTION' WHEN 1 THEN 'FINISH' WHEN 2 THEN 'FAIL'
    WHEN 3 THEN 'CANCEL' ELSE 'TIME_OUT' END,
  planned_message, partial_rows, executed, execution_error, columns, rows, events_scanned,
  bytes_scanned,
  (SELECT coalesce(sum(length(body)), 0) FROM result_pages WHERE query_key=old_queries.key)
  FROM old_queries;
DROP TABLE old_queries;
)sql";

constexpr std::array kMigrations = {kNamesForNumbers};

}  // namespace

std::span<const char* const> schema_migrations() { return kMigrations; }

}  // namespace trailpond::state
