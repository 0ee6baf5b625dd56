#include "server/http/message.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "server/http/limits.hpp"

namespace trailpond::http {
namespace {

struct Status {
  unsigned code;
  std::string_view reason;
  std::string_view type;  // as AWS names it (API reference, "Common errors"), where it does
};

constexpr Status kStatuses[] = {
    {200, "OK", ""},
    {308, "Permanent Redirect", "MalformedHttpRequestException"},
    {400, "Bad Request", "MalformedHttpRequestException"},
    {401, "Unauthorized", "NotAuthorizedException"},
    {403, "Forbidden", "AccessDeniedException"},
    {404, "Not Found", "NotFoundException"},
    {405, "Method Not Allowed", "MethodNotAllowedException"},
    {408, "Request Timeout", "RequestTimeoutException"},
    {409, "Conflict", "ConflictException"},
    {413, "Payload Too Large", "RequestEntityTooLargeException"},
    {414, "URI Too Long", "MalformedHttpRequestException"},
    {417, "Expectation Failed", "MalformedHttpRequestException"},
    {429, "Too Many Requests", "ThrottlingException"},
    {431, "Request Header Fields Too Large", "RequestHeaderFieldsTooLargeException"},
    {500, "Internal Server Error", "InternalFailure"},
    {501, "Not Implemented", "MethodNotAllowedException"},
    {503, "Service Unavailable", "ServiceUnavailableException"},
    {505, "HTTP Version Not Supported", "MalformedHttpRequestException"},
};

const Status& find_status(unsigned code) {
  const auto* found = std::find_if(std::begin(kStatuses), std::end(kStatuses),
                                   [&](const Status& status) { return status.code == code; });
  return found == std::end(kStatuses) ? kStatuses[0] : *found;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

}  // namespace

std::string_view Request::find(std::string_view name) const {
  for (const Header& header : headers) {
    if (same_name(header.name, name)) {
      return header.value;
    }
  }
  return {};
}

void Response::clear() {
  status = 200;
  content_type = "application/json";
  fields.clear();
  close = false;
  sending = Sending::kWhole;
  held_back = {};
  later.reset();
  is_elsewhere = false;
  if (body.capacity() > kKeptBufferBytes) {
    body = {};
  } else {
    body.clear();
  }
}

void refuse(Response& response, unsigned status, std::string_view message) {
  response.status = status;
  response.content_type = "application/json";
  response.body.clear();
  JsonWriter json(response.body);
  json.open_object();
  json.member("__type", find_status(status).type);
  json.member("message", message);
  json.member("Message", message);
  json.close_object();
}

void Handler::refuse(const Request&, Response& response, unsigned status,
                     std::string_view message) {
  http::refuse(response, status, message);
}

std::string_view reason_of(unsigned status) { return find_status(status).reason; }

bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) {
      return false;
    }
  }
  return true;
}

std::string decode_percent(std::string_view text, bool plus_is_blank) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plus_is_blank && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

std::string find_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (decode_percent(pair.substr(0, equals), true) == name) {
      return equals == std::string_view::npos ? "" : decode_percent(pair.substr(equals + 1), true);
    }
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return {};
}

}  // namespace trailpond::http
