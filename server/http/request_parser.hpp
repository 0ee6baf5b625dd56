#pragma once
#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <vector>

#include "server/http/message.hpp"

namespace trailpond::http {

/// Reads one request. Names and values are kept in one string, so that a request costs no
/// allocation once a connection has seen its like.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  /// What is kept from request to request.
  struct Storage {
    std::string text = {};  // method, target, names and values, one after another
    std::vector<std::size_t> ends = {};
    std::vector<Header> headers = {};
    std::string body = {};
    void clear();
  };

  explicit RequestParser(Storage& storage);

  /// Gives the request that was read; without its body before that is complete.
  Request request() const;
  bool expects_continue() const { return expectation_ == Expectation::kContinue; }
  bool expects_unknown() const { return expectation_ == Expectation::kUnknown; }
  int version() const { return version_; }  // 10, 11
  bool has_host() const { return has_host_; }

 private:
  using ErrorCode = boost::beast::error_code;
  using View = boost::beast::string_view;
  enum class Expectation : std::uint8_t { kNone, kContinue, kUnknown };

  void on_request_impl(boost::beast::http::verb method, View name, View target, int version,
                       ErrorCode& error) override;
  void on_response_impl(int, View, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field field, View name, View value,
                     ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& error) override;
  std::size_t on_body_impl(View piece, ErrorCode& error) override;
  void on_chunk_header_impl(std::uint64_t, View, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View piece, ErrorCode& error) override;
  void on_finish_impl(ErrorCode&) override {}

  void keep(View text);
  std::string_view part(std::size_t index) const;

  Storage& storage_;
  Expectation expectation_ = Expectation::kNone;
  int version_ = 11;
  bool has_host_ = false;
  bool header_done_ = false;
};

}  // namespace trailpond::http
