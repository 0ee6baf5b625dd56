#include "engine/queries/runner.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <system_error>

#include "base/allocation.hpp"
#include "engine/backends.hpp"
#include "engine/catalog.hpp"
#include "engine/queries/queries.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/service.hpp"

namespace trailpond::engine {

using state::Keep;
using state::Writing;

Runner::Runner(Service& service, unsigned workers, sql::RunLimits limits,
               std::function<void()> changed)
    : service_(service), limits_(limits), changed_(std::move(changed)), workers_(workers) {
  limits_.processors = &processors_;
}

Runner::~Runner() { shut_down(); }

void Runner::shut_down() {
  stop_all();
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    for (Worker* worker : idle_) {
      worker->is_called = true;
      worker->called.notify_one();
    }
    idle_.clear();
  }
  threads_.clear();  // joins
}

void Runner::add(const state::QueryKey& key, std::shared_ptr<const sql::Statement> statement,
                 std::shared_ptr<const RemoteStatement> remote) {
  auto job = std::make_shared<Job>();
  job->key = key;
  job->statement = std::move(statement);
  job->remote = std::move(remote);
  const std::lock_guard lock(mutex_);
  jobs_[state::print_key(key)] = std::move(job);
}

void Runner::forget(const state::QueryKey& key) {
  const std::lock_guard lock(mutex_);
  jobs_.erase(state::print_key(key));
}

void Runner::submit(const state::QueryKey& key) {
  Worker* worker = nullptr;
  {
    const std::lock_guard lock(mutex_);
    auto& job = jobs_[state::print_key(key)];
    if (!job) {
      job = std::make_shared<Job>();
      job->key = key;
    }
    if (std::exchange(job->submitted, true)) {
      return;
    }
    if (job->remote) {
      begin_remotely(job);
      return;
    }
    line_.push_back(job);
    if (!idle_.empty()) {
      worker = idle_.back();
      idle_.pop_back();
      worker->is_called = true;
    } else if (!ends_ && threads_.size() < workers_) {
      add_worker();
    }
  }
  if (worker) {
    worker->called.notify_one();
  }
}

void Runner::stop(const state::QueryKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(state::print_key(key));
  if (found == jobs_.end()) {
    return;
  }
  stop(*found->second);
  std::erase(line_, found->second);
  jobs_.erase(found);
}

void Runner::stop(Job& job) {
  job.stop.request_stop();
  if (job.remote_run) {
    job.remote_run->cancel();
    job.remote_run.reset();
  }
}

void Runner::stop_all() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, job] : jobs_) {
    stop(*job);
  }
  jobs_.clear();
  line_.clear();
}

std::shared_ptr<Runner::Job> Runner::find(const state::QueryKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(state::print_key(key));
  return found == jobs_.end() ? nullptr : found->second;
}

std::int64_t Runner::rows_stored(const state::QueryKey& key) const {
  const auto job = find(key);
  return job ? job->rows_stored : 0;
}

void Runner::wait_until_idle() {
  std::unique_lock lock(mutex_);
  work_done_.wait(lock, [this] { return line_.empty() && at_work_.empty(); });
}

void Runner::wait_until_stopped() {
  std::unique_lock lock(mutex_);
  work_done_.wait(lock, [this] {
    return std::none_of(at_work_.begin(), at_work_.end(),
                        [](const auto& job) { return job->stop.stop_requested(); });
  });
}

/// Has one more thread look for jobs; mutex_ is held.
void Runner::add_worker() {
  Worker& worker = all_workers_.emplace_back();
  try {
    threads_.emplace_back([this, &worker] { work(worker); });
  } catch (const std::system_error&) {
    all_workers_.pop_back();
    if (threads_.empty()) {
      throw;
    }
  }
}

void Runner::work(Worker& worker) {
  while (true) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      while (line_.empty()) {
        if (ends_) {
          return;
        }
        worker.is_called = false;
        idle_.push_back(&worker);
        worker.called.wait(lock, [&] { return worker.is_called; });
      }
      job = std::move(line_.front());
      line_.pop_front();
      at_work_.push_back(job);
    }
    run(*job);
    if (!job->remote) {
      remove(*job);
    }
    {
      const std::lock_guard lock(mutex_);
      std::erase(at_work_, job);
    }
    work_done_.notify_all();
    changed_();
  }
}

