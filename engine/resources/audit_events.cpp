#include "engine/resources/audit_events.hpp"

#include <openssl/evp.h>

#include <array>
#include <boost/json.hpp>
#include <set>

#include "base/base64.hpp"
#include "base/hashing.hpp"
#include "base/json_writer.hpp"
#include "base/text.hpp"
#include "engine/resources/channels.hpp"
#include "engine/resources/policies.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;

enum class FieldKind : std::uint8_t { kText, kObject, kAny };

/// A field of eventData. Source: AWS user guide, "CloudTrail Lake integrations event schema".
struct DataField {
  std::string_view name;
  FieldKind kind;
  bool required;
  std::size_t max_length;  // characters of a text; bytes of anything else as JSON
};
constexpr std::size_t kLong = 100 * 1024;
constexpr std::array kDataFields = {
    DataField{"version", FieldKind::kText, true, 256},
    DataField{"userIdentity", FieldKind::kObject, true, kLong},
    DataField{"userAgent", FieldKind::kText, false, 1024},
    DataField{"eventSource", FieldKind::kText, true, 1024},
    DataField{"eventName", FieldKind::kText, true, 1024},
    DataField{"eventTime", FieldKind::kText, true, 64},
    DataField{"UID", FieldKind::kText, true, 1024},
    DataField{"requestParameters", FieldKind::kAny, false, kLong},
    DataField{"responseElements", FieldKind::kAny, false, kLong},
    DataField{"errorCode", FieldKind::kText, false, 256},
    DataField{"errorMessage", FieldKind::kText, false, 256},
    DataField{"sourceIPAddress", FieldKind::kText, false, 256},
    DataField{"recipientAccountId", FieldKind::kText, true, 64},
    DataField{"additionalEventData", FieldKind::kAny, false, std::size_t{28} * 1024},
};
constexpr std::array kIdentityFields = {
    DataField{"type", FieldKind::kText, true, 128},
    DataField{"principalId", FieldKind::kText, true, 1024},
    DataField{"details", FieldKind::kObject, false, kLong},
};

struct Mistake {
  std::string_view code;
  std::string message;
};

std::optional<Mistake> check_field(const DataField& field, const json::object& object) {
  const json::value* value = object.if_contains({field.name.data(), field.name.size()});
  const std::string name(field.name);
  if (value == nullptr || value->is_null()) {
    return field.required
               ? std::optional(Mistake{"FieldNotFound", "The field " + name + " is missing."})
               : std::nullopt;
  }
  const bool fits = field.kind == FieldKind::kAny ||
                    (field.kind == FieldKind::kText ? value->is_string() : value->is_object());
  if (!fits) {
    return Mistake{"InvalidData", "The field " + name + " must be " +
                                      (field.kind == FieldKind::kText ? "a text." : "an object.")};
  }
  std::size_t length = 0;
  if (const auto* text = value->if_string()) {
    length = static_cast<std::size_t>(count_code_points({text->data(), text->size()}));
    if (field.required && length == 0) {
      return Mistake{"FieldNotFound", "The field " + name + " is empty."};
    }
  } else {
    length = json::serialize(*value).size();
  }
  if (length > field.max_length) {
    return Mistake{"FieldTooLong", "The field " + name + " is longer than " +
                                       std::to_string(field.max_length) + "."};
  }
  return std::nullopt;
}

template <std::size_t kCount>
std::optional<Mistake> check_fields(const std::array<DataField, kCount>& fields,
                                    const json::object& object) {
  for (const DataField& field : fields) {
    if (auto mistake = check_field(field, object)) {
      return mistake;
    }
  }
  return std::nullopt;
}

std::string_view text_of(const json::object& data, std::string_view name) {
  const json::string& text = data.find({name.data(), name.size()})->value().get_string();
  return {text.data(), text.size()};
}

std::optional<Mistake> check_data(const json::object& data, std::string_view owner) {
  if (auto mistake = check_fields(kDataFields, data)) {
    return mistake;
  }
  const json::value& identity = data.find("userIdentity")->value();
  if (auto mistake = check_fields(kIdentityFields, identity.get_object())) {
    return mistake;
  }
  if (!state::parse_instant(text_of(data, "eventTime"))) {
    return Mistake{"InvalidData", "The eventTime must have the form yyyy-MM-ddTHH:mm:ssZ."};
  }
  if (text_of(data, "recipientAccountId") != owner) {
    return Mistake{
        "InvalidRecipient",
        "The recipientAccountId must be the account of the channel, " + std::string(owner) + "."};
  }
  if (text_of(data, "eventSource").ends_with(".amazonaws.com")) {
    return Mistake{"InvalidEventSource", "The eventSource belongs to AWS itself."};
  }
  return std::nullopt;
}

