#include "engine/result_delivery.hpp"

#include <filesystem>

#include "engine/queries/result_files.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/resources/public_keys.hpp"
#include "engine/rules.hpp"
#include "engine/service.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPending = "PENDING";

bool is_waiting(const state::Query& query) { return query.delivery_status == kPending; }

std::string bucket_of(const state::Query& query) {
  constexpr std::string_view kScheme = "s3://";
  const std::string rest = query.delivery_uri.substr(kScheme.size());
  return rest.substr(0, rest.find('/'));
}

/// What stands in the way of a delivery, by what the world says of the bucket; empty: nothing.
std::string check(const World& world, const state::Query& query) {
  const auto problem = check_bucket(world, bucket_of(query));
  if (!problem) {
    return {};
  }
  return problem->kind == ErrorKind::kS3BucketDoesNotExist ? "RESOURCE_NOT_FOUND" : "ACCESS_DENIED";
}

bool may_sign(const World& world, const state::Query& query) {
  if (!world.buckets) {
    return true;
  }
  const auto found = world.buckets->find(bucket_of(query));
  return found == world.buckets->end() || found->second.sign_file_allowed;
}

/// Gives the key that signs in a Region now.
std::shared_ptr<const SigningKey> find_key(Service& service, const state::Query& query) {
  const Caller owner = {query.key.account, query.key.region};
  while (true) {
    try {
      state::Reading reading(*service.state);
      Context context = {service, owner, reading};
      return find_signing_key(context);
    } catch (const state::BeginAgain&) {
      continue;
    }
  }
}

/// Reads the stored rows page by page: the right to write is held for one page at a time.
void write_rows(Service& service, const state::Query& query, ResultFiles& files,
                const std::stop_token& stop) {
  for (std::int64_t first = 0; first < query.rows && !stop.stop_requested();) {
    ResultRows rows(query.columns);
    {
      state::Writing writing(*service.state);
      read_rows(writing, query.key, first, query.rows - first, rows);
    }
    if (rows.size() == 0) {
      return;  // the query has gone
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      files.add(rows.row(i));
    }
    first += static_cast<std::int64_t>(rows.size());
  }
}

}  // namespace

ResultDelivery::~ResultDelivery() {
  thread_.request_stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void ResultDelivery::expect() {
  expects_.store(true, std::memory_order_release);
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
}

void ResultDelivery::poke() {
  if (!expects_.load(std::memory_order_acquire)) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    look_anew_ = true;
  }
  poked_.notify_one();
}

void ResultDelivery::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      poked_.wait(lock, stop, [this] { return look_anew_; });
      look_anew_ = false;
    }
    try {
      while (!stop.stop_requested() && step(stop)) {
      }
    } catch (const state::StorageError&) {
      // The record could not be written: the next query's end tries again.
    }
  }
}

bool ResultDelivery::step(const std::stop_token& stop) {
  bool waits = false;
  for (const auto& query : service_.state->queries().list_all()) {
    if (!is_waiting(*query)) {
      continue;
    }
    waits = true;
    if (query->status != state::QueryStatus::kFinished) {
      continue;
    }
    const std::string status = deliver(*query, stop);
    if (stop.stop_requested()) {
      return false;
    }
    state::Writing writing(*service_.state);
    auto& queries = service_.state->queries();
    if (const auto current = queries.find(query->key); current && is_waiting(*current)) {
      state::Query delivered = *current;
      delivered.delivery_status = status;
      queries.put(writing, std::move(delivered));
      writing.commit();
    }
    return true;
  }
  if (!waits) {
    expects_.store(false, std::memory_order_release);
  }
  return false;
}

/// Delivers a result and answers its DeliveryStatus.
std::string ResultDelivery::deliver(const state::Query& query, const std::stop_token& stop) {
  const auto world = service_.world.get();
  if (const std::string problem = check(*world, query); !problem.empty()) {
    return problem;
  }
  if (!service_.export_directory) {
    return "UNKNOWN";
  }
  const fs::path key = print_result_prefix(query);
  for (const fs::path& part : key) {
    if (part == ".." || part == ".") {
      return "ACCESS_DENIED";  // it would lead out of the bucket's folder
    }
  }
  const fs::path folder = fs::path(*service_.export_directory) / bucket_of(query) / key;
  const std::string sign_path = (folder / kSignFileName).string();
  std::vector<ResultFile> files;
  try {
    std::error_code error;
    fs::create_directories(folder, error);
    fs::remove(sign_path, error);  // of a delivery that was interrupted
    ResultFiles written(folder.string(), query, service_.delivery_file_bytes);
    write_rows(service_, query, written, stop);
    files = written.finish();
  } catch (const FileTrouble& trouble) {
    return trouble.denied ? "ACCESS_DENIED" : "FAILED";
  }
  if (stop.stop_requested()) {
    return {};
  }
  if (!may_sign(*world, query)) {
    return "ACCESS_DENIED_SIGNING_FILE";
  }
  try {
    const auto signing_key = find_key(service_, query);
    const std::string signature = sign(*signing_key, print_signed_text(files));
    write_whole_file(sign_path, print_sign_file({query.key.region, std::move(files), query.ended_at,
                                                 signature, signing_key->fingerprint}));
  } catch (const FileTrouble& trouble) {
    return trouble.denied ? "ACCESS_DENIED_SIGNING_FILE" : "FAILED_SIGNING_FILE";
  }
  return "SUCCESS";
}

}  // namespace trailpond::engine
