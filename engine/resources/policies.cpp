#include "engine/resources/policies.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <span>

#include "engine/resources/event_data_stores.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;

// Source: AWS API reference, PutResourcePolicy.
constexpr std::size_t kMaxStatements = 20;
constexpr std::size_t kMaxPrincipals = 50;
constexpr std::array<std::string_view, 8> kStoreActions = {"cloudtrail:StartQuery",
                                                           "cloudtrail:CancelQuery",
                                                           "cloudtrail:ListQueries",
                                                           "cloudtrail:DescribeQuery",
                                                           "cloudtrail:GetQueryResults",
                                                           "cloudtrail:GenerateQuery",
                                                           "cloudtrail:GenerateQueryResultsSummary",
                                                           "cloudtrail:GetEventDataStore"};
constexpr std::array<std::string_view, 1> kChannelActions = {"cloudtrail-data:PutAuditEvents"};
constexpr std::array<std::string_view, 1> kDashboardActions = {"cloudtrail:StartDashboardRefresh"};

std::span<const std::string_view> actions_of(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::kEventDataStore:
      return kStoreActions;
    case ResourceKind::kChannel:
      return kChannelActions;
    case ResourceKind::kDashboard:
      return kDashboardActions;
    case ResourceKind::kTrail:
      break;
  }
  return {};
}

