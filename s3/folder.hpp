#pragma once
#include "s3/objects.hpp"

namespace trailpond::s3 {

/// A folder that stands for S3: the object s3://BUCKET/KEY is the file DIR/BUCKET/KEY, and its
/// metadata, where it has any, the JSON object in DIR/.metadata/BUCKET/KEY (no bucket's name begins
/// with a dot). Folders are made where they are missing. A key that would lead out of its bucket's
/// folder is kAccessDenied.
class Folder final : public ObjectStore {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  std::unique_ptr<ObjectWriter> open(const Location& object, const std::stop_token& stop) override;
  void put(const Location& object, std::string_view bytes, const Metadata& metadata,
           const std::stop_token& stop) override;
  void remove(const Location& object, const std::stop_token& stop) override;
  void read(const Location& object, const OnBytes& on_bytes, const std::stop_token& stop) override;
  std::vector<std::string> list(const Location& prefix, const std::stop_token& stop) override;
  std::optional<bool> find_bucket(const std::string& bucket) const override;
  bool is_remote() const override { return false; }
  std::string place() const override;
  std::int64_t most_object_bytes() const override;

 private:
  std::string path_;
};

}  // namespace trailpond::s3
