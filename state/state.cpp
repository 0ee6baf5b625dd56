#include "state/state.hpp"

#include <filesystem>

namespace trailpond::state {

// RepositoryKinds

std::vector<RepositoryKinds::Make>& RepositoryKinds::makers() {
  static std::vector<Make> makers;
  return makers;
}

std::size_t RepositoryKinds::add(Make make) {
  makers().push_back(make);
  return makers().size() - 1;
}

// State

State::State(std::unique_ptr<Database> database) : database_(std::move(database)) {
  for (const auto make : RepositoryKinds::all()) {
    repositories_.push_back(make());
  }
}

Result<std::unique_ptr<State>, std::string> State::open(
    const std::optional<std::string>& directory) {
  std::string path;
  if (directory) {
    std::error_code error;
    std::filesystem::create_directories(*directory, error);
    if (error) {
      return *directory + ": " + error.message();
    }
    path = (std::filesystem::path(*directory) / "trailpond.sqlite").string();
  }
  auto database = Database::open(path);
  if (!database) {
    return database.error();
  }
  std::unique_ptr<State> state(new State(std::move(*database)));
  try {
    if (directory) {
      state->load();
    }
  } catch (const StorageError& error) {
    return path.empty() ? error.what() : path + ": " + error.what();
  }
  return state;
}

void State::load() {
  database_->run("BEGIN IMMEDIATE");
  for (const auto& repository : repositories_) {
    repository->prepare(*database_);
  }
  database_->run("COMMIT");
  for (const auto& repository : repositories_) {
    repository->load(*database_);
  }
}

void State::erase_all(Writing& writing) {
  for (const auto& repository : repositories_) {
    repository->erase_all(writing);
  }
}

void State::erase_account(Writing& writing, std::string_view account) {
  for (const auto& repository : repositories_) {
    repository->erase_account(writing, account);
  }
}

Micros State::earliest_due() const {
  Micros earliest = kNever;
  for (const auto& repository : repositories_) {
    earliest = std::min(earliest, repository->earliest_due());
  }
  return earliest;
}

// Reading

Reading::Reading(State& state, bool is_brief)
    : state_(state), lock_(state.exchange_), world_(state.world()), is_brief_(is_brief) {}

// Writing

Writing::Writing(State& state, Durable durable)
    : state_(state), durable_(durable), lock_(state.writer_) {}

Writing::Writing(Reading& reading)
    : state_(reading.state_), lock_(state_.writer_, std::defer_lock) {
  // Who changes the world has the right to write first and waits for readings then: so this must
  // not wait for that right while it holds a reading.
  reading.lock_.unlock();
  if (!reading.is_brief_) {
    lock_.lock();
  } else if (!lock_.try_lock()) {
    throw WouldWait();
  }
  reading.lock_.lock();
  if (state_.world() != reading.world_) {
    throw BeginAgain();
  }
}

Writing::~Writing() {
  if (transaction_) {
    try {
      state_.database_->run("ROLLBACK");
    } catch (const StorageError&) {
      // SQLite has rolled back by itself (disk full, for one): nothing is left to undo.
    }
  }
}

bool Writing::keeps_records() const { return state_.database_->is_durable(); }

Database& Writing::connection() const { return *state_.database_; }

Database& Writing::database() {
  if (!transaction_) {
    state_.database_->begin(durable_ == Durable::kAtOnce);
    transaction_ = true;
  }
  return *state_.database_;
}

void Writing::end_transaction() {
  if (transaction_) {
    state_.database_->commit();
    transaction_ = false;
  }
}

void Writing::publish() {
  for (const auto& publish : published_) {
    publish();
  }
}

void Writing::commit() {
  end_transaction();
  publish();
  published_.clear();
}

void Writing::commit_world() {
  end_transaction();
  {
    const std::unique_lock alone(state_.exchange_);
    publish();
    state_.world_.fetch_add(1, std::memory_order_release);
  }
  published_.clear();  // frees what has gone, with readers back at work
}

}  // namespace trailpond::state
