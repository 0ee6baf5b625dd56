#include "engine/resources/imports.hpp"

#include <algorithm>

#include "engine/import_runner.hpp"
#include "engine/resources/paging.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"
#include "engine/settle.hpp"

namespace trailpond::engine {
namespace {

using state::ImportEvent;
using state::ImportStatus;
using Pointer = std::shared_ptr<const Import>;

/// The time that an import waited for has come: the runner may begin.
void settle_import(Settling& settling, const Import& record) {
  Import import = record;
  import.starts_at = 0;
  settling.service.state->get<Imports>().put(settling.writing, std::move(import));
  settling.service.imports->poke();  // it goes by the clock, not by what is being written here
}

const DueRule<Imports> kImportRule(settle_import);

Error invalid_source(std::string message) {
  return {ErrorKind::kInvalidImportSource, std::move(message)};
}

/// Checks where the files are: what the world says of the bucket, and whether its folder is there.
std::optional<Error> check_source(const Context& context, const S3Source& source) {
  const auto location = parse_s3_location(source.location);
  if (!location) {
    return invalid_source("S3LocationUri must have the form s3://bucket/prefix, not " +
                          source.location + ".");
  }
  if (!is_region(source.bucket_region)) {
    return invalid_source("S3BucketRegion is not a Region: " + source.bucket_region);
  }
  const std::string& role = source.role_arn;
  if (!looks_like_arn(role) || role.find(":role/") == std::string::npos) {
    return invalid_parameter("S3BucketAccessRoleArn must be the ARN of a role of IAM, not " + role +
                             ".");
  }
  if (auto error = check_bucket(*context.world(), location->bucket)) {
    return error->kind == ErrorKind::kInsufficientEncryptionPolicy ? *error
                                                                   : invalid_source(error->message);
  }
  // Whether a bucket is behind an endpoint, the import itself finds: an operation does not wait.
  const auto& objects = context.service.objects;
  if (!objects || !objects->find_bucket(location->bucket).value_or(true)) {
    return invalid_source("S3 bucket does not exist! A bucket is a folder below " +
                          (objects ? objects->place() : std::string("--export-dir")) + ": " +
                          location->bucket);
  }
  return std::nullopt;
}

Result<state::EventDataStores::Pointer> find_destination(const Context& context,
                                                         const std::string& name) {
  auto store = find_event_data_store(context, name, kOwner);
  if (!store) {
    const bool role = store.error().kind == ErrorKind::kNoManagementAccountSlrExists;
    return role ? not_permitted(context.caller.account) : store;
  }
  if ((*store)->status == state::StoreStatus::kPendingDeletion) {
    return *check_queryable(**store);
  }
  if ((*store)->kind != events::name_of(events::StoreKind::kCloudTrail)) {
    return Error{ErrorKind::kInvalidEventDataStoreCategory,
                 "Trail events can be copied only to an event data store of CloudTrail events, not "
                 "to " +
                     (*store)->arn + "."};
  }
  const auto status = (*store)->status;
  if (status != state::StoreStatus::kEnabled && status != state::StoreStatus::kStoppedIngestion) {
    return Error{ErrorKind::kInvalidEventDataStoreStatus, "The event data store is in status " +
                                                              std::string(state::name_of(status)) +
                                                              ", which does not allow an import."};
  }
  return store;
}

std::optional<Error> check_nothing_ongoing(const Context& context) {
  const auto& [account, region] = context.caller;
  for (const auto& import : context.state().get<Imports>().list(account, region)) {
    if (is_ongoing(*import)) {
      return Error{ErrorKind::kAccountHasOngoingImport,
                   "The account has an import under way: " + import->id};
    }
  }
  return std::nullopt;
}

Result<Pointer> find_import(const Context& context, const std::string& id) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  const auto& [account, region] = context.caller;
  auto import = context.state().get<Imports>().find(
      Import{.id = id, .account = account, .region = region}.record_key());
  if (!import) {
    return Error{ErrorKind::kImportNotFound, "The import was not found: " + id};
  }
  return import;
}

Result<Import> make_import(const Context& context, const StartImportRequest& request) {
  if (request.destinations.empty() || !request.source) {
    return invalid_parameter("Destinations and ImportSource must be given, or ImportId.");
  }
  if (request.start_time && request.end_time && *request.start_time > *request.end_time) {
    return invalid_parameter("StartEventTime must not be later than EndEventTime.");
  }
  const auto store = find_destination(context, request.destinations.front());
  if (!store) {
    return store.error();
  }
  const S3Source& source = request.source->s3;
  if (auto error = check_source(context, source)) {
    return *error;
  }
  const auto& [account, region] = context.caller;
  Import import;
  import.account = account;
  import.region = region;
  import.store_arn = (*store)->arn;
  import.location = source.location;
  import.bucket_region = source.bucket_region;
  import.role_arn = source.role_arn;
  import.says_from = request.start_time.has_value();
  import.from = request.start_time.value_or(0);
  import.until = request.end_time.value_or(state::kNever);
  import.created_at = context.service.clock.now();
  import.id = context.service.ids.next("import " + account + " " + region);
  return import;
}

/// Tells whether the files of an import could be listed.
bool was_listed(const Context& context, const Import& import) {
  const ImportFailure failure = {.import_key = import.record_key(), .location = import.location};
  const auto found = context.state().get<ImportFailures>().find(failure.record_key());
  return !found || found->status == "SUCCEEDED";
}

/// Takes up an import that was stopped or has failed.
Result<Import> resume_import(const Context& context, const StartImportRequest& request) {
  if (!request.destinations.empty() || request.source || request.start_time || request.end_time) {
    return invalid_parameter("ImportId goes alone: an import that goes on keeps its source.");
  }
  const auto found = find_import(context, *request.import_id);
  if (!found) {
    return found.error();
  }
  Import import = **found;
  const auto next = next_status(import.status, ImportEvent::kResume);
  if (!next) {
    return invalid_parameter("The import is in status " + std::string(name_of(import.status)) +
                             ", so it cannot go on.");
  }
  const auto store = find_destination(context, import.store_arn);
  if (!store) {
    return store.error();
  }
  import.retries = import.status == ImportStatus::kFailed && was_listed(context, import);
  import.status = *next;
  return import;
}

}  // namespace

