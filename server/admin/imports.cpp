#include "engine/resources/imports.hpp"

#include "server/admin/lists.hpp"
#include "server/admin/waiting.hpp"

/// Imports as our own API shows them.
namespace trailpond::admin {
namespace {

using engine::Import;
using Pointer = std::shared_ptr<const Import>;

void write_import(JsonWriter& json, const Import& import) {
  json.open_object();
  json.member("id", import.id);
  json.member("account", import.account);
  json.member("region", import.region);
  json.member("status", state::name_of(import.status));
  json.member("event_data_store", import.store_arn);
  json.member("location", import.location);
  json.member("files_completed", import.files_completed);
  json.member("events_completed", import.events_completed);
  json.member("failed_entries", import.failed_entries);
  json.member("created", state::print_instant(import.created_at));
  json.member("updated", state::print_instant(import.updated_at));
  json.close_object();
}

std::optional<Failure> find_import(const Context& context, Pointer& import) {
  return find_one(context, context.engine.all_imports(), import,
                  {"import", "imports", &kImportNotFound},
                  [](const Import& each) { return each.id; });
}

std::optional<Failure> get_imports(Context& context, http::Response& response) {
  auto all = context.engine.all_imports();
  std::erase_if(all, [&](const Pointer& import) {
    return !is_asked_for(context, import->account, import->region);
  });
  const auto page = cut_page(context, std::move(all), [](const Pointer& import) {
    return print_key(import->created_at) + "/" + import->id + "/" + import->record_key();
  });
  write_page(response, "imports", page,
             [](JsonWriter& json, const Pointer& import) { write_import(json, *import); });
  return std::nullopt;
}

std::optional<Failure> get_import(Context& context, http::Response& response) {
  Pointer import;
  if (auto failure = find_import(context, import)) {
    return failure;
  }
  JsonWriter json(response.body);
  write_import(json, *import);
  return std::nullopt;
}

std::optional<Failure> wait_for_import(Context& context, http::Response& response) {
  return wait_for<Import>(context, response, watch::Topic::kImport, "import", find_import,
                          write_import);
}

constexpr Field kImportFields[] = {
    {"id", FieldType::kText, "", true},
    {"account", FieldType::kAccount, "", true},
    {"region", FieldType::kRegion, "", true},
    {"status", FieldType::kText, "As GetImport says.", true},
    {"event_data_store", FieldType::kText, "The ARN of its destination.", true},
    {"location", FieldType::kText, "s3://bucket/prefix/", true},
    {"files_completed", FieldType::kInteger, "", true},
    {"events_completed", FieldType::kInteger, "", true},
    {"failed_entries", FieldType::kInteger, "", true},
    {"created", FieldType::kTime, "", true},
    {"updated", FieldType::kTime, "", true},
};
constexpr Fields kImport = {"Import", kImportFields};
constexpr Field kListFields[] = {
    {.name = "imports",
     .type = FieldType::kList,
     .doc = "Oldest first.",
     .required = true,
     .fields = &kImport},
    {"next", FieldType::kText, "Absent on the last page."},
};
constexpr Fields kList = {"Imports", kListFields};
constexpr std::string_view kAwaitedStatuses[] = {"ENDED",     "INITIALIZING", "IN_PROGRESS",
                                                 "COMPLETED", "FAILED",       "STOPPED"};
constexpr Field kWaitParameters[] = {
    {.name = "status",
     .doc = "What to wait for. ENDED, without it, is any that it stays in.",
     .words = kAwaitedStatuses},
    kTimeoutParameter,
};
constexpr Field kWaitFields[] = {
    kReached,
    {.name = "import", .type = FieldType::kObject, .required = true, .fields = &kImport},
};
constexpr Fields kWait = {"AwaitedImport", kWaitFields};
constexpr const Code* kErrors[] = {&kImportNotFound, &kAmbiguousId};

constexpr Route kRoutes[] = {
    {.path = "imports",
     .help = "Lists the imports of all accounts, oldest first.",
     .handler = get_imports,
     .traits = kScoped | kPaged,
     .answer = &kList},
    {.path = "imports/{id}",
     .help = "Shows an import.",
     .handler = get_import,
     .traits = kScoped,
     .answer = &kImport,
     .errors = kErrors},
    {.path = "imports/{id}/wait",
     .help = "Answers once an import has a status, can have it no more, or time is over: a long "
             "poll.",
     .handler = wait_for_import,
     .parameters = kWaitParameters,
     .traits = kScoped,
     .answer = &kWait,
     .errors = kErrors},
};

}  // namespace

std::span<const Route> import_routes() { return kRoutes; }

}  // namespace trailpond::admin
