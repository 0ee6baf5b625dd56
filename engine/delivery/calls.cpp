#include "engine/delivery/calls.hpp"

#include <algorithm>
#include <array>

#include "base/json_writer.hpp"

namespace trailpond::engine {
namespace {

/// Finds the end of a string that begins at `at`: one behind its closing quote.
std::size_t end_of_string(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    at += json[at] == '\\' ? 1 : 0;
  }
  return std::min(at + 1, json.size());
}

/// Copies valid JSON without white space, each name of a member with a small first letter.
std::string with_small_names(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  std::string open;  // the brackets that are open
  bool name_follows = false;
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t end = end_of_string(json, at);
      const std::size_t begin = out.size();
      out += json.substr(at, end - at);
      if (name_follows && out[begin + 1] >= 'A' && out[begin + 1] <= 'Z') {
        out[begin + 1] = static_cast<char>(out[begin + 1] + ('a' - 'A'));
      }
      name_follows = false;
      at = end;
      continue;
    }
    ++at;
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      continue;
    }
    out += c;
    if (c == '{' || c == '[') {
      open += c;
    } else if ((c == '}' || c == ']') && !open.empty()) {
      open.pop_back();
    }
    name_follows = c == '{' || (c == ',' && !open.empty() && open.back() == '{');
  }
  return out;
}

/// AWS gives null where a call has no parameters or no answer.
void write_members(JsonWriter& json, std::string_view name, std::string_view members) {
  json.key(name);
  const std::string text = with_small_names(members);
  if (text.empty() || text == "{}") {
    json.null();
  } else {
    json.json(text);
  }
}

void write_role(JsonWriter& json, const std::string& account, const std::string& key,
                state::Micros at) {
  const std::string id = "AROA" + key.substr(std::min<std::size_t>(4, key.size()));
  json.member("type", "AssumedRole");
  json.member("principalId", id + ":" + key);
  json.member("arn", "arn:aws:sts::" + account + ":assumed-role/local/" + key);
  json.member("accountId", account);
  json.member("accessKeyId", key);
  json.key("sessionContext");
  json.open_object();
  json.key("sessionIssuer");
  json.open_object();
  json.member("type", "Role");
  json.member("principalId", id);
  json.member("arn", "arn:aws:iam::" + account + ":role/local");
  json.member("accountId", account);
  json.member("userName", "local");
  json.close_object();
  json.key("attributes");
  json.open_object();
  json.member("creationDate", state::print_second(at));
  json.member("mfaAuthenticated", "false");
  json.close_object();
  json.close_object();
}

/// Who an access key belongs to: an id that is the account stands for its root user, one that
/// begins with ASIA for a role, any other for a user. Source: AWS IAM user guide, "IAM
/// identifiers".
void write_identity(JsonWriter& json, const Call& call, state::Micros at) {
  const std::string& account = call.caller.account;
  const std::string key(call.access_key_id);
  json.key("userIdentity");
  json.open_object();
  if (key.empty()) {
    json.member("type", "AWSAccount");
    json.member("principalId", "");
    json.member("accountId", "ANONYMOUS_PRINCIPAL");
  } else if (key == account && call.user_name.empty()) {
    json.member("type", "Root");
    json.member("principalId", account);
    json.member("arn", "arn:aws:iam::" + account + ":root");
    json.member("accountId", account);
    json.member("accessKeyId", key);
  } else if (key.starts_with("ASIA") && call.user_name.empty()) {
    write_role(json, account, key, at);
  } else {
    const std::string name(call.user_name.empty() ? key : call.user_name);
    json.member("type", "IAMUser");
    json.member("principalId", "AIDA" + key.substr(std::min<std::size_t>(4, key.size())));
    json.member("arn", "arn:aws:iam::" + account + ":user/" + name);
    json.member("accountId", account);
    json.member("accessKeyId", key);
    json.member("userName", name);
  }
  json.close_object();
}

/// The short name of an error, as events have it for the one that AWS shares among its services.
std::string error_code_of(const Error& error) {
  return error.kind == ErrorKind::kAccessDenied ? "AccessDenied" : std::string(name_of(error.kind));
}

void write_resource(JsonWriter& json, const Call& call) {
  json.key("resources");
  json.open_list();
  json.open_object();
  json.member("accountId", call.caller.account);
  json.member("type", "AWS::CloudTrail::Channel");
  json.member("ARN", call.channel_arn);
  json.close_object();
  json.close_list();
}

}  // namespace

bool is_read_only(std::string_view operation) {
  constexpr std::array<std::string_view, 5> kReading = {"Get", "List", "Describe", "Lookup",
                                                        "Search"};
  return std::any_of(kReading.begin(), kReading.end(),
                     [&](std::string_view verb) { return operation.starts_with(verb); });
}

