#include "engine/queries/result_files.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/hashing.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "engine/object_keys.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

/// Text that is gathered before it is compressed.
constexpr std::size_t kTextBytes = std::size_t{256} << 10;
/// What a file may have beyond its size: one such text, and what the compressor holds.
constexpr std::int64_t kSlackBytes = std::int64_t{64} << 20;

/// Tells whether a cell must stand in quotes. All bytes of a result pass here: a table is several
/// times as fast as find_first_of().
bool needs_quotes(std::string_view cell) {
  static constexpr auto kMarks = [] {
    std::array<bool, 256> marks = {};
    for (const char mark : std::string_view("\",\r\n")) {
      marks[static_cast<unsigned char>(mark)] = true;
    }
    return marks;
  }();
  return std::any_of(cell.begin(), cell.end(),
                     [](char c) { return kMarks[static_cast<unsigned char>(c)]; });
}

void append_cell(std::string& line, std::string_view cell) {
  if (!needs_quotes(cell)) {
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

s3::Location place_results(const state::Query& query) {
  s3::Location place = s3::split_uri(query.delivery_uri).value_or(s3::Location());
  if (!place.key.empty() && !place.key.ends_with('/')) {
    place.key += '/';
  }
  place.key += "AWSLogs/" + query.key.account + "/CloudTrail-Lake/Query/" +
               print_key_day(query.created_at) + "/" + query.key.id + "/";
  return place;
}

struct ResultFiles::Open {
  Open(std::string file_name, std::unique_ptr<s3::ObjectWriter> writer)
      : name(std::move(file_name)), file(std::move(writer)) {}

  std::string name;
  std::unique_ptr<s3::ObjectWriter> file;
  events::GzipWriter gzip = {};
  Hasher hasher{EVP_sha256()};
  std::int64_t bytes = 0;

  void take(std::string_view compressed) {
    file->write(compressed);
    hasher.add(compressed);
    bytes += static_cast<std::int64_t>(compressed.size());
  }
};

ResultFiles::ResultFiles(s3::ObjectStore& objects, s3::Location place, const state::Query& query,
                         std::int64_t file_bytes, std::stop_token stop)
    : objects_(objects),
      place_(std::move(place)),
      file_bytes_(std::min(file_bytes, objects.most_object_bytes() - kSlackBytes)),
      stop_(std::move(stop)) {
  head_ = "# Execution Time: " + state::print_instant(query.created_at) + "\n";
  append_line(head_, query.columns);
}

ResultFiles::~ResultFiles() = default;

void ResultFiles::open() {
  const std::string name = "result_" + std::to_string(files_.size() + 1) + ".csv.gz";
  open_ = std::make_unique<Open>(name, objects_.open({place_.bucket, place_.key + name}, stop_));
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
  open_->file->close();
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
