#include "engine/delivery/digests.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "base/signature.hpp"
#include "base/text.hpp"
#include "engine/delivery/trail_delivery.hpp"
#include "engine/key_pair.hpp"
#include "engine/object_keys.hpp"
#include "engine/resources/public_keys.hpp"
#include "engine/settle.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

constexpr const char* kHashAlgorithm = "SHA-256";
constexpr const char* kSignatureAlgorithmName = "SHA256withRSA";

/// The hour of a digest is over.
void settle_chain(Settling& settling, const DigestChain& record) {
  DigestChain chain = record;
  chain.is_ready = true;
  chain.retry_at = 0;
  settling.service.state->get<DigestChains>().put(settling.writing, std::move(chain));
  settling.then.deliver_logs = true;
}

const DueRule<DigestChains> kChainRule(settle_chain);

void write_member(JsonWriter& json, std::string_view name, const std::string& value) {
  json.key(name);
  if (value.empty()) {
    json.null();
  } else {
    json.text(value);
  }
}

std::string print_digest(const Trail& trail, const DigestChain& chain,
                         const std::string& fingerprint) {
  std::string text;
  JsonWriter json(text);
  json.open_object();
  json.member("awsAccountId", chain.account);
  json.member("digestStartTime", state::print_second(chain.begins_at));
  json.member("digestEndTime", state::print_second(chain.ends_at));
  json.member("digestS3Bucket", trail.bucket);
  json.member("digestS3Object", print_digest_key(trail, chain));
  json.member("digestPublicKeyFingerprint", fingerprint);
  json.member("digestSignatureAlgorithm", kSignatureAlgorithmName);
  write_member(json, "newestEventTime", chain.newest);
  write_member(json, "oldestEventTime", chain.oldest);
  write_member(json, "previousDigestS3Bucket", chain.previous_bucket);
  write_member(json, "previousDigestS3Object", chain.previous_key);
  write_member(json, "previousDigestHashValue", chain.previous_sha256);
  write_member(json, "previousDigestHashAlgorithm",
               chain.previous_key.empty() ? "" : kHashAlgorithm);
  write_member(json, "previousDigestSignature", chain.previous_signature);
  json.key("logFiles");
  json.json("[" + chain.files + "]");
  json.close_object();
  return text;
}

/// What is signed. Source: AWS user guide, "Data signing string format".
std::string print_signed_digest(const Trail& trail, const DigestChain& chain,
                                const std::string& sha256) {
  const std::string& before = chain.previous_signature;
  return state::print_second(chain.ends_at) + "\n" + trail.bucket + "/" +
         print_digest_key(trail, chain) + "\n" + sha256 + "\n" + (before.empty() ? "null" : before);
}

/// Writes the digest, and answers the chain as it goes on from there. Throws s3::Trouble.
DigestChain write_digest(Service& service, const Trail& trail, const DigestChain& chain,
                         const std::stop_token& stop) {
  check_delivery_bucket(service, trail.bucket);
  const auto key = find_signing_key(service, {chain.account, chain.region}, chain.ends_at);
  const std::string text = print_digest(trail, chain, key->fingerprint);
  const std::string sha256 = print_sha256(text);
  const std::string signature = hexadecimal(
      sign_text(key->private_key, print_signed_digest(trail, chain, sha256)), kLowerHexDigits);
  DigestChain next = chain;
  next.previous_bucket = trail.bucket;
  next.previous_key = print_digest_key(trail, chain);
  next.previous_sha256 = sha256;
  next.previous_signature = signature;
  service.objects->put({trail.bucket, next.previous_key}, events::deflate_gzip(text),
                       {{"signature", signature}, {"signature-algorithm", kSignatureAlgorithmName}},
                       stop);
  next.files.clear();
  next.oldest.clear();
  next.newest.clear();
  next.begins_at = chain.ends_at;
  next.ends_at = chain.ends_at + kDigestTime;
  next.is_ready = next.ends_at <= service.clock.now();
  return next;
}

/// Makes the time of a digest longer where too many would have to be written.
DigestChain with_longer_time(DigestChain chain, state::Micros now) {
  const state::Micros hours = (now - chain.ends_at) / kDigestTime;
  chain.ends_at += std::max<state::Micros>(0, hours - kMostDigests) * kDigestTime;
  return chain;
}

