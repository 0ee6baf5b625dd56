#include "engine/resources/dashboards.hpp"

#include <algorithm>
#include <array>

#include "base/broken.hpp"
#include "base/members.hpp"
#include "engine/queries/queries.hpp"
#include "engine/resources/paging.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"
#include "engine/settle.hpp"

namespace trailpond::engine {
namespace {

using state::DashboardEvent;
using state::DashboardStatus;
using Pointer = std::shared_ptr<const Dashboard>;

constexpr std::size_t kMaxWidgets = 10;  // AWS user guide, "Quotas in AWS CloudTrail"
/// The dashboard of CloudTrail's own choice. Source: shared/spec 5.9.
constexpr std::string_view kHighlights = "AWSCloudTrail-Highlights";

/// When a schedule starts the next refresh after a time: each so many hours, from TimeOfDay on
/// where that is given, or from that time itself. Source: AWS API reference, RefreshSchedule.
state::Micros next_refresh(const RefreshSchedule& schedule, state::Micros after) {
  constexpr state::Micros kMinute = 60 * state::kMicrosPerSecond;
  constexpr state::Micros kHour = 60 * kMinute;
  if (schedule.status.value_or("ENABLED") != "ENABLED" || !schedule.unit || !schedule.value) {
    return state::kNever;
  }
  const state::Micros step =
      *schedule.unit == "DAYS" ? state::kMicrosPerDay : *schedule.value * kHour;
  if (!schedule.time_of_day) {
    return after + step;
  }
  const int hour = std::stoi(schedule.time_of_day->substr(0, 2));
  const int minute = std::stoi(schedule.time_of_day->substr(3, 2));
  const state::Micros day = after - after % state::kMicrosPerDay;
  state::Micros next = day + hour * kHour + minute * kMinute - state::kMicrosPerDay;
  while (next <= after) {
    next += step;
  }
  return next;
}

void settle_dashboard(Settling& settling, const Dashboard& record) {
  Dashboard dashboard = record;
  auto& dashboards = settling.service.state->get<Dashboards>();
  if (dashboard.refresh_at <= settling.now) {
    dashboard.refresh_at = next_refresh(dashboard, settling.now);
    settling.then.refresh.push_back(dashboard.arn);
  }
  if (dashboard.due_at > settling.now) {
    dashboards.put(settling.writing, std::move(dashboard));
    return;
  }
  dashboard.due_at = state::kNever;
  const auto next = next_status(dashboard.status, DashboardEvent::kDone);
  if (!next) {
    report_broken("dashboard " + record.arn + " in status " + std::string(name_of(record.status)) +
                  " is due");
  }
  dashboard.status = next.value_or(dashboard.status);
  if (dashboard.status == DashboardStatus::kDeleted) {
    erase_companions(*settling.service.state, settling.writing, dashboard.arn);
    dashboards.erase(settling.writing, dashboard.arn);
  } else {
    dashboards.put(settling.writing, std::move(dashboard));
  }
}

const DueRule<Dashboards> kDashboardRule(settle_dashboard);

Error conflict(std::string message) { return {ErrorKind::kConflict, std::move(message)}; }
Error quota(std::string message) { return {ErrorKind::kServiceQuotaExceeded, std::move(message)}; }

/// Finds a dashboard by its name or ARN; of whatever is wrong with those only kResourceNotFound is
/// declared.
Result<Pointer> find_dashboard(const Context& context, const std::string& id) {
  if (auto error =
          check_region(*context.world(), context.caller, ErrorKind::kUnsupportedOperation)) {
    return *error;
  }
  auto found = find_own<Dashboard>(context, id);
  return found ? found : resource_not_found(Dashboard::kKind, id);
}

/// What stands for a parameter of a widget until a refresh says what it is, for the check of the
/// statement. Source: shared/spec 1.5.
std::string sample_value(const std::string& parameter) {
  if (parameter == "$StartTime$" || parameter == "$EndTime$") {
    return "2024-01-01 00:00:00";
  }
  return parameter == "$Period$" ? "hour" : parameter;
}

/// Reports an error of a statement in the way of the operations on dashboards.
Error declared_error(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kEventDataStoreNotFound:
    case ErrorKind::kInactiveEventDataStore:
    case ErrorKind::kInsufficientEncryptionPolicy:
    case ErrorKind::kInternal:
      return error;
    case ErrorKind::kEventDataStoreArnInvalid:
    case ErrorKind::kOperationNotPermitted:
      return {ErrorKind::kEventDataStoreNotFound, error.message};
    default:
      return {ErrorKind::kInvalidQueryStatement, error.message};
  }
}

std::optional<Error> check_widgets(Context& context, const std::vector<Widget>& widgets) {
  if (auto error = check_number(widgets)) {
    return error;
  }
  for (const Widget& widget : widgets) {
    StartQueryRequest request;
    request.statement = widget.statement;
    request.parameters = sample_parameters(widget);
    if (const auto error = check_query(context, request)) {
      return declared_error(*error);
    }
  }
  return std::nullopt;
}

/// The widgets of the Highlights dashboard: what CloudTrail shows there over the account's event
/// data stores, here over the oldest that holds CloudTrail events. Ours, as AWS does not document
/// them.
std::vector<Widget> highlights_of(const Context& context) {
  struct Highlight {
    const char* title;
    const char* view;  // and the columns it shows
    const char* label;
    const char* value;
    const char* statement;
  };
  constexpr std::array kChosen = {
      Highlight{"Most active users", "BarChart", "user", "events",
                "SELECT userIdentity.arn AS user, count(*) AS events FROM $ GROUP BY 1 ORDER BY 2 "
                "DESC LIMIT 10"},
      Highlight{"Events by service", "PieChart", "service", "events",
                "SELECT eventSource AS service, count(*) AS events FROM $ GROUP BY 1 ORDER BY 2 "
                "DESC LIMIT 10"},
      Highlight{"Errors", "BarChart", "error", "events",
                "SELECT errorCode AS error, count(*) AS events FROM $ WHERE errorCode IS NOT NULL "
                "GROUP BY 1 ORDER BY 2 DESC LIMIT 10"},
      Highlight{"Events by hour", "LineChart", "hour", "events",
                "SELECT date_trunc('hour', eventTime) AS hour, count(*) AS events FROM $ GROUP BY "
                "1 ORDER BY 1"},
  };
  const auto& [account, region] = context.caller;
  std::vector<Widget> widgets;
  for (const auto& store : context.state().event_data_stores().list(account, region)) {
    if (store->kind != "cloudtrail" || check_queryable(*store)) {
      continue;
    }
    for (const Highlight& highlight : kChosen) {
      Widget widget;
      widget.statement = highlight.statement;
      widget.statement.replace(widget.statement.find('$'), 1, store->id);
      const bool line = std::string_view(highlight.view) == "LineChart";
      widget.view_properties = {{"Title", highlight.title},
                                {"View", highlight.view},
                                {line ? "XAxisColumn" : "LabelColumn", highlight.label},
                                {line ? "YAxisColumn" : "ValueColumn", highlight.value},
                                {"Height", "2"},
                                {"Width", "4"}};
      widgets.push_back(std::move(widget));
    }
    break;
  }
  return widgets;
}

/// What is said of the Highlights dashboard where the client says nothing: CloudTrail chooses its
/// widgets and refreshes it every 6 hours. Source: shared/spec 5.9.
DashboardSettings with_highlights(const Context& context, DashboardSettings settings) {
  if (!settings.widgets) {
    settings.widgets = highlights_of(context);
  }
  if (!settings.schedule) {
    settings.schedule = RefreshSchedule{"HOURS", 6, "ENABLED", {}};
  }
  return settings;
}

/// Brings what a client says into a dashboard.
std::optional<Error> apply(Context& context, const DashboardSettings& settings,
                           Dashboard& dashboard) {
  if (settings.widgets) {
    if (auto error = check_widgets(context, *settings.widgets)) {
      return error;
    }
    std::vector<Widget> widgets = *settings.widgets;
    for (Widget& widget : widgets) {
      widget.alias = "widget-" + context.service.ids.next("widget " + dashboard.arn);
    }
    dashboard.widgets = print_items(widgets);
  }
  if (settings.schedule) {
    if (auto error = check_refresh_schedule(*settings.schedule)) {
      return error;
    }
    dashboard.refresh_schedule = print_items(std::vector{*settings.schedule});
    dashboard.refresh_at = next_refresh(*settings.schedule, context.service.clock.now());
  }
  dashboard.termination_protection =
      settings.termination_protection.value_or(dashboard.termination_protection);
  return std::nullopt;
}

/// Tells whether a query of a refresh has not ended.
bool is_refreshing(const Context& context, const Dashboard& dashboard) {
  if (dashboard.last_refresh_id.empty()) {
    return false;
  }
  const auto widgets = parse_items<Widget>(dashboard.widgets);
  return std::any_of(widgets.begin(), widgets.end(), [&](const Widget& widget) {
    const auto query =
        context.state().queries().find_by_alias(dashboard.account, dashboard.region, widget.alias);
    return query && !state::is_terminal(query->status);
  });
}

/// The value of a widget's parameter in a refresh; without one, times are those of the last day.
std::string value_of(const std::string& parameter, const TextPairs& values, state::Micros now) {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& pair) { return pair.first == parameter; });
  if (found != values.end()) {
    return found->second;
  }
  if (parameter == "$StartTime$") {
    return state::print_second(now - state::kMicrosPerDay);
  }
  return parameter == "$EndTime$" ? state::print_second(now) : sample_value(parameter);
}

