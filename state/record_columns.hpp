#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/database.hpp"
#include "state/records.hpp"

/// Which column of the database holds which member of a record: written once, for writing and
/// reading alike.
namespace trailpond::state {

template <class Record, class Visit>
void visit_store_columns(Record& store, Visit&& visit) {
  visit("arn", store.arn);
  visit("account", store.account);
  visit("region", store.region);
  visit("id", store.id);
  visit("name", store.name);
  visit("kind", store.kind);
  visit("status", store.status);
  visit("selectors", store.selectors);
  visit("billing_mode", store.billing_mode);
  visit("retention_days", store.retention_days);
  visit("multi_region", store.multi_region);
  visit("organization", store.organization);
  visit("termination_protection", store.termination_protection);
  visit("kms_key_id", store.kms_key_id);
  visit("created_at", store.created_at);
  visit("updated_at", store.updated_at);
  visit("tags", store.tags);
  visit("granted_accounts", store.granted_accounts);
  visit("due_at", store.due_at);
  visit("due_event", store.due_event);
}

template <class Record, class Visit>
void visit_query_columns(Record& query, Visit&& visit) {
  visit("account", query.key.account);
  visit("region", query.key.region);
  visit("id", query.key.id);
  visit("caller_account", query.caller_account);
  visit("store_arns", query.store_arns);
  visit("statement", query.statement);
  visit("alias", query.alias);
  visit("prompt", query.prompt);
  visit("delivery_uri", query.delivery_uri);
  visit("delivery_status", query.delivery_status);
  visit("status", query.status);
  visit("error_message", query.error_message);
  visit("created_at", query.created_at);
  visit("started_at", query.started_at);
  visit("ended_at", query.ended_at);
  visit("executes", query.executes);
  visit("scripted", query.scripted);
  visit("starts_at", query.starts_at);
  visit("hold_micros", query.hold_micros);
  visit("held_until", query.held_until);
  visit("cancel_takes", query.cancel_takes);
  visit("cancelled_at", query.cancelled_at);
  visit("planned_end", query.planned_end);
  visit("planned_message", query.planned_message);
  visit("partial_rows", query.partial_rows);
  visit("executed", query.executed);
  visit("execution_error", query.execution_error);
  visit("columns", query.columns);
  visit("rows", query.rows);
  visit("events_scanned", query.events_scanned);
  visit("bytes_scanned", query.bytes_scanned);
}

/// Lists of texts travel as netstrings: "3:abc,0:,". Reading a damaged one throws StorageError.
std::string print_texts(const std::vector<std::string>& texts);
std::vector<std::string> parse_texts(std::string_view text);

/// Binds the members of a record one after another, from parameter 1 on.
class ColumnBinder {
 public:
  explicit ColumnBinder(Statement& statement) : statement_(statement) {}
  void operator()(const char* name, const std::string& value);
  void operator()(const char* name, const std::vector<std::string>& value);
  void operator()(const char* name, const std::vector<std::pair<std::string, std::string>>& value);
  template <class Number>
  void operator()(const char* name, const Number& value) {
    bind(name, static_cast<std::int64_t>(value));
  }

 private:
  void bind(const char* name, std::int64_t value);
  Statement& statement_;
  int index_ = 0;
  std::vector<std::string> kept_ = {};  // bound text must live until the step
};

/// Reads the members of a record one after another, from column 0 on.
class ColumnReader {
 public:
  explicit ColumnReader(const Statement& statement) : statement_(statement) {}
  void operator()(const char* name, std::string& value);
  void operator()(const char* name, std::vector<std::string>& value);
  void operator()(const char* name, std::vector<std::pair<std::string, std::string>>& value);
  template <class Number>
  void operator()(const char* /*name*/, Number& value) {
    value = static_cast<Number>(statement_.integer(index_++));
  }

 private:
  const Statement& statement_;
  int index_ = 0;
};

}  // namespace trailpond::state
