#pragma once
#include <atomic>
#include <string>

#include "engine/background.hpp"
#include "state/queries.hpp"

namespace trailpond::engine {

struct Service;

/// About how many bytes a file of results has before the next begins. Source: shared/spec 6, at
/// most 1 TB.
constexpr std::int64_t kDeliveryFileBytes = std::int64_t{1} << 40;

/// Delivers the results of finished queries that asked for it, in the background, one after
/// another: the files first, the signed list of them last. A delivery that the end of the process
/// interrupts is done again from its start. Its thread begins with the first query that asks.
/// Source: AWS user guide, "Get and save query results".
class ResultDelivery {
 public:
  explicit ResultDelivery(Service& service) : service_(service) {}

  /// Tells that a query asks for delivery, and may have ended already.
  void expect();
  /// Tells that a query may have ended; costs nothing where none asks for delivery.
  void poke();
  /// Begins where a restart finds results that are not delivered.
  void resume();

 private:
  bool step(const std::stop_token& stop);
  std::string deliver(const state::Query& query, const std::stop_token& stop);

  Service& service_;
  std::atomic<std::uint64_t> expected_ = 0;  // so often was something expected
  std::atomic<std::uint64_t> served_ = 0;    // as often when nothing waited any more
  Background background_{[this](const std::stop_token& stop) { return step(stop); }};
};

}  // namespace trailpond::engine
