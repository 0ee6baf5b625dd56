#include "trino/client.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/base64.hpp"
#include "outbound/async_client.hpp"

namespace trailpond::trino {
namespace {

using outbound::HttpAnswer;
using outbound::HttpRequest;
using outbound::Outcome;
using SteadyTime = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

constexpr unsigned kOk = 200;
constexpr unsigned kUnauthorized = 401;
constexpr unsigned kForbidden = 403;
constexpr unsigned kNotFound = 404;
constexpr unsigned kGone = 410;
constexpr unsigned kTooManyRequests = 429;
constexpr unsigned kBadGateway = 502;
constexpr unsigned kUnavailable = 503;
constexpr unsigned kGatewayTimeout = 504;

/// The pause before something is tried again; each next is twice as long, up to the longest.
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{2'000};
/// How much of an answer that is not understood is shown.
constexpr std::size_t kShownBytes = 200;
/// How large a page is asked for: fewer round trips than Trino's own 1 MB.
constexpr std::string_view kPageSize = "targetResultSize=16MB";

bool may_pass(unsigned status) {
  return status == kTooManyRequests || status == kBadGateway || status == kUnavailable ||
         status == kGatewayTimeout;
}

outbound::Fields fields_of(const Server& server) {
  outbound::Fields fields = {{"X-Trino-User", server.user},
                             {"X-Trino-Source", "trailpond"},
                             {"X-Trino-Time-Zone", "UTC"},
                             // Without it times come in milliseconds, whatever their precision.
                             {"X-Trino-Client-Capabilities", "PARAMETRIC_DATETIME"},
                             {"User-Agent", "trailpond"},
                             {"Content-Type", "text/plain; charset=utf-8"}};
  if (!server.catalog.empty()) {
    fields.emplace_back("X-Trino-Catalog", server.catalog);
  }
  if (!server.schema.empty()) {
    fields.emplace_back("X-Trino-Schema", server.schema);
  }
  if (!server.token.empty()) {
    fields.emplace_back("Authorization", "Bearer " + server.token);
  } else if (!server.password.empty()) {
    fields.emplace_back("Authorization", "Basic " + base64(server.user + ":" + server.password));
  }
  return fields;
}

/// The path and query of an address that Trino gave. The host stays the one that we were told of: a
/// cluster behind a proxy may know itself by another name, and passwords go nowhere else.
std::string target_of(std::string_view uri) {
  const auto scheme = uri.find("://");
  const auto path = uri.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return path == std::string_view::npos ? std::string() : std::string(uri.substr(path));
}

std::string with_page_size(std::string target) {
  target += target.find('?') == std::string::npos ? '?' : '&';
  return target.append(kPageSize);
}

bool has_begun(const Page& page) {
  return page.state == "RUNNING" || page.state == "FINISHING" || page.state == "FINISHED" ||
         page.rows > 0;
}

std::string describe(const HttpAnswer& answer) {
  std::string text = "it answered with the status " + std::to_string(answer.status);
  if (answer.status == kUnauthorized || answer.status == kForbidden) {
    return text + ": it does not let the user in";
  }
  if (answer.status == kNotFound || answer.status == kGone) {
    return text + ": it does not know the query, as after a restart of its coordinator";
  }
  return answer.body.empty() ? text : text + ": " + answer.body.substr(0, kShownBytes);
}

}  // namespace

struct Client::Body {
  Body(outbound::Loop& on, Server told)
      : loop(on),
        server(std::move(told)),
        fields(fields_of(server)),
        http(loop, server.url, server.certificates, {server.patience, connecting(server)}) {}

  static milliseconds connecting(const Server& server) {
    constexpr milliseconds kConnecting{5'000};
    return std::min(kConnecting, server.patience);
  }

  outbound::Loop& loop;
  Server server;
  outbound::Fields fields;
  outbound::AsyncClient http;
  std::atomic<int> farewells = 0;  // statements that are to be ended there and are not yet
};

namespace {

/// One statement on its way. Of the loop's thread, but for cancel(). Every call that waits for the
/// network holds it.
class StatementRun final : public Run, public std::enable_shared_from_this<StatementRun> {
 public:
  StatementRun(std::shared_ptr<Client::Body> client, std::string statement,
               std::vector<sql::Column> columns, const Limits& limits, Observer observer)
      : client_(std::move(client)),
        statement_(std::move(statement)),
        columns_(std::move(columns)),
        limits_(limits),
        observer_(std::move(observer)) {}

  void begin() {
    heard_at_ = std::chrono::steady_clock::now();
    client_->loop.post_after(limits_.time, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->end({.kind = EndKind::kTooLong});
      }
    });
    send();
  }

  void cancel() override {
    ++client_->farewells;
    client_->loop.post([self = shared_from_this()] {
      self->leave();
      --self->client_->farewells;
    });
  }

 private:
  void send();
  void take_bytes(std::string_view bytes);
  void take(Outcome outcome);
  void take_page();
  void try_again(const std::string& why);
  bool take_row(std::span<const std::string_view> cells);
  void lose(const std::string& reason) { end({.kind = EndKind::kLost, .reason = reason}); }
  void end(Ending ending);
  void leave();
  void remove_there();

