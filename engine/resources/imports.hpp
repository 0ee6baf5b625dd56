#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/service.hpp"
#include "s3/objects.hpp"
#include "state/lifecycles.hpp"
#include "state/repository.hpp"

/// Imports: events that a trail has delivered, copied into an event data store. Sources: AWS API
/// reference, StartImport and its neighbours; AWS user guide, "Copy trail events"; shared/spec 5.8.
namespace trailpond::engine {

struct Import {
  static constexpr const char* kTable = "imports";
  std::string id = {};
  std::string account = {};
  std::string region = {};
  std::string store_arn = {};  // the destination
  std::string location = {};   // s3://bucket/prefix/
  std::string bucket_region = {};
  std::string role_arn = {};
  state::Micros from = 0;               // of the events
  state::Micros until = state::kNever;  // not inclusive
  bool says_from = false;
  state::ImportStatus status = state::ImportStatus::kInitializing;
  state::Micros created_at = 0;
  state::Micros updated_at = 0;
  std::int64_t prefixes_found = 0;
  std::int64_t prefixes_completed = 0;
  std::int64_t files_completed = 0;
  std::int64_t events_completed = 0;
  std::int64_t failed_entries = 0;
  std::string position = {};    // the last file that was done; those behind it follow
  bool retries = false;         // goes over the files that have failed
  state::Micros starts_at = 0;  // INITIALIZING until then; 0: it need not wait

  std::string record_key() const { return account + "/" + region + "/" + id; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {created_at, id}; }
  state::Micros due() const { return starts_at == 0 ? state::kNever : starts_at; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("id", self.id);
    visit("account", self.account);
    visit("region", self.region);
    visit("store_arn", self.store_arn);
    visit("location", self.location);
    visit("bucket_region", self.bucket_region);
    visit("role_arn", self.role_arn);
    visit("from_time", self.from);
    visit("until_time", self.until);
    visit("says_from", self.says_from);
    visit("status", self.status);
    visit("created_at", self.created_at);
    visit("updated_at", self.updated_at);
    visit("prefixes_found", self.prefixes_found);
    visit("prefixes_completed", self.prefixes_completed);
    visit("files_completed", self.files_completed);
    visit("events_completed", self.events_completed);
    visit("failed_entries", self.failed_entries);
    visit("position", self.position);
    visit("retries", self.retries);
    visit("starts_at", self.starts_at);
  }
};
using Imports = state::Repository<Import>;

/// A file of an import that failed, once at least.
struct ImportFailure {
  static constexpr const char* kTable = "import_failures";
  std::string import_key = {};
  std::string account = {};
  std::string region = {};
  std::string location = {};  // s3://bucket/key
  std::string status = {};    // FAILED, RETRY, SUCCEEDED
  std::string error_type = {};
  std::string error_message = {};
  state::Micros updated_at = 0;

  std::string record_key() const { return import_key + " " + location; }
  std::string_view owner() const { return import_key; }  // listed by import
  std::string_view region_name() const { return region; }
  state::Place place() const { return {0, location}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("import_key", self.import_key);
    visit("account", self.account);
    visit("region", self.region);
    visit("location", self.location);
    visit("status", self.status);
    visit("error_type", self.error_type);
    visit("error_message", self.error_message);
    visit("updated_at", self.updated_at);
  }
};
using ImportFailures = state::Repository<ImportFailure>;

/// Tells whether an import is under way.
bool is_ongoing(const Import& import);
/// Names the ongoing import into a store, for the guard of its deletion; empty where there is none.
std::string find_import_into(const Context& context, std::string_view store_arn);

/// The parts of s3://BUCKET/PREFIX; empty where a text has not that form.
std::optional<s3::Location> parse_s3_location(std::string_view uri);

struct S3Source {
  std::string location = {};
  std::string bucket_region = {};
  std::string role_arn = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("S3LocationUri", self.location);
    visit("S3BucketRegion", self.bucket_region);
    visit("S3BucketAccessRoleArn", self.role_arn);
  }
};
struct ImportSource {
  S3Source s3 = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit.group("S3", [&](auto&& source) { S3Source::visit_members(self.s3, source); });
  }
};

