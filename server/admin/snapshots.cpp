#include "server/admin/admin.hpp"
#include "server/admin/lists.hpp"

/// Snapshots: everything as it was, by name.
namespace trailpond::admin {
namespace {

constexpr Code kSnapshotNotFound = {"snapshot_not_found", 404, "Nothing is kept under this name."};
constexpr Code kTooManySnapshots = {"too_many_snapshots", 409, "100 snapshots are kept at most."};
constexpr std::size_t kMostSnapshots = 100;

constexpr Field kSnapshotFields[] = {
    {"name", FieldType::kText, "", true},
    {"account", FieldType::kText, "Whose it is; empty: everything.", true},
    {"taken", FieldType::kTime, "By the clock of the server.", true},
    {"records", FieldType::kInteger, "How many stores, queries, trails … are in it.", true},
};
constexpr Fields kSnapshot = {"Snapshot", kSnapshotFields};
constexpr Field kListFields[] = {
    {.name = "snapshots",
     .type = FieldType::kList,
     .required = true,
     .fields = &kSnapshot,
     .item = FieldType::kObject},
    {"next", FieldType::kText, "There are more: pass it on."},
};
constexpr Fields kList = {"Snapshots", kListFields};
constexpr std::string_view kDoneWords[] = {"restored", "forgotten"};
constexpr Field kDoneFields[] = {{.name = "status", .required = true, .words = kDoneWords}};
constexpr Fields kDone = {"SnapshotDone", kDoneFields};
constexpr Field kTakeParameters[] = {
    {"account", FieldType::kAccount, "Only what belongs to this account; without it, everything."},
};
constexpr const Code* kNameErrors[] = {&kSnapshotNotFound};
constexpr const Code* kTakeErrors[] = {&kTooManySnapshots};

void write_snapshot(JsonWriter& json, const engine::SnapshotFacts& facts) {
  json.open_object();
  json.member("name", facts.name);
  json.member("account", facts.account);
  json.member("taken", state::print_instant(facts.taken_at));
  json.member("records", facts.records);
  json.close_object();
}

std::optional<Failure> list_snapshots(Context& context, http::Response& response) {
  const auto page = cut_page(context, context.engine.list_snapshots(),
                             [](const auto& facts) { return facts.name; });
  write_page(response, "snapshots", page, write_snapshot);
  return std::nullopt;
}

std::string name_in(const Context& context) { return std::string(context.arguments.text("name")); }

std::optional<Failure> take_snapshot(Context& context, http::Response& response) {
  const std::string name = name_in(context);
  const auto before = context.engine.list_snapshots();
  const bool replaces = std::any_of(before.begin(), before.end(),
                                    [&](const auto& facts) { return facts.name == name; });
  if (!replaces && before.size() >= kMostSnapshots) {
    return Failure{&kTooManySnapshots, "There are 100 snapshots already; delete one."};
  }
  context.engine.take_snapshot(name, std::optional<std::string>(context.arguments.find("account")));
  JsonWriter json(response.body);
  for (const auto& facts : context.engine.list_snapshots()) {
    if (facts.name == name) {
      write_snapshot(json, facts);
    }
  }
  return std::nullopt;
}

std::optional<Failure> finish(const Context& context, bool found, std::string_view done,
                              http::Response& response) {
  if (!found) {
    return Failure{&kSnapshotNotFound, "Nothing is kept under the name " + name_in(context) + "."};
  }
  JsonWriter json(response.body);
  json.open_object();
  json.member("status", done);
  json.close_object();
  return std::nullopt;
}

std::optional<Failure> restore_snapshot(Context& context, http::Response& response) {
  return finish(context, context.engine.restore_snapshot(name_in(context)), "restored", response);
}

std::optional<Failure> delete_snapshot(Context& context, http::Response& response) {
  return finish(context, context.engine.forget_snapshot(name_in(context)), "forgotten", response);
}

constexpr Route kRoutes[] = {
    {.path = "snapshots",
     .help = "Lists the snapshots, by name.",
     .handler = list_snapshots,
     .traits = kPaged,
     .answer = &kList,
     .pool = http::Pool::kShort},
    {.method = "POST",
     .path = "snapshots/{name}",
     .help =
         "Keeps everything as it is now under a name, or what belongs to an account; in memory, "
         "until the server ends.",
     .handler = take_snapshot,
     .parameters = kTakeParameters,
     .answer = &kSnapshot,
     .errors = kTakeErrors,
     .pool = http::Pool::kLong},
    {.method = "POST",
     .path = "snapshots/{name}/restore",
     .help = "Brings it back, in the place of everything, or of what belongs to its account.",
     .handler = restore_snapshot,
     .answer = &kDone,
     .errors = kNameErrors,
     .pool = http::Pool::kLong},
    {.method = "DELETE",
     .path = "snapshots/{name}",
     .help = "Forgets it.",
     .handler = delete_snapshot,
     .answer = &kDone,
     .errors = kNameErrors,
     .pool = http::Pool::kLong},
};

}  // namespace

std::span<const Route> snapshot_routes() { return kRoutes; }

}  // namespace trailpond::admin
