#pragma once
#include <string_view>

#include "engine/context.hpp"
#include "engine/event_data_stores.hpp"

namespace trailpond::engine {

/// The operations on event data stores; engine.hpp says what each does. The state is settled
/// before they are called.
class StoreOperations {
 public:
  explicit StoreOperations(Context& context) : context_(context) {}

  Result<EventDataStoreDetails> create(const Caller& caller,
                                       const CreateEventDataStoreRequest& request);
  Result<EventDataStoreDetails> get(const Caller& caller, std::string_view name);
  Result<EventDataStoreList> list(const Caller& caller, const ListEventDataStoresRequest& request);
  Result<EventDataStoreDetails> update(const Caller& caller,
                                       const UpdateEventDataStoreRequest& request);
  Result<void> remove(const Caller& caller, std::string_view name);
  Result<EventDataStoreDetails> restore(const Caller& caller, std::string_view name);
  Result<void> start_ingestion(const Caller& caller, std::string_view name);
  Result<void> stop_ingestion(const Caller& caller, std::string_view name);

 private:
  using Pointer = state::EventDataStores::Pointer;
  /// Finds a store for a change: its owner only; for an organization's, its managers.
  Result<Pointer> find_for_change(const Caller& caller, std::string_view name) const;
  Result<void> change_ingestion(const Caller& caller, std::string_view name,
                                state::StoreEvent event, state::StoreEvent then);
  bool is_name_taken(const Caller& caller, std::string_view name, std::string_view but_arn) const;
  std::string next_id(const Caller& caller);
  Context& context_;
};

}  // namespace trailpond::engine
