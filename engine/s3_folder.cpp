#include "engine/s3_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>

namespace trailpond::engine {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void throw_trouble() { throw FileTrouble{errno == EACCES || errno == EPERM}; }

}  // namespace

std::optional<S3Location> split_s3_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  if (!uri.starts_with(kScheme)) {
    return std::nullopt;
  }
  uri.remove_prefix(kScheme.size());
  const auto slash = uri.find('/');
  return S3Location{std::string(uri.substr(0, slash)),
                    slash == uri.npos ? std::string() : std::string(uri.substr(slash + 1))};
}

std::optional<std::string> find_object_file(const std::string& folder, const S3Location& object) {
  const fs::path key = object.prefix;
  const bool leads_out =
      key.is_absolute() || std::any_of(key.begin(), key.end(), [](const fs::path& part) {
        return part == ".." || part == ".";
      });
  return leads_out ? std::nullopt
                   : std::optional((fs::path(folder) / object.bucket / key).string());
}

std::string print_key_day(state::Micros at) {
  const std::string time = state::print_second(at);  // 2024-05-01T12:34:56Z
  return time.substr(0, 4) + "/" + time.substr(5, 2) + "/" + time.substr(8, 2);
}

OutputFile::OutputFile(const std::string& path) : file_(nullptr, std::fclose) {
  std::error_code ignored;  // what it means is met at once
  fs::create_directories(fs::path(path).parent_path(), ignored);
  file_.reset(std::fopen(path.c_str(), "wb"));
  if (!file_) {
    throw_trouble();
  }
}

void OutputFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    throw_trouble();
  }
}

void OutputFile::close() {
  if (std::fclose(file_.release()) != 0) {
    throw_trouble();
  }
}

void write_whole_file(const std::string& path, std::string_view bytes) {
  const std::string unfinished = path + ".unfinished";
  OutputFile file(unfinished);
  file.write(bytes);
  file.close();
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
    throw_trouble();
  }
}

}  // namespace trailpond::engine
