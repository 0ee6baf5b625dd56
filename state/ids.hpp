#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace trailpond::state {

/// Makes UUIDs of version 4 (36 characters, lower case): random, or the same ones every time from a
/// seed. Each stream (account, Region and record kind) counts for itself, so that tests that run at
/// once in different accounts get the same ids whatever their order. Safe from any thread.
class IdSource {
 public:
  std::string next(std::string_view stream);
  /// Starts over: all streams from their first id with a seed, at random without one.
  void restart(std::optional<std::uint64_t> seed);
  /// Starts the streams of an account over: those that name it as one of their words.
  void restart_account(std::string_view account);
  /// Goes on where another source has come to.
  void take_over(const IdSource& other);

 private:
  mutable std::mutex mutex_;
  std::optional<std::uint64_t> seed_ = {};
  std::map<std::string, std::uint64_t, std::less<>> counters_;
};

/// Tells whether a text has the form of a UUID: 8-4-4-4-12 hexadecimal digits of either case.
bool is_uuid(std::string_view text);

/// Fills `size` bytes from the system's random source.
void fill_random(void* out, std::size_t size);

}  // namespace trailpond::state
