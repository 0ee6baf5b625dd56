#include "engine/event_stores.hpp"

#include <filesystem>

#include "state/database.hpp"

namespace trailpond::engine {

std::string EventStores::directory_of(const state::EventDataStore& store) const {
  return (std::filesystem::path(*directory_) / "events" / store.account / store.region / store.id)
      .string();
}

std::shared_ptr<events::EventStore> EventStores::open(const state::EventDataStore& store) {
  const auto kind = events::find_kind(store.kind);
  if (!kind) {
    throw state::StorageError("an event data store of unknown kind: " + store.kind);
  }
  if (!directory_) {
    return std::make_shared<events::EventStore>(*kind);
  }
  const std::string directory = directory_of(store);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  auto opened = events::EventStore::open(*kind, directory);
  if (!opened) {
    throw state::StorageError(opened.error());
  }
  return *opened;
}

std::shared_ptr<events::EventStore> EventStores::get(const state::EventDataStore& store) {
  const std::lock_guard lock(mutex_);
  auto& events = by_arn_[store.arn];
  if (!events) {
    events = open(store);
  }
  return events;
}

std::shared_ptr<events::EventStore> EventStores::make(const state::EventDataStore& store) {
  remove(store);
  return get(store);
}

std::shared_ptr<events::EventStore> EventStores::make(
    const state::EventDataStore& store, std::shared_ptr<const events::Snapshot> snapshot) {
  std::shared_ptr<events::EventStore> events;
  {
    const std::lock_guard lock(mutex_);
    const auto found = set_aside_.find(store.arn);
    if (found != set_aside_.end() && events::name_of(found->second->kind()) == store.kind) {
      events = found->second;
      by_arn_[store.arn] = events;
      set_aside_.erase(found);
    }
  }
  if (!events) {
    events = make(store);
  }
  return events->restore(std::move(snapshot)) ? events : nullptr;
}

void EventStores::set_all_aside() {
  const std::lock_guard lock(mutex_);
  set_aside_ = std::move(by_arn_);
  by_arn_.clear();
}

void EventStores::remove_set_aside(
    const std::vector<std::shared_ptr<const state::EventDataStore>>& stores) {
  const std::lock_guard lock(mutex_);
  set_aside_.clear();
  for (const auto& store : stores) {
    if (directory_ && !by_arn_.contains(store->arn)) {
      std::error_code ignored;
      std::filesystem::remove_all(directory_of(*store), ignored);
    }
  }
}

void EventStores::remove(const state::EventDataStore& store) {
  const std::lock_guard lock(mutex_);
  by_arn_.erase(store.arn);
  set_aside_.erase(store.arn);
  if (directory_) {
    std::error_code ignored;  // what is left behind is removed before the id is used again
    std::filesystem::remove_all(directory_of(store), ignored);
  }
}

}  // namespace trailpond::engine