std::string print_call(const Call& call, std::string_view event_id, state::Micros at) {
  constexpr std::size_t kUsualLength = 1200;
  const bool is_data = !call.channel_arn.empty();
  const bool reads = is_read_only(call.operation);
  std::string text;
  text.reserve(kUsualLength + call.request.size() + call.answer.size());
  JsonWriter json(text);
  json.open_object();
  json.member("eventVersion", "1.11");
  write_identity(json, call, at);
  json.member("eventTime", state::print_second(at));
  json.member("eventSource",
              is_data ? "cloudtrail-data.amazonaws.com" : "cloudtrail.amazonaws.com");
  json.member("eventName", call.operation);
  json.member("awsRegion", call.caller.region);
  json.member("sourceIPAddress", call.address);
  json.member("userAgent", call.user_agent);
  if (call.error != nullptr) {
    json.member("errorCode", error_code_of(*call.error));
    json.member("errorMessage", call.error->message);
  }
  write_members(json, "requestParameters", call.request);
  const bool answered = call.error == nullptr && !reads;
  write_members(json, "responseElements", answered ? call.answer : std::string_view());
  json.member("requestID", call.request_id);
  json.member("eventID", event_id);
  json.member("readOnly", reads);
  if (is_data) {
    write_resource(json, call);
  }
  json.member("eventType", "AwsApiCall");
  json.member("managementEvent", !is_data);
  json.member("recipientAccountId", call.caller.account);
  json.member("eventCategory", is_data ? "Data" : "Management");
  json.key("tlsDetails");
  json.open_object();
  json.member("clientProvidedHostHeader", call.host);
  json.close_object();
  json.close_object();
  text += '\n';
  return text;
}

namespace {

/// The texts of a call, in the order in which they are kept.
template <class AnyCall, class Visit>
void visit_texts(AnyCall& call, Visit&& visit) {
  visit(call.operation);
  visit(call.access_key_id);
  visit(call.user_name);
  visit(call.address);
  visit(call.user_agent);
  visit(call.host);
  visit(call.request_id);
  visit(call.request);
  visit(call.answer);
  visit(call.channel_arn);
}

}  // namespace

RecordedCall::RecordedCall(const Call& call, state::Micros at) : caller_(call.caller), at_(at) {
  Call kept = call;
  if (call.error != nullptr) {
    error_ = *call.error;
  }
  if (is_read_only(call.operation) || call.error != nullptr) {
    kept.answer = {};  // the event shows none
  }
  std::size_t size = 0;
  visit_texts(kept, [&](std::string_view text) { size += text.size(); });
  texts_.reserve(size);
  std::size_t index = 0;
  visit_texts(kept, [&](std::string_view text) {
    texts_ += text;
    ends_[index++] = static_cast<std::uint32_t>(texts_.size());
  });
}

std::string RecordedCall::print(std::string_view event_id) const {
  if (is_printed_) {
    return texts_;
  }
  Call call = {.caller = caller_};
  call.error = error_ ? &*error_ : nullptr;
  std::size_t begin = 0;
  std::size_t index = 0;
  visit_texts(call, [&](std::string_view& text) {
    const std::size_t end = ends_[index++];
    text = std::string_view(texts_).substr(begin, end - begin);
    begin = end;
  });
  return print_call(call, event_id, at_);
}

bool RecordedCalls::admits(std::string_view operation) {
  constexpr double kBurst = 10'000;
  constexpr double kPerSecond = 100;
  if (!is_read_only(operation)) {
    return true;
  }
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  const std::chrono::duration<double> passed = now - filled_at_;
  tokens_ = std::min(kBurst, tokens_ + passed.count() * kPerSecond);
  filled_at_ = now;
  if (tokens_ < 1) {
    return false;
  }
  tokens_ -= 1;
  return true;
}

bool RecordedCalls::add(state::Micros due, RecordedCall call) {
  const std::lock_guard lock(mutex_);
  const auto added = calls_.emplace_hint(calls_.end(), due, std::move(call));
  earliest_due_.store(calls_.begin()->first, std::memory_order_release);
  return added == calls_.begin();
}

std::vector<RecordedCall> RecordedCalls::take(state::Micros now) {
  std::vector<RecordedCall> due;
  const std::lock_guard lock(mutex_);
  const auto end = calls_.upper_bound(now);
  for (auto it = calls_.begin(); it != end; ++it) {
    due.push_back(std::move(it->second));
  }
  calls_.erase(calls_.begin(), end);
  earliest_due_.store(calls_.empty() ? state::kNever : calls_.begin()->first,
                      std::memory_order_release);
  return due;
}

std::vector<std::pair<state::Micros, RecordedCall>> RecordedCalls::list() {
  const std::lock_guard lock(mutex_);
  return {calls_.begin(), calls_.end()};
}

void RecordedCalls::clear(std::string_view account) {
  const std::lock_guard lock(mutex_);
  std::erase_if(calls_, [&](const auto& call) { return call.second.caller().account == account; });
  earliest_due_.store(calls_.empty() ? state::kNever : calls_.begin()->first,
                      std::memory_order_release);
}

}  // namespace trailpond::engine