struct StartImportRequest {
  std::vector<std::string> destinations = {};
  std::optional<ImportSource> source = {};
  std::optional<std::int64_t> start_time = {};
  std::optional<std::int64_t> end_time = {};
  std::optional<std::string> import_id = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Destinations", self.destinations);
    visit("ImportSource", self.source);
    visit.instant("StartEventTime", self.start_time);
    visit.instant("EndEventTime", self.end_time);
    visit("ImportId", self.import_id);
  }
};
/// What Start, Get and Stop answer.
struct ImportDetails {
  std::shared_ptr<const Import> import = {};
  bool shows_statistics = true;

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    const Import& import = *self.import;
    visit("ImportId", import.id);
    visit("Destinations", std::vector{import.store_arn});
    visit("ImportSource", ImportSource{{import.location, import.bucket_region, import.role_arn}});
    if (import.says_from) {
      visit.instant("StartEventTime", import.from);
    }
    if (import.until != state::kNever) {
      visit.instant("EndEventTime", import.until);
    }
    visit("ImportStatus", import.status);
    visit.instant("CreatedTimestamp", import.created_at);
    visit.instant("UpdatedTimestamp", import.updated_at);
    if (self.shows_statistics) {
      visit.group("ImportStatistics", [&](auto& statistics) {
        statistics("PrefixesFound", import.prefixes_found);
        statistics("PrefixesCompleted", import.prefixes_completed);
        statistics("FilesCompleted", import.files_completed);
        statistics("EventsCompleted", import.events_completed);
        statistics("FailedEntries", import.failed_entries);
      });
    }
  }
};
/// Starts an import, or goes on with one that was stopped or has failed. Fails with
/// kUnsupportedOperation, kInvalidParameter, kAccountHasOngoingImport, kImportNotFound,
/// kInvalidImportSource, kInsufficientEncryptionPolicy, kInvalidEventDataStoreCategory,
/// kInvalidEventDataStoreStatus, kInactiveEventDataStore and those of find_event_data_store().
Result<ImportDetails> start_import(Context& context, const StartImportRequest& request);

struct ImportRequest {
  std::string import_id = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ImportId", self.import_id);
  }
};
/// Fails with kUnsupportedOperation, kInvalidParameter, kImportNotFound.
Result<ImportDetails> get_import(Context& context, const ImportRequest& request);
/// Fails with the same; kInvalidParameter for an import that is not under way.
Result<ImportDetails> stop_import(Context& context, const ImportRequest& request);

struct ListImportsRequest {
  std::optional<std::int64_t> max_results = {};
  std::optional<std::string> destination = {};
  std::optional<state::ImportStatus> status = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("MaxResults", self.max_results);
    visit("Destination", self.destination);
    visit("ImportStatus", self.status);
    visit("NextToken", self.next_token);
  }
};
struct ImportSummary {
  std::shared_ptr<const Import> import = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    const Import& import = *self.import;
    visit("ImportId", import.id);
    visit("ImportStatus", import.status);
    visit("Destinations", std::vector{import.store_arn});
    visit.instant("CreatedTimestamp", import.created_at);
    visit.instant("UpdatedTimestamp", import.updated_at);
  }
};
struct ListImportsAnswer {
  std::vector<ImportSummary> imports = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Imports", self.imports);
    visit("NextToken", self.next_token);
  }
};
/// The newest first. Fails with kUnsupportedOperation, kEventDataStoreArnInvalid,
/// kInvalidNextToken.
Result<ListImportsAnswer> list_imports(Context& context, const ListImportsRequest& request);

struct ListImportFailuresRequest {
  std::string import_id = {};
  std::optional<std::int64_t> max_results = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ImportId", self.import_id);
    visit("MaxResults", self.max_results);
    visit("NextToken", self.next_token);
  }
};
struct FailureItem {
  std::shared_ptr<const ImportFailure> failure = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    const ImportFailure& failure = *self.failure;
    visit("Location", failure.location);
    visit("Status", failure.status);
    visit("ErrorType", failure.error_type);
    visit("ErrorMessage", failure.error_message);
    visit.instant("LastUpdatedTime", failure.updated_at);
  }
};
struct ListImportFailuresAnswer {
  std::vector<FailureItem> failures = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Failures", self.failures);
    visit("NextToken", self.next_token);
  }
};
/// Fails with kUnsupportedOperation, kInvalidParameter (also for an import that does not exist),
/// kInvalidNextToken.
Result<ListImportFailuresAnswer> list_import_failures(Context& context,
                                                      const ListImportFailuresRequest& request);

}  // namespace trailpond::engine
