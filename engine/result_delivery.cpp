#include "engine/result_delivery.hpp"

#include <filesystem>

#include "engine/queries/result_files.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/resources/public_keys.hpp"
#include "engine/rules.hpp"
#include "engine/service.hpp"

namespace trailpond::engine {
namespace {

constexpr std::string_view kPending = "PENDING";
constexpr std::string_view kDelivered = "SUCCESS";

bool is_waiting(const state::Query& query) {
  return query.delivery_status == kPending && query.planned_delivery != kPending;
}

/// What stands in the way of a delivery, by what the world says of the bucket; empty: nothing.
std::string check(const World& world, const std::string& bucket) {
  const auto problem = check_bucket(world, bucket);
  if (!problem) {
    return {};
  }
  return problem->kind == ErrorKind::kS3BucketDoesNotExist ? "RESOURCE_NOT_FOUND" : "ACCESS_DENIED";
}

bool may_sign(const World& world, const std::string& bucket) {
  if (!world.buckets) {
    return true;
  }
  const auto found = world.buckets->find(bucket);
  return found == world.buckets->end() || found->second.sign_file_allowed;
}

/// Gives the key that signs in a Region now.
std::shared_ptr<const SigningKey> find_key(Service& service, const state::Query& query) {
  std::shared_ptr<const SigningKey> key;
  run_operation(service, {query.key.account, query.key.region},
                [&](Context& context) { key = find_signing_key(context); });
  return key;
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

void ResultDelivery::expect() {
  expects_.store(true, std::memory_order_release);
  background_.poke();
}

void ResultDelivery::poke() {
  if (expects_.load(std::memory_order_acquire)) {
    background_.poke();
  }
}

void ResultDelivery::resume() {
  for (const auto& query : service_.state->queries().list_all()) {
    if (is_waiting(*query)) {
      expect();
      return;
    }
  }
}

/// Delivers what is finished; false when there was nothing.
bool ResultDelivery::step(const std::stop_token& stop) {
  // Before the records are read: whoever expects something meanwhile must not be forgotten.
  expects_.store(false, std::memory_order_release);
  for (const auto& query : service_.state->queries().list_all()) {
    if (!is_waiting(*query)) {
      continue;
    }
    expects_.store(true, std::memory_order_release);
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
  return false;
}

/// Delivers a result and answers its DeliveryStatus.
std::string ResultDelivery::deliver(const state::Query& query, const std::stop_token& stop) {
  if (!query.planned_delivery.empty() && query.planned_delivery != kDelivered) {
    return query.planned_delivery;
  }
  const auto world = service_.world.get();
  const S3Location place = place_results(query);
  if (const std::string problem = check(*world, place.bucket); !problem.empty()) {
    return problem;
  }
  if (!service_.export_directory) {
    return "UNKNOWN";
  }
  const auto folder = find_object_file(*service_.export_directory, place);
  if (!folder) {
    return "ACCESS_DENIED";
  }
  const std::string sign_path = *folder + std::string(kSignFileName);
  std::vector<ResultFile> files;
  try {
    std::error_code ignored;
    std::filesystem::remove(sign_path, ignored);  // of a delivery that was interrupted
    ResultFiles written(*folder, query, service_.delivery_file_bytes);
    write_rows(service_, query, written, stop);
    files = written.finish();
  } catch (const FileTrouble& trouble) {
    return trouble.denied ? "ACCESS_DENIED" : "FAILED";
  }
  if (stop.stop_requested()) {
    return {};
  }
  if (!may_sign(*world, place.bucket)) {
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