  std::shared_ptr<Client::Body> client_;
  std::string statement_;
  std::vector<sql::Column> columns_;
  Limits limits_;
  Observer observer_;
  std::string next_uri_ = {};  // empty: the statement is not there yet
  std::unique_ptr<PageReader> reader_ = {};
  std::shared_ptr<outbound::Sending> sending_ = {};
  SteadyTime heard_at_ = {};
  milliseconds pause_ = kFirstPause;
  std::int64_t rows_ = 0;
  std::int64_t bytes_ = 0;
  std::int64_t page_rows_ = 0;       // of this page, taken
  std::int64_t page_rows_read_ = 0;  // of this page, in this try
  bool running_ = false;
  bool over_ = false;
};

void StatementRun::send() {
  if (over_) {
    return;
  }
  const auto& server = client_->server;
  HttpRequest request;
  request.fields = client_->fields;
  request.method = next_uri_.empty() ? "POST" : "GET";
  request.target =
      next_uri_.empty() ? server.url.path + "/v1/statement" : with_page_size(target_of(next_uri_));
  page_rows_read_ = 0;
  reader_ = std::make_unique<PageReader>(
      columns_, [this](std::span<const std::string_view> cells) { return take_row(cells); });
  const auto self = shared_from_this();
  sending_ = client_->http.send(
      std::move(request), next_uri_.empty() ? statement_ : std::string(),
      [self](std::string_view bytes) { self->take_bytes(bytes); },
      [self](Outcome outcome) { self->take(std::move(outcome)); });
}

/// Reads on as the bytes come; what is wrong with them is told when they have ended.
void StatementRun::take_bytes(std::string_view bytes) {
  heard_at_ = std::chrono::steady_clock::now();
  // Of a statement that was cancelled while it was being started, its address is wanted still.
  if ((!over_ || next_uri_.empty()) && reader_->problem().empty()) {
    reader_->read(bytes);
  }
}

bool StatementRun::take_row(std::span<const std::string_view> cells) {
  // A page that is read again begins with rows that have been taken.
  if (over_ || ++page_rows_read_ <= page_rows_) {
    return true;
  }
  ++page_rows_;
  ++rows_;
  for (const std::string_view cell : cells) {
    bytes_ += static_cast<std::int64_t>(cell.size());
  }
  if (rows_ > limits_.rows || bytes_ > limits_.bytes) {
    end({.kind = EndKind::kTooLarge});
    return false;
  }
  if (!running_) {
    running_ = true;
    observer_.on_running();
  }
  if (!observer_.on_row(cells)) {
    end({.kind = EndKind::kStopped});
    return false;
  }
  return true;
}

void StatementRun::take(Outcome outcome) {
  sending_.reset();
  const bool posted = next_uri_.empty();
  if (over_) {
    // It was cancelled while it was being started: now it can be told there.
    if (posted && outcome.answer && reader_->finish()) {
      next_uri_ = reader_->page().next_uri;
      remove_there();
    }
    return;
  }
  if (!outcome.answer) {
    // Whether a statement that was sent has begun is not known: it must not begin twice.
    if (posted && outcome.trouble.sent) {
      return lose(outcome.trouble.message);
    }
    return try_again(outcome.trouble.message);
  }
  if (may_pass(outcome.answer->status)) {
    return try_again(describe(*outcome.answer));
  }
  heard_at_ = std::chrono::steady_clock::now();
  pause_ = kFirstPause;
  if (outcome.answer->status != kOk) {
    return lose(describe(*outcome.answer));
  }
  if (!reader_->finish()) {
    return lose("its answer is not understood: " + reader_->problem());
  }
  take_page();
}

void StatementRun::take_page() {
  const Page page = reader_->page();
  page_rows_ = 0;
  next_uri_ = page.next_uri;
  if (page.error) {
    next_uri_.clear();
    return end({.kind = EndKind::kRefused, .error = *page.error});
  }
  if (!running_ && has_begun(page)) {
    running_ = true;
    observer_.on_running();
  }
  if (next_uri_.empty()) {
    return end({.rows_scanned = page.rows_scanned, .bytes_scanned = page.bytes_scanned});
  }
  send();
}

void StatementRun::try_again(const std::string& why) {
  const auto silent = std::chrono::steady_clock::now() - heard_at_;
  if (silent + pause_ > client_->server.patience) {
    return lose(why);
  }
  client_->loop.post_after(pause_, [self = shared_from_this()] { self->send(); });
  pause_ = std::min(2 * pause_, kLongestPause);
}

void StatementRun::end(Ending ending) {
  if (over_) {
    return;
  }
  leave();
  ending.rows = rows_;
  const auto on_end = std::move(observer_.on_end);
  on_end(std::move(ending));
}

/// Nothing is told from now on; what Trino still does is ended there.
void StatementRun::leave() {
  if (over_) {
    return;
  }
  over_ = true;
  // Who watches may hold this run, and may be what called.
  client_->loop.post([self = shared_from_this()] { self->observer_ = {}; });
  remove_there();
  if (sending_ && !next_uri_.empty()) {
    sending_->cancel();
  }
}

void StatementRun::remove_there() {
  if (next_uri_.empty()) {
    return;
  }
  HttpRequest request;
  request.method = "DELETE";
  request.target = target_of(next_uri_);
  request.fields = client_->fields;
  ++client_->farewells;
  client_->http.send(std::move(request), {}, {},
                     [client = client_](const Outcome&) { --client->farewells; });
}

}  // namespace

Client::Client(outbound::Loop& loop, Server server)
    : body_(std::make_shared<Body>(loop, std::move(server))) {}
Client::~Client() = default;

const Server& Client::server() const { return body_->server; }

void Client::finish_farewells(milliseconds time) const {
  constexpr milliseconds kLook{5};
  const auto until = std::chrono::steady_clock::now() + time;
  while (body_->farewells > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kLook);
  }
}

std::shared_ptr<Run> Client::start(std::string statement, std::vector<sql::Column> columns,
                                   const Limits& limits, Observer observer) {
  auto run = std::make_shared<StatementRun>(body_, std::move(statement), std::move(columns), limits,
                                            std::move(observer));
  body_->loop.post([run] { run->begin(); });
  return run;
}

}  // namespace trailpond::trino
