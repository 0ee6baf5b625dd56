#include "state/state.hpp"

#include <filesystem>

namespace trailpond::state {

State::State(std::unique_ptr<Database> database) : database_(std::move(database)) {}

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
  if (directory) {
    try {
      state->event_data_stores_.load(*state->database_);
      state->queries_.load(*state->database_);
    } catch (const StorageError& error) {
      return path + ": " + error.what();
    }
  }
  return state;
}

Writing::Writing(State& state) : state_(state), lock_(state.writer_) {}

Writing::~Writing() {
  if (transaction_) {
    try {
      state_.database_->run("ROLLBACK");
    } catch (const StorageError&) {
      // SQLite has rolled back by itself (disk full, for one): nothing is left to undo.
    }
  }
}

Database& Writing::database() {
  if (!transaction_) {
    state_.database_->run("BEGIN IMMEDIATE");
    transaction_ = true;
  }
  return *state_.database_;
}

void Writing::commit() {
  if (transaction_) {
    state_.database_->run("COMMIT");
    transaction_ = false;
  }
  for (const auto& publish : published_) {
    publish();
  }
  published_.clear();
}

}  // namespace trailpond::state
