// A Beast server as its documentation writes one with coroutines, on one thread: reads a request,
// answers a constant. What trailpond's own costs are measured against (bench/wire.py).
//
// usage: bare_server PORT   (0: any that is free; prints the port)
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Stream = beast::tcp_stream;

namespace {

// As long as an answer of DescribeQuery.
constexpr const char* kAnswer =
    R"({"QueryId":"cccccccc-0000-4000-8000-000000000001","QueryString":"SELECT eventName, count(*) AS )"
    R"(calls FROM aaaaaaaa-0000-4000-8000-000000000001 GROUP BY eventName","QueryStatus":"FINISHED",)"
    R"("QueryStatistics":{"EventsMatched":2,"EventsScanned":2,"BytesScanned":1024,)"
    R"("ExecutionTimeInMillis":1213,"CreationTime":1715340600.000}})";

asio::awaitable<void> serve(Stream stream) {
  beast::flat_buffer buffer;
  try {
    for (;;) {
      stream.expires_after(std::chrono::seconds(30));
      http::request<http::string_body> request;
      co_await http::async_read(stream, buffer, request, asio::use_awaitable);
      http::response<http::string_body> response{http::status::ok, request.version()};
      response.set(http::field::content_type, "application/x-amz-json-1.1");
      response.keep_alive(request.keep_alive());
      response.body() = kAnswer;
      response.prepare_payload();
      co_await http::async_write(stream, response, asio::use_awaitable);
      if (!response.keep_alive()) {
        break;
      }
    }
  } catch (const boost::system::system_error&) {
    // The client has gone.
  }
}

asio::awaitable<void> accept(asio::ip::tcp::acceptor& acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    socket.set_option(asio::ip::tcp::no_delay(true));
    asio::co_spawn(acceptor.get_executor(), serve(Stream(std::move(socket))), asio::detached);
  }
}

}  // namespace

int main(int count, char** arguments) {
  const auto port = static_cast<unsigned short>(count > 1 ? std::atoi(arguments[1]) : 0);
  asio::io_context context{1};
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), port});
  std::printf("http://127.0.0.1:%d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  asio::co_spawn(context, accept(acceptor), asio::detached);
  context.run();
}
