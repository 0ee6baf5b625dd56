#include "server/api/harm.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>

namespace trailpond::api {
namespace {

namespace json = boost::json;

const json::value* find_part(const json::value& value, std::string_view name) {
  if (const auto* object = value.if_object()) {
    return object->if_contains({name.data(), name.size()});
  }
  const auto* list = value.if_array();
  std::size_t index = 0;
  const char* end = name.data() + name.size();
  if (list == nullptr || std::from_chars(name.data(), end, index).ptr != end) {
    return nullptr;
  }
  return index < list->size() ? &(*list)[index] : nullptr;
}

}  // namespace

std::optional<std::string> find_member(const json::object& body, std::string_view path) {
  const auto dot = path.find('.');
  const std::string_view first = path.substr(0, dot);
  const json::value* value = body.if_contains({first.data(), first.size()});
  std::string_view rest = dot == std::string_view::npos ? "" : path.substr(dot + 1);
  while (value != nullptr && !rest.empty()) {
    const auto next = rest.find('.');
    value = find_part(*value, rest.substr(0, next));
    rest = next == std::string_view::npos ? "" : rest.substr(next + 1);
  }
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

bool stops(const std::optional<engine::FaultOutcome>& fault) {
  return fault && !fault->after && fault->harm == engine::Harm::kReset;
}

void do_harm(const engine::FaultOutcome& fault, http::Response& response) {
  response.held_back = std::chrono::microseconds(fault.delay);
  switch (fault.harm) {
    case engine::Harm::kNone:
      return;
    case engine::Harm::kReset:
      response.sending = http::Sending::kReset;
      return;
    case engine::Harm::kTruncate:
      response.sending = http::Sending::kTruncate;
      return;
    case engine::Harm::kMalform:
      response.body.resize(response.body.size() / 2);
      return;
  }
}

}  // namespace trailpond::api
