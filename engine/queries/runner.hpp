#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/queries/remote_statement.hpp"
#include "sql/statement.hpp"
#include "state/queries.hpp"
#include "state/result_pages.hpp"

namespace trailpond::engine {

struct Service;

/// Runs statements on a bounded pool of threads, or lets a backend run them, and writes their rows
/// and ends into the state.
/// A statement is added when its query starts its life and submitted when it is to run. One that
/// was not added (its query comes from a data directory, a snapshot or a scenario) is analysed when
/// it is run, and runs from its first row. Safe from any thread; a thread that holds a
/// state::Writing may call all but shut_down and what waits.
class Runner {
 public:
  /// `changed` is called after each end of a query, on the worker's thread.
  Runner(Service& service, unsigned workers, sql::RunLimits limits, std::function<void()> changed);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// `remote`: the statement where it runs elsewhere; null: here.
  void add(const state::QueryKey& key, std::shared_ptr<const sql::Statement> statement,
           std::shared_ptr<const RemoteStatement> remote);
  void forget(const state::QueryKey& key);
  /// Puts the statement of a query at the end of the line, once.
  void submit(const state::QueryKey& key);
  /// Stops the statement of a query, running or not, and forgets it.
  void stop(const state::QueryKey& key);
  void stop_all();
  /// Stops all statements and waits for the threads to end; nothing runs any more.
  void shut_down();
  /// Answers how many rows a running statement has stored; 0 where none is running.
  std::int64_t rows_stored(const state::QueryKey& key) const;
  void wait_until_idle();
  /// Waits until no statement runs any more that was stopped.
  void wait_until_stopped();

 private:
  struct Job : std::enable_shared_from_this<Job> {
    state::QueryKey key;
    std::shared_ptr<const sql::Statement> statement;  // null: not analysed yet
    std::shared_ptr<const RemoteStatement> remote = {};
    std::shared_ptr<RemoteRun> remote_run = {};  // guarded by mutex_
    std::string remote_problem = {};             // why we ended it; of the backend's thread alone
    std::stop_source stop = {};
    bool submitted = false;        // guarded by the runner's mutex
    std::int64_t rows_stored = 0;  // guarded by the right to write
    std::int64_t bytes_stored = 0;
    state::ResultPage page = {};  // the rows not yet stored; of the worker alone
  };

  /// A thread that waits for a job.
  struct Worker {
    std::condition_variable called = {};
    bool is_called = false;
  };

  void add_worker();
  void work(Worker& worker);
  std::shared_ptr<Job> find(const state::QueryKey& key) const;
  void run(Job& job);
  void run_statement(Job& job);
  void begin_remotely(const std::shared_ptr<Job>& job);
  bool prepare_remotely(Job& job, const state::Query& query, const sql::Catalog& tables);
  void end_remotely(Job& job, const sql::Result<sql::RunStatistics>& result);
  void stop(Job& job);
  void remove(const Job& job);
  /// Answers what a step threw, as a query's error; empty: nothing.
  template <class Step>
  static std::string problem_of(Step&& step);
  bool begin(Job& job);
  bool prepare(Job& job);
  bool take_row(Job& job, std::span<const std::string_view> cells);
  bool store_page(Job& job);
  void finish(Job& job, const sql::RunStatistics& statistics);
  void fail(Job& job, const std::string& message);
  void store_failure(Job& job, const std::string& message, state::Keep keep);
  /// Gives the record of a query whose outcome is still wanted, or nothing.
  state::Queries::Pointer find_wanted(const Job& job) const;

  Service& service_;
  Processors processors_ = Processors(count_processors());
  sql::RunLimits limits_;
  std::function<void()> changed_;
  mutable std::mutex mutex_;
  std::condition_variable work_done_;
  std::deque<std::shared_ptr<Job>> line_ = {};
  std::unordered_map<std::string, std::shared_ptr<Job>> jobs_ = {};
  std::vector<std::shared_ptr<Job>> at_work_ = {};
  /// Those without a job. The one that worked last is called first: what it needs is still in the
  /// processor's cache.
  std::vector<Worker*> idle_ = {};
  bool ends_ = false;
  unsigned workers_;                     // at most; each is made when a job finds no other free
  std::deque<Worker> all_workers_ = {};  // one of each thread; they outlive the threads
  std::vector<std::jthread> threads_ = {};
};

}  // namespace trailpond::engine
