#include "engine/import_runner.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <unordered_set>

#include "base/json_reading.hpp"
#include "base/text.hpp"
#include "engine/queries/event_search.hpp"
#include "engine/service.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;
using state::ImportEvent;
using state::ImportStatus;
using state::Micros;

/// Tells whether a key is one of the files that a trail delivers: gzip, below a folder CloudTrail
/// (digests and Insights have folders of their own). Source: AWS user guide, "Copy trail events".
bool is_trail_file(std::string_view key) {
  return key.ends_with(".json.gz") &&
         ("/" + std::string(key)).find("/CloudTrail/") != std::string::npos;
}

constexpr const char* kMended = "SUCCEEDED";

std::string folder_of(const std::string& key) { return key.substr(0, key.rfind('/') + 1); }

FileEvents fail(std::string type, std::string message) {
  return {{}, 0, std::move(type), std::move(message)};
}

/// Tells whether an event is to be imported: of the time that was asked for, and not so old that
/// the store would not keep it.
bool is_wanted(const json::value& event, const Import& import, Micros oldest) {
  const auto at = state::parse_instant(text_of(find_member(&event, "eventTime")));
  return at && *at >= std::max(import.from, oldest) && *at < import.until;
}

/// Reads an object, which inflates as it comes. The error says what is wrong with it as a gzip.
/// Throws s3::Trouble.
std::string inflate(s3::ObjectStore& objects, const s3::Location& object,
                    const std::stop_token& stop, std::optional<std::string>& problem) {
  std::string text;
  events::GzipReader gzip;
  objects.read(
      object,
      [&](std::string_view piece) {
        const auto wrong = gzip.read(piece, [&](std::string_view more) { text += more; });
        problem = problem ? problem : wrong;
      },
      stop);
  problem = problem ? problem : gzip.finish();
  return text;
}

FileEvents read_file(s3::ObjectStore& objects, const s3::Location& object, const Import& import,
                     Micros oldest, const std::stop_token& stop) {
  std::optional<std::string> problem;
  std::string text;
  try {
    text = inflate(objects, object, stop, problem);
  } catch (const s3::Trouble& trouble) {
    const bool answered = objects.is_remote();
    return fail(answered ? trouble.code : "AccessDenied",
                "The file cannot be read" + (answered ? ": " + trouble.message : "") + ".");
  }
  if (problem) {
    return fail("InvalidFormat", "The file is not gzip: " + *problem);
  }
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  const json::value* records = nullptr;
  if (!error && parsed.is_object()) {
    records = parsed.get_object().if_contains("Records");
  }
  if (records == nullptr || !records->is_array()) {
    return fail("InvalidFormat", "The file holds no JSON object with a list of Records.");
  }
  FileEvents found;
  for (const json::value& event : records->get_array()) {
    if (is_wanted(event, import, oldest)) {
      found.text += json::serialize(event);
      found.text += '\n';
      ++found.count;
    }
  }
  return found;
}

ImportFailure failure_of(const Import& import, const std::string& location,
                         const FileEvents& found) {
  return {import.record_key(), import.account, import.region,    location, "FAILED",
          found.error_type,    found.error,    import.updated_at};
}

/// A file that had failed is in order.
void mend(Service& service, state::Writing& writing, const std::string& location, Import& import) {
  auto& failures = service.state->get<ImportFailures>();
  const auto before = failures.find(failure_of(import, location, {}).record_key());
  if (before && before->status != kMended) {
    ImportFailure mended = *before;
    mended.status = kMended;
    mended.updated_at = import.updated_at;
    failures.put(writing, std::move(mended));
    --import.failed_entries;
  }
}

/// Counts what became of a file, and keeps or mends its failure.
void note(Service& service, state::Writing& writing, const std::string& location,
          const FileEvents& found, Import& import) {
  if (!found.error_type.empty()) {
    import.failed_entries += import.retries ? 0 : 1;
    service.state->get<ImportFailures>().put(writing, failure_of(import, location, found));
    return;
  }
  import.events_completed += found.count;
  ++import.files_completed;
  mend(service, writing, location, import);
}

std::string id_of(std::string_view event) {
  boost::system::error_code error;
  const json::value parsed = json::parse({event.data(), event.size()}, error);
  return error ? std::string() : std::string(text_of(find_member(&parsed, "eventID")));
}

/// Drops the events of a file that the store has: the process ended between the two writings that
/// take a file, its events and the record of the import.
void drop_known(Service& service, const events::EventStore& store, FileEvents& found) {
  std::unordered_set<std::string> known;
  ask_snapshot(service, store.snapshot(), "SELECT eventID FROM events",
               [&](std::span<const std::string_view> cells) {
                 known.emplace(cells[0]);
                 return true;
               });
  std::string unknown;
  for_each_line(found.text, [&](std::string_view event) {
    if (!known.contains(id_of(event))) {
      unknown.append(event).push_back('\n');
    }
  });
  found.text = std::move(unknown);
}

bool apply(Import& import, ImportEvent event) {
  const auto next = next_status(import.status, event);
  import.status = next.value_or(import.status);
  return next.has_value();
}

}  // namespace

void ImportRunner::resume() {
  for (const auto& import : service_.state->get<Imports>().list_all()) {
    if (is_ongoing(*import)) {
      poke();
      return;
    }
  }
}

