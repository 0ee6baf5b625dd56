#include "engine/catalog.hpp"

#include <array>

#include "engine/resources/arn.hpp"
#include "engine/rules.hpp"
#include "events/scan.hpp"

namespace trailpond::engine {
namespace {

sql::TypePointer type_of(const events::Field& field) {
  switch (field.type) {
    case events::FieldType::kVarchar:
      return sql::varchar_type();
    case events::FieldType::kBoolean:
      return sql::simple_type(sql::TypeKind::kBoolean);
    case events::FieldType::kTimestamp:
      return sql::timestamp_type(3);
    case events::FieldType::kDouble:
      return sql::simple_type(sql::TypeKind::kDouble);
    case events::FieldType::kInteger:
      return sql::simple_type(sql::TypeKind::kInteger);
    case events::FieldType::kMap:
      return sql::map_type(sql::varchar_type(), sql::varchar_type());
    case events::FieldType::kRow: {
      std::vector<std::pair<std::string, sql::TypePointer>> fields;
      for (const events::Field& child : field.children) {
        fields.emplace_back(child.name, type_of(child));
      }
      return sql::row_type(std::move(fields));
    }
    case events::FieldType::kArray:
      return sql::array_type(type_of(field.children.front()));
  }
  return sql::simple_type(sql::TypeKind::kUnknown);
}

std::vector<sql::Column> make_columns(events::StoreKind kind) {
  std::vector<sql::Column> columns;
  for (const events::Field& field : events::schema_of(kind)) {
    columns.push_back({std::string(field.name), type_of(field)});
  }
  return columns;
}

std::vector<events::ScanColumn> scan_columns(std::vector<sql::ScanRequest> requests) {
  std::vector<events::ScanColumn> columns;
  columns.reserve(requests.size());
  for (sql::ScanRequest& request : requests) {
    events::ScanColumn& column = columns.emplace_back();
    column.path = std::move(request.input.path);
    column.map_key = std::move(request.input.map_key);
    column.computation = std::move(request.computation);
    column.granule = request.granule;
    column.result = request.result;
    for (sql::ScanInput& input : request.more) {
      column.more.push_back({std::move(input.path), std::move(input.map_key)});
    }
  }
  return columns;
}

class StoreTable final : public sql::Table {
 public:
  StoreTable(events::StoreKind kind, std::shared_ptr<const events::Snapshot> snapshot)
      : kind_(kind), snapshot_(std::move(snapshot)) {}

  const std::vector<sql::Column>& columns() const override { return columns_of(kind_); }

  int declare_scan(sqlite3* connection, const std::string& name,
                   std::vector<sql::ScanRequest> requests, ScanTotals* totals) const override {
    return events::declare_scan(connection, name, snapshot_, scan_columns(std::move(requests)),
                                totals);
  }

  std::unique_ptr<RowReader> open_rows(std::vector<sql::ScanRequest> requests,
                                       const std::vector<RowCondition>& conditions,
                                       ScanTotals* totals) const override {
    return events::open_rows(snapshot_, scan_columns(std::move(requests)), conditions, totals);
  }

  std::unique_ptr<RowReader> open_elements(const std::vector<std::uint16_t>& array,
                                           std::vector<sql::ScanRequest> requests) const override {
    return events::open_elements(snapshot_, array, scan_columns(std::move(requests)));
  }

  bool has_null(const sql::ScanInput& input) const override {
    return input.map_key || events::has_null(*snapshot_, input.path);
  }

 private:
  events::StoreKind kind_;
  std::shared_ptr<const events::Snapshot> snapshot_;
};

}  // namespace

std::shared_ptr<const sql::Table> make_table(events::StoreKind kind,
                                             std::shared_ptr<const events::Snapshot> snapshot) {
  return std::make_shared<StoreTable>(kind, std::move(snapshot));
}

const std::vector<sql::Column>& columns_of(events::StoreKind kind) {
  switch (kind) {
    case events::StoreKind::kCloudTrail: {
      static const auto columns = make_columns(kind);
      return columns;
    }
    case events::StoreKind::kInsights: {
      static const auto columns = make_columns(kind);
      return columns;
    }
    case events::StoreKind::kConfig: {
      static const auto columns = make_columns(kind);
      return columns;
    }
    case events::StoreKind::kEvidence: {
      static const auto columns = make_columns(kind);
      return columns;
    }
    case events::StoreKind::kActivity: {
      static const auto columns = make_columns(kind);
      return columns;
    }
  }
  static const std::vector<sql::Column> none;
  return none;
}

state::EventDataStores::Pointer StoreCatalog::find_store(std::string_view name) const {
  const auto& stores = service_.state->event_data_stores();
  if (looks_like_arn(name)) {
    const auto arn = parse_arn(name);
    if (!arn || arn->region != region_) {
      return nullptr;
    }
    auto store = stores.find(arn->print());
    return store && may_use(service_, *store, reader_, "StartQuery") ? store : nullptr;
  }
  const auto id = parse_resource_id(ResourceKind::kEventDataStore, name);
  if (!id) {
    return nullptr;
  }
  if (auto own = stores.find(print_store_arn(account_, region_, *id));
      own && may_use(service_, *own, reader_, "StartQuery")) {
    return own;
  }
  for (auto& store : stores.list_all()) {
    if (store->id == *id && store->region == region_ &&
        may_use(service_, *store, reader_, "StartQuery")) {
      return store;
    }
  }
  return nullptr;
}

namespace {

std::shared_ptr<const sql::Table> table_of(Service& service,
                                           const state::EventDataStores::Pointer& store,
                                           state::Micros now) {
  if (!store) {
    return nullptr;
  }
  auto events = service.events.visible(*store, now);
  const auto kind = events->kind();
  return std::make_shared<const StoreTable>(kind, std::move(events));
}

}  // namespace

std::shared_ptr<const sql::Table> StoreCatalog::find_table(std::string_view name) const {
  return table_of(service_, find_store(name), now_);
}

std::shared_ptr<const sql::Table> QueryCatalog::find_table(std::string_view name) const {
  const auto id = parse_resource_id(ResourceKind::kEventDataStore, name);
  for (const std::string& arn : store_arns_) {
    const auto parts = parse_arn(arn);
    if (arn == name || (parts && id && parts->id == *id)) {
      return table_of(service_, service_.state->event_data_stores().find(arn), now_);
    }
  }
  return nullptr;
}

}  // namespace trailpond::engine
