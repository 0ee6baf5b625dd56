#include "s3/endpoint.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <thread>

#include "base/signature.hpp"
#include "s3/answers.hpp"

namespace trailpond::s3 {
namespace {

/// How often something is tried, and the pause after the first time; each next is twice as long.
constexpr int kMostTries = 5;
constexpr std::chrono::milliseconds kFirstPause{100};

constexpr unsigned kNotFound = 404;
constexpr unsigned kForbidden = 403;
constexpr unsigned kRequestTimeout = 408;
constexpr unsigned kTooManyRequests = 429;
constexpr unsigned kServerErrors = 500;
constexpr unsigned kPartialContent = 206;

Trouble stopped() { return make_trouble(TroubleKind::kStopped, "stopped"); }

/// Waits; throws kStopped when it is to stop.
void pause(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  if (stop.stop_requested()) {
    throw stopped();
  }
}

bool may_succeed_later(const HttpAnswer& answer) {
  return answer.status >= kServerErrors || answer.status == kTooManyRequests ||
         answer.status == kRequestTimeout ||
         (answer.is_success() && is_error(answer.body));  // of CompleteMultipartUpload
}

/// Reads an error of S3. Without a text of its own the status tells its kind.
Trouble read_trouble(const HttpAnswer& answer, const Location& object) {
  Trouble trouble;
  trouble.code = find_element(answer.body, "Code").value_or("");
  trouble.message = "s3://" + object.bucket + "/" + object.key + ": status " +
                    std::to_string(answer.status) + " " + trouble.code + " " +
                    find_element(answer.body, "Message").value_or("");
  if (trouble.code == "NoSuchBucket") {
    trouble.kind = TroubleKind::kNoSuchBucket;
  } else if (answer.status == kNotFound && trouble.code != "NoSuchUpload") {
    trouble.kind = TroubleKind::kNoSuchKey;
  } else if (answer.status == kForbidden) {
    trouble.kind = TroubleKind::kAccessDenied;
  }
  if (trouble.code.empty()) {
    trouble.code = make_trouble(trouble.kind, {}).code;
  }
  return trouble;
}

}  // namespace

/// An object whose size is not known: what fits into a part is sent at once, the rest in parts.
class PartsWriter final : public ObjectWriter {
 public:
  PartsWriter(Endpoint& endpoint, Location object, std::stop_token stop)
      : endpoint_(endpoint), object_(std::move(object)), stop_(std::move(stop)) {}
  ~PartsWriter() override;
  PartsWriter(const PartsWriter&) = delete;
  PartsWriter& operator=(const PartsWriter&) = delete;

  void write(std::string_view bytes) override;
  void close() override;

 private:
  void begin();
  void send_part();

