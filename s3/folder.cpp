#include "s3/folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>

#include "base/json_writer.hpp"

namespace trailpond::s3 {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr const char* kMetadataFolder = ".metadata";

[[noreturn]] void throw_errno(const std::string& path) {
  const int error = errno;
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  const bool missing = error == ENOENT;
  throw make_trouble(denied    ? TroubleKind::kAccessDenied
                     : missing ? TroubleKind::kNoSuchKey
                               : TroubleKind::kFailed,
                     path + ": " + std::strerror(error));
}

/// Gives the file of an object below a folder. Throws kAccessDenied for a key that leads out.
std::string find_file(const fs::path& folder, const Location& object) {
  const fs::path key = object.key;
  const bool leads_out =
      key.is_absolute() || std::any_of(key.begin(), key.end(), [](const fs::path& part) {
        return part == ".." || part == ".";
      });
  if (leads_out) {
    throw make_trouble(TroubleKind::kAccessDenied, "the key leads out of its bucket");
  }
  return (folder / object.bucket / key).string();
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

/// A file beside the object's own takes the bytes, and its name at the end.
class FileWriter final : public ObjectWriter {
 public:
  explicit FileWriter(std::string path)
      : path_(std::move(path)), unfinished_(path_ + ".unfinished"), file_(nullptr, std::fclose) {
    std::error_code ignored;  // what it means is met at once
    fs::create_directories(fs::path(path_).parent_path(), ignored);
    file_.reset(std::fopen(unfinished_.c_str(), "wb"));
    if (!file_) {
      throw_errno(unfinished_);
    }
  }
  ~FileWriter() override {
    if (!closed_) {
      file_.reset();
      std::remove(unfinished_.c_str());
    }
  }
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  void write(std::string_view bytes) override {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
      throw_errno(unfinished_);
    }
  }
  void close() override {
    if (std::fclose(file_.release()) != 0 || std::rename(unfinished_.c_str(), path_.c_str()) != 0) {
      throw_errno(path_);
    }
    closed_ = true;
  }

 private:
  std::string path_;
  std::string unfinished_;
  File file_;
  bool closed_ = false;
};

void write_file(const std::string& path, std::string_view bytes) {
  FileWriter file(path);
  file.write(bytes);
  file.close();
}

}  // namespace

std::unique_ptr<ObjectWriter> Folder::open(const Location& object, const std::stop_token&) {
  return std::make_unique<FileWriter>(find_file(path_, object));
}

void Folder::put(const Location& object, std::string_view bytes, const Metadata& metadata,
                 const std::stop_token&) {
  const std::string path = find_file(path_, object);
  if (!metadata.empty()) {
    std::string text;
    JsonWriter json(text);
    json.open_object();
    for (const auto& [name, value] : metadata) {
      json.member(name, value);
    }
    json.close_object();
    write_file(find_file(fs::path(path_) / kMetadataFolder, object), text + "\n");
  }
  write_file(path, bytes);
}

void Folder::remove(const Location& object, const std::stop_token&) {
  const std::string path = find_file(path_, object);
  if (std::remove(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
    throw_errno(path);
  }
  std::remove(find_file(fs::path(path_) / kMetadataFolder, object).c_str());
}

void Folder::read(const Location& object, const OnBytes& on_bytes, const std::stop_token& stop) {
  const std::string path = find_file(path_, object);
  const File file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) {
    throw_errno(path);
  }
  std::string piece(kPieceBytes, '\0');
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), file.get())) {
    if (stop.stop_requested()) {
      throw make_trouble(TroubleKind::kStopped, "stopped");
    }
    on_bytes({piece.data(), count});
  }
  if (std::ferror(file.get()) != 0) {
    throw_errno(path);
  }
}

std::vector<std::string> Folder::list(const Location& prefix, const std::stop_token&) {
  std::vector<std::string> keys;
  const fs::path bucket = fs::path(path_) / prefix.bucket;
  std::error_code error;
  for (fs::recursive_directory_iterator it(bucket, error), end; it != end; it.increment(error)) {
    if (error) {
      break;
    }
    std::string key = it->path().lexically_relative(bucket).generic_string();
    if (key.starts_with(prefix.key) && !it->is_directory(error)) {
      keys.push_back(std::move(key));
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::optional<bool> Folder::find_bucket(const std::string& bucket) const {
  std::error_code ignored;
  return fs::is_directory(fs::path(path_) / bucket, ignored);
}

std::string Folder::place() const {
  std::error_code error;
  const fs::path absolute = fs::absolute(path_, error);
  return error ? path_ : absolute.lexically_normal().string();
}

std::int64_t Folder::most_object_bytes() const { return std::numeric_limits<std::int64_t>::max(); }

}  // namespace trailpond::s3
