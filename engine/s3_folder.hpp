#pragma once
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "state/clock.hpp"

/// The folder that stands for S3: the object s3://BUCKET/KEY is the file DIR/BUCKET/KEY.
namespace trailpond::engine {

/// The parts of s3://BUCKET/PREFIX.
struct S3Location {
  std::string bucket = {};
  std::string prefix = {};  // or key
};
/// Splits a text at its first slash, whatever the parts are; nullopt where it has not the scheme.
std::optional<S3Location> split_s3_uri(std::string_view uri);

/// Gives the file of an object; nullopt for a key that would lead out of its bucket's folder.
std::optional<std::string> find_object_file(const std::string& folder, const S3Location& object);

/// Prints the UTC day of an instant as AWS has it in keys: 2024/05/01.
std::string print_key_day(state::Micros at);

/// Why a file could not be written.
struct FileTrouble {
  bool denied = false;  // else the disk is full, or failed
};
/// A file that is being written; its folder is made where it is missing. Throws FileTrouble.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  void write(std::string_view bytes);
  void close();

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};
/// Writes a file as a whole, or nothing; its folder is made where it is missing. Throws
/// FileTrouble.
void write_whole_file(const std::string& path, std::string_view bytes);

}  // namespace trailpond::engine
