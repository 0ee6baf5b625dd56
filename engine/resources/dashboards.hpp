#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/members.hpp"
#include "engine/resources/kinds.hpp"
#include "engine/resources/tags.hpp"
#include "engine/service.hpp"
#include "state/lifecycles.hpp"
#include "state/repository.hpp"

/// Dashboards: queries that are run together. Sources: AWS API reference, CreateDashboard and its
/// neighbours; AWS user guide, "Create a dashboard with the AWS CLI"; shared/spec 5.9.
namespace trailpond::engine {

struct Dashboard {
  static constexpr const char* kTable = "dashboards";
  static constexpr std::string_view kArnWord = "dashboard";
  static constexpr ResourceKind kKind = ResourceKind::kDashboard;
  std::string arn = {};
  std::string account = {};
  std::string region = {};
  std::string name = {};
  state::DashboardStatus status = state::DashboardStatus::kCreating;
  std::string widgets = {};           // JSON text as the API spells it, with their aliases
  std::string refresh_schedule = {};  // JSON text: a list of one; empty: none
  bool termination_protection = false;
  state::Micros created_at = 0;
  state::Micros updated_at = 0;
  std::string last_refresh_id = {};          // empty: never
  std::string last_failure = {};             // why the last refresh failed; empty: it did not
  state::Micros due_at = state::kNever;      // a step of its lifecycle
  state::Micros refresh_at = state::kNever;  // by its schedule

  const std::string& record_key() const { return arn; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {created_at, name}; }
  state::Micros due() const { return std::min(due_at, refresh_at); }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("arn", self.arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("name", self.name);
    visit("status", self.status);
    visit("widgets", self.widgets);
    visit("refresh_schedule", self.refresh_schedule);
    visit("termination_protection", self.termination_protection);
    visit("created_at", self.created_at);
    visit("updated_at", self.updated_at);
    visit("last_refresh_id", self.last_refresh_id);
    visit("last_failure", self.last_failure);
    visit("due_at", self.due_at);
    visit("refresh_at", self.refresh_at);
  }
};
using Dashboards = state::Repository<Dashboard>;

using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// A widget: a query and how it is shown. Its alias is given by us.
struct Widget {
  std::string alias = {};
  std::string statement = {};
  std::vector<std::string> parameters = {};
  TextPairs view_properties = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryAlias", self.alias);
    visit("QueryStatement", self.statement);
    if (!std::is_const_v<Self> || !self.parameters.empty()) {
      visit("QueryParameters", self.parameters);
    }
    visit.map("ViewProperties", self.view_properties);
  }
};

struct RefreshSchedule {
  std::optional<std::string> unit = {};  // HOURS, DAYS
  std::optional<std::int64_t> value = {};
  std::optional<std::string> status = {};  // ENABLED, DISABLED
  std::optional<std::string> time_of_day = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit.group("Frequency", [&](auto&& frequency) {
      frequency("Unit", self.unit);
      frequency("Value", self.value);
    });
    visit("Status", self.status);
    visit("TimeOfDay", self.time_of_day);
  }
};

/// What a client may say of a dashboard; absent: as it is.
struct DashboardSettings {
  std::optional<std::vector<Widget>> widgets = {};
  std::optional<RefreshSchedule> schedule = {};
  std::optional<bool> termination_protection = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Widgets", self.widgets);
    visit("RefreshSchedule", self.schedule);
    visit("TerminationProtectionEnabled", self.termination_protection);
  }
};

struct CreateDashboardRequest {
  std::string name = {};
  DashboardSettings settings = {};
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
    DashboardSettings::visit_members(self.settings, visit);
    visit("TagsList", self.tags);
  }
};

