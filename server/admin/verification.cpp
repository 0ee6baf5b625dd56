#include "server/admin/verification.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/json_writer.hpp"
#include "fixtures/fields.hpp"
#include "server/api/audit_events.hpp"

namespace trailpond::admin {
namespace {

namespace json = boost::json;
using watch::Entry;
using watch::EntryPointer;

constexpr std::size_t kMostMatches = 100;
constexpr std::size_t kMostMisses = 3;

/// A place where a call is not as it should be; as JSON, `given` empty where there is nothing.
struct Difference {
  std::string member;
  std::string wanted;
  std::string given;
};
using Differences = std::vector<Difference>;

bool are_equal(const json::value& wanted, const json::value& given) {
  if (wanted.is_number() && given.is_number()) {
    return wanted.to_number<double>() == given.to_number<double>();
  }
  return wanted == given;
}

/// Compares what is wanted with what is given: an object may have more members than are wanted.
void compare(const json::value& wanted, const json::value* given, const std::string& member,
             Differences& differences) {
  if (given != nullptr && wanted.is_object() && given->is_object()) {
    for (const auto& [name, value] : wanted.get_object()) {
      compare(value, given->get_object().if_contains(name),
              (member.empty() ? "" : member + ".") + std::string(name), differences);
    }
    return;
  }
  if (given != nullptr && wanted.is_array() && given->is_array() &&
      wanted.get_array().size() == given->get_array().size()) {
    for (std::size_t i = 0; i < wanted.get_array().size(); ++i) {
      compare(wanted.get_array()[i], &given->get_array()[i], member + "[" + std::to_string(i) + "]",
              differences);
    }
    return;
  }
  if (given == nullptr || !are_equal(wanted, *given)) {
    differences.push_back({member, json::serialize(wanted),
                           given == nullptr ? std::string() : json::serialize(*given)});
  }
}

std::string quote(std::string_view text) {
  std::string out;
  JsonWriter(out).text(text);
  return out;
}

std::optional<std::string_view> find_text(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? std::nullopt
                          : std::optional<std::string_view>(
                                {value->get_string().data(), value->get_string().size()});
}

void compare_text(const json::object& wanted, std::string_view name, std::string_view given,
                  Differences& differences) {
  const auto text = find_text(wanted, name);
  if (text && *text != given) {
    differences.push_back({std::string(name), quote(*text), quote(given)});
  }
}

Differences compare_call(const json::object& wanted, const Entry& entry) {
  Differences differences;
  compare_text(wanted, "account", entry.account(), differences);
  compare_text(wanted, "region", entry.region(), differences);
  compare_text(wanted, "error", entry.error(), differences);
  const auto* members = wanted.if_contains("members");
  if (members == nullptr) {
    return differences;
  }
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 64;
  const std::string_view text = entry.request().empty() ? "{}" : entry.request();
  const auto given = json::parse({text.data(), text.size()}, error, {}, options);
  const json::value nothing = json::object();
  compare(*members, error ? &nothing : &given, {}, differences);
  return differences;
}

struct Miss {
  EntryPointer entry;
  Differences differences;
};

void write_miss(JsonWriter& writer, const Miss& miss) {
  writer.open_object();
  writer.member("id", static_cast<std::int64_t>(miss.entry->id()));
  writer.member("time", state::print_instant(miss.entry->time()));
  writer.member("account", miss.entry->account());
  writer.member("region", miss.entry->region());
  writer.key("differences");
  writer.open_list();
  for (const Difference& difference : miss.differences) {
    writer.open_object();
    writer.member("member", difference.member);
    writer.key("wanted");
    writer.json(difference.wanted);
    if (!difference.given.empty()) {
      writer.key("given");
      writer.json(difference.given);
    }
    writer.close_object();
  }
  writer.close_list();
  writer.close_object();
}

/// How often it should be.
struct Times {
  std::int64_t least = 1;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();

  std::string print() const {
    if (least == most) {
      return "exactly " + std::to_string(least);
    }
    const bool is_open = most == std::numeric_limits<std::int64_t>::max();
    return is_open ? "at least " + std::to_string(least)
                   : (least > 0 ? "at least " + std::to_string(least) + " and " : "") + "at most " +
                         std::to_string(most);
  }
};

/// Refuses a number of times that is said in two ways.
std::optional<Failure> check_times(const json::object& wanted) {
  const auto* given = wanted.if_contains("times");
  if (given == nullptr || !given->get_object().contains("exactly")) {
    return std::nullopt;
  }
  for (const char* other : {"at_least", "at_most"}) {
    if (given->get_object().contains(other)) {
      return Failure{&kInvalidMember,
                     "times.exactly goes without times." + std::string(other) + ".",
                     R"("name":"times.)" + std::string(other) + "\""};
    }
  }
  return std::nullopt;
}

Times times_of(const json::object& wanted) {
  Times times;
  const auto* given = wanted.if_contains("times");
  if (given == nullptr) {
    return times;
  }
  const auto number = [&](const char* name) -> std::optional<std::int64_t> {
    const auto* value = given->get_object().if_contains(name);
    return value == nullptr ? std::nullopt : std::optional(value->to_number<std::int64_t>());
  };
  if (const auto exactly = number("exactly")) {
    return {*exactly, *exactly};
  }
  times.most = number("at_most").value_or(times.most);
  times.least = number("at_least").value_or(number("at_most") ? 0 : 1);
  return times;
}

/// Refuses the name of an operation that there is not.
std::optional<Failure> check_operation(std::string_view name) {
  std::vector<std::string_view> names = {api::kPutAuditEvents};
  for (const api::Operation& operation : api::all_operations()) {
    names.push_back(operation.name);
  }
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return std::nullopt;
  }
  Failure failure = {&kUnknownOperation, "There is no operation " + std::string(name) + "."};
  if (const auto near = fixtures::nearest(name, names)) {
    failure.message += " Did you mean " + std::string(*near) + "?";
    JsonWriter(failure.details).member("nearest", *near);
  }
  return failure;
}

