#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// Objects in buckets, wherever they are: in a folder or behind an endpoint of S3.
namespace trailpond::s3 {

/// The parts of s3://BUCKET/KEY, or of s3://BUCKET/PREFIX.
struct Location {
  std::string bucket = {};
  std::string key = {};
};
/// Splits a text at its first slash, whatever the parts are; nullopt where it has not the scheme.
std::optional<Location> split_uri(std::string_view uri);

enum class TroubleKind : std::uint8_t {
  kNoSuchBucket,
  kNoSuchKey,
  kAccessDenied,
  kFailed,   // the disk is full, the endpoint does not answer …
  kStopped,  // by the stop token
};
/// Why an object could not be written or read. Thrown.
struct Trouble {
  TroubleKind kind = TroubleKind::kFailed;
  std::string code = {};  // as S3 names it: NoSuchBucket, AccessDenied, SlowDown …
  std::string message = {};
};
/// Makes a trouble with the code that S3 has for its kind.
Trouble make_trouble(TroubleKind kind, std::string message);

/// What is told of an object beside its bytes: by name, without x-amz-meta-.
using Metadata = std::map<std::string, std::string>;

/// An object that is being written. It is there once close() has returned; where that is not
/// called, nothing is left. Both throw Trouble.
class ObjectWriter {
 public:
  ObjectWriter() = default;
  virtual ~ObjectWriter() = default;
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;
  virtual void write(std::string_view bytes) = 0;
  virtual void close() = 0;
};

/// Where objects are. Safe from any thread. Everything throws Trouble; what may wait for the
/// network ends soon after a stop.
class ObjectStore {
 public:
  using OnBytes = std::function<void(std::string_view bytes)>;

  ObjectStore() = default;
  virtual ~ObjectStore() = default;
  ObjectStore(const ObjectStore&) = delete;
  ObjectStore& operator=(const ObjectStore&) = delete;

  /// Begins an object of any size; needs little memory.
  virtual std::unique_ptr<ObjectWriter> open(const Location& object,
                                             const std::stop_token& stop) = 0;
  /// Writes an object as a whole.
  virtual void put(const Location& object, std::string_view bytes, const Metadata& metadata,
                   const std::stop_token& stop) = 0;
  /// Removes an object; one that is not there is no trouble.
  virtual void remove(const Location& object, const std::stop_token& stop) = 0;
  /// Hands an object's bytes on, piece by piece.
  virtual void read(const Location& object, const OnBytes& on_bytes,
                    const std::stop_token& stop) = 0;
  /// Lists the keys with a prefix, in the order of their bytes.
  virtual std::vector<std::string> list(const Location& prefix, const std::stop_token& stop) = 0;

  /// Tells whether a bucket is there; nullopt where only asking over the network would tell.
  virtual std::optional<bool> find_bucket(const std::string& bucket) const = 0;
  /// Tells whether calls may wait for a network.
  virtual bool is_remote() const = 0;
  /// The path of the folder, or the URL of the endpoint.
  virtual std::string place() const = 0;
  /// The most bytes that an object may have.
  virtual std::int64_t most_object_bytes() const = 0;
};

}  // namespace trailpond::s3