/// Prints the event that is stored.
void print_event(const Channel& channel, const std::string& event_id, state::Micros now,
                 const json::object& data, std::string& text) {
  JsonWriter json(text);
  json.open_object();
  json.member("eventVersion", "1.0");
  json.member("eventCategory", "ActivityAuditLog");
  json.member("eventType", "ActivityLog");
  json.member("eventID", event_id);
  json.member("eventTime", text_of(data, "eventTime"));
  json.member("awsRegion", channel.region);
  json.member("recipientAccountId", channel.account);
  json.key("metadata");
  json.open_object();
  json.member("ingestionTime", state::print_instant(now));
  json.member("channelARN", channel.arn);
  json.close_object();
  json.key("eventData");
  json.json(json::serialize(data));
  json.close_object();
  text += '\n';
}

/// Finds the channel and whether the caller may put events into it.
Result<std::shared_ptr<const Channel>> find_channel(const Context& context,
                                                    const PutAuditEventsRequest& request) {
  if (auto error =
          check_region(*context.world(), context.caller, ErrorKind::kUnsupportedOperation)) {
    return *error;
  }
  const auto arn = resolve(context.caller, Channel::kKind, request.channel);
  if (!arn) {
    return Error{ErrorKind::kInvalidChannelArn, arn.error().message};
  }
  auto channel = context.state().get<Channels>().find(arn->print());
  if (!channel) {
    return Error{ErrorKind::kNoSuchChannel, "The channel was not found: " + request.channel};
  }
  PolicyQuestion question = {"cloudtrail-data:PutAuditEvents", context.caller.account};
  if (request.external_id) {
    question.conditions.emplace_back("cloudtrail:ExternalId", *request.external_id);
  }
  if (channel->account != context.caller.account &&
      !policy_allows(context.state(), channel->arn, question)) {
    return Error{ErrorKind::kChannelInsufficientPermission,
                 "Account " + context.caller.account +
                     " is not allowed to put events into channel " + channel->arn + "."};
  }
  return channel;
}

std::optional<Error> check_ids(const std::vector<AuditEvent>& events) {
  std::set<std::string_view> ids;
  for (const AuditEvent& event : events) {
    if (!ids.insert(event.id).second) {
      return Error{ErrorKind::kDuplicatedAuditEventId,
                   "Two events of the request have the id " + event.id + "."};
    }
  }
  return std::nullopt;
}

void note_attempt(const Context& context, Channel& channel, const PutAuditEventsAnswer& answer) {
  const state::Micros now = context.service.clock.now();
  channel.attempted_at = now;
  if (!answer.successful.empty()) {
    channel.succeeded_at = now;
    channel.last_success = answer.successful.back().event_id;
    channel.last_attempt = channel.last_success;
  }
  channel.last_error = answer.failed.empty() ? "" : answer.failed.back().code;
}

}  // namespace

Result<AuditIntake> take_audit_events(Context& context, const PutAuditEventsRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_channel(context, request);
  if (!found) {
    return found.error();
  }
  if (auto error = check_ids(request.events)) {
    return *error;
  }
  Channel channel = **found;
  AuditIntake intake;
  for (const AuditEvent& event : request.events) {
    boost::system::error_code error;
    const json::value data = json::parse(event.data, error);
    std::optional<Mistake> mistake;
    if (event.checksum && *event.checksum != base64(hash(EVP_sha256(), event.data).bytes())) {
      mistake = Mistake{"InvalidChecksum", "The eventDataChecksum is not that of eventData."};
    } else if (error || !data.is_object()) {
      mistake = Mistake{"InvalidData", "The eventData is not a JSON object."};
    } else {
      mistake = check_data(data.get_object(), channel.account);
    }
    if (mistake) {
      intake.answer.failed.push_back({std::string(mistake->code), mistake->message, event.id});
      continue;
    }
    const std::string id = context.service.ids.next("audit event " + channel.arn);
    print_event(channel, id, context.service.clock.now(), data.get_object(), intake.text);
    intake.answer.successful.push_back({id, event.id});
  }
  for (const std::string& arn : channel.store_arns) {
    const auto store = context.state().event_data_stores().find(arn);
    if (store && !check_queryable(*store)) {
      intake.stores.push_back(context.service.events.get(*store));
    }
  }
  note_attempt(context, channel, intake.answer);
  context.state().get<Channels>().put(writing, std::move(channel));
  writing.commit();
  return intake;
}

}  // namespace trailpond::engine