void Runner::remove(const Job& job) {
  const std::lock_guard lock(mutex_);
  const auto found = jobs_.find(state::print_key(job.key));
  if (found != jobs_.end() && found->second.get() == &job) {
    jobs_.erase(found);
  }
}

template <class Step>
std::string Runner::problem_of(Step&& step) {
  try {
    step();
    return {};
  } catch (const std::bad_alloc&) {
    return std::string(kExhaustedMessage);
  } catch (const std::exception& error) {
    return std::string("The query failed inside the server: ") + error.what();
  }
}

void Runner::run(Job& job) {
  const std::string problem = problem_of([&] {
    if (!begin(job) || !(job.statement || prepare(job))) {
      return;
    }
    if (job.remote) {
      const std::lock_guard lock(mutex_);
      if (!job.stop.stop_requested()) {
        begin_remotely(job.shared_from_this());
      }
    } else {
      run_statement(job);
    }
  });
  if (problem.empty()) {
    return;
  }
  job.page = {};  // a page may be what memory lacks
  fail(job, problem);
}

/// Starts a statement where it runs; mutex_ is held. What is told of it comes on the backend's
/// thread, in order.
void Runner::begin_remotely(const std::shared_ptr<Job>& job) {
  RemoteWatcher watcher;
  watcher.on_running = [this, job] { job->remote_problem = problem_of([&] { begin(*job); }); };
  watcher.on_row = [this, job](std::span<const std::string_view> cells) {
    bool wanted = false;
    if (job->remote_problem.empty()) {
      job->remote_problem = problem_of([&] { wanted = take_row(*job, cells); });
    }
    return wanted && job->remote_problem.empty();
  };
  watcher.on_end = [this, job](const sql::Result<sql::RunStatistics>& result) {
    end_remotely(*job, result);
  };
  job->remote_run = job->remote->start(limits_, std::move(watcher));
}

void Runner::end_remotely(Job& job, const sql::Result<sql::RunStatistics>& result) {
  {
    const std::lock_guard lock(mutex_);
    job.remote_run.reset();
  }
  if (job.remote_problem.empty()) {
    job.remote_problem = problem_of([&] {
      begin(job);  // it may have ended before it was seen to run
      if (result) {
        finish(job, *result);
      } else if (result.error().name != sql::ErrorName::kCancelled) {
        fail(job, result.error().text());
      }
    });
  }
  if (!job.remote_problem.empty()) {
    job.page = {};
    problem_of([&] { fail(job, job.remote_problem); });
  }
  remove(job);
  changed_();
}

void Runner::run_statement(Job& job) {
  const auto processor = processors_.take_one();
  const auto result = job.statement->run(
      limits_, job.stop.get_token(),
      [&](std::span<const std::string_view> cells) { return take_row(job, cells); });
  if (gives_back_at_once() || (!result && result.error().name == sql::ErrorName::kExceededLimit)) {
    give_back_memory();
  }
  if (job.stop.stop_requested()) {
    return;  // whoever stopped it has written its end
  }
  if (result) {
    finish(job, *result);
    return;
  }
  fail(job, result.error().text());
}

state::Queries::Pointer Runner::find_wanted(const Job& job) const {
  auto query = service_.state->queries().find(job.key);
  if (job.stop.stop_requested() || !query || state::is_terminal(query->status) ||
      query->cancelled_at != state::kNever || !query->executes || query->executed) {
    return nullptr;
  }
  return query;
}

bool Runner::begin(Job& job) {
  // Not waited for: a server that is killed goes on with the query in either state.
  Writing writing(*service_.state, state::Durable::kWithTheNext);
  const auto found = find_wanted(job);
  if (!found) {
    return false;
  }
  if (found->status == state::QueryStatus::kQueued) {
    state::Query query = *found;
    start(query, service_.clock.now());
    service_.state->queries().put(writing, std::move(query));
    writing.commit();
  }
  return true;
}

