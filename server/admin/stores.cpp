#include "server/admin/stores.hpp"

#include "events/schema.hpp"
#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/lists.hpp"
#include "server/admin/waiting.hpp"

namespace trailpond::admin {
namespace {

using Pointer = std::shared_ptr<const state::EventDataStore>;

/// Says nothing of a log that was whole.
void write_damages(JsonWriter& json, const events::LogDamages& damages) {
  if (damages.places.empty()) {
    return;
  }
  json.key("damages");
  json.open_list();
  for (const events::LogDamage& damage : damages.places) {
    json.open_object();
    json.member("offset", static_cast<std::int64_t>(damage.offset));
    json.member("bytes", static_cast<std::int64_t>(damage.bytes));
    json.member("lost_events", static_cast<std::int64_t>(damage.events));
    json.member("description", damage.describe());
    json.close_object();
  }
  json.close_list();
  json.member("damaged_file", damages.kept_as);
}

void write_store(JsonWriter& json, engine::Engine& engine, const state::EventDataStore& store) {
  json.open_object();
  json.member("id", store.id);
  json.member("arn", store.arn);
  json.member("name", store.name);
  json.member("kind", store.kind);
  json.member("account", store.account);
  json.member("region", store.region);
  json.member("status", state::name_of(store.status));
  json.member("events", engine.count_events(store));
  write_damages(json, engine.find_damages(store));
  json.close_object();
}

/// Counts nothing: that might read from the disk.
void write_brief(JsonWriter& json, const state::EventDataStore& store) {
  json.open_object();
  json.member("id", store.id);
  json.member("arn", store.arn);
  json.member("name", store.name);
  json.member("account", store.account);
  json.member("region", store.region);
  json.member("status", state::name_of(store.status));
  json.close_object();
}

std::optional<Failure> wait_for_store(Context& context, http::Response& response) {
  return wait_for<state::EventDataStore>(context, response, watch::Topic::kStore,
                                         "event_data_store", find_store, write_brief);
}

std::optional<Failure> get_store(Context& context, http::Response& response) {
  Pointer store;
  if (auto failure = find_store(context, store)) {
    return failure;
  }
  JsonWriter json(response.body);
  write_store(json, context.engine, *store);
  return std::nullopt;
}

std::string print_type(const events::Field& field) {
  using events::FieldType;
  switch (field.type) {
    case FieldType::kVarchar:
      return "varchar";
    case FieldType::kBoolean:
      return "boolean";
    case FieldType::kTimestamp:
      return "timestamp(3)";
    case FieldType::kDouble:
      return "double";
    case FieldType::kInteger:
      return "integer";
    case FieldType::kMap:
      return "map(varchar, varchar)";
    case FieldType::kArray:
      return "array(" + print_type(field.children[0]) + ")";
    case FieldType::kRow:
      break;
  }
  std::string text;
  for (const events::Field& child : field.children) {
    text += (text.empty() ? "" : ", ") + std::string(child.name) + " " + print_type(child);
  }
  return "row(" + text + ")";
}

std::optional<Failure> get_schema(Context& context, http::Response& response) {
  Pointer store;
  if (auto failure = find_store(context, store)) {
    return failure;
  }
  JsonWriter json(response.body);
  json.open_object();
  json.member("id", store->id);
  json.member("kind", store->kind);
  json.key("columns");
  json.open_list();
  const auto kind = events::find_kind(store->kind);
  for (const events::Field& field :
       events::schema_of(kind.value_or(events::StoreKind::kCloudTrail))) {
    json.open_object();
    json.member("name", field.name);
    json.member("member", field.json_name);
    json.member("type", print_type(field));
    json.close_object();
  }
  json.close_list();
  json.close_object();
  return std::nullopt;
}

constexpr Field kDamageFields[] = {
    {"offset", FieldType::kInteger, "", true},
    {"bytes", FieldType::kInteger, "", true},
    {"lost_events", FieldType::kInteger, "", true},
    {"description", FieldType::kText, "", true},
};
constexpr Fields kDamage = {"Damage", kDamageFields};
constexpr Field kStoreFields[] = {
    {"id", FieldType::kText, "Unique in its account and Region.", true},
    {"arn", FieldType::kText, "", true},
    {"name", FieldType::kText, "", true},
    {"kind", FieldType::kText, "What it holds: cloudtrail, insights, config, evidence, activity.",
     true},
    {"account", FieldType::kAccount, "", true},
    {"region", FieldType::kRegion, "", true},
    {"status", FieldType::kText, "As GetEventDataStore says.", true},
    {"events", FieldType::kInteger, "That a query would see.", true},
    {.name = "damages",
     .type = FieldType::kList,
     .doc = "Of its file; absent where it was whole.",
     .fields = &kDamage},
    {"damaged_file", FieldType::kText, "Where the damaged file is kept."},
};
constexpr Fields kStore = {"EventDataStore", kStoreFields};
constexpr Field kListFields[] = {
    {.name = "event_data_stores",
     .type = FieldType::kList,
     .doc = "Oldest first.",
     .required = true,
     .fields = &kStore},
    {"next", FieldType::kText, "Absent on the last page."},
};
constexpr Fields kList = {"EventDataStores", kListFields};
constexpr Field kColumnFields[] = {
    {"name", FieldType::kText, "", true},
    {"member", FieldType::kText, "Of the event.", true},
    {"type", FieldType::kText, "Trino's name of it.", true},
};
constexpr Fields kColumn = {"StoreColumn", kColumnFields};
constexpr Field kSchemaFields[] = {
    {"id", FieldType::kText, "", true},
    {"kind", FieldType::kText, "", true},
    {.name = "columns",
     .type = FieldType::kList,
     .doc = "In the order of SELECT *.",
     .required = true,
     .fields = &kColumn},
};
constexpr Fields kSchema = {"Schema", kSchemaFields};
constexpr std::string_view kStatuses[] = {
    "CREATED",          "ENABLED", "PENDING_DELETION", "STARTING_INGESTION", "STOPPING_INGESTION",
    "STOPPED_INGESTION"};
constexpr Field kWaitParameters[] = {
    {.name = "status", .doc = "What to wait for; ENABLED without it.", .words = kStatuses},
    kTimeoutParameter,
};
constexpr Field kBriefFields[] = {
    {"id", FieldType::kText, "", true},       {"arn", FieldType::kText, "", true},
    {"name", FieldType::kText, "", true},     {"account", FieldType::kAccount, "", true},
    {"region", FieldType::kRegion, "", true}, {"status", FieldType::kText, "", true},
};
constexpr Fields kBrief = {"BriefEventDataStore", kBriefFields};
constexpr Field kWaitFields[] = {
    kReached,
    {.name = "event_data_store", .type = FieldType::kObject, .required = true, .fields = &kBrief},
};
constexpr Fields kWait = {"AwaitedEventDataStore", kWaitFields};
constexpr const Code* kErrors[] = {&kStoreNotFound, &kAmbiguousId};

constexpr Route kRoutes[] = {
    {.path = "event-data-stores",
     .help = "Lists the event data stores of all accounts, oldest first.",
     .handler = get_event_data_stores,
     .traits = kScoped | kPaged,
     .answer = &kList,
     .pool = http::Pool::kLong},
    {.path = "event-data-stores/{id}",
     .help = "Shows an event data store.",
     .handler = get_store,
     .traits = kScoped,
     .answer = &kStore,
     .errors = kErrors,
     .pool = http::Pool::kLong},
    {.path = "event-data-stores/{id}/wait",
     .help = "Answers once an event data store has a status, or time is over: a long poll.",
     .handler = wait_for_store,
     .parameters = kWaitParameters,
     .traits = kScoped,
     .answer = &kWait,
     .errors = kErrors},
    {.path = "event-data-stores/{id}/schema",
     .help = "Shows the columns that a query of the store can name.",
     .handler = get_schema,
     .traits = kScoped,
     .answer = &kSchema,
     .errors = kErrors},
};

}  // namespace

std::span<const Route> store_routes() { return kRoutes; }

std::optional<Failure> find_store(const Context& context, Pointer& store) {
  return find_one(context, context.engine.all_event_data_stores(), store,
                  {"event data store", "event data stores", &kStoreNotFound},
                  [](const state::EventDataStore& each) { return each.id; });
}

std::optional<Failure> get_event_data_stores(Context& context, http::Response& response) {
  auto all = context.engine.all_event_data_stores();
  if (!context.old) {
    std::erase_if(all, [&](const Pointer& store) {
      return !is_asked_for(context, store->account, store->region);
    });
  }
  const auto page = cut_page(context, std::move(all), [](const Pointer& store) {
    return print_key(store->created_at) + "/" + store->id + "/" + store->arn;
  });
  write_page(response, "event_data_stores", page, [&](JsonWriter& json, const Pointer& store) {
    write_store(json, context.engine, *store);
  });
  return std::nullopt;
}

}  // namespace trailpond::admin
