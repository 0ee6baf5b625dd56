#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "state/queries.hpp"

namespace trailpond::engine {

struct Service;

/// Delivers the results of finished queries that asked for it, in the background, one after
/// another: the files first, the signed list of them last. A delivery that the end of the process
/// interrupts is done again from its start. Its thread begins with the first query that asks.
/// Source: AWS user guide, "Get and save query results".
class ResultDelivery {
 public:
  explicit ResultDelivery(Service& service) : service_(service) {}
  /// Ends after the page at hand.
  ~ResultDelivery();
  ResultDelivery(const ResultDelivery&) = delete;
  ResultDelivery& operator=(const ResultDelivery&) = delete;

  /// Tells that a query asks for delivery.
  void expect();
  /// Tells that a query has ended; costs nothing where none asks for delivery.
  void poke();

 private:
  void work(const std::stop_token& stop);
  /// Delivers what is finished; false when there was nothing.
  bool step(const std::stop_token& stop);
  std::string deliver(const state::Query& query, const std::stop_token& stop);

  Service& service_;
  std::mutex mutex_;
  std::condition_variable_any poked_;
  bool look_anew_ = false;
  std::atomic<bool> expects_ = false;
  std::jthread thread_ = {};
};

}  // namespace trailpond::engine
