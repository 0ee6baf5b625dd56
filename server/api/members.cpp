#include "server/api/members.hpp"

#include <boost/json/value.hpp>
#include <cmath>

namespace trailpond::api {

namespace json = boost::json;

const json::value* Members::find(std::string_view name) const {
  const json::value* value = object_.if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::optional<std::string> Members::find_text(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  const json::string& text = value->get_string();
  return std::string(text.data(), text.size());
}

std::optional<std::int64_t> Members::find_integer(std::string_view name) const {
  const json::value* value = find(name);
  return value == nullptr ? std::nullopt : std::optional(value->get_int64());
}

std::optional<bool> Members::find_boolean(std::string_view name) const {
  const json::value* value = find(name);
  return value == nullptr ? std::nullopt : std::optional(value->get_bool());
}

std::optional<std::int64_t> Members::find_instant(std::string_view name) const {
  const json::value* value = find(name);
  if (value == nullptr) {
    return std::nullopt;
  }
  constexpr double kEndOfTime = 9e12;  // seconds; some 285,000 years
  const double seconds = value->to_number<double>();
  const double micros = std::fmin(std::fmax(seconds, -kEndOfTime), kEndOfTime) * 1e6;
  return static_cast<std::int64_t>(std::llround(micros));
}

std::vector<std::string> Members::texts(std::string_view name) const {
  std::vector<std::string> texts;
  if (const json::value* value = find(name)) {
    for (const json::value& item : value->get_array()) {
      texts.emplace_back(item.get_string().data(), item.get_string().size());
    }
  }
  return texts;
}

void Members::for_each(std::string_view name,
                       const std::function<void(const Members&)>& take) const {
  if (const json::value* value = find(name)) {
    for (const json::value& item : value->get_array()) {
      take(Members(item.get_object()));
    }
  }
}

}  // namespace trailpond::api