constexpr Field kTimesFields[] = {
    {.name = "exactly", .type = FieldType::kInteger, .least = 0, .most = 1'000'000},
    {.name = "at_least", .type = FieldType::kInteger, .least = 0, .most = 1'000'000},
    {.name = "at_most", .type = FieldType::kInteger, .least = 0, .most = 1'000'000},
};
constexpr Fields kTimes = {
    "Times", kTimesFields,
    R"("not":{"anyOf":[{"required":["exactly","at_least"]},{"required":["exactly","at_most"]}]})"};
constexpr Field kVerificationFields[] = {
    {"operation", FieldType::kText, "As AWS names it: StartQuery.", true},
    {.name = "members",
     .type = FieldType::kMap,
     .doc =
         "Members that the request must have; it may have others. Of an object within, the same.",
     .item = FieldType::kAny},
    {"account", FieldType::kAccount, "Of the caller."},
    {"region", FieldType::kRegion, ""},
    {"error", FieldType::kText, "The name of the error that was answered; empty: none."},
    {.name = "since",
     .type = FieldType::kInteger,
     .doc = "Only calls with a greater id count.",
     .least = 0,
     .most = std::int64_t{1} << 53},
    {.name = "times",
     .type = FieldType::kObject,
     .doc = "How often it should be; at least once without it.",
     .fields = &kTimes},
};
constexpr Field kDifferenceFields[] = {
    {"member", FieldType::kText, "Its path: Tags[0].Key; or account, region, error.", true},
    {"wanted", FieldType::kAny, "", true},
    {"given", FieldType::kAny, "Absent where it was not given."},
};
constexpr Fields kDifference = {"Difference", kDifferenceFields};
constexpr Field kMissFields[] = {
    {"id", FieldType::kInteger, "Of the entry of the journal.", true},
    {"time", FieldType::kTime, "", true},
    {"account", FieldType::kText, "", true},
    {"region", FieldType::kText, "", true},
    {.name = "differences", .type = FieldType::kList, .required = true, .fields = &kDifference},
};
constexpr Fields kMiss = {"NearMiss", kMissFields};
constexpr Field kVerifiedFields[] = {
    {"verified", FieldType::kBoolean, "", true},
    {"count", FieldType::kInteger, "Calls that fit.", true},
    {"message", FieldType::kText, "The same as a sentence.", true},
    {.name = "matches",
     .type = FieldType::kList,
     .doc = "Ids of the first hundred of them.",
     .required = true,
     .item = FieldType::kInteger},
    {.name = "nearest",
     .type = FieldType::kList,
     .doc = "Where it is not verified: the calls of the operation that come nearest.",
     .required = true,
     .fields = &kMiss},
};

}  // namespace

constexpr Fields kVerification = {"Verification", kVerificationFields};
constexpr Fields kVerified = {"Verified", kVerifiedFields};

std::optional<Failure> verify_calls(Context& context, http::Response& response) {
  const json::object& wanted = *context.body;
  const std::string_view operation = find_text(wanted, "operation").value_or("");
  if (auto failure = check_operation(operation)) {
    return failure;
  }
  if (auto failure = check_times(wanted)) {
    return failure;
  }
  const auto* since = wanted.if_contains("since");
  const auto first = since == nullptr ? 0 : since->to_number<std::uint64_t>();
  std::int64_t count = 0;
  std::vector<std::uint64_t> matches;
  std::vector<Miss> misses;
  for (const EntryPointer& entry : context.watch.journal.list(first)) {
    if (entry->operation() != operation) {
      continue;
    }
    Miss miss = {entry, compare_call(wanted, *entry)};
    if (!miss.differences.empty()) {
      // Before those that are as near: the last call is the likeliest.
      const auto place = std::find_if(misses.begin(), misses.end(), [&](const Miss& other) {
        return other.differences.size() >= miss.differences.size();
      });
      misses.insert(place, std::move(miss));
      misses.resize(std::min(misses.size(), kMostMisses));
      continue;
    }
    ++count;
    if (matches.size() < kMostMatches) {
      matches.push_back(entry->id());
    }
  }
  const Times times = times_of(wanted);
  const bool verified = count >= times.least && count <= times.most;
  JsonWriter writer(response.body);
  writer.open_object();
  writer.member("verified", verified);
  writer.member("count", count);
  writer.member("message", std::string(operation) + " was called " + std::to_string(count) +
                               (count == 1 ? " time" : " times") + " like that; it should be " +
                               times.print() + ".");
  writer.key("matches");
  writer.open_list();
  for (const std::uint64_t id : matches) {
    writer.integer(static_cast<std::int64_t>(id));
  }
  writer.close_list();
  writer.key("nearest");
  writer.open_list();
  for (const Miss& miss : misses) {
    if (!verified) {
      write_miss(writer, miss);
    }
  }
  writer.close_list();
  writer.close_object();
  return std::nullopt;
}

}  // namespace trailpond::admin