/// Starts the queries of a refresh and answers why it failed; empty: it did not.
Result<std::string> start_queries(Context& context, const Dashboard& dashboard,
                                  const std::string& refresh_id, const TextPairs& values) {
  for (const Widget& widget : parse_items<Widget>(dashboard.widgets)) {
    StartQueryRequest request;
    request.statement = widget.statement;
    request.alias = widget.alias;
    request.refresh_id = refresh_id;
    for (const std::string& parameter : widget.parameters) {
      request.parameters.push_back(value_of(parameter, values, context.service.clock.now()));
    }
    const auto started = start_query(context, request);
    if (started) {
      continue;
    }
    const Error& error = started.error();
    if (error.kind == ErrorKind::kMaxConcurrentQueries) {
      return quota(error.message);
    }
    const Error declared = declared_error(error);
    if (declared.kind != ErrorKind::kInvalidQueryStatement &&
        declared.kind != ErrorKind::kInsufficientEncryptionPolicy) {
      return declared;
    }
    return declared.message;
  }
  return std::string();
}

/// HH:MM. The API's shape asks for the form before; a scenario does not.
bool is_time_of_day(const std::string& text) {
  constexpr std::string_view kForm = "00:00";
  const bool has_form = text.size() == kForm.size() &&
                        std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
                          return form == '0' ? c >= '0' && c <= '9' : c == form;
                        });
  return has_form && text.substr(0, 2) <= "23" && text.substr(3) <= "59";
}

}  // namespace