/// What the operations answer of a dashboard: each some of it.
struct DashboardDetails {
  std::shared_ptr<const Dashboard> dashboard = {};
  bool shows_name = true;
  bool shows_status = false;
  bool shows_times = false;
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    const Dashboard& dashboard = *self.dashboard;
    visit("DashboardArn", dashboard.arn);
    if (self.shows_name) {
      visit("Name", dashboard.name);
    }
    visit("Type", type_of(dashboard));
    visit("Widgets", parse_items<Widget>(dashboard.widgets));
    for (const RefreshSchedule& schedule :
         parse_items<RefreshSchedule>(dashboard.refresh_schedule)) {
      visit("RefreshSchedule", schedule);
    }
    visit("TerminationProtectionEnabled", dashboard.termination_protection);
    if (self.shows_status) {
      visit("Status", dashboard.status);
      visit.unless_empty("LastRefreshId", dashboard.last_refresh_id);
      visit.unless_empty("LastRefreshFailureReason", dashboard.last_failure);
    }
    if (self.shows_times) {
      visit.instant("CreatedTimestamp", dashboard.created_at);
      visit.instant("UpdatedTimestamp", dashboard.updated_at);
    }
    visit.unless_empty("TagsList", self.tags);
  }
  static std::string_view type_of(const Dashboard& dashboard);
};
/// Fails with kUnsupportedOperation, kInvalidTagParameter, kInvalidQueryStatement,
/// kEventDataStoreNotFound, kInactiveEventDataStore, kInsufficientEncryptionPolicy, kConflict,
/// kServiceQuotaExceeded.
Result<DashboardDetails> create_dashboard(Context& context, const CreateDashboardRequest& request);

struct UpdateDashboardRequest {
  std::string id = {};  // name or ARN
  DashboardSettings settings = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("DashboardId", self.id);
    DashboardSettings::visit_members(self.settings, visit);
  }
};
/// Fails as create_dashboard() does, and with kResourceNotFound.
Result<DashboardDetails> update_dashboard(Context& context, const UpdateDashboardRequest& request);

struct DashboardRequest {
  std::string id = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("DashboardId", self.id);
  }
};
/// Fails with kUnsupportedOperation, kResourceNotFound.
Result<DashboardDetails> get_dashboard(Context& context, const DashboardRequest& request);
/// Fails with the same and, for a dashboard that is protected, kConflict.
Result<void> delete_dashboard(Context& context, const DashboardRequest& request);

struct ListDashboardsRequest {
  std::optional<std::string> name_prefix = {};
  std::optional<std::string> type = {};
  std::optional<std::string> next_token = {};
  std::optional<std::int64_t> max_results = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("NamePrefix", self.name_prefix);
    visit("Type", self.type);
    visit("NextToken", self.next_token);
    visit("MaxResults", self.max_results);
  }
};
struct DashboardSummary {
  std::shared_ptr<const Dashboard> dashboard = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("DashboardArn", self.dashboard->arn);
    visit("Type", DashboardDetails::type_of(*self.dashboard));
  }
};
struct ListDashboardsAnswer {
  std::vector<DashboardSummary> dashboards = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Dashboards", self.dashboards);
    visit("NextToken", self.next_token);
  }
};
/// Lists by name. A token that does not open is passed over: the operation declares no error for
/// it.
Result<ListDashboardsAnswer> list_dashboards(Context& context,
                                             const ListDashboardsRequest& request);

struct StartDashboardRefreshRequest {
  std::string id = {};
  TextPairs values = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("DashboardId", self.id);
    visit.map("QueryParameterValues", self.values);
  }
};
struct StartDashboardRefreshAnswer {
  std::string refresh_id = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("RefreshId", self.refresh_id);
  }
};
/// Starts the queries of all widgets; DescribeQuery finds each by its alias and the refresh id.
/// Fails with kUnsupportedOperation, kResourceNotFound, kEventDataStoreNotFound,
/// kInactiveEventDataStore, and kServiceQuotaExceeded while a refresh is running or too many
/// queries are.
Result<StartDashboardRefreshAnswer> start_dashboard_refresh(
    Context& context, const StartDashboardRefreshRequest& request);

/// When the schedule of a dashboard starts its next refresh after a time; kNever without one.
state::Micros next_refresh(const Dashboard& dashboard, state::Micros after);
/// Gives values for the parameters of a widget that only a refresh knows, for a check of its
/// statement.
std::vector<std::string> sample_parameters(const Widget& widget);
/// kServiceQuotaExceeded for too many widgets.
std::optional<Error> check_number(const std::vector<Widget>& widgets);
/// Says what is wrong with a schedule.
std::optional<Error> check_refresh_schedule(const RefreshSchedule& schedule);

/// Starts the refreshes that are due by schedules.
void refresh_dashboards(Service& service, const std::vector<std::string>& arns);

}  // namespace trailpond::engine
