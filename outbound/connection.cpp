#include "outbound/connection.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <variant>

#include "outbound/lookup.hpp"

namespace trailpond::outbound {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr std::uint32_t kMostHeaderBytes = 64U << 10;

}  // namespace

struct Trust::Context {
  asio::ssl::context tls{asio::ssl::context::tls_client};
};

Trust::Trust(const Url& url, const std::string& certificates) {
  if (!url.secure) {
    return;
  }
  context_ = std::make_unique<Context>();
  error_code error;
  if (certificates.empty()) {
    context_->tls.set_default_verify_paths(error);
  } else {
    context_->tls.load_verify_file(certificates, error);
  }
  if (error) {
    throw HttpTrouble{"the certificates of authorities cannot be read: " + error.message()};
  }
  context_->tls.set_verify_mode(asio::ssl::verify_peer);
}

Trust::~Trust() = default;

struct Connection::Body {
  Body(asio::io_context& context, const Url& server, Trust& trust, Patience limits)
      : io(context), lookup(context), url(server), patience(limits) {
    if (url.secure) {
      stream.emplace<Secure>(io, trust.context_->tls);
    } else {
      stream.emplace<Plain>(io);
    }
  }

  template <class Do>
  decltype(auto) with_stream(Do&& work) {
    if (auto* plain = std::get_if<Plain>(&stream)) {
      return work(*plain);
    }
    return work(std::get<Secure>(stream));
  }
  void expire_after(std::chrono::milliseconds limit) {
    with_stream([&](auto& each) { beast::get_lowest_layer(each).expires_after(limit); });
  }
  /// Throws where a step went wrong or the whole is to end.
  void check(error_code error, const std::string& what) const {
    if (stopped) {
      throw HttpTrouble{"stopped", true, sent};
    }
    if (error) {
      throw HttpTrouble{what + ": " + error.message(), false, sent};
    }
  }

  asio::awaitable<void> connect();
  asio::awaitable<void> shake_hands();
  asio::awaitable<error_code> write(const HttpRequest& request);
  asio::awaitable<HttpAnswer> read(bool no_body, const OnBytes& on_bytes);

  asio::io_context& io;
  Lookup lookup;
  Url url;
  Patience patience;
  std::variant<std::monostate, Plain, Secure> stream = {};
  beast::flat_buffer buffer = {};
  bool stopped = false;
  bool sent = false;
  bool answered = false;
  bool keep = false;
};

asio::awaitable<void> Connection::Body::connect() {
  error_code error;
  const auto with_error = [&] { return asio::redirect_error(asio::use_awaitable, error); };
  const auto found = co_await lookup.find(url.host, url.port, patience.connecting, error);
  check(error, "no connection to " + url.authority);
  expire_after(patience.connecting);
  auto& socket = with_stream([](auto& each) -> Plain& { return beast::get_lowest_layer(each); });
  co_await socket.async_connect(found, with_error());
  check(error, "no connection to " + url.authority);
  error_code ignored;
  socket.socket().set_option(tcp::no_delay(true), ignored);
}

asio::awaitable<void> Connection::Body::shake_hands() {
  auto& secure = std::get<Secure>(stream);
  error_code error;
  asio::ip::make_address(url.host, error);
  if (error) {  // it is a name
    SSL_set_tlsext_host_name(secure.native_handle(), url.host.c_str());
  }
  secure.set_verify_callback(asio::ssl::host_name_verification(url.host));
  expire_after(patience.connecting);
  co_await secure.async_handshake(asio::ssl::stream_base::client,
                                  asio::redirect_error(asio::use_awaitable, error));
  check(error, "no secure connection to " + url.authority);
}

asio::awaitable<error_code> Connection::Body::write(const HttpRequest& request) {
  using Content = http::span_body<const char>;
  constexpr unsigned kVersion = 11;
  http::request<Content> message(http::string_to_verb(request.method), request.target, kVersion);
  message.set(http::field::host, url.authority);
  for (const auto& [name, value] : request.fields) {
    message.set(name, value);
  }
  message.body() = {request.body.data(), request.body.size()};
  if (!request.body.empty() || request.method == "PUT" || request.method == "POST") {
    message.content_length(request.body.size());
  }
  http::request_serializer<Content> serializer(message);
  error_code error;
  const auto with_error = [&] { return asio::redirect_error(asio::use_awaitable, error); };
  sent = true;
  while (!error && !serializer.is_done()) {
    expire_after(patience.silence);
    if (auto* plain = std::get_if<Plain>(&stream)) {
      co_await http::async_write_some(*plain, serializer, with_error());
    } else {
      co_await http::async_write_some(std::get<Secure>(stream), serializer, with_error());
    }
  }
  co_return error;
}

asio::awaitable<HttpAnswer> Connection::Body::read(bool no_body, const OnBytes& on_bytes) {
  http::response_parser<http::buffer_body> parser;
  parser.header_limit(kMostHeaderBytes);
  parser.body_limit(boost::none);
  parser.skip(no_body);
  error_code error;
  const auto with_error = [&] { return asio::redirect_error(asio::use_awaitable, error); };
  expire_after(patience.silence);
  if (auto* plain = std::get_if<Plain>(&stream)) {
    co_await http::async_read_header(*plain, buffer, parser, with_error());
  } else {
    co_await http::async_read_header(std::get<Secure>(stream), buffer, parser, with_error());
  }
  check(error, "the connection broke");
  answered = true;
  HttpAnswer answer;
  answer.status = parser.get().result_int();
  for (const auto& field : parser.get()) {
    answer.fields.emplace_back(field.name_string(), field.value());
  }
  std::string piece(kPieceBytes, '\0');
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    expire_after(patience.silence);
    if (auto* plain = std::get_if<Plain>(&stream)) {
      co_await http::async_read_some(*plain, buffer, parser, with_error());
    } else {
      co_await http::async_read_some(std::get<Secure>(stream), buffer, parser, with_error());
    }
    check(error == http::error::need_buffer ? error_code() : error, "the connection broke");
    const std::string_view got(piece.data(), piece.size() - body.size);
    if (on_bytes && answer.is_success()) {
      on_bytes(got);
    } else {
      answer.body += got;
    }
  }
  keep = parser.keep_alive();
  co_return answer;
}

Connection::Connection(asio::io_context& io, const Url& url, Trust& trust, Patience patience)
    : body_(std::make_unique<Body>(io, url, trust, patience)) {}
Connection::~Connection() = default;

bool Connection::answered() const { return body_->answered; }
bool Connection::stays_open() const { return body_->keep && !body_->stopped; }

void Connection::cancel() {
  body_->stopped = true;
  body_->lookup.cancel();
  body_->with_stream([](auto& each) { beast::get_lowest_layer(each).cancel(); });
}

asio::awaitable<void> Connection::open() {
  co_await body_->connect();
  if (body_->url.secure) {
    co_await body_->shake_hands();
  }
}

asio::awaitable<HttpAnswer> Connection::exchange(const HttpRequest& request,
                                                 const OnBytes& on_bytes) {
  body_->answered = false;
  body_->keep = false;
  const error_code error = co_await body_->write(request);
  // Who refuses a request may do so before all of it is sent.
  HttpAnswer answer;
  try {
    answer = co_await body_->read(request.method == "HEAD", on_bytes);
  } catch (HttpTrouble& trouble) {
    if (error && !trouble.stopped) {
      trouble.message = "the connection broke: " + error.message();
    }
    throw;
  }
  body_->keep = body_->keep && !error;
  co_return answer;
}

}  // namespace trailpond::outbound