/// Puts what came of a digest in the place of what was there, unless that has changed or gone; log
/// files that were delivered meanwhile are kept for the next.
void put_outcome(Service& service, const DigestChain& before, DigestChain after,
                 const std::string& error) {
  state::Writing writing(*service.state);
  auto& chains = service.state->get<DigestChains>();
  const auto current = chains.find(before.record_key());
  if (!current) {
    return;
  }
  auto& trails = service.state->get<Trails>();
  const auto found = trails.find(before.trail_arn);
  const bool goes_on = found && found->validates_log_files && (!error.empty() || found->is_logging);
  if (!goes_on) {
    chains.erase(writing, before.record_key());
  } else {
    if (error.empty() && current->files.size() > before.files.size()) {
      const std::size_t comma = before.files.empty() ? 0 : 1;
      after.files = current->files.substr(before.files.size() + comma);
      after.oldest = current->oldest;
      after.newest = current->newest;
    }
    chains.put(writing, std::move(after));
  }
  if (found) {
    Trail trail = *found;
    trail.digest_delivered_at = error.empty() ? service.clock.now() : trail.digest_delivered_at;
    trail.digest_error = error;
    trails.put(writing, std::move(trail));
  }
  writing.commit();
}

/// The chain of a trail that begins now.
DigestChain make_chain(const Service& service, const Trail& trail, const std::string& account,
                       const std::string& region) {
  DigestChain chain;
  chain.trail_arn = trail.arn;
  chain.account = account;
  chain.region = region;
  const state::Micros now = service.clock.now();
  chain.begins_at = now - now % state::kMicrosPerSecond;
  chain.ends_at = chain.begins_at + kDigestTime;
  return chain;
}

std::shared_ptr<const DigestChain> find_ready(Service& service) {
  for (const auto& chain : service.state->get<DigestChains>().list_all()) {
    if (chain->is_ready) {
      return chain;
    }
  }
  return nullptr;
}

}  // namespace

std::string print_digest_key(const Trail& trail, const DigestChain& chain) {
  const std::string kind = "CloudTrail-Digest";
  return print_log_folder(trail, chain.account, kind, chain.region, chain.ends_at) + chain.account +
         "_" + kind + "_" + chain.region + "_" + trail.name + "_" + trail.region + "_" +
         print_key_second(chain.ends_at) + ".json.gz";
}

void begin_digests(Service& service, state::Writing& writing, const Trail& trail,
                   const std::string& account, const std::string& region) {
  auto& chains = service.state->get<DigestChains>();
  DigestChain chain = make_chain(service, trail, account, region);
  if (trail.validates_log_files && service.objects && !chains.contains(chain.record_key())) {
    chains.put(writing, std::move(chain));
  }
}

void erase_digests(state::State& state, state::Writing& writing, const std::string& trail_arn) {
  auto& chains = state.get<DigestChains>();
  for (const auto& chain : chains.list_all()) {
    if (chain->trail_arn == trail_arn) {
      chains.erase(writing, chain->record_key());
    }
  }
}

void add_to_digest(Service& service, state::Writing& writing, const Trail& trail,
                   const LogFile& file, const WrittenLog& written) {
  if (!trail.validates_log_files || !service.objects) {
    return;
  }
  auto& chains = service.state->get<DigestChains>();
  DigestChain chain = make_chain(service, trail, file.account, file.region);
  if (const auto found = chains.find(chain.record_key())) {
    chain = *found;
  }
  std::string text;
  JsonWriter json(text);
  json.open_object();
  json.member("s3Bucket", trail.bucket);
  json.member("s3Object", written.key);
  json.member("hashValue", written.sha256);
  json.member("hashAlgorithm", kHashAlgorithm);
  write_member(json, "newestEventTime", file.newest);
  write_member(json, "oldestEventTime", file.oldest);
  json.close_object();
  chain.files += (chain.files.empty() ? "" : ",") + text;
  if (!file.oldest.empty()) {
    chain.oldest = chain.oldest.empty() ? file.oldest : std::min(chain.oldest, file.oldest);
    chain.newest = std::max(chain.newest, file.newest);
  }
  chains.put(writing, std::move(chain));
}

bool write_next_digest(Service& service, const std::stop_token& stop) {
  const auto ready = find_ready(service);
  if (!ready) {
    return false;
  }
  const auto trail = service.state->get<Trails>().find(ready->trail_arn);
  if (!trail || !trail->validates_log_files || !service.objects) {
    state::Writing writing(*service.state);
    service.state->get<DigestChains>().erase(writing, ready->record_key());
    writing.commit();
    return true;
  }
  const DigestChain due = with_longer_time(*ready, service.clock.now());
  try {
    put_outcome(service, *ready, write_digest(service, *trail, due, stop), {});
  } catch (const s3::Trouble& trouble) {
    if (trouble.kind == s3::TroubleKind::kStopped) {
      return false;
    }
    DigestChain later = *ready;
    later.is_ready = false;
    later.retry_at = service.clock.now() + kRedeliveryTime;
    put_outcome(service, *ready, std::move(later), trouble.code);
  }
  return true;
}

}  // namespace trailpond::engine
