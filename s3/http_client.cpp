#include "s3/http_client.hpp"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <charconv>
#include <chrono>
#include <variant>

#include "base/text.hpp"

namespace trailpond::s3 {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;

/// How long a connection may be silent, and be made.
constexpr std::chrono::seconds kSilence{15};
constexpr std::chrono::seconds kConnecting{5};
/// How soon a stop is seen.
constexpr std::chrono::milliseconds kLook{50};
constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
constexpr std::uint32_t kMostHeaderBytes = 64U << 10;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

/// Reads what follows the host: nothing, or :PORT.
bool parse_port(std::string_view text, Url& url) {
  if (text.empty()) {
    return true;
  }
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + 1, end, url.port);
  return text.front() == ':' && error == std::errc() && stopped == end && url.port != 0;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  url.secure = text.starts_with("https://");
  if (!url.secure && !text.starts_with("http://")) {
    return std::nullopt;
  }
  text.remove_prefix(text.find("//") + 2);
  const std::string_view authority = text.substr(0, text.find('/'));
  text.remove_prefix(authority.size());
  const bool bracketed = authority.starts_with('[');
  const auto host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) {
    return std::nullopt;
  }
  url.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  const std::uint16_t usual = url.secure ? kHttpsPort : kHttpPort;
  url.port = usual;
  const std::string_view rest = host_end == std::string_view::npos
                                    ? std::string_view()
                                    : authority.substr(host_end + (bracketed ? 1 : 0));
  if (url.host.empty() || url.host.find_first_of("@ ?#") != std::string::npos ||
      text.find_first_of(" ?#") != std::string_view::npos || !parse_port(rest, url)) {
    return std::nullopt;
  }
  url.authority = (bracketed ? "[" + url.host + "]" : url.host) +
                  (url.port == usual ? "" : ":" + std::to_string(url.port));
  url.path = text.substr(0, text.find_last_not_of('/') + 1);
  return url;
}

std::string_view HttpAnswer::find(std::string_view name) const {
  for (const auto& [each, value] : fields) {
    if (ascii_lower(each) == ascii_lower(name)) {
      return value;
    }
  }
  return {};
}

/// What is trusted.
struct HttpClient::Secrets {
  asio::ssl::context context{asio::ssl::context::tls_client};
};

/// One connection. Its operations are asynchronous, and waited for, so that each has a time limit
/// and a stop ends it.
struct HttpClient::Connection {
  asio::io_context io{1};
  std::variant<std::monostate, Plain, Secure> stream{};
  beast::flat_buffer buffer{};
  bool answered = false;  // the header of the last answer has come

  template <class Do>
  void with_stream(Do&& work) {
    if (auto* plain = std::get_if<Plain>(&stream)) {
      work(*plain);
    } else {
      work(std::get<Secure>(stream));
    }
  }

  /// Waits for an operation that begin(handler) starts, and answers its error.
  template <class Begin>
  error_code wait(const std::stop_token& stop, std::chrono::seconds limit, Begin&& begin) {
    std::optional<error_code> outcome;
    with_stream([&](auto& each) { beast::get_lowest_layer(each).expires_after(limit); });
    begin([&](error_code error, auto&&...) { outcome = error; });
    io.restart();
    while (!outcome) {
      io.run_for(kLook);
      if (stop.stop_requested() && !outcome) {
        with_stream([](auto& each) { beast::get_lowest_layer(each).cancel(); });
        io.restart();
        io.run();
        throw HttpTrouble{"stopped", true};
      }
      io.restart();
    }
    return *outcome;
  }

  void open(const Url& url, Secrets& secrets, const std::stop_token& stop);
  void shake_hands(const Url& url, const std::stop_token& stop);
  error_code write(const Url& url, const HttpRequest& request, const std::stop_token& stop);
  HttpAnswer read(bool no_body, const std::stop_token& stop, const OnBytes& on_bytes, bool& keep);
};

void HttpClient::Connection::open(const Url& url, Secrets& secrets, const std::stop_token& stop) {
  if (url.secure) {
    stream.emplace<Secure>(io, secrets.context);
  } else {
    stream.emplace<Plain>(io);
  }
  tcp::resolver resolver(io);
  tcp::resolver::results_type found;
  const auto take = [&](auto handler) {
    return [&found, handler](error_code error, tcp::resolver::results_type results) mutable {
      found = std::move(results);
      handler(error);
    };
  };
  error_code error = wait(stop, kConnecting, [&](auto handler) {
    resolver.async_resolve(url.host, std::to_string(url.port), take(handler));
  });
  if (!error) {
    error = wait(stop, kConnecting, [&](auto handler) {
      with_stream([&](auto& each) { beast::get_lowest_layer(each).async_connect(found, handler); });
    });
  }
  if (error) {
    throw HttpTrouble{"no connection to " + url.authority + ": " + error.message()};
  }
  with_stream([](auto& each) {
    error_code ignored;
    beast::get_lowest_layer(each).socket().set_option(tcp::no_delay(true), ignored);
  });
  if (url.secure) {
    shake_hands(url, stop);
  }
}

