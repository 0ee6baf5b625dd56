#include "engine/delivery/history.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "state/database.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kGenerationEvents = 10'000;
constexpr std::size_t kGenerations = 2;

/// The numbers of the generations that a folder holds, in order.
std::vector<std::int64_t> list_generations(const fs::path& folder, const std::string& prefix) {
  std::vector<std::int64_t> numbers;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::int64_t number = 0;
    const char* last = name.data() + name.size();
    if (name.starts_with(prefix) &&
        std::from_chars(name.data() + prefix.size(), last, number).ptr == last) {
      numbers.push_back(number);
    }
    if (error) {
      break;
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

void EventHistory::open(events::StoreKind kind, const std::string& path,
                        Generations& generations) const {
  if (path.empty()) {
    generations.stores.push_back(std::make_shared<events::EventStore>(kind));
  } else {
    std::error_code ignored;
    fs::create_directories(path, ignored);
    auto opened = events::EventStore::open(kind, path);
    if (!opened) {
      throw state::StorageError(opened.error());
    }
    generations.stores.push_back(std::move(*opened));
  }
  generations.paths.push_back(path);
}

EventHistory::Generations& EventHistory::find(events::StoreKind kind, const std::string& account,
                                              const std::string& region) {
  const std::string prefix = std::string(events::name_of(kind)) + "-";
  const std::string place = account + "/" + region;
  auto [found, fresh] = by_place_.try_emplace(place + "/" + prefix);
  Generations& generations = found->second;
  if (fresh && directory_) {
    const fs::path folder = fs::path(*directory_) / "history" / place;
    for (const std::int64_t number : list_generations(folder, prefix)) {
      open(kind, (folder / (prefix + std::to_string(number))).string(), generations);
      generations.number = number;
    }
  }
  return generations;
}

void EventHistory::append(events::StoreKind kind, const std::string& account,
                          const std::string& region, std::string_view events) {
  const std::lock_guard lock(mutex_);
  Generations& generations = find(kind, account, region);
  const bool full = generations.stores.empty() ||
                    generations.stores.back()->snapshot()->row_count() >= kGenerationEvents;
  if (full) {
    ++generations.number;
    const std::string name =
        std::string(events::name_of(kind)) + "-" + std::to_string(generations.number);
    open(kind,
         directory_ ? (fs::path(*directory_) / "history" / account / region / name).string() : "",
         generations);
    if (generations.stores.size() > kGenerations) {
      const std::string oldest = generations.paths.front();
      generations.stores.erase(generations.stores.begin());
      generations.paths.erase(generations.paths.begin());
      std::error_code ignored;
      fs::remove_all(oldest, ignored);
    }
  }
  generations.stores.back()->append(events, "event history");
}

std::vector<std::shared_ptr<const events::Snapshot>> EventHistory::snapshots(
    events::StoreKind kind, const std::string& account, const std::string& region) {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const events::Snapshot>> snapshots;
  for (const auto& store : find(kind, account, region).stores) {
    snapshots.push_back(store->snapshot());
  }
  return snapshots;
}

void EventHistory::clear(state::Writing& writing) {
  writing.on_commit([this] {
    const std::lock_guard lock(mutex_);
    by_place_.clear();
    if (directory_) {
      std::error_code ignored;
      fs::remove_all(fs::path(*directory_) / "history", ignored);
    }
  });
}

}  // namespace trailpond::engine