Error invalid_policy(const std::string& why) {
  return {ErrorKind::kResourcePolicyNotValid, "The resource policy is not valid: " + why};
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

/// The texts of a member that is one text or a list of them; empty: it is neither.
std::vector<std::string_view> texts_of(const json::value* value) {
  std::vector<std::string_view> texts;
  if (value == nullptr) {
    return texts;
  }
  if (const auto* text = value->if_string()) {
    texts.push_back(view(*text));
  } else if (const auto* list = value->if_array()) {
    for (const json::value& item : *list) {
      if (!item.is_string()) {
        return {};
      }
      texts.push_back(view(item.get_string()));
    }
  }
  return texts;
}

std::optional<json::value> parse_policy(std::string_view text) {
  boost::system::error_code error;
  json::value policy = json::parse({text.data(), text.size()}, error);
  return error || !policy.is_object() ? std::nullopt : std::optional(std::move(policy));
}

/// The statements of a policy: a list of them, or one.
std::vector<const json::object*> statements_of(const json::value& policy) {
  std::vector<const json::object*> statements;
  const json::value* member = policy.get_object().if_contains("Statement");
  if (member == nullptr) {
    return statements;
  }
  if (const auto* one = member->if_object()) {
    statements.push_back(one);
  } else if (const auto* list = member->if_array()) {
    for (const json::value& item : *list) {
      if (!item.is_object()) {
        return {};
      }
      statements.push_back(&item.get_object());
    }
  }
  return statements;
}

/// The principals of a statement, each with its kind ("AWS", "Service"); "*" has kind "AWS".
std::vector<std::pair<std::string_view, std::string_view>> principals_of(
    const json::object& statement) {
  std::vector<std::pair<std::string_view, std::string_view>> principals;
  const json::value* member = statement.if_contains("Principal");
  if (member == nullptr) {
    return principals;
  }
  if (const auto* all = member->if_string()) {
    principals.emplace_back("AWS", view(*all));
  } else if (const auto* kinds = member->if_object()) {
    for (const auto& [kind, names] : *kinds) {
      for (const std::string_view name : texts_of(&names)) {
        principals.emplace_back(std::string_view(kind.data(), kind.size()), name);
      }
    }
  }
  return principals;
}

/// The account of a principal of AWS: its digits, or those in its ARN; "*" stands for all.
std::string_view account_of(std::string_view principal) {
  if (!looks_like_arn(principal)) {
    return principal;
  }
  for (int i = 0; i < 4; ++i) {
    const auto colon = principal.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    principal.remove_prefix(colon + 1);
  }
  return principal.substr(0, principal.find(':'));
}

std::optional<Error> check_principals(const json::object& statement) {
  const auto principals = principals_of(statement);
  if (principals.empty() || principals.size() > kMaxPrincipals) {
    return invalid_policy("each statement needs 1 to 50 principals.");
  }
  for (const auto& [kind, name] : principals) {
    const bool aws = kind == "AWS" && (name == "*" || is_account(account_of(name)));
    const bool service = kind == "Service" && name.ends_with(".amazonaws.com");
    if (!aws && !service) {
      return invalid_policy("the principal " + std::string(name) + " is not valid.");
    }
  }
  return std::nullopt;
}

std::optional<Error> check_statement(const Arn& arn, const json::object& statement) {
  const json::value* effect = statement.if_contains("Effect");
  if (effect == nullptr || (*effect != "Allow" && *effect != "Deny")) {
    return invalid_policy("each statement needs the Effect Allow or Deny.");
  }
  if (auto error = check_principals(statement)) {
    return error;
  }
  const auto actions = texts_of(statement.if_contains("Action"));
  const auto allowed = actions_of(arn.kind);
  if (actions.empty()) {
    return invalid_policy("each statement needs an Action.");
  }
  for (const std::string_view action : actions) {
    if (std::find(allowed.begin(), allowed.end(), action) == allowed.end()) {
      return invalid_policy("the action " + std::string(action) + " is not supported for a " +
                            std::string(row_of(arn.kind).noun) + ".");
    }
  }
  const auto resources = texts_of(statement.if_contains("Resource"));
  const std::string text = arn.print();
  if (resources.empty() || std::any_of(resources.begin(), resources.end(),
                                       [&](std::string_view each) { return each != text; })) {
    return invalid_policy("the Resource of each statement must be " + text + ".");
  }
  const json::value* conditions = statement.if_contains("Condition");
  if (conditions != nullptr && !conditions->is_object()) {
    return invalid_policy("a Condition is a map of operators.");
  }
  return std::nullopt;
}

std::optional<Error> check_policy(const Arn& arn, std::string_view text) {
  const auto policy = parse_policy(text);
  if (!policy) {
    return invalid_policy("it is not a JSON object.");
  }
  const json::value* version = policy->get_object().if_contains("Version");
  if (version != nullptr && *version != "2012-10-17" && *version != "2008-10-17") {
    return invalid_policy("its Version must be 2012-10-17 or 2008-10-17.");
  }
  const auto statements = statements_of(*policy);
  if (statements.empty() || statements.size() > kMaxStatements) {
    return invalid_policy("it needs 1 to 20 statements.");
  }
  for (const json::object* statement : statements) {
    if (auto error = check_statement(arn, *statement)) {
      return error;
    }
  }
  return std::nullopt;
}

/// Tells whether all conditions of a statement hold: StringEquals and the like, key by key.
bool conditions_hold(const json::object& statement, const PolicyQuestion& question) {
  const json::value* member = statement.if_contains("Condition");
  if (member == nullptr) {
    return true;
  }
  for (const auto& [name, keys] : member->get_object()) {
    if ((name != "StringEquals" && name != "ArnEquals") || !keys.is_object()) {
      return false;
    }
    for (const auto& [key, values] : keys.get_object()) {
      const std::string_view wanted(key.data(), key.size());
      const auto given = std::find_if(question.conditions.begin(), question.conditions.end(),
                                      [&](const auto& each) { return each.first == wanted; });
      const auto allowed = texts_of(&values);
      if (given == question.conditions.end() ||
          std::find(allowed.begin(), allowed.end(), given->second) == allowed.end()) {
        return false;
      }
    }
  }
  return true;
}

bool is_about(const json::object& statement, const PolicyQuestion& question) {
  const auto actions = texts_of(statement.if_contains("Action"));
  const auto principals = principals_of(statement);
  return std::find(actions.begin(), actions.end(), question.action) != actions.end() &&
         std::any_of(
             principals.begin(), principals.end(),
             [&](const auto& principal) {
               return principal.first == "AWS" &&
                      (principal.second == "*" || account_of(principal.second) == question.account);
             }) &&
         conditions_hold(statement, question);
}

/// Finds the resource whose policy a request means.
Result<Arn> find_resource(const Context& context, const std::string& text, bool changes) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  auto arn = parse_arn(text);
  if (!arn) {
    constexpr std::string_view kStart = "arn:";
    const bool other_type = text.starts_with(kStart) && text.find(":cloudtrail:") == text.npos;
    return Error{
        other_type ? ErrorKind::kResourceTypeNotSupported : ErrorKind::kResourceArnNotValid,
        "The resource ARN is not valid: " + text};
  }
  if (!row_of(arn->kind).may_have_policy) {
    return Error{ErrorKind::kResourceTypeNotSupported,
                 "A " + std::string(row_of(arn->kind).noun) + " has no resource policy: " + text};
  }
  if (arn->region != context.caller.region) {
    return Error{ErrorKind::kResourceArnNotValid,
                 "The resource is not of Region " + context.caller.region + ": " + text};
  }
  if (!exists(context.state(), *arn)) {
    return Error{ErrorKind::kResourceNotFound, resource_not_found(arn->kind, text).message};
  }
  if (arn->account != context.caller.account) {
    return Error{ErrorKind::kOperationNotPermitted,
                 "The requested operation is not permitted on " + text + "."};
  }
  if (changes && arn->kind == ResourceKind::kEventDataStore) {
    if (const auto error =
            check_changeable(*context.state().event_data_stores().find(arn->print()))) {
      return Error{ErrorKind::kConflict, error->message};
    }
  }
  return std::move(*arn);
}