/// Does a step of each import that is under way; false when there is none.
bool ImportRunner::step_all(const std::stop_token& stop) {
  bool any = false;
  for (const auto& import : service_.state->get<Imports>().list_all()) {
    const bool waits = import->starts_at > service_.clock.now();
    if (!is_ongoing(*import) || waits || stop.stop_requested()) {
      continue;
    }
    any = true;
    if (import->status == ImportStatus::kInitializing) {
      begin(*import, stop);
    } else {
      take_next(*import, stop);
    }
  }
  return any;
}

ImportRunner::Files ImportRunner::list_files(const Import& import,
                                             const std::stop_token& stop) const {
  Files files;
  if (import.retries) {
    const auto& failures = service_.state->get<ImportFailures>();
    for (const auto& failure : failures.list(import.record_key(), import.region)) {
      if (failure->status != kMended) {
        files.keys.push_back(parse_s3_location(failure->location)->key);
      }
    }
    return files;
  }
  if (!service_.objects) {  // there was one before the server was started again
    files.trouble = s3::make_trouble(s3::TroubleKind::kNoSuchBucket, "no S3");
    return files;
  }
  try {
    files.keys = service_.objects->list(*parse_s3_location(import.location), stop);
  } catch (const s3::Trouble& trouble) {
    files.trouble = trouble;
  }
  std::erase_if(files.keys, [](const std::string& key) { return !is_trail_file(key); });
  std::string folder;
  for (const std::string& key : files.keys) {
    files.folders += folder_of(key) == folder ? 0 : 1;
    folder = folder_of(key);
  }
  files.next = static_cast<std::size_t>(
      std::upper_bound(files.keys.begin(), files.keys.end(), import.position) - files.keys.begin());
  return files;
}

void ImportRunner::begin(const Import& import, const std::stop_token& stop) {
  Files files = list_files(import, stop);
  if (stop.stop_requested()) {
    return;
  }
  const std::shared_lock loading(loading_);
  state::Writing writing(*service_.state);
  auto& imports = service_.state->get<Imports>();
  const auto current = imports.find(import.record_key());
  if (!current || current->status != ImportStatus::kInitializing) {
    return;
  }
  Import begun = *current;
  apply(begun, ImportEvent::kStart);
  begun.prefixes_found = begun.retries ? begun.prefixes_found : files.folders;
  begun.updated_at = service_.clock.now();
  if (!files.trouble && !begun.retries) {
    mend(service_, writing, begun.location, begun);
  }
  files_[begun.record_key()] = std::move(files);
  imports.put(writing, std::move(begun));
  writing.commit();
}

void ImportRunner::take_next(const Import& import, const std::stop_token& stop) {
  const std::string import_key = import.record_key();
  auto known = files_.find(import_key);
  if (known == files_.end()) {  // a restart came in between
    known = files_.emplace(import_key, list_files(import, stop)).first;
    known->second.may_be_there = true;
  }
  Files& files = known->second;
  const bool done = files.next >= files.keys.size();
  const auto store = service_.state->event_data_stores().find(import.store_arn);
  const std::string bucket = parse_s3_location(import.location)->bucket;
  FileEvents found;
  if (!done && store) {
    const Micros oldest = service_.clock.now() - store->retention_days * state::kMicrosPerDay;
    found = read_file(*service_.objects, {bucket, files.keys[files.next]}, import, oldest, stop);
  }
  if (stop.stop_requested()) {
    return;
  }
  const std::shared_lock loading(loading_);
  state::Writing writing(*service_.state);
  auto& imports = service_.state->get<Imports>();
  const auto current = imports.find(import_key);
  if (!current || current->status != ImportStatus::kInProgress) {
    files_.erase(known);
    return;
  }
  Import next = *current;
  next.updated_at = service_.clock.now();
  if (done || !store) {
    if (files.trouble) {
      const auto& [kind, code, message] = *files.trouble;
      note(service_, writing, next.location, fail(code, message), next);
    }
    const bool failed = !store || next.failed_entries > 0;
    apply(next, failed ? ImportEvent::kFail : ImportEvent::kComplete);
    files_.erase(known);
  } else {
    finish_file(next, files, found, *store, writing);
  }
  imports.put(writing, std::move(next));
  writing.commit();
}

/// Takes the events of the next file, and writes down how far the import is.
void ImportRunner::finish_file(Import& import, Files& files, FileEvents& found,
                               const state::EventDataStore& store, state::Writing& writing) {
  const std::string& key = files.keys[files.next];
  const std::string bucket = parse_s3_location(import.location)->bucket;
  note(service_, writing, "s3://" + bucket + "/" + key, found, import);
  const auto events = service_.events.get(store);
  if (std::exchange(files.may_be_there, false)) {
    drop_known(service_, *events, found);
  }
  if (!found.text.empty()) {
    events->append(found.text, key);
  }
  ++files.next;
  if (!import.retries) {
    import.position = key;
    const bool last_of_folder =
        files.next == files.keys.size() || folder_of(files.keys[files.next]) != folder_of(key);
    import.prefixes_completed += last_of_folder ? 1 : 0;
  }
}

}  // namespace trailpond::engine
