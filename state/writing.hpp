#pragma once
#include <cstdint>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "state/database.hpp"

namespace trailpond::state {

class State;

/// Thrown out of an operation that wanted to write, when what it has read does not hold any more
/// (the world was exchanged, say): it must begin again.
struct BeginAgain {};

/// Thrown out of an operation that must not wait, before it has changed anything, when it would
/// have to: it must begin again where it may.
struct WouldWait {};

/// A look at the state by one operation. While it lives, no change of the whole world is published,
/// so that all that is read belongs to one world. It never waits for the disk.
class Reading {
 public:
  /// `is_brief`: a Writing within it must not wait for who writes.
  explicit Reading(State& state, bool is_brief = false);
  State& state() const { return state_; }
  bool is_brief() const { return is_brief_; }

 private:
  friend class Writing;
  State& state_;
  std::shared_lock<std::shared_mutex> lock_;
  std::uint64_t world_;
  bool is_brief_;
};

/// When a change must be on the disk: when commit() returns, or with the next change that is
/// kAtOnce (pages of a result, which the end of their query confirms).
enum class Durable : std::uint8_t { kAtOnce, kWithTheNext };

/// A change of the state: holds the only right to write while it lives. What was put is seen by
/// readers after commit(); without it nothing happened. Throws StorageError.
class Writing {
 public:
  explicit Writing(State& state, Durable durable = Durable::kAtOnce);
  /// For an operation that reads. Throws BeginAgain and WouldWait.
  explicit Writing(Reading& reading);
  ~Writing();
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  void commit();
  /// Commits a change of the whole world: readers see all of it at once.
  void commit_world();

  /// Whether records are kept in SQLite: where there is a data directory.
  bool keeps_records() const;
  /// The connection, to read what is kept in SQLite alone.
  Database& connection() const;
  /// For repositories: the connection (a transaction is open from then on), and what to do for the
  /// readers once the transaction is done.
  Database& database();
  void on_commit(std::function<void()> publish) { published_.push_back(std::move(publish)); }

 private:
  void end_transaction();
  void publish();
  State& state_;
  Durable durable_ = Durable::kAtOnce;
  std::unique_lock<std::mutex> lock_;
  bool transaction_ = false;
  std::vector<std::function<void()>> published_;
};

}  // namespace trailpond::state