std::vector<std::string> sample_parameters(const Widget& widget) {
  std::vector<std::string> values;
  for (const std::string& parameter : widget.parameters) {
    values.push_back(sample_value(parameter));
  }
  return values;
}

std::optional<Error> check_number(const std::vector<Widget>& widgets) {
  return widgets.size() > kMaxWidgets ? std::optional(quota("A dashboard has at most 10 widgets."))
                                      : std::nullopt;
}

std::string_view DashboardDetails::type_of(const Dashboard& dashboard) {
  return dashboard.name == kHighlights ? "MANAGED" : "CUSTOM";
}

Result<DashboardDetails> create_dashboard(Context& context, const CreateDashboardRequest& request) {
  if (auto error =
          check_region(*context.world(), context.caller, ErrorKind::kUnsupportedOperation)) {
    return *error;
  }
  if (auto error = check_tags(request.tags, ErrorKind::kInvalidTagParameter)) {
    return *error;
  }
  const auto& [account, region] = context.caller;
  Dashboard dashboard;
  dashboard.arn = Arn{Dashboard::kKind, region, account, request.name}.print();
  dashboard.account = account;
  dashboard.region = region;
  dashboard.name = request.name;
  const bool managed = request.name == kHighlights;
  dashboard.termination_protection = managed;
  if (auto error =
          apply(context, managed ? with_highlights(context, request.settings) : request.settings,
                dashboard)) {
    return *error;
  }
  state::Writing writing(context.reading);
  auto& dashboards = context.state().get<Dashboards>();
  if (dashboards.contains(dashboard.arn)) {
    return resource_already_exists(Dashboard::kKind, request.name);
  }
  if (dashboards.count(account, region) >= row_of(Dashboard::kKind).limit) {
    return resource_limit_exceeded(Dashboard::kKind, region);
  }
  dashboard.created_at = context.service.clock.now();
  dashboard.updated_at = dashboard.created_at;
  dashboard.due_at = dashboard.created_at + context.world()->dashboard_takes.value_or(0);
  put_tags(context, writing, dashboard.arn, request.tags);
  auto created = dashboards.put(writing, std::move(dashboard));
  writing.commit();
  return DashboardDetails{.dashboard = std::move(created), .tags = request.tags};
}

