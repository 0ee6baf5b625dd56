#include "server/http/request_parser.hpp"

#include "server/http/limits.hpp"

namespace trailpond::http {

namespace beast_http = boost::beast::http;

void RequestParser::Storage::clear() {
  text.clear();
  ends.clear();
  headers.clear();
  if (body.capacity() > kKeptBufferBytes) {
    body = {};
  } else {
    body.clear();
  }
}

RequestParser::RequestParser(Storage& storage) : storage_(storage) {
  storage_.clear();
  header_limit(kMaxHeaderBytes);
  body_limit(boost::none);  // set when it is known what is asked
}

Request RequestParser::request() const {
  return {part(0), part(1), storage_.headers, storage_.body, {}};
}

std::string_view RequestParser::part(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : storage_.ends[index - 1];
  return std::string_view(storage_.text).substr(begin, storage_.ends[index] - begin);
}

void RequestParser::keep(View text) {
  storage_.text.append(text.data(), text.size());
  storage_.ends.push_back(storage_.text.size());
}

void RequestParser::on_request_impl(beast_http::verb, View name, View target, int version,
                                    ErrorCode&) {
  version_ = version;
  keep(name);
  keep(target);
}

void RequestParser::on_field_impl(beast_http::field field, View name, View value,
                                  ErrorCode& error) {
  if (header_done_) {
    return;  // a trailer
  }
  if (storage_.ends.size() >= 2 + 2 * kMaxHeaderFields) {
    error = beast_http::error::header_limit;
    return;
  }
  keep(name);
  keep(value);
  has_host_ = has_host_ || field == beast_http::field::host;
  if (field == beast_http::field::expect) {
    expectation_ = same_name({value.data(), value.size()}, "100-continue") ? Expectation::kContinue
                                                                           : Expectation::kUnknown;
  }
}

void RequestParser::on_header_impl(ErrorCode&) {
  header_done_ = true;
  for (std::size_t i = 2; i + 1 < storage_.ends.size(); i += 2) {
    storage_.headers.push_back({part(i), part(i + 1)});
  }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode&) {
  // Reserved for what is there at once only: a length is a claim.
  if (length && *length <= kReadBytes) {
    storage_.body.reserve(static_cast<std::size_t>(*length));
  }
}

std::size_t RequestParser::on_body_impl(View piece, ErrorCode&) {
  storage_.body.append(piece.data(), piece.size());
  return piece.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View piece, ErrorCode&) {
  storage_.body.append(piece.data(), piece.size());
  return piece.size();
}

}  // namespace trailpond::http
