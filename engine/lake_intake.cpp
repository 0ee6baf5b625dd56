#include "engine/lake_intake.hpp"

#include <openssl/evp.h>

#include <cstdio>

#include "base/hashing.hpp"
#include "base/text.hpp"
#include "engine/backends.hpp"
#include "engine/lake_files.hpp"
#include "engine/service.hpp"
#include "events/gzip.hpp"
#include "outbound/message.hpp"
#include "sql/foreign.hpp"

namespace trailpond::engine {
namespace {

constexpr std::size_t kNameDigits = 32;

std::string lines_of(events::StoreKind kind, const std::shared_ptr<const events::Snapshot>& events,
                     const EventDay& day, std::optional<sql::Error>& error) {
  std::string text;
  error = read_day(kind, events, day, [&](std::string_view line) {
    text += line;
    text += '\n';
    return true;
  });
  return text;
}

std::string name_of_text(std::string_view text) {
  return "events-" +
         hexadecimal(hash(EVP_sha256(), text).bytes(), kLowerHexDigits).substr(0, kNameDigits) +
         ".json.gz";
}

}  // namespace

events::EventStore::Forward LakeIntake::find_forward(const state::EventDataStore& store) {
  if (!service_.backends) {
    return {};
  }
  const auto backend = service_.backends->find(store);
  const auto kind = events::find_kind(store.kind);
  if (!kind || (backend && !*backend)) {
    return {};
  }
  if (backend && (*backend)->files.empty() && store.backend.empty()) {
    return {};  // the cluster of all stores, which is told of no place: they stay here
  }
  return [this, store, kind](const std::shared_ptr<const events::Snapshot>& events) {
    return write(store, *kind, events);
  };
}

std::optional<std::string> LakeIntake::write(
    const state::EventDataStore& store, events::StoreKind kind,
    const std::shared_ptr<const events::Snapshot>& events) {
  const auto backend = service_.backends->find(store);
  if (!backend) {
    return backend.error().message;
  }
  const auto place = s3::split_uri((*backend)->files);
  if (!place || place->bucket.empty()) {
    return "the backend of the store names no files (s3://BUCKET/PREFIX) to write events to";
  }
  if (!service_.objects) {
    return "there is no S3: --s3-endpoint or --export-dir says where it is";
  }
  const auto days = list_days(kind, events);
  if (!days) {
    return days.error().text();
  }
  const std::string prefix =
      place->key + (place->key.empty() || place->key.ends_with('/') ? "" : "/");
  for (const EventDay& day : *days) {
    std::optional<sql::Error> error;
    const std::string text = lines_of(kind, events, day, error);
    if (error) {
      return error->text();
    }
    const std::string folder = prefix + (*backend)->table.name + "/" + folder_of(day);
    try {
      service_.objects->put({place->bucket, folder + "/" + name_of_text(text)},
                            events::deflate_gzip(text), {}, {});
    } catch (const s3::Trouble& trouble) {
      return trouble.message;
    }
    announce(store, folder);
  }
  return std::nullopt;
}

/// Lets Trino look for the day's folder, once; what goes wrong is told, and tried again with the
/// next events.
void LakeIntake::announce(const state::EventDataStore& store, const std::string& folder) {
  const std::string key = store.arn + "\n" + folder;
  {
    const std::lock_guard lock(mutex_);
    if (!known_.insert(key).second) {
      return;
    }
  }
  const auto backend = service_.backends->find(store);
  const auto fail = [this, key](const std::string& reason) {
    std::fprintf(stderr, "trailpond: Trino was not told of a new day: %s\n", reason.c_str());
    const std::lock_guard lock(mutex_);
    known_.erase(key);
  };
  const auto& table = (*backend)->table;
  const std::string call = "CALL " + sql::quote_name(table.catalog) +
                           ".system.sync_partition_metadata(" + quoted(table.schema, '\'') + ", " +
                           quoted(table.name, '\'') + ", 'ADD')";
  trino::Observer observer;
  observer.on_running = [] {};
  observer.on_row = [](auto) { return true; };
  observer.on_end = [fail](const trino::Ending& ending) {
    if (ending.kind != trino::EndKind::kFinished) {
      fail(ending.reason.empty() ? ending.error.message : ending.reason);
    }
  };
  try {
    service_.backends->client((*backend)->server)
        ->start(call, {{"result", sql::simple_type(sql::TypeKind::kBoolean)}}, {},
                std::move(observer));
  } catch (const outbound::HttpTrouble& trouble) {
    fail(trouble.message);
  }
}

}  // namespace trailpond::engine