Result<DashboardDetails> update_dashboard(Context& context, const UpdateDashboardRequest& request) {
  const auto found = find_dashboard(context, request.id);
  if (!found) {
    return found.error();
  }
  Dashboard dashboard = **found;
  const auto next = next_status(dashboard.status, DashboardEvent::kUpdate);
  if (!next) {
    return conflict("The dashboard is in status " + std::string(name_of(dashboard.status)) +
                    ", which does not allow an update.");
  }
  dashboard.status = *next;
  if (auto error = apply(context, request.settings, dashboard)) {
    return *error;
  }
  state::Writing writing(context.reading);
  auto& dashboards = context.state().get<Dashboards>();
  if (dashboards.find(dashboard.arn) != *found) {
    throw state::BeginAgain();  // somebody else has changed it meanwhile
  }
  dashboard.updated_at = context.service.clock.now();
  dashboard.due_at = dashboard.updated_at + context.world()->dashboard_takes.value_or(0);
  auto updated = dashboards.put(writing, std::move(dashboard));
  writing.commit();
  return DashboardDetails{.dashboard = std::move(updated), .shows_times = true};
}

Result<DashboardDetails> get_dashboard(Context& context, const DashboardRequest& request) {
  auto found = find_dashboard(context, request.id);
  if (!found) {
    return found.error();
  }
  return DashboardDetails{.dashboard = std::move(*found),
                          .shows_name = false,
                          .shows_status = true,
                          .shows_times = true};
}

Result<void> delete_dashboard(Context& context, const DashboardRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_dashboard(context, request.id);
  if (!found) {
    return found.error();
  }
  if ((*found)->termination_protection) {
    return conflict(
        "The dashboard cannot be deleted because termination protection is enabled for it.");
  }
  Dashboard dashboard = **found;
  const auto next = next_status(dashboard.status, DashboardEvent::kDelete);
  if (!next) {
    return conflict("The dashboard is in status " + std::string(name_of(dashboard.status)) +
                    ", which does not allow its deletion.");
  }
  dashboard.status = *next;
  dashboard.refresh_at = state::kNever;
  dashboard.due_at = context.service.clock.now() + context.world()->dashboard_takes.value_or(0);
  context.state().get<Dashboards>().put(writing, std::move(dashboard));
  writing.commit();
  return {};
}

