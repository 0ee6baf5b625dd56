#pragma once
#include "outbound/http_client.hpp"
#include "s3/objects.hpp"
#include "s3/signing.hpp"

namespace trailpond::s3 {

using outbound::HttpAnswer;
using outbound::HttpTrouble;

/// The bytes of a part of a large object; a smaller object is sent at once. Ours: little enough to
/// be kept in memory (S3 has 5 MiB at least).
constexpr std::size_t kPartBytes = std::size_t{8} << 20;
/// Source: Amazon S3 user guide, "Amazon S3 multipart upload limits".
constexpr std::int64_t kMostParts = 10'000;

struct EndpointOptions {
  outbound::Url url = {};
  Credentials credentials = {};
  std::string region = {};
  std::string certificates = {};  // a PEM file; empty: the system's
};

/// An endpoint of S3, or of what speaks as S3 does: paths that begin with the bucket, Signature
/// Version 4, large objects in parts. What fails for the moment (no connection, 429, 5xx) is tried
/// again, with pauses that grow. Source: Amazon S3 API reference.
class Endpoint final : public ObjectStore {
 public:
  /// Throws HttpTrouble where the certificates cannot be read.
  explicit Endpoint(EndpointOptions options);

  std::unique_ptr<ObjectWriter> open(const Location& object, const std::stop_token& stop) override;
  void put(const Location& object, std::string_view bytes, const Metadata& metadata,
           const std::stop_token& stop) override;
  void remove(const Location& object, const std::stop_token& stop) override;
  void read(const Location& object, const OnBytes& on_bytes, const std::stop_token& stop) override;
  std::vector<std::string> list(const Location& prefix, const std::stop_token& stop) override;
  std::optional<bool> find_bucket(const std::string&) const override { return std::nullopt; }
  bool is_remote() const override { return true; }
  std::string place() const override;
  std::int64_t most_object_bytes() const override {
    return kMostParts * static_cast<std::int64_t>(kPartBytes);
  }

 private:
  friend class PartsWriter;
  /// A query's names and values, not encoded, by name.
  using Query = std::map<std::string, std::string>;
  struct Call {
    std::string method = {};
    Location object = {};
    Query query = {};
    std::string_view body = {};
    Fields fields = {};
  };
  HttpAnswer send(Call call, const std::stop_token& stop, const OnBytes& on_bytes = {});
  HttpAnswer try_once(const Call& call, const std::stop_token& stop, const OnBytes& on_bytes);

  EndpointOptions options_;
  outbound::HttpClient client_;
};

}  // namespace trailpond::s3
