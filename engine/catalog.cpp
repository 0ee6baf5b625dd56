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

sql::ScalarView view_of(const events::Cell& cell) {
  using Kind = sql::ScalarView::Kind;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) {
    return {Kind::kInteger, *integer};
  }
  if (const auto* real = std::get_if<double>(&cell)) {
    return {Kind::kReal, 0, *real};
  }
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    return {Kind::kText, 0, 0, *text};
  }
  return {};
}

events::Computed computed_of(sql::ScalarAnswer answer) {
  events::Computed computed;
  computed.error = std::move(answer.error);
  switch (answer.kind) {
    case sql::ScalarView::Kind::kNull:
      break;
    case sql::ScalarView::Kind::kInteger:
      computed.value = answer.integer;
      break;
    case sql::ScalarView::Kind::kReal:
      computed.value = answer.real;
      break;
    case sql::ScalarView::Kind::kText:
      computed.value = std::move(answer.text);
      break;
  }
  return computed;
}

events::ScanColumn scan_column_of(sql::ScanRequest request) {
  events::ScanColumn column{
      std::move(request.path), std::move(request.map_key), {}, request.granule};
  if (request.computation) {
    column.computation = [compute = std::move(request.computation)](const events::Cell& cell) {
      return computed_of(compute(view_of(cell)));
    };
  }
  return column;
}

class StoreTable final : public sql::Table {
 public:
  StoreTable(events::StoreKind kind, std::shared_ptr<const events::Snapshot> snapshot)
      : kind_(kind), snapshot_(std::move(snapshot)) {}

  const std::vector<sql::Column>& columns() const override { return columns_of(kind_); }

  int declare_scan(sqlite3* connection, const std::string& name,
                   std::vector<sql::ScanRequest> requests, ScanTotals* totals) const override {
    std::vector<events::ScanColumn> columns;
    columns.reserve(requests.size());
    for (sql::ScanRequest& request : requests) {
      columns.push_back(scan_column_of(std::move(request)));
    }
    return events::declare_scan(connection, name, snapshot_, std::move(columns), totals);
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

std::shared_ptr<const sql::Table> StoreCatalog::find_table(std::string_view name) const {
  const auto store = find_store(name);
  if (!store) {
    return nullptr;
  }
  auto events = service_.events.visible(*store, now_);
  const auto kind = events->kind();
  return std::make_shared<const StoreTable>(kind, std::move(events));
}

}  // namespace trailpond::engine
