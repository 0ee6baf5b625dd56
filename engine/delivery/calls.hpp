#pragma once
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/caller.hpp"
#include "engine/error.hpp"
#include "state/clock.hpp"

/// Calls to this server as events of their own, as CloudTrail records the calls of its own API.
/// Sources: AWS user guide, "Logging AWS CloudTrail API calls with CloudTrail", "CloudTrail record
/// contents", "CloudTrail userIdentity element".
namespace trailpond::engine {

/// A call that was answered; the texts live as long as the call.
struct Call {
  std::string_view operation = {};
  const Caller& caller;
  std::string_view access_key_id = {};  // empty: the request was not signed
  std::string_view user_name = {};      // empty: that of the key is not known
  std::string_view address = {};        // of the client
  std::string_view user_agent = {};
  std::string_view host = {};
  std::string_view request_id = {};
  std::string_view request = {};  // JSON text
  std::string_view answer = {};   // JSON text; not looked at where there is an error
  const Error* error = nullptr;
  std::string_view channel_arn = {};  // of PutAuditEvents, which is a data event
};

/// Tells whether an operation changes nothing: its name says so (Get, List, Describe, Lookup,
/// Search). Source: AWS, Service authorization reference, actions of CloudTrail.
bool is_read_only(std::string_view operation);

/// Prints a call as an event, one line of compact JSON with a newline. The names of members begin
/// with a small letter in requestParameters and responseElements.
std::string print_call(const Call& call, std::string_view event_id, state::Micros at);

/// A call on its way to who takes it: its texts one behind the other, since calls may be many and
/// most of them short. It is printed when it is delivered, not while its client waits.
class RecordedCall {
 public:
  RecordedCall(const Call& call, state::Micros at);
  /// One that was printed before, with an id of its own: a line of compact JSON with a newline.
  RecordedCall(Caller caller, std::string printed)
      : caller_(std::move(caller)), at_(0), texts_(std::move(printed)), is_printed_(true) {}

  const Caller& caller() const { return caller_; }
  std::string print(std::string_view event_id) const;

 private:
  Caller caller_;
  state::Micros at_;
  std::string texts_ = {};
  std::array<std::uint32_t, 10> ends_ = {};  // of each text, in the order of Call
  std::optional<Error> error_ = {};
  bool is_printed_ = false;
};

/// Calls that were recorded and are not delivered yet. Safe from any thread; never waits for the
/// disk.
class RecordedCalls {
 public:
  /// Tells whether one more call is recorded. Calls that write always are; of those that read, a
  /// burst of 10,000 and then 100 a second: AWS lets an account make ten of them a second.
  bool admits(std::string_view operation);
  /// Adds a call that is due at a time; true where it is the next one of all.
  bool add(state::Micros due, RecordedCall call);
  state::Micros earliest_due() const { return earliest_due_.load(std::memory_order_acquire); }
  /// Takes the calls out that are due, in order.
  std::vector<RecordedCall> take(state::Micros now);
  /// Lists those that wait, with when each is due.
  std::vector<std::pair<state::Micros, RecordedCall>> list();
  void clear() { take(state::kNever); }
  /// Drops those of an account.
  void clear(std::string_view account);

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  std::multimap<state::Micros, RecordedCall> calls_ = {};  // by when they are due
  std::atomic<state::Micros> earliest_due_ = state::kNever;
  double tokens_ = 0;
  Clock::time_point filled_at_ = {};
};

}  // namespace trailpond::engine
