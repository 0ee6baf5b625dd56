#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "state/database.hpp"
#include "state/event_data_stores.hpp"
#include "state/queries.hpp"
#include "state/repository.hpp"
#include "state/result_pages.hpp"
#include "state/settings.hpp"

namespace trailpond::state {

/// The repositories that a state has: each class that is asked for by State::get() anywhere in the
/// program is in it by that, so that no list of kinds is kept by hand.
class RepositoryKinds {
 public:
  using Make = std::unique_ptr<AnyRepository> (*)();
  static const std::vector<Make>& all() { return makers(); }

  template <class Kind>
  static std::size_t slot_of() {
    return Slot<Kind>::number;
  }

 private:
  static std::vector<Make>& makers();
  static std::size_t add(Make make);
  template <class Kind>
  struct Slot {
    static const std::size_t number;
  };
};
template <class Kind>
const std::size_t RepositoryKinds::Slot<Kind>::number = add([]() -> std::unique_ptr<AnyRepository> {
  return std::make_unique<Kind>();
});

/// All that trailpond knows, in one SQLite database with one writer.
class State {
 public:
  /// Opens DIR/trailpond.sqlite (made where missing), or a private temporary database without a
  /// directory. The error says what is wrong with the directory.
  static Result<std::unique_ptr<State>, std::string> open(
      const std::optional<std::string>& directory);

  /// Gives the one repository of a class, e.g. Repository<Channel>.
  template <class Kind>
  Kind& get() const {
    return static_cast<Kind&>(*repositories_[RepositoryKinds::slot_of<Kind>()]);
  }
  EventDataStores& event_data_stores() const { return get<EventDataStores>(); }
  Queries& queries() const { return get<Queries>(); }
  Settings& settings() { return settings_; }

  /// Removes every record and result; settings stay.
  void erase_all(Writing& writing);
  /// Removes the records and results of an account.
  void erase_account(Writing& writing, std::string_view account);
  /// The earliest instant at which something is due by time.
  Micros earliest_due() const;
  const std::vector<std::unique_ptr<AnyRepository>>& repositories() const { return repositories_; }
  /// Counts the changes of the whole world.
  std::uint64_t world() const { return world_.load(std::memory_order_acquire); }

 private:
  friend class Reading;
  friend class Writing;
  friend class ResultPages;
  friend class Settings;
  explicit State(std::unique_ptr<Database> database);
  void load();

  std::mutex writer_;           // guards the connection
  std::shared_mutex exchange_;  // readings share it; a change of the world has it alone
  std::atomic<std::uint64_t> world_ = 0;
  std::unique_ptr<Database> database_;
  std::vector<std::unique_ptr<AnyRepository>> repositories_ = {};
  Settings settings_{*this};
};

}  // namespace trailpond::state
