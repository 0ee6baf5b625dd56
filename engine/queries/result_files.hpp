#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "s3/objects.hpp"
#include "state/records.hpp"

/// The files of a query's results. Source: AWS user guide, "Download your CloudTrail Lake saved
/// query results" and "CloudTrail sign file structure"; shared/spec 6.
namespace trailpond::engine {

/// Where a query's files go: the bucket, and the key before their names:
/// [PREFIX/]AWSLogs/ACCOUNT/CloudTrail-Lake/Query/YYYY/MM/DD/QUERY-ID/, by the UTC day of its
/// start.
s3::Location place_results(const state::Query& query);

/// A file that was written: its name, and the SHA-256 of its bytes in hexadecimal digits.
struct ResultFile {
  std::string name = {};
  std::string sha256 = {};
};

/// Writes rows as result_1.csv.gz, result_2.csv.gz … below a place, whose key ends in a slash: a
/// line about the execution, a line of the columns' names, the rows. Values are quoted where CSV
/// needs it (RFC 4180). Needs little memory whatever comes. Throws s3::Trouble.
class ResultFiles {
 public:
  /// A file that has `file_bytes` or more is followed by the next.
  ResultFiles(s3::ObjectStore& objects, s3::Location place, const state::Query& query,
              std::int64_t file_bytes, std::stop_token stop);
  ~ResultFiles();
  ResultFiles(const ResultFiles&) = delete;
  ResultFiles& operator=(const ResultFiles&) = delete;

  void add(std::span<const std::string_view> cells);
  /// Ends the last file and answers them all: one at least.
  std::vector<ResultFile> finish();

 private:
  struct Open;
  void open();
  void close();
  void flush();

  s3::ObjectStore& objects_;
  s3::Location place_;
  std::string head_;
  std::int64_t file_bytes_;
  std::stop_token stop_;
  std::string text_ = {};  // not compressed yet
  std::unique_ptr<Open> open_;
  std::vector<ResultFile> files_ = {};
};

/// What a sign file says.
struct SignFile {
  std::string region = {};
  std::vector<ResultFile> files = {};
  state::Micros completed_at = 0;
  std::string signature = {};    // bytes
  std::string fingerprint = {};  // of the public key
};
/// The text that is signed: the hashes of the files, one blank between two.
std::string print_signed_text(const std::vector<ResultFile>& files);
/// Prints result_sign.json.
std::string print_sign_file(const SignFile& sign);
constexpr std::string_view kSignFileName = "result_sign.json";

}  // namespace trailpond::engine
