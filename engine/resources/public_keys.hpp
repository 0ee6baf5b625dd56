#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/service.hpp"
#include "state/repository.hpp"

/// The keys that sign what is delivered: RSA with 2,048 bits, one at a time for each Region.
/// Sources: AWS API reference, ListPublicKeys; shared/spec 6 (form and fingerprint of a key).
namespace trailpond::engine {

struct SigningKey {
  static constexpr const char* kTable = "signing_keys";
  std::string region = {};
  std::string fingerprint = {};  // these three as KeyPair has them
  std::string private_key = {};
  std::string public_key = {};
  state::Micros valid_from = 0;
  state::Micros valid_until = 0;

  std::string record_key() const { return region + "/" + fingerprint; }
  std::string_view owner() const { return {}; }  // all accounts have the same
  std::string_view region_name() const { return region; }
  state::Place place() const { return {valid_from, fingerprint}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("region", self.region);
    visit("fingerprint", self.fingerprint);
    visit("private_key", self.private_key);
    visit("public_key", self.public_key);
    visit("valid_from", self.valid_from);
    visit("valid_until", self.valid_until);
  }
};
using SigningKeys = state::Repository<SigningKey>;

/// How long a key is valid. Source: shared/spec 6, "Sample validity span about 30 days".
constexpr state::Micros kKeyValidity = 30 * state::kMicrosPerDay;

/// Gives the key that signs in the Region of a call at a time: the one that the server was started
/// with, or one of its own, which is made where there is none for that time yet.
std::shared_ptr<const SigningKey> find_signing_key(Context& context, state::Micros at);
/// The same for who is no operation.
std::shared_ptr<const SigningKey> find_signing_key(Service& service, const Caller& caller,
                                                   state::Micros at);

struct ListPublicKeysRequest {
  std::optional<std::int64_t> start_time = {};
  std::optional<std::int64_t> end_time = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit.instant("StartTime", self.start_time);
    visit.instant("EndTime", self.end_time);
    visit("NextToken", self.next_token);
  }
};
struct PublicKey {
  std::shared_ptr<const SigningKey> key = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Value", self.key->public_key);
    visit.instant("ValidityStartTime", self.key->valid_from);
    visit.instant("ValidityEndTime", self.key->valid_until);
    visit("Fingerprint", self.key->fingerprint);
  }
};
struct ListPublicKeysAnswer {
  std::vector<PublicKey> keys = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("PublicKeyList", self.keys);
  }
};
/// Lists the keys that were valid in a time; without one, that of today. All fit on one page. Fails
/// with kInvalidTimeRange, kInvalidToken.
Result<ListPublicKeysAnswer> list_public_keys(Context& context,
                                              const ListPublicKeysRequest& request);

}  // namespace trailpond::engine
