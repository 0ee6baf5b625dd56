#include "engine/import_runner.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unordered_set>

#include "base/json_reading.hpp"
#include "base/text.hpp"
#include "engine/queries/event_search.hpp"
#include "engine/service.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;
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

std::string folder_of(const std::string& key) { return key.substr(0, key.rfind('/') + 1); }

/// What a file brings: events as NDJSON, or why it cannot be read.
struct FileEvents {
  std::string text = {};
  std::int64_t count = 0;
  std::string error_type = {};  // empty: none
  std::string error = {};
};

FileEvents fail(std::string type, std::string message) {
  return {{}, 0, std::move(type), std::move(message)};
}

/// Tells whether an event is to be imported: of the time that was asked for, and not so old that
/// the store would not keep it.
bool is_wanted(const json::value& event, const Import& import, Micros oldest) {
  const auto at = state::parse_instant(text_of(find_member(&event, "eventTime")));
  return at && *at >= std::max(import.from, oldest) && *at < import.until;
}

FileEvents read_file(const fs::path& path, const Import& import, Micros oldest) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail("AccessDenied", "The file cannot be read.");
  }
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::optional<std::string> problem;
  const std::string text = events::inflate_gzip(bytes, problem);
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

/// Counts what became of a file, and keeps or mends its failure.
void note(Service& service, state::Writing& writing, const std::string& location,
          const FileEvents& found, Import& import) {
  auto& failures = service.state->get<ImportFailures>();
  ImportFailure failure = {
      import.record_key(), import.account, import.region,    location, "FAILED",
      found.error_type,    found.error,    import.updated_at};
  if (!found.error_type.empty()) {
    import.failed_entries += import.retries ? 0 : 1;
    failures.put(writing, std::move(failure));
    return;
  }
  import.events_completed += found.count;
  ++import.files_completed;
  if (const auto before = failures.find(failure.record_key())) {
    ImportFailure mended = *before;
    mended.status = "SUCCEEDED";
    mended.updated_at = import.updated_at;
    failures.put(writing, std::move(mended));
    --import.failed_entries;
  }
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
      begin(*import);
    } else {
      take_next(*import);
    }
  }
  return any;
}

ImportRunner::Files ImportRunner::list_files(const Import& import) const {
  Files files;
  if (import.retries) {
    const auto& failures = service_.state->get<ImportFailures>();
    for (const auto& failure : failures.list(import.record_key(), import.region)) {
      if (failure->status != "SUCCEEDED") {
        files.keys.push_back(parse_s3_location(failure->location)->prefix);
      }
    }
    return files;
  }
  const auto location = parse_s3_location(import.location);
  const fs::path bucket = fs::path(*service_.export_directory) / location->bucket;
  std::error_code error;
  for (fs::recursive_directory_iterator it(bucket, error), end; it != end; it.increment(error)) {
    if (error) {
      break;
    }
    const std::string key = it->path().lexically_relative(bucket).generic_string();
    if (key.starts_with(location->prefix) && is_trail_file(key)) {
      files.keys.push_back(key);
    }
  }
  std::sort(files.keys.begin(), files.keys.end());
  std::string folder;
  for (const std::string& key : files.keys) {
    files.folders += folder_of(key) == folder ? 0 : 1;
    folder = folder_of(key);
  }
  files.next = static_cast<std::size_t>(
      std::upper_bound(files.keys.begin(), files.keys.end(), import.position) - files.keys.begin());
  return files;
}

void ImportRunner::begin(const Import& import) {
  Files files = list_files(import);
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
  files_[begun.record_key()] = std::move(files);
  imports.put(writing, std::move(begun));
  writing.commit();
}

void ImportRunner::take_next(const Import& import) {
  const std::string import_key = import.record_key();
  auto known = files_.find(import_key);
  if (known == files_.end()) {  // a restart came in between
    known = files_.emplace(import_key, list_files(import)).first;
    known->second.may_be_there = true;
  }
  Files& files = known->second;
  const bool done = files.next >= files.keys.size();
  const auto store = service_.state->event_data_stores().find(import.store_arn);
  const std::string bucket = parse_s3_location(import.location)->bucket;
  FileEvents found;
  if (!done && store) {
    const Micros oldest = service_.clock.now() - store->retention_days * state::kMicrosPerDay;
    found = read_file(fs::path(*service_.export_directory) / bucket / files.keys[files.next],
                      import, oldest);
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
    const bool failed = !store || next.failed_entries > 0;
    apply(next, failed ? ImportEvent::kFail : ImportEvent::kComplete);
    files_.erase(known);
  } else {
    const std::string& key = files.keys[files.next];
    note(service_, writing, "s3://" + bucket + "/" + key, found, next);
    if (std::exchange(files.may_be_there, false)) {
      drop_known(service_, *service_.events.get(*store), found);
    }
    if (!found.text.empty()) {
      service_.events.get(*store)->append(found.text, key);
    }
    ++files.next;
    if (!next.retries) {
      next.position = key;
      const bool last_of_folder =
          files.next == files.keys.size() || folder_of(files.keys[files.next]) != folder_of(key);
      next.prefixes_completed += last_of_folder ? 1 : 0;
    }
  }
  imports.put(writing, std::move(next));
  writing.commit();
}

}  // namespace trailpond::engine