Result<ListDashboardsAnswer> list_dashboards(Context& context,
                                             const ListDashboardsRequest& request) {
  if (auto error =
          check_region(*context.world(), context.caller, ErrorKind::kUnsupportedOperation)) {
    return *error;
  }
  const auto& [account, region] = context.caller;
  const std::string prefix = request.name_prefix.value_or("");
  const std::string type = request.type.value_or("");
  const auto limit = static_cast<std::size_t>(request.max_results.value_or(kMaxListResults));
  PageRequest wanted = {"dashboards " + account + " " + region + " " + type + " " + prefix,
                        request.next_token, limit};
  const auto pick = [&](const Dashboard& dashboard) {
    const bool takes = dashboard.name.starts_with(prefix) &&
                       (type.empty() || type == DashboardDetails::type_of(dashboard));
    return takes ? Pick::kTake : Pick::kPass;
  };
  const auto& dashboards = context.state().get<Dashboards>();
  auto page =
      paginate(context, dashboards, account, region, state::Order::kOldestFirst, wanted, pick);
  if (!page) {
    wanted.next_token.reset();
    page = paginate(context, dashboards, account, region, state::Order::kOldestFirst, wanted, pick);
  }
  ListDashboardsAnswer answer = {{}, page->next_token};
  for (const auto& dashboard : page->records) {
    answer.dashboards.push_back({dashboard});
  }
  return answer;
}

Result<StartDashboardRefreshAnswer> start_dashboard_refresh(
    Context& context, const StartDashboardRefreshRequest& request) {
  const auto found = find_dashboard(context, request.id);
  if (!found) {
    return found.error();
  }
  if (is_refreshing(context, **found)) {
    return quota("A refresh of the dashboard is running.");
  }
  // Digits, 10 to 20 of them, and more each time (AWS API reference, RefreshId).
  const std::string refresh_id =
      std::to_string(std::max<std::int64_t>(context.service.clock.now(), 1'000'000'000) +
                     context.service.refreshes.fetch_add(1));
  const auto failure = start_queries(context, **found, refresh_id, request.values);
  if (!failure) {
    return failure.error();
  }
  state::Writing writing(context.reading);
  auto& dashboards = context.state().get<Dashboards>();
  const auto current = dashboards.find((*found)->arn);
  if (!current) {
    return resource_not_found(Dashboard::kKind, request.id);
  }
  Dashboard dashboard = *current;
  dashboard.last_refresh_id = refresh_id;
  dashboard.last_failure = *failure;
  dashboards.put(writing, std::move(dashboard));
  writing.commit();
  return StartDashboardRefreshAnswer{refresh_id};
}

namespace {

/// Refreshes a dashboard for its owner; what stands in the way is kept for GetDashboard to show.
void refresh(Context& context, const std::string& arn) {
  const auto started = start_dashboard_refresh(context, {arn});
  if (started) {
    return;
  }
  state::Writing writing(context.reading);
  auto& dashboards = context.state().get<Dashboards>();
  if (const auto current = dashboards.find(arn)) {
    Dashboard failed = *current;
    failed.last_failure = started.error().message;
    dashboards.put(writing, std::move(failed));
    writing.commit();
  }
}

}  // namespace

void refresh_dashboards(Service& service, const std::vector<std::string>& arns) {
  for (const std::string& arn : arns) {
    if (const auto dashboard = service.state->get<Dashboards>().find(arn)) {
      run_operation(service, {dashboard->account, dashboard->region}, false,
                    [&](Context& context) { refresh(context, arn); });
    }
  }
}

state::Micros next_refresh(const Dashboard& dashboard, state::Micros after) {
  const auto schedules = parse_items<RefreshSchedule>(dashboard.refresh_schedule);
  return schedules.empty() ? state::kNever : next_refresh(schedules.front(), after);
}

/// Source: AWS API reference, RefreshSchedule and its Frequency.
std::optional<Error> check_refresh_schedule(const RefreshSchedule& schedule) {
  constexpr std::array<std::int64_t, 4> kHours = {1, 6, 12, 24};
  if (schedule.time_of_day && !is_time_of_day(*schedule.time_of_day)) {
    return conflict("TimeOfDay must be from 00:00 to 23:59.");
  }
  if (!schedule.unit || !schedule.value) {
    return std::nullopt;
  }
  const bool right = *schedule.unit == "DAYS"
                         ? *schedule.value == 1
                         : std::find(kHours.begin(), kHours.end(), *schedule.value) != kHours.end();
  if (!right) {
    return conflict("A dashboard is refreshed every 1, 6, 12 or 24 hours, or every day.");
  }
  return std::nullopt;
}

}  // namespace trailpond::engine
