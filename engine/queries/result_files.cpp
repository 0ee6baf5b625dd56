#include "engine/queries/result_files.hpp"

#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/hashing.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;

/// Text that is gathered before it is compressed.
constexpr std::size_t kTextBytes = std::size_t{256} << 10;

[[noreturn]] void fail(int error) { throw FileTrouble{error == EACCES || error == EPERM}; }

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File open_file(const std::string& path) {
  File file(std::fopen(path.c_str(), "wb"), std::fclose);
  if (!file) {
    fail(errno);
  }
  return file;
}

void write(std::FILE* file, std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) {
    fail(errno);
  }
}

void close(File file) {
  if (std::fclose(file.release()) != 0) {
    fail(errno);
  }
}

void append_cell(std::string& line, std::string_view cell) {
  if (cell.find_first_of("\",\r\n") == std::string_view::npos) {
    line += cell;
  } else {
    line += quoted(cell, '"');
  }
}

template <class Cells>
void append_line(std::string& text, const Cells& cells) {
  bool first = true;
  for (const std::string_view cell : cells) {
    text += first ? "" : ",";
    append_cell(text, cell);
    first = false;
  }
  text += '\n';
}

}  // namespace

std::string print_result_prefix(const state::Query& query) {
  constexpr std::string_view kScheme = "s3://";
  const std::string rest = query.delivery_uri.substr(kScheme.size());
  std::string prefix = rest.substr(std::min(rest.find('/'), rest.size()));
  prefix.erase(0, prefix.find_first_not_of('/'));
  if (!prefix.empty() && !prefix.ends_with('/')) {
    prefix += '/';
  }
  const std::string time = state::print_second(query.created_at);  // 2024-05-01T12:34:56Z
  return prefix + "AWSLogs/" + query.key.account + "/CloudTrail-Lake/Query/" + time.substr(0, 4) +
         "/" + time.substr(5, 2) + "/" + time.substr(8, 2) + "/" + query.key.id + "/";
}

struct ResultFiles::Open {
  Open(const std::string& folder, const std::string& file_name)
      : file(open_file(folder + "/" + file_name)), name(file_name) {}

  File file;
  std::string name;
  events::GzipWriter gzip = {};
  Hasher hasher{EVP_sha256()};
  std::int64_t bytes = 0;

  void take(std::string_view compressed) {
    write(file.get(), compressed);
    hasher.add(compressed);
    bytes += static_cast<std::int64_t>(compressed.size());
  }
};

ResultFiles::ResultFiles(std::string folder, const state::Query& query, std::int64_t file_bytes)
    : folder_(std::move(folder)), file_bytes_(file_bytes) {
  head_ = "# Execution Time: " + state::print_instant(query.created_at) + "\n";
  append_line(head_, query.columns);
}

ResultFiles::~ResultFiles() = default;

void ResultFiles::open() {
  const std::string name = "result_" + std::to_string(files_.size() + 1) + ".csv.gz";
  open_ = std::make_unique<Open>(folder_, name);
  text_ = head_;
}

void ResultFiles::add(std::span<const std::string_view> cells) {
  if (open_ && open_->bytes >= file_bytes_) {
    close();
  }
  if (!open_) {
    open();
  }
  append_line(text_, cells);
  if (text_.size() >= kTextBytes) {
    flush();
  }
}

void ResultFiles::flush() {
  open_->gzip.write(text_, [this](std::string_view bytes) { open_->take(bytes); });
  text_.clear();
}

void ResultFiles::close() {
  flush();
  open_->gzip.finish([this](std::string_view bytes) { open_->take(bytes); });
  engine::close(std::move(open_->file));
  files_.push_back({open_->name, hexadecimal(open_->hasher.finish().bytes(), kLowerHexDigits)});
  open_.reset();
}

std::vector<ResultFile> ResultFiles::finish() {
  if (!open_ && files_.empty()) {
    open();
  }
  if (open_) {
    close();
  }
  return std::move(files_);
}

std::string print_signed_text(const std::vector<ResultFile>& files) {
  std::string text;
  for (const ResultFile& file : files) {
    text += (text.empty() ? "" : " ") + file.sha256;
  }
  return text;
}

std::string print_sign_file(const SignFile& sign) {
  std::string text;
  JsonWriter json(text);
  json.open_object();
  json.member("version", "1.0");
  json.member("region", sign.region);
  json.key("files");
  json.open_list();
  for (const ResultFile& file : sign.files) {
    json.open_object();
    json.member("fileHashValue", file.sha256);
    json.member("fileName", file.name);
    json.close_object();
  }
  json.close_list();
  json.member("hashAlgorithm", "SHA-256");
  json.member("signatureAlgorithm", "SHA256withRSA");
  json.member("queryCompleteTime", state::print_second(sign.completed_at));
  json.member("hashSignature", hexadecimal(sign.signature, kLowerHexDigits));
  json.member("publicKeyFingerprint", sign.fingerprint);
  json.close_object();
  return text;
}

void write_whole_file(const std::string& path, std::string_view bytes) {
  const std::string unfinished = path + ".unfinished";
  File file = open_file(unfinished);
  write(file.get(), bytes);
  close(std::move(file));
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) {
    fail(errno);
  }
}

}  // namespace trailpond::engine
