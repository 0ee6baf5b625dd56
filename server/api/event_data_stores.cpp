#include "server/api/event_data_stores.hpp"

namespace trailpond::api {
namespace {

using engine::AdvancedEventSelector;
using engine::FieldSelector;

struct Operator {
  std::string_view name;
  std::vector<std::string> FieldSelector::*values;
};
constexpr Operator kOperators[] = {
    {"Equals", &FieldSelector::equals},
    {"StartsWith", &FieldSelector::starts_with},
    {"EndsWith", &FieldSelector::ends_with},
    {"NotEquals", &FieldSelector::not_equals},
    {"NotStartsWith", &FieldSelector::not_starts_with},
    {"NotEndsWith", &FieldSelector::not_ends_with},
};

std::optional<std::vector<AdvancedEventSelector>> read_selectors(const Members& members) {
  if (!members.has("AdvancedEventSelectors")) {
    return std::nullopt;
  }
  std::vector<AdvancedEventSelector> selectors;
  members.for_each("AdvancedEventSelectors", [&](const Members& selector) {
    AdvancedEventSelector& added = selectors.emplace_back();
    added.name = selector.find_text("Name");
    selector.for_each("FieldSelectors", [&](const Members& field) {
      FieldSelector& condition = added.field_selectors.emplace_back();
      condition.field = field.get_text("Field");
      for (const Operator& known : kOperators) {
        condition.*known.values = field.texts(known.name);
      }
    });
  });
  return selectors;
}

std::optional<state::BillingMode> read_billing_mode(const Members& members) {
  const auto name = members.find_text("BillingMode");
  return name ? engine::find_billing_mode(*name) : std::nullopt;
}

void write_selectors(http::JsonWriter& json, const std::vector<AdvancedEventSelector>& selectors) {
  json.key("AdvancedEventSelectors");
  json.open_list();
  for (const AdvancedEventSelector& selector : selectors) {
    json.open_object();
    if (selector.name) {
      json.member("Name", *selector.name);
    }
    json.key("FieldSelectors");
    json.open_list();
    for (const FieldSelector& field : selector.field_selectors) {
      json.open_object();
      json.member("Field", field.field);
      for (const Operator& known : kOperators) {
        const auto& values = field.*known.values;
        if (values.empty()) {
          continue;
        }
        json.key(known.name);
        json.open_list();
        for (const std::string& value : values) {
          json.text(value);
        }
        json.close_list();
      }
      json.close_object();
    }
    json.close_list();
    json.close_object();
  }
  json.close_list();
}

}  // namespace

Result<NewEventDataStore> create_event_data_store(
    Context& context, const engine::CreateEventDataStoreRequest& request) {
  auto created = context.engine.create_event_data_store(context.caller, request);
  if (!created) {
    return created.error();
  }
  return NewEventDataStore{std::move(*created)};
}

Result<KnownEventDataStore> get_event_data_store(Context& context,
                                                 const EventDataStoreRequest& request) {
  auto found = context.engine.get_event_data_store(context.caller, request.event_data_store);
  if (!found) {
    return found.error();
  }
  return KnownEventDataStore{std::move(*found)};
}

Result<engine::EventDataStoreList> list_event_data_stores(
    Context& context, const engine::ListEventDataStoresRequest& request) {
  return context.engine.list_event_data_stores(context.caller, request);
}

Result<engine::EventDataStoreDetails> update_event_data_store(
    Context& context, const engine::UpdateEventDataStoreRequest& request) {
  return context.engine.update_event_data_store(context.caller, request);
}

Result<void> delete_event_data_store(Context& context, const EventDataStoreRequest& request) {
  return context.engine.delete_event_data_store(context.caller, request.event_data_store);
}

Result<engine::EventDataStoreDetails> restore_event_data_store(
    Context& context, const EventDataStoreRequest& request) {
  return context.engine.restore_event_data_store(context.caller, request.event_data_store);
}

Result<void> start_event_data_store_ingestion(Context& context,
                                              const EventDataStoreRequest& request) {
  return context.engine.start_event_data_store_ingestion(context.caller, request.event_data_store);
}

Result<void> stop_event_data_store_ingestion(Context& context,
                                             const EventDataStoreRequest& request) {
  return context.engine.stop_event_data_store_ingestion(context.caller, request.event_data_store);
}

// Requests

void read(const Members& members, EventDataStoreRequest& request) {
  request.event_data_store = members.get_text("EventDataStore");
}

void read(const Members& members, engine::CreateEventDataStoreRequest& request) {
  request.name = members.get_text("Name");
  request.selectors = read_selectors(members);
  request.multi_region = members.find_boolean("MultiRegionEnabled");
  request.organization = members.find_boolean("OrganizationEnabled");
  request.retention_days = members.find_integer("RetentionPeriod");
  request.termination_protection = members.find_boolean("TerminationProtectionEnabled");
  members.for_each("TagsList", [&](const Members& tag) {
    request.tags.emplace_back(tag.get_text("Key"), tag.get_text("Value"));
  });
  request.kms_key_id = members.find_text("KmsKeyId");
  request.start_ingestion = members.find_boolean("StartIngestion");
  request.billing_mode = read_billing_mode(members);
}

void read(const Members& members, engine::UpdateEventDataStoreRequest& request) {
  request.event_data_store = members.get_text("EventDataStore");
  request.name = members.find_text("Name");
  request.selectors = read_selectors(members);
  request.multi_region = members.find_boolean("MultiRegionEnabled");
  request.organization = members.find_boolean("OrganizationEnabled");
  request.retention_days = members.find_integer("RetentionPeriod");
  request.termination_protection = members.find_boolean("TerminationProtectionEnabled");
  request.kms_key_id = members.find_text("KmsKeyId");
  request.billing_mode = read_billing_mode(members);
}

void read(const Members& members, engine::ListEventDataStoresRequest& request) {
  request.next_token = members.find_text("NextToken");
  request.max_results = members.find_integer("MaxResults");
}

// Answers

void write(http::JsonWriter& json, const engine::EventDataStoreDetails& answer) {
  json.member("EventDataStoreArn", answer.arn);
  json.member("Name", answer.name);
  json.member("Status", state::name_of(answer.status));
  write_selectors(json, answer.selectors);
  json.member("MultiRegionEnabled", answer.multi_region);
  json.member("OrganizationEnabled", answer.organization);
  json.member("BillingMode", engine::name_of(answer.billing_mode));
  json.member("RetentionPeriod", std::int64_t{answer.retention_days});
  if (answer.kms_key_id) {
    json.member("KmsKeyId", *answer.kms_key_id);
  }
  json.member("TerminationProtectionEnabled", answer.termination_protection);
  json.key("CreatedTimestamp");
  json.seconds(answer.created_at);
  json.key("UpdatedTimestamp");
  json.seconds(answer.updated_at);
}

void write(http::JsonWriter& json, const NewEventDataStore& answer) {
  write(json, answer.details);
  if (answer.details.tags.empty()) {
    return;
  }
  json.key("TagsList");
  json.open_list();
  for (const auto& [key, value] : answer.details.tags) {
    json.open_object();
    json.member("Key", key);
    json.member("Value", value);
    json.close_object();
  }
  json.close_list();
}

void write(http::JsonWriter& json, const KnownEventDataStore& answer) {
  write(json, answer.details);
  json.key("PartitionKeys");
  json.open_list();
  for (const engine::PartitionKey& key : engine::kPartitionKeys) {
    json.open_object();
    json.member("Name", key.name);
    json.member("Type", key.type);
    json.close_object();
  }
  json.close_list();
}

void write(http::JsonWriter& json, const engine::EventDataStoreList& answer) {
  json.key("EventDataStores");
  json.open_list();
  for (const auto& store : answer.stores) {
    json.open_object();
    json.member("EventDataStoreArn", store.arn);
    json.member("Name", store.name);
    json.close_object();
  }
  json.close_list();
  if (answer.next_token) {
    json.member("NextToken", *answer.next_token);
  }
}

}  // namespace trailpond::api
