#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.hpp"
#include "state/clock.hpp"

/// What goes wrong with calls because a scenario says so.
namespace trailpond::engine {

/// What becomes of the answer on the wire.
enum class Harm : std::uint8_t {
  kNone,
  kReset,     // the connection is reset before a byte of it is sent
  kTruncate,  // half of the body, and the connection ends
  kMalform,   // half of the body, as if that were all: no JSON
};

/// How long an answer is held back, by the real clock: between two lengths, each as likely, or with
/// a mean (exponentially distributed, ten times the mean at most).
struct Delay {
  state::Micros least = 0;
  state::Micros most = 0;
  state::Micros mean = 0;
};

/// A bucket of tokens per operation, account and Region, filled by the clock of the server.
struct RateLimit {
  double per_second = 0;  // 0: AWS's rate for the operation
  double burst = 0;       // tokens that it holds; 0: those of one second, one at least
};

/// Something that goes wrong with the calls that it matches. Conditions that are absent match
/// everything.
struct Fault {
  std::string name = {};  // for messages and the journal
  // When
  std::optional<std::string> operation = {};
  std::optional<std::string> account = {};  // the caller's
  std::optional<std::string> region = {};
  /// Members of the request and their values, "Frequency.Unit" for one inside of another; a value
  /// matches as a whole, with * for any text.
  std::vector<std::pair<std::string, std::string>> members = {};
  std::optional<std::int64_t> nth = {};    // only the nth match, from 1
  std::optional<std::int64_t> times = {};  // only so many matches
  std::optional<std::int64_t> every = {};  // only each nth match
  std::optional<double> probability = {};  // of each match, 0 to 1, by `seed` and its number
  std::uint64_t seed = 0;
  std::optional<RateLimit> beyond = {};  // only calls that come faster
  // Then
  std::optional<ErrorKind> error = {};
  std::string message = {};
  Harm harm = Harm::kNone;
  bool after = false;  // the operation is done all the same, and its answer lost
  Delay delay = {};
};

/// What the faults do to one call.
struct FaultOutcome {
  std::string name = {};            // of the fault that decides; of a delay where none does
  std::optional<Error> error = {};  // in place of the answer
  Harm harm = Harm::kNone;
  bool after = false;
  state::Micros delay = 0;
};

/// Gives the value of a member of a request as a text; empty where there is none.
using MemberOf = std::function<std::optional<std::string>(std::string_view path)>;

/// A number from 0 to 1 that looks like chance, always the same for a seed and a number.
double chance(std::uint64_t seed, std::uint64_t number);
/// The length of a delay, by the same chance.
state::Micros length_of(const Delay& delay, double chance);

}  // namespace trailpond::engine
