#include "engine/event_stores.hpp"

#include <cstdio>
#include <filesystem>
#include <set>

#include "state/database.hpp"
#include "state/ids.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;

/// Where a store's events are below DIR/events: as its record says, or under its id where the
/// record is of a version that gave them no name.
fs::path relative_path(const state::EventDataStore& store) {
  return fs::path(store.account) / store.region /
         (store.directory.empty() ? store.id : store.directory);
}

}  // namespace

void report_damages(const events::EventStore& events, const std::string& directory) {
  const events::LogDamages& damages = events.damages();
  for (const events::LogDamage& damage : damages.places) {
    std::fprintf(stderr, "trailpond: %s/events.log is damaged: %s\n", directory.c_str(),
                 damage.describe().c_str());
  }
  if (damages.places.empty()) {
    return;
  }
  if (damages.kept_as.empty()) {
    std::fprintf(stderr, "trailpond: %s/events.log could not be repaired; what is left is served\n",
                 directory.c_str());
  } else {
    std::fprintf(stderr, "trailpond: it is repaired; the file as it was is kept as %s\n",
                 damages.kept_as.c_str());
  }
}

std::string EventStores::path_of(const state::EventDataStore& store) const {
  return (fs::path(*directory_) / "events" / relative_path(store)).string();
}

std::shared_ptr<events::EventStore> EventStores::open(const state::EventDataStore& store,
                                                      const std::string& path) const {
  const auto kind = events::find_kind(store.kind);
  if (!kind) {
    throw state::StorageError("an event data store of unknown kind: " + store.kind);
  }
  if (auto forward = find_forward_ ? find_forward_(store) : events::EventStore::Forward()) {
    return std::make_shared<events::EventStore>(*kind, std::move(forward));
  }
  if (!directory_) {
    return std::make_shared<events::EventStore>(*kind);
  }
  std::error_code error;
  fs::create_directories(path, error);
  auto opened = events::EventStore::open(*kind, path);
  if (!opened) {
    throw state::StorageError(opened.error());
  }
  report_damages(**opened, path);
  return *opened;
}

std::shared_ptr<events::EventStore> EventStores::get(const state::EventDataStore& store) {
  const std::lock_guard lock(mutex_);
  auto& events = by_arn_[store.arn];
  if (!events) {
    events = open(store, directory_ ? path_of(store) : std::string());
  }
  return events;
}

std::shared_ptr<const events::Snapshot> EventStores::visible(const state::EventDataStore& store,
                                                             state::Micros now) {
  const state::Micros kept = store.retention_days * state::kMicrosPerDay;
  return events::Snapshot::hide(get(store)->snapshot(), {store.created_at - kept, now - kept});
}

MadeEvents EventStores::make(const state::EventDataStore& store) const {
  MadeEvents made;
  state::EventDataStore place = store;
  if (directory_) {
    state::IdSource random;
    place.directory = random.next("directory");
    made.directory = place.directory;
  }
  made.events = open(store, directory_ ? path_of(place) : std::string());
  return made;
}

void EventStores::attach(state::Writing& writing, const std::string& arn,
                         std::shared_ptr<events::EventStore> events) {
  writing.on_commit([this, arn, events = std::move(events)] {
    const std::lock_guard lock(mutex_);
    by_arn_[arn] = events;
  });
}

void EventStores::detach(state::Writing& writing, const std::string& arn) {
  writing.on_commit([this, arn, gone = std::make_shared<ByArn::mapped_type>()] {
    const std::lock_guard lock(mutex_);
    const auto found = by_arn_.find(arn);
    if (found != by_arn_.end()) {
      gone->swap(found->second);
      by_arn_.erase(found);
    }
  });
}

void EventStores::detach_all(state::Writing& writing) {
  writing.on_commit([this, gone = std::make_shared<ByArn>()] {
    const std::lock_guard lock(mutex_);
    gone->swap(by_arn_);
  });
}

bool EventStores::are_of(const std::shared_ptr<events::EventStore>& events,
                         const std::string& arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_arn_.find(arn);
  return found != by_arn_.end() && found->second == events;
}

void EventStores::remove_directories(
    const std::vector<std::shared_ptr<const state::EventDataStore>>& stores) const {
  for (const auto& store : stores) {
    if (directory_) {
      std::error_code ignored;  // sweep() meets it again at the next start
      fs::remove_all(path_of(*store), ignored);
    }
  }
}

void EventStores::sweep(
    const std::vector<std::shared_ptr<const state::EventDataStore>>& stores) const {
  if (!directory_) {
    return;
  }
  std::set<fs::path> known;
  for (const auto& store : stores) {
    known.insert(relative_path(*store));
  }
  const fs::path root = fs::path(*directory_) / "events";
  std::vector<fs::path> strays;
  std::error_code ignored;
  for (fs::recursive_directory_iterator it(root, ignored), end; it != end; it.increment(ignored)) {
    constexpr int kDepthOfStores = 2;  // ACCOUNT/REGION/NAME
    if (it.depth() == kDepthOfStores && it->is_directory(ignored)) {
      it.disable_recursion_pending();
      if (!known.contains(it->path().lexically_relative(root))) {
        strays.push_back(it->path());
      }
    }
  }
  for (const fs::path& stray : strays) {
    fs::remove_all(stray, ignored);
  }
}

}  // namespace trailpond::engine
