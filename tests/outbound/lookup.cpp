#include "outbound/lookup.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

namespace trailpond::outbound {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Finds one address after a time.
AddressFinder slow(milliseconds time) {
  return [time](const std::string&, std::uint16_t port, boost::system::error_code&) {
    std::this_thread::sleep_for(time);
    return Endpoints{{asio::ip::make_address("127.0.0.2"), port}};
  };
}

struct Found {
  Endpoints endpoints = {};
  boost::system::error_code error = asio::error::would_block;
};

asio::awaitable<void> keep(Lookup& lookup, std::string host, milliseconds limit, Found& found) {
  found.endpoints = co_await lookup.find(std::move(host), 80, limit, found.error);
}

Found find(Lookup& lookup, asio::io_context& io, const std::string& host, milliseconds limit) {
  Found found;
  asio::co_spawn(io, keep(lookup, host, limit, found), asio::detached);
  io.run();
  return found;
}

}  // namespace

TEST_CASE("names are looked up within a time") {
  asio::io_context io{1};
  SUBCASE("a name that is found") {
    Lookup lookup(io, slow(milliseconds(20)));
    const Found found = find(lookup, io, "cluster", milliseconds(20'000));
    CHECK_FALSE(found.error);
    CHECK(found.endpoints == Endpoints{{asio::ip::make_address("127.0.0.2"), 80}});
  }
  SUBCASE("one that takes too long") {
    const auto start = steady_clock::now();
    Lookup lookup(io, slow(milliseconds(1'500)));
    const Found found = find(lookup, io, "cluster", milliseconds(50));
    CHECK(found.error == asio::error::timed_out);
    CHECK(found.endpoints.empty());
    CHECK(steady_clock::now() - start < milliseconds(1'000));
  }
  SUBCASE("one that is not waited for any more") {
    Lookup lookup(io, slow(milliseconds(1'500)));
    asio::steady_timer timer(io, milliseconds(20));
    timer.async_wait([&](const boost::system::error_code&) { lookup.cancel(); });
    CHECK(find(lookup, io, "cluster", milliseconds(20'000)).error ==
          asio::error::operation_aborted);
  }
  SUBCASE("an address needs no lookup") {
    Lookup lookup(io, [](const std::string&, std::uint16_t, boost::system::error_code& error) {
      error = asio::error::host_not_found;
      return Endpoints();
    });
    CHECK(find(lookup, io, "::1", milliseconds(0)).endpoints.size() == 1);
    io.restart();
    CHECK(find(lookup, io, "cluster", milliseconds(20'000)).error == asio::error::host_not_found);
  }
  SUBCASE("the system knows this host") {
    Lookup lookup(io);
    CHECK_FALSE(find(lookup, io, "localhost", milliseconds(20'000)).endpoints.empty());
  }
}

TEST_CASE("a lookup may outlive who asked") {
  Found found;
  {
    asio::io_context io{1};
    Lookup lookup(io, slow(milliseconds(100)));
    asio::co_spawn(io, keep(lookup, "cluster", milliseconds(20'000), found), asio::detached);
    io.run_for(milliseconds(10));
  }
  std::this_thread::sleep_for(milliseconds(200));
  CHECK(found.error == asio::error::would_block);
}

}  // namespace trailpond::outbound