bool is_ongoing(const Import& import) {
  return import.status == ImportStatus::kInitializing || import.status == ImportStatus::kInProgress;
}

std::string find_import_into(const Context& context, std::string_view store_arn) {
  const auto& [account, region] = context.caller;
  for (const auto& import : context.state().get<Imports>().list(account, region)) {
    if (is_ongoing(*import) && import->store_arn == store_arn) {
      return import->id;
    }
  }
  return {};
}

std::optional<s3::Location> parse_s3_location(std::string_view uri) {
  auto location = s3::split_uri(uri);
  if (!location) {
    return std::nullopt;
  }
  const bool climbs = ("/" + location->key + "/").find("/../") != std::string::npos;
  if (!is_bucket_name(location->bucket) || !is_key_prefix(location->key) || climbs) {
    return std::nullopt;
  }
  return location;
}

Result<ImportDetails> start_import(Context& context, const StartImportRequest& request) {
  state::Writing writing(context.reading);
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  auto import = request.import_id ? resume_import(context, request) : make_import(context, request);
  if (!import) {
    return import.error();
  }
  if (auto error = check_nothing_ongoing(context)) {
    return *error;
  }
  import->updated_at = context.service.clock.now();
  const state::Micros wait = context.world()->import_takes.value_or(0);
  import->starts_at = wait == 0 ? 0 : import->updated_at + wait;
  auto started = context.state().get<Imports>().put(writing, std::move(*import));
  writing.commit();
  context.service.imports->poke();
  return ImportDetails{std::move(started), false};
}

Result<ImportDetails> get_import(Context& context, const ImportRequest& request) {
  auto import = find_import(context, request.import_id);
  if (!import) {
    return import.error();
  }
  return ImportDetails{std::move(*import)};
}

Result<ImportDetails> stop_import(Context& context, const ImportRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_import(context, request.import_id);
  if (!found) {
    return found.error();
  }
  Import import = **found;
  const auto next = next_status(import.status, ImportEvent::kStop);
  if (!next) {
    return invalid_parameter("The import is in status " + std::string(name_of(import.status)) +
                             ", so it cannot be stopped.");
  }
  import.status = *next;
  import.updated_at = context.service.clock.now();
  auto stopped = context.state().get<Imports>().put(writing, std::move(import));
  writing.commit();
  return ImportDetails{std::move(stopped)};
}

Result<ListImportsAnswer> list_imports(Context& context, const ListImportsRequest& request) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  std::string destination;
  if (request.destination) {
    const auto arn = resolve(context.caller, ResourceKind::kEventDataStore, *request.destination);
    if (!arn) {
      return arn.error();
    }
    destination = arn->print();
  }
  const auto& [account, region] = context.caller;
  const auto limit = static_cast<std::size_t>(request.max_results.value_or(kMaxListResults));
  const std::string status = request.status ? std::string(name_of(*request.status)) : "-";
  const auto page =
      paginate(context, context.state().get<Imports>(), account, region, state::Order::kNewestFirst,
               {"imports " + account + " " + region + " " + status + " " + destination,
                request.next_token, limit},
               [&](const Import& import) {
                 const bool takes = (destination.empty() || import.store_arn == destination) &&
                                    (!request.status || import.status == *request.status);
                 return takes ? Pick::kTake : Pick::kPass;
               });
  if (!page) {
    return page.error();
  }
  ListImportsAnswer answer = {{}, page->next_token};
  for (const auto& import : page->records) {
    answer.imports.push_back({import});
  }
  return answer;
}

Result<ListImportFailuresAnswer> list_import_failures(Context& context,
                                                      const ListImportFailuresRequest& request) {
  const auto import = find_import(context, request.import_id);
  if (!import) {
    const Error& error = import.error();
    return error.kind == ErrorKind::kImportNotFound ? invalid_parameter(error.message) : error;
  }
  const auto limit = static_cast<std::size_t>(request.max_results.value_or(kMaxListResults));
  const std::string key = (*import)->record_key();
  const auto page =
      paginate(context, context.state().get<ImportFailures>(), key, context.caller.region,
               state::Order::kOldestFirst, {"failures " + key, request.next_token, limit},
               [](const ImportFailure&) { return Pick::kTake; });
  if (!page) {
    return page.error();
  }
  ListImportFailuresAnswer answer = {{}, page->next_token};
  for (const auto& failure : page->records) {
    answer.failures.push_back({failure});
  }
  return answer;
}

}  // namespace trailpond::engine