void HttpClient::Connection::shake_hands(const Url& url, const std::stop_token& stop) {
  auto& secure = std::get<Secure>(stream);
  error_code address_error;
  asio::ip::make_address(url.host, address_error);
  if (address_error) {  // it is a name
    SSL_set_tlsext_host_name(secure.native_handle(), url.host.c_str());
  }
  secure.set_verify_callback(asio::ssl::host_name_verification(url.host));
  const error_code error = wait(stop, kConnecting, [&](auto handler) {
    secure.async_handshake(asio::ssl::stream_base::client, handler);
  });
  if (error) {
    throw HttpTrouble{"no secure connection to " + url.authority + ": " + error.message()};
  }
}

error_code HttpClient::Connection::write(const Url& url, const HttpRequest& request,
                                         const std::stop_token& stop) {
  using Body = http::span_body<const char>;
  constexpr unsigned kVersion = 11;
  http::request<Body> message(http::string_to_verb(request.method), request.target, kVersion);
  message.set(http::field::host, url.authority);
  for (const auto& [name, value] : request.fields) {
    message.set(name, value);
  }
  message.body() = {request.body.data(), request.body.size()};
  if (!request.body.empty() || request.method == "PUT" || request.method == "POST") {
    message.content_length(request.body.size());
  }
  http::request_serializer<Body> serializer(message);
  error_code error;
  while (!error && !serializer.is_done()) {
    error = wait(stop, kSilence, [&](auto handler) {
      with_stream([&](auto& each) { http::async_write_some(each, serializer, handler); });
    });
  }
  return error;
}

HttpAnswer HttpClient::Connection::read(bool no_body, const std::stop_token& stop,
                                        const OnBytes& on_bytes, bool& keep) {
  http::response_parser<http::buffer_body> parser;
  parser.header_limit(kMostHeaderBytes);
  parser.body_limit(boost::none);
  parser.skip(no_body);
  const auto check = [](error_code error) {
    if (error && error != http::error::need_buffer) {
      throw HttpTrouble{"the connection broke: " + error.message()};
    }
  };
  check(wait(stop, kSilence, [&](auto handler) {
    with_stream([&](auto& each) { http::async_read_header(each, buffer, parser, handler); });
  }));
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
    check(wait(stop, kSilence, [&](auto handler) {
      with_stream([&](auto& each) { http::async_read_some(each, buffer, parser, handler); });
    }));
    const std::string_view got(piece.data(), piece.size() - body.size);
    if (on_bytes && answer.is_success()) {
      on_bytes(got);
    } else {
      answer.body += got;
    }
  }
  keep = parser.keep_alive();
  return answer;
}

HttpClient::HttpClient(Url url, const std::string& certificates)
    : url_(std::move(url)), secrets_(std::make_unique<Secrets>()) {
  if (!url_.secure) {
    return;
  }
  error_code error;
  if (certificates.empty()) {
    secrets_->context.set_default_verify_paths(error);
  } else {
    secrets_->context.load_verify_file(certificates, error);
  }
  if (error) {
    throw HttpTrouble{"the certificates of authorities cannot be read: " + error.message()};
  }
  secrets_->context.set_verify_mode(asio::ssl::verify_peer);
}

HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Connection> HttpClient::take_idle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    return nullptr;
  }
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

HttpAnswer HttpClient::send(const HttpRequest& request, const std::stop_token& stop,
                            const OnBytes& on_bytes) {
  if (auto idle = take_idle()) {
    try {
      return exchange(idle, request, stop, on_bytes);
    } catch (const HttpTrouble& trouble) {
      if (trouble.stopped || idle->answered) {
        throw;
      }
      // The server may have closed it meanwhile.
    }
  }
  auto connection = std::make_unique<Connection>();
  connection->open(url_, *secrets_, stop);
  return exchange(connection, request, stop, on_bytes);
}

/// Sends a request over a connection, which is kept where the server says so.
HttpAnswer HttpClient::exchange(std::unique_ptr<Connection>& connection, const HttpRequest& request,
                                const std::stop_token& stop, const OnBytes& on_bytes) {
  connection->answered = false;
  const error_code error = connection->write(url_, request, stop);
  HttpAnswer answer;
  bool keep = false;
  try {
    // Who refuses a request may do so before all of it is sent.
    answer = connection->read(request.method == "HEAD", stop, on_bytes, keep);
  } catch (HttpTrouble& trouble) {
    if (error && !trouble.stopped) {
      trouble.message = "the connection broke: " + error.message();
    }
    throw;
  }
  if (keep && !error) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  return answer;
}

}  // namespace trailpond::s3
