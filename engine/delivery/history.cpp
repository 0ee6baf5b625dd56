#include "engine/delivery/history.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "engine/event_stores.hpp"
#include "state/database.hpp"
#include "state/repository.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kGenerationEvents = 10'000;
constexpr std::size_t kGenerations = 2;

/// The numbers behind a prefix of paths, in order.
std::vector<std::int64_t> list_generations(const fs::path& prefix_path) {
  const fs::path folder = prefix_path.parent_path();
  const std::string prefix = prefix_path.filename().string();
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

/// The names of the folders in a folder.
std::vector<std::string> list_folders(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  return names;
}

bool is_of(std::string_view place, const std::optional<std::string>& account) {
  return !account || state::belongs_to(place, *account);
}

}  // namespace

void EventHistory::open(events::StoreKind kind, std::int64_t number,
                        Generations& generations) const {
  generations.number = number;
  if (!directory_) {
    generations.stores.push_back(std::make_shared<events::EventStore>(kind));
    return;
  }
  const std::string path = generations.prefix + std::to_string(number);
  std::error_code ignored;
  fs::create_directories(path, ignored);
  auto opened = events::EventStore::open(kind, path);
  if (!opened) {
    throw state::StorageError(opened.error());
  }
  report_damages(**opened, path);
  generations.stores.push_back(std::move(*opened));
}

EventHistory::Generations& EventHistory::find(events::StoreKind kind, const std::string& account,
                                              const std::string& region) {
  const std::string prefix = std::string(events::name_of(kind)) + "-";
  const std::string place = account + "/" + region;
  auto [found, fresh] = by_place_.try_emplace(place + "/" + prefix);
  Generations& generations = found->second;
  if (fresh && directory_) {
    generations.prefix = (fs::path(*directory_) / "history" / place / prefix).string();
    for (const std::int64_t number : list_generations(generations.prefix)) {
      open(kind, number, generations);
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
    open(kind, generations.number + 1, generations);
    if (generations.stores.size() > kGenerations) {
      const auto oldest = generations.number + 1 - std::ssize(generations.stores);
      generations.stores.erase(generations.stores.begin());
      if (directory_) {
        std::error_code ignored;
        fs::remove_all(generations.prefix + std::to_string(oldest), ignored);
      }
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

bool EventHistory::is_empty(events::StoreKind kind, const std::string& account,
                            const std::string& region) {
  const auto all = snapshots(kind, account, region);
  return std::all_of(all.begin(), all.end(),
                     [](const auto& snapshot) { return snapshot->row_count() == 0; });
}

/// Opens those on the disk that nobody has asked for yet.
void EventHistory::find_all() {
  if (!directory_) {
    return;
  }
  const fs::path root = fs::path(*directory_) / "history";
  for (const std::string& account : list_folders(root)) {
    for (const std::string& region : list_folders(root / account)) {
      find(events::StoreKind::kCloudTrail, account, region);
      find(events::StoreKind::kInsights, account, region);
    }
  }
}

void EventHistory::clear(state::Writing& writing, const std::optional<std::string>& account) {
  writing.on_commit([this, account] {
    const std::lock_guard lock(mutex_);
    std::erase_if(by_place_, [&](const auto& place) { return is_of(place.first, account); });
    if (directory_) {
      std::error_code ignored;
      fs::remove_all(fs::path(*directory_) / "history" / account.value_or(""), ignored);
    }
  });
}

KeptHistory EventHistory::keep(const std::optional<std::string>& account) {
  const std::lock_guard lock(mutex_);
  find_all();
  KeptHistory kept;
  for (const auto& [place, generations] : by_place_) {
    if (!is_of(place, account)) {
      continue;
    }
    auto number = generations.number - std::ssize(generations.stores);
    for (const auto& store : generations.stores) {
      const auto snapshot = store->snapshot();
      kept.places[place].push_back({snapshot->kind(), ++number, store, snapshot});
    }
  }
  return kept;
}

void EventHistory::put_back(state::Writing& writing, const KeptHistory& kept) {
  writing.on_commit([this, kept] {
    const std::lock_guard lock(mutex_);
    for (const auto& [place, generations] : kept.places) {
      Generations& made = by_place_[place];
      made.prefix = directory_ ? (fs::path(*directory_) / "history" / place).string() : "";
      for (const auto& generation : generations) {
        if (!directory_) {
          generation.store->show(generation.snapshot);
          made.stores.push_back(generation.store);
          made.number = generation.number;
        } else {
          open(generation.kind, generation.number, made);
          made.stores.back()->copy(*generation.snapshot);
        }
      }
    }
  });
}

}  // namespace trailpond::engine
