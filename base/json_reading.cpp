#include "base/json_reading.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace trailpond {

namespace json = boost::json;

const json::value* find_member(const json::object& object, std::string_view name) {
  return object.if_contains({name.data(), name.size()});
}

const json::value* find_member(const json::value* value, std::string_view name) {
  const json::object* object = value == nullptr ? nullptr : value->if_object();
  return object == nullptr ? nullptr : find_member(*object, name);
}

std::string_view text_of(const json::value* value) {
  const json::string* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

}  // namespace trailpond
