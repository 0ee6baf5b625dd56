#include "server/admin/queries.hpp"

#include "engine/queries/queries.hpp"
#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/lists.hpp"
#include "server/admin/waiting.hpp"

namespace trailpond::admin {
namespace {

using Pointer = std::shared_ptr<const state::Query>;

constexpr std::string_view kStatuses[] = {"QUEUED", "RUNNING",   "FINISHED",
                                          "FAILED", "CANCELLED", "TIMED_OUT"};
constexpr Field kQueryFields[] = {
    {"id", FieldType::kText, "Unique in its account and Region.", true},
    {"account", FieldType::kAccount, "", true},
    {"region", FieldType::kRegion, "", true},
    {.name = "status", .doc = "As DescribeQuery says.", .required = true, .words = kStatuses},
    {"statement", FieldType::kText, "As it is run: parameters filled in.", true},
    {"alias", FieldType::kText, "Of QueryAlias; empty without one.", true},
    {"error_message", FieldType::kText, "Why it failed; empty otherwise.", true},
    {"stores", FieldType::kList, "ARNs of the event data stores that it reads.", true},
    {"script", FieldType::kText, "The query script that it got; absent without one."},
    {"rows", FieldType::kInteger, "Rows that its result has.", true},
    {"created", FieldType::kTime, "", true},
    {"started", FieldType::kTime, "Absent before it is RUNNING."},
    {"ended", FieldType::kTime, "Absent before its end."},
};
constexpr Field kListFields[] = {
    {.name = "queries",
     .type = FieldType::kList,
     .doc = "Oldest first.",
     .required = true,
     .fields = &kQuery},
    {"next", FieldType::kText, "Absent on the last page."},
};
constexpr Fields kList = {"Queries", kListFields};

std::optional<Failure> get_query(Context& context, http::Response& response) {
  Pointer query;
  if (auto failure = find_query(context, query)) {
    return failure;
  }
  JsonWriter json(response.body);
  write_query(json, *query);
  return std::nullopt;
}

std::optional<Failure> wait_for_query(Context& context, http::Response& response) {
  return wait_for<state::Query>(context, response, watch::Topic::kQuery, "query", find_query,
                                write_query);
}

constexpr std::string_view kAwaitedStatuses[] = {"ENDED",  "QUEUED",    "RUNNING",  "FINISHED",
                                                 "FAILED", "CANCELLED", "TIMED_OUT"};
constexpr Field kWaitParameters[] = {
    {.name = "status",
     .doc = "What to wait for. ENDED, without it, is any that it stays in.",
     .words = kAwaitedStatuses},
    kTimeoutParameter,
};
constexpr Field kWaitFields[] = {
    kReached,
    {.name = "query", .type = FieldType::kObject, .required = true, .fields = &kQuery},
};
constexpr Fields kWait = {"AwaitedQuery", kWaitFields};
constexpr Field kFilters[] = {
    {.name = "status", .doc = "Only those with this status.", .words = kStatuses},
};
constexpr const Code* kErrors[] = {&kQueryNotFound, &kAmbiguousId};
constexpr const Code* kReleaseErrors[] = {&kQueryNotFound, &kAmbiguousId, &kWrongState};

constexpr Route kRoutes[] = {
    {.path = "queries",
     .help = "Lists the queries of all accounts, oldest first.",
     .handler = get_queries,
     .parameters = kFilters,
     .traits = kScoped | kPaged,
     .answer = &kList},
    {.path = "queries/{id}",
     .help = "Shows a query.",
     .handler = get_query,
     .traits = kScoped,
     .answer = &kQuery,
     .errors = kErrors},
    {.path = "queries/{id}/explain",
     .help = "Shows how a query is executed, and which conditions lose its rows: \"why no rows?\"",
     .handler = explain_query,
     .traits = kScoped,
     .answer = &kExplanation,
     .errors = kErrors,
     .pool = http::Pool::kLong},
    {.path = "queries/{id}/wait",
     .help =
         "Answers once a query has a status, can have it no more, or time is over: a long poll.",
     .handler = wait_for_query,
     .parameters = kWaitParameters,
     .traits = kScoped,
     .answer = &kWait,
     .errors = kErrors},
    {.method = "POST",
     .path = "queries/{id}/release",
     .help = "Lets a held query continue.",
     .handler = release_query,
     .traits = kScoped,
     .answer = &kQuery,
     .errors = kReleaseErrors,
     .pool = http::Pool::kShort},
};

}  // namespace

constexpr Fields kQuery = {"Query", kQueryFields};

std::span<const Route> query_routes() { return kRoutes; }

void write_query(JsonWriter& json, const state::Query& query) {
  json.open_object();
  json.member("id", query.key.id);
  json.member("account", query.key.account);
  json.member("region", query.key.region);
  json.member("status", state::name_of(query.status));
  json.member("statement", query.statement);
  json.member("alias", query.alias);
  json.member("error_message", query.error_message);
  json.key("stores");
  json.open_list();
  for (const std::string& arn : query.store_arns) {
    json.text(arn);
  }
  json.close_list();
  if (!query.script.empty()) {
    json.member("script", query.script);
  }
  json.member("rows", query.rows);
  json.member("created", state::print_instant(query.created_at));
  if (query.started_at != 0) {
    json.member("started", state::print_instant(query.started_at));
  }
  if (query.ended_at != 0) {
    json.member("ended", state::print_instant(query.ended_at));
  }
  json.close_object();
}

std::optional<Failure> find_query(const Context& context, Pointer& query) {
  return find_one(context, context.engine.all_queries(), query,
                  {"query", "queries", &kQueryNotFound},
                  [](const state::Query& each) { return each.key.id; });
}

std::optional<Failure> get_queries(Context& context, http::Response& response) {
  const std::string_view status = context.old ? "" : context.arguments.text("status");
  std::vector<Pointer> found;
  for (auto& query : context.engine.all_queries()) {
    if (context.old || (is_asked_for(context, query->key.account, query->key.region) &&
                        (status.empty() || state::name_of(query->status) == status))) {
      found.push_back(std::move(query));
    }
  }
  const auto page = cut_page(context, std::move(found), [](const Pointer& query) {
    return print_key(query->created_at) + "/" + query->key.id + "/" + query->record_key();
  });
  write_page(response, "queries", page,
             [](JsonWriter& json, const Pointer& query) { write_query(json, *query); });
  return std::nullopt;
}

std::optional<Failure> release_query(Context& context, http::Response& response) {
  Pointer query;
  if (!context.old) {
    if (auto failure = find_query(context, query)) {
      return failure;
    }
  }
  engine::Caller owner;
  if (query) {
    owner.account = query->key.account;
    owner.region = query->key.region;
  }
  engine::ReleaseQueryRequest wanted = {std::string(context.arguments.text("id"))};
  const auto released = context.engine.call(owner, engine::release_query, wanted);
  if (!released) {
    return failure_of(released.error());
  }
  JsonWriter json(response.body);
  write_query(json, **released);
  return std::nullopt;
}

}  // namespace trailpond::admin
