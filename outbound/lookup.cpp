#include "outbound/lookup.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <system_error>
#include <thread>

namespace trailpond::outbound {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// What the thread of a lookup and who waits for it both know.
struct Lookup::Shared : std::enable_shared_from_this<Shared> {
  std::mutex mutex = {};
  asio::steady_timer* timer = nullptr;  // null: nobody waits any more
  Endpoints found = {};
  error_code error = asio::error::timed_out;

  void finish(Endpoints addresses, error_code trouble);
  void leave() {
    const std::lock_guard lock(mutex);
    timer = nullptr;
  }
};

/// The lookup has ended: wakes who waits.
void Lookup::Shared::finish(Endpoints addresses, error_code trouble) {
  const std::lock_guard lock(mutex);
  if (timer == nullptr) {
    return;
  }
  found = std::move(addresses);
  error = trouble;
  asio::post(timer->get_executor(), [self = shared_from_this()] {
    const std::lock_guard inner(self->mutex);
    if (self->timer != nullptr) {
      self->timer->cancel();
    }
  });
}

namespace {

Endpoints ask_system(const std::string& host, std::uint16_t port, error_code& error) {
  asio::io_context io{1};
  tcp::resolver resolver(io);
  Endpoints found;
  for (const auto& entry : resolver.resolve(host, std::to_string(port), error)) {
    found.push_back(entry.endpoint());
  }
  return found;
}

}  // namespace

Lookup::Lookup(asio::io_context& io, AddressFinder finder)
    : io_(io), finder_(finder ? std::move(finder) : ask_system) {}

Lookup::~Lookup() { cancel(); }

void Lookup::cancel() {
  if (!shared_) {
    return;
  }
  const std::lock_guard lock(shared_->mutex);
  if (shared_->timer != nullptr) {
    shared_->error = asio::error::operation_aborted;
    shared_->timer->cancel();
    shared_->timer = nullptr;
  }
}

asio::awaitable<Endpoints> Lookup::find(std::string host, std::uint16_t port,
                                        std::chrono::milliseconds limit, error_code& error) {
  error_code no_address;
  const auto address = asio::ip::make_address(host, no_address);
  if (!no_address) {
    error = {};
    co_return Endpoints{{address, port}};
  }
  asio::steady_timer timer(io_, limit);
  const auto shared = std::make_shared<Shared>();
  shared->timer = &timer;
  shared_ = shared;
  // Also where this is never resumed.
  const std::unique_ptr<Shared, void (*)(Shared*)> leaving(shared.get(),
                                                           [](Shared* each) { each->leave(); });
  try {
    std::thread([shared, finder = finder_, host = std::move(host), port] {
      error_code trouble;
      auto found = finder(host, port, trouble);
      shared->finish(std::move(found), trouble);
    }).detach();
  } catch (const std::system_error& none) {  // no thread is to be had
    error = none.code();
    co_return Endpoints();
  }
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  const std::lock_guard lock(shared->mutex);
  error = shared->error;
  co_return std::move(shared->found);
}

}  // namespace trailpond::outbound
