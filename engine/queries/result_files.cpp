#include "engine/queries/result_files.hpp"

#include <openssl/evp.h>

#include "base/hashing.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

/// Text that is gathered before it is compressed.
constexpr std::size_t kTextBytes = std::size_t{256} << 10;

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

S3Location place_results(const state::Query& query) {
  S3Location place = split_s3_uri(query.delivery_uri).value_or(S3Location());
  if (!place.prefix.empty() && !place.prefix.ends_with('/')) {
    place.prefix += '/';
  }
  place.prefix += "AWSLogs/" + query.key.account + "/CloudTrail-Lake/Query/" +
                  print_key_day(query.created_at) + "/" + query.key.id + "/";
  return place;
}

struct ResultFiles::Open {
  Open(const std::string& folder, const std::string& file_name)
      : file(folder + file_name), name(file_name) {}

  OutputFile file;
  std::string name;
  events::GzipWriter gzip = {};
  Hasher hasher{EVP_sha256()};
  std::int64_t bytes = 0;

  void take(std::string_view compressed) {
    file.write(compressed);
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
  open_->file.close();
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

}  // namespace trailpond::engine
