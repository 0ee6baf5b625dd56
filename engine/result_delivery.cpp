#include "engine/result_delivery.hpp"

#include "engine/key_pair.hpp"
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

/// The failure that the world has for a delivery to a bucket; empty: none.
std::string find_failure(const World& world, const std::string& bucket) {
  if (!world.buckets) {
    return {};
  }
  const auto found = world.buckets->find(bucket);
  if (found == world.buckets->end()) {
    return {};
  }
  if (!found->second.delivery_status.empty()) {
    return found->second.delivery_status;
  }
  return found->second.sign_file_allowed ? "" : "ACCESS_DENIED_SIGNING_FILE";
}

/// What became of a delivery that met trouble, with a file of results or with the sign file.
std::string status_of(const s3::Trouble& trouble, bool signing) {
  switch (trouble.kind) {
    case s3::TroubleKind::kNoSuchBucket:
      return "RESOURCE_NOT_FOUND";
    case s3::TroubleKind::kAccessDenied:
      return signing ? "ACCESS_DENIED_SIGNING_FILE" : "ACCESS_DENIED";
    case s3::TroubleKind::kNoSuchKey:
    case s3::TroubleKind::kFailed:
      return signing ? "FAILED_SIGNING_FILE" : "FAILED";
    case s3::TroubleKind::kStopped:
      break;
  }
  return {};
}

/// Removes the sign file of a delivery that was interrupted. A bucket may allow to write alone.
void remove_sign_file(s3::ObjectStore& objects, const s3::Location& place,
                      const std::stop_token& stop) {
  try {
    objects.remove(place, stop);
  } catch (const s3::Trouble& trouble) {
    if (trouble.kind != s3::TroubleKind::kAccessDenied) {
      throw;
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
      read_rows(writing, query, first, query.rows - first, rows);
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
  ++expected_;
  background_.poke();
}

void ResultDelivery::poke() {
  if (expected_ != served_) {
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
  // Before the records are read: whoever expects something meanwhile must not be forgotten, and
  // while a record waits for its query, whoever ends one must find that something is expected.
  const std::uint64_t expected = expected_;
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
    if (status.empty()) {
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
    served_ = expected;
  }
  return false;
}

/// Delivers a result and answers its DeliveryStatus; empty where it is stopped.
std::string ResultDelivery::deliver(const state::Query& query, const std::stop_token& stop) {
  if (!query.planned_delivery.empty() && query.planned_delivery != kDelivered) {
    return query.planned_delivery;
  }
  const auto world = service_.world.get();
  const s3::Location place = place_results(query);
  if (const std::string problem = check(*world, place.bucket); !problem.empty()) {
    return problem;
  }
  const std::string failure = find_failure(*world, place.bucket);
  if (!failure.empty() && !failure.ends_with("_SIGNING_FILE")) {
    return failure;
  }
  if (!service_.objects) {
    return "UNKNOWN";
  }
  s3::ObjectStore& objects = *service_.objects;
  const s3::Location sign_place = {place.bucket, place.key + std::string(kSignFileName)};
  std::vector<ResultFile> files;
  try {
    remove_sign_file(objects, sign_place, stop);
    ResultFiles written(objects, place, query, service_.delivery_file_bytes, stop);
    write_rows(service_, query, written, stop);
    if (stop.stop_requested()) {
      return {};
    }
    files = written.finish();
  } catch (const s3::Trouble& trouble) {
    return status_of(trouble, false);
  }
  if (!failure.empty()) {
    return failure;
  }
  try {
    const auto signing_key =
        find_signing_key(service_, {query.key.account, query.key.region}, query.ended_at);
    const std::string signature = sign_text(signing_key->private_key, print_signed_text(files));
    const SignFile sign = {query.key.region, std::move(files), query.ended_at, signature,
                           signing_key->fingerprint};
    objects.put(sign_place, print_sign_file(sign), {}, stop);
  } catch (const s3::Trouble& trouble) {
    return status_of(trouble, true);
  }
  return "SUCCESS";
}

}  // namespace trailpond::engine