/// Analyses the statement of a query that was started by nobody here. It begins anew: rows that it
/// had stored go.
bool Runner::prepare(Job& job) {
  const auto wanted = service_.state->queries().find(job.key);
  if (!wanted) {
    return false;
  }
  const QueryCatalog tables(service_, *wanted);
  const auto prepared =
      service_.executor->prepare(wanted->statement, tables, {.now_micros = wanted->created_at});
  if (!prepared) {
    fail(job, "The statement cannot be run: " + prepared.error().text());
    return false;
  }
  job.statement = *prepared;
  if (!prepare_remotely(job, *wanted, tables)) {
    return false;
  }
  Writing writing(*service_.state, state::Durable::kWithTheNext);
  const auto found = find_wanted(job);
  if (!found) {
    return false;
  }
  state::Query query = *found;
  drop_rows(writing, query);
  query.rows = 0;
  query.columns.clear();
  for (const sql::OutputColumn& column : job.statement->columns()) {
    query.columns.push_back(column.name);
  }
  service_.state->queries().put(writing, std::move(query));
  writing.commit();
  return true;
}

/// Finds where a statement is to run. False where it cannot; its query has failed then.
bool Runner::prepare_remotely(Job& job, const state::Query& query, const sql::Catalog& tables) {
  std::vector<state::EventDataStores::Pointer> stores;
  for (const std::string& arn : query.store_arns) {
    if (auto store = service_.state->event_data_stores().find(arn)) {
      stores.push_back(std::move(store));
    }
  }
  auto remote =
      service_.backends->prepare(stores, query.statement, tables, {.now_micros = query.created_at});
  if (!remote) {
    fail(job, "The statement cannot be run: " + remote.error().message);
    return false;
  }
  job.remote = std::move(*remote);
  return true;
}

bool Runner::take_row(Job& job, std::span<const std::string_view> cells) {
  append_row(job.page.body, cells);
  ++job.page.row_count;
  if (job.page.row_count < kStoredPageRows && job.page.body.size() < kStoredPageBytes) {
    return true;
  }
  return store_page(job);
}

bool Runner::store_page(Job& job) {
  // Not waited for: the end of the query brings its pages to the disk, too.
  Writing writing(*service_.state, state::Durable::kWithTheNext);
  if (!find_wanted(job)) {
    return false;
  }
  state::ResultPages::append(writing, job.key, job.page);
  writing.commit();
  job.bytes_stored += static_cast<std::int64_t>(job.page.body.size());
  job.rows_stored += job.page.row_count;
  job.page.first_row = job.rows_stored;
  job.page.row_count = 0;
  job.page.body.clear();
  return true;
}

void Runner::finish(Job& job, const sql::RunStatistics& statistics) {
  Writing writing(*service_.state);
  const auto found = find_wanted(job);
  if (!found) {
    return;
  }
  state::Query query = *found;
  query.rows = job.rows_stored + job.page.row_count;
  query.result_bytes = job.bytes_stored + static_cast<std::int64_t>(job.page.body.size());
  if (job.page.row_count > 0 && job.rows_stored == 0) {
    store_only_page(writing, query, std::move(job.page));
  } else if (job.page.row_count > 0) {
    state::ResultPages::append(writing, job.key, job.page);
  }
  query.events_scanned = statistics.events_scanned;
  query.bytes_scanned = statistics.bytes_scanned;
  const std::string over = over_budget(query);
  if (!over.empty()) {
    drop_rows(writing, query);
  }
  take_outcome(query, service_.clock.now(), over);
  service_.state->queries().put(writing, std::move(query));
  writing.commit();
}

void Runner::fail(Job& job, const std::string& message) {
  try {
    store_failure(job, message, Keep::kOnDisk);
  } catch (const state::StorageError&) {
    // The disk that fails the query may fail its failure, too: readers see it all the same, and a
    // restart finds the query unfinished and fails it again.
    store_failure(job, message, Keep::kInMemory);
  }
}

void Runner::store_failure(Job& job, const std::string& message, Keep keep) {
  Writing writing(*service_.state);
  const auto found = find_wanted(job);
  if (!found) {
    return;
  }
  if (keep == Keep::kOnDisk) {
    state::ResultPages::erase(writing, job.key);
  }
  state::Query query = *found;
  query.rows = 0;
  query.result_bytes = 0;
  take_outcome(query, service_.clock.now(), message.empty() ? "The query failed." : message);
  service_.state->queries().put(writing, std::move(query), keep);
  writing.commit();
}

}  // namespace trailpond::engine
