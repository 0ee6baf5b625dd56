#pragma once
#include "engine/event_data_stores.hpp"
#include "server/api/context.hpp"
#include "server/api/members.hpp"
#include "server/http/json_writer.hpp"

/// The operations on event data stores. Source: AWS API reference; COMPATIBILITY.md for what it
/// leaves open.
namespace trailpond::api {

/// A request that names a store and nothing else.
struct EventDataStoreRequest {
  std::string event_data_store = {};  // ARN, or the id suffix of one
};
/// The answers differ in what they add to the details: a new store its tags, a known one its
/// partition keys.
struct NewEventDataStore {
  engine::EventDataStoreDetails details = {};
};
struct KnownEventDataStore {
  engine::EventDataStoreDetails details = {};
};

Result<NewEventDataStore> create_event_data_store(
    Context& context, const engine::CreateEventDataStoreRequest& request);
Result<KnownEventDataStore> get_event_data_store(Context& context,
                                                 const EventDataStoreRequest& request);
Result<engine::EventDataStoreList> list_event_data_stores(
    Context& context, const engine::ListEventDataStoresRequest& request);
Result<engine::EventDataStoreDetails> update_event_data_store(
    Context& context, const engine::UpdateEventDataStoreRequest& request);
Result<void> delete_event_data_store(Context& context, const EventDataStoreRequest& request);
Result<engine::EventDataStoreDetails> restore_event_data_store(
    Context& context, const EventDataStoreRequest& request);
Result<void> start_event_data_store_ingestion(Context& context,
                                              const EventDataStoreRequest& request);
Result<void> stop_event_data_store_ingestion(Context& context,
                                             const EventDataStoreRequest& request);

void read(const Members& members, EventDataStoreRequest& request);
void read(const Members& members, engine::CreateEventDataStoreRequest& request);
void read(const Members& members, engine::UpdateEventDataStoreRequest& request);
void read(const Members& members, engine::ListEventDataStoresRequest& request);

void write(http::JsonWriter& json, const NewEventDataStore& answer);
void write(http::JsonWriter& json, const KnownEventDataStore& answer);
void write(http::JsonWriter& json, const engine::EventDataStoreDetails& answer);
void write(http::JsonWriter& json, const engine::EventDataStoreList& answer);

}  // namespace trailpond::api