  Endpoint& endpoint_;
  Location object_;
  std::stop_token stop_;
  std::string part_ = {};
  std::string upload_id_ = {};
  std::vector<std::string> etags_ = {};
};

PartsWriter::~PartsWriter() {
  if (upload_id_.empty()) {
    return;
  }
  try {
    endpoint_.send({"DELETE", object_, {{"uploadId", upload_id_}}}, stop_);
  } catch (const Trouble&) {
    // Its parts stay until the bucket's rules remove them.
  }
}

void PartsWriter::write(std::string_view bytes) {
  constexpr std::size_t kSmall = std::size_t{1} << 20;
  while (!bytes.empty()) {
    if (part_.size() > kSmall && part_.capacity() < kPartBytes) {
      part_.reserve(kPartBytes);
    }
    const std::string_view piece = bytes.substr(0, kPartBytes - part_.size());
    part_ += piece;
    bytes.remove_prefix(piece.size());
    if (part_.size() == kPartBytes && !bytes.empty()) {
      send_part();
    }
  }
}

void PartsWriter::begin() {
  const HttpAnswer answer = endpoint_.send({"POST", object_, {{"uploads", ""}}}, stop_);
  upload_id_ = find_element(answer.body, "UploadId").value_or("");
  if (upload_id_.empty()) {
    throw make_trouble(TroubleKind::kFailed, "CreateMultipartUpload answered no UploadId");
  }
}

void PartsWriter::send_part() {
  if (upload_id_.empty()) {
    begin();
  }
  const std::string number = std::to_string(etags_.size() + 1);
  const HttpAnswer answer = endpoint_.send(
      {"PUT", object_, {{"partNumber", number}, {"uploadId", upload_id_}}, part_}, stop_);
  etags_.emplace_back(answer.find("ETag"));
  part_.clear();
}

void PartsWriter::close() {
  if (upload_id_.empty()) {
    endpoint_.put(object_, part_, {}, stop_);
    return;
  }
  send_part();
  const std::string parts = print_parts(etags_);
  endpoint_.send({"POST", object_, {{"uploadId", upload_id_}}, parts}, stop_);
  upload_id_.clear();
}

Endpoint::Endpoint(EndpointOptions options)
    : options_(std::move(options)), client_(options_.url, options_.certificates) {}

std::string Endpoint::place() const {
  const outbound::Url& url = options_.url;
  return (url.secure ? "https://" : "http://") + url.authority + url.path;
}

HttpAnswer Endpoint::try_once(const Call& call, const std::stop_token& stop,
                              const OnBytes& on_bytes) {
  HttpRequest request = {call.method, options_.url.path + "/" + call.object.bucket, call.fields,
                         call.body};
  if (!call.object.key.empty()) {
    request.target += '/';
    append_percent_encoded(request.target, call.object.key, true);
  }
  char mark = '?';
  for (const auto& [name, value] : call.query) {
    request.target += mark;
    append_percent_encoded(request.target, name, false);
    request.target += '=';
    append_percent_encoded(request.target, value, false);
    mark = '&';
  }
  sign_request(request, options_.url.authority, options_.credentials, options_.region,
               std::chrono::system_clock::now());
  return client_.send(request, stop, on_bytes);
}

/// Sends a call until it succeeds. Where a connection broke within a body that is handed on, the
/// next try asks for what is missing. Throws Trouble.
HttpAnswer Endpoint::send(Call call, const std::stop_token& stop, const OnBytes& on_bytes) {
  std::size_t got = 0;
  const auto take = [&](std::string_view bytes) {
    got += bytes.size();
    on_bytes(bytes);
  };
  auto time = kFirstPause;
  for (int tries = 1;; ++tries) {
    if (got > 0) {
      call.fields = {{"Range", "bytes=" + std::to_string(got) + "-"}};
    }
    try {
      HttpAnswer answer = try_once(call, stop, on_bytes ? OnBytes(take) : OnBytes());
      const bool later = may_succeed_later(answer);
      if (answer.is_success() && !later) {
        if (!call.fields.empty() && call.method == "GET" && answer.status != kPartialContent) {
          throw make_trouble(TroubleKind::kFailed, "the server knows no ranges");
        }
        return answer;
      }
      if (!later || tries == kMostTries) {
        throw read_trouble(answer, call.object);
      }
    } catch (const HttpTrouble& trouble) {
      if (trouble.stopped) {
        throw stopped();
      }
      if (tries == kMostTries) {
        throw make_trouble(TroubleKind::kFailed, trouble.message);
      }
    }
    pause(time, stop);
    time *= 2;
  }
}

std::unique_ptr<ObjectWriter> Endpoint::open(const Location& object, const std::stop_token& stop) {
  return std::make_unique<PartsWriter>(*this, object, stop);
}

void Endpoint::put(const Location& object, std::string_view bytes, const Metadata& metadata,
                   const std::stop_token& stop) {
  Call call = {"PUT", object, {}, bytes};
  for (const auto& [name, value] : metadata) {
    call.fields.emplace_back("x-amz-meta-" + name, value);
  }
  send(call, stop);
}

void Endpoint::remove(const Location& object, const std::stop_token& stop) {
  try {
    send({"DELETE", object}, stop);
  } catch (const Trouble& trouble) {
    if (trouble.kind != TroubleKind::kNoSuchKey) {
      throw;
    }
  }
}

void Endpoint::read(const Location& object, const OnBytes& on_bytes, const std::stop_token& stop) {
  send({"GET", object}, stop, on_bytes);
}

std::vector<std::string> Endpoint::list(const Location& prefix, const std::stop_token& stop) {
  std::vector<std::string> keys;
  std::optional<std::string> next;
  do {
    Call call = {"GET", {prefix.bucket, ""}, {{"list-type", "2"}, {"prefix", prefix.key}}};
    if (next) {
      call.query["continuation-token"] = *next;
    }
    const HttpAnswer answer = send(call, stop);
    for (std::string& key : list_elements(answer.body, "Key")) {
      keys.push_back(std::move(key));
    }
    next = find_element(answer.body, "NextContinuationToken");
  } while (next && !stop.stop_requested());
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace trailpond::s3