Error policy_not_found(const std::string& arn) {
  return {ErrorKind::kResourcePolicyNotFound, "There is no resource policy for " + arn + "."};
}

}  // namespace

bool policy_allows(const state::State& state, std::string_view arn,
                   const PolicyQuestion& question) {
  const auto record = state.get<ResourcePolicies>().find(arn);
  const auto policy = record ? parse_policy(record->policy) : std::nullopt;
  if (!policy) {
    return false;
  }
  bool allowed = false;
  for (const json::object* statement : statements_of(*policy)) {
    if (is_about(*statement, question)) {
      if (*statement->if_contains("Effect") == "Deny") {
        return false;
      }
      allowed = true;
    }
  }
  return allowed;
}

Result<ResourcePolicyDetails> put_resource_policy(Context& context,
                                                  const PutResourcePolicyRequest& request) {
  state::Writing writing(context.reading);
  const auto arn = find_resource(context, request.arn, true);
  if (!arn) {
    return arn.error();
  }
  if (auto error = check_policy(*arn, request.policy)) {
    return *error;
  }
  const std::string text = arn->print();
  context.state().get<ResourcePolicies>().put(writing,
                                              {text, arn->account, arn->region, request.policy});
  writing.commit();
  return ResourcePolicyDetails{text, request.policy};
}

Result<ResourcePolicyDetails> get_resource_policy(Context& context,
                                                  const ResourcePolicyRequest& request) {
  const auto arn = find_resource(context, request.arn, false);
  if (!arn) {
    return arn.error();
  }
  const auto record = context.state().get<ResourcePolicies>().find(arn->print());
  if (!record) {
    return policy_not_found(request.arn);
  }
  return ResourcePolicyDetails{record->arn, record->policy};
}

Result<void> delete_resource_policy(Context& context, const ResourcePolicyRequest& request) {
  state::Writing writing(context.reading);
  const auto arn = find_resource(context, request.arn, true);
  if (!arn) {
    return arn.error();
  }
  auto& policies = context.state().get<ResourcePolicies>();
  const std::string text = arn->print();
  if (!policies.contains(text)) {
    return policy_not_found(request.arn);
  }
  policies.erase(writing, text);
  writing.commit();
  return {};
}

}  // namespace trailpond::engine
