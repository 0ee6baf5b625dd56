#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "engine/service.hpp"

/// What happens by time: records that are due, kind by kind.
namespace trailpond::engine {

/// What is to be done once the state has changed.
struct Consequences {
  std::vector<state::QueryKey> submit = {};
  std::vector<state::QueryKey> stop = {};
  std::vector<std::shared_ptr<const state::EventDataStore>> removed = {};
  std::vector<std::string> refresh = {};  // ARNs of dashboards
  bool deliver_logs = false;              // of trails, or digests
};

/// What a rule works with. It brings a record to where it is at `now`, by the lifecycle of its
/// kind, so that it is not due any more.
struct Settling {
  Service& service;
  state::Writing& writing;
  state::Micros now;
  Consequences& then;
};

/// The rule of a kind whose records are due at times. One object of it in the kind's own file says
/// so: `const DueRule<state::Queries> kRule(settle_query);`
class AnyDueRule {
 public:
  virtual ~AnyDueRule() = default;
  virtual const char* table() const = 0;
  virtual void settle(Settling& settling) const = 0;
  static const std::vector<const AnyDueRule*>& all();

 protected:
  AnyDueRule();
};

template <class Repository>
class DueRule final : public AnyDueRule {
 public:
  using Record = typename Repository::Pointer::element_type;
  using Apply = void (*)(Settling& settling, const Record& record);
  explicit DueRule(Apply apply) : apply_(apply) {}

  const char* table() const override { return Record::kTable; }
  void settle(Settling& settling) const override {
    const auto& repository = settling.service.state->get<Repository>();
    for (const auto& record : repository.list_due(settling.now)) {
      apply_(settling, *record);
    }
  }

 private:
  Apply apply_;
};

/// Puts what is due at `now` into a writing.
void settle(Settling& settling);
/// Starts and stops the statements that are concerned, removes events of stores that have gone, and
/// refreshes dashboards.
void follow(Service& service, const Consequences& then);
/// Both, with a writing of its own: one comparison when nothing is due. Throws
/// state::StorageError.
void settle(Service& service);

/// Lets a query that nobody runs go on: its statement is run anew where it is its turn, and looks
/// at it count where its script says so.
void resume_query(Service& service, const state::Query& query, Consequences& then);

/// Lets the queries go on that a server left behind when it stopped.
void resume_queries(Service& service);

/// Applies what is due to a store that is no record yet. False when nothing is left of it.
bool settle_store(state::EventDataStore& store, state::Micros now);

}  // namespace trailpond::engine
