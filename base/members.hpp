#pragma once
#include <boost/json/fwd.hpp>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/enums.hpp"
#include "base/json_writer.hpp"

/// The members of a structure of the API, named once and read and written from that. A structure
/// says
///   template <class Self, class Visit>
///   static void visit_members(Self& self, Visit&& visit) {
///     visit("Name", self.name);
///     visit.instant("StartTime", self.start_time);
///   }
/// with AWS's names. An optional that is empty is a member that is absent.
namespace trailpond {

template <class T>
concept HasMembers = requires(T& value) {
  T::visit_members(value, [](std::string_view, const auto&) {});
};
template <class T>
concept IsEnum = std::is_enum_v<T>;

/// Reads a structure out of a JSON object that fits its shape, so that types need no further check.
/// Null counts as absent. A name of an enumeration that is unknown counts as absent, too.
class MemberReader {
 public:
  explicit MemberReader(const boost::json::object& object) : object_(object) {}

  void operator()(std::string_view name, std::string& value) const;
  void operator()(std::string_view name, std::optional<std::string>& value) const;
  void operator()(std::string_view name, std::optional<std::int64_t>& value) const;
  void operator()(std::string_view name, std::optional<bool>& value) const;
  void operator()(std::string_view name, std::vector<std::string>& values) const;
  /// Tags: structures of Key and Value.
  void operator()(std::string_view name,
                  std::vector<std::pair<std::string, std::string>>& values) const;
  template <IsEnum Enum>
  void operator()(std::string_view name, std::optional<Enum>& value) const {
    std::optional<std::string> text;
    (*this)(name, text);
    value = text ? find_named<Enum>(*text) : std::nullopt;
  }
  template <class Item>
  requires std::is_class_v<Item>
  void operator()(std::string_view name, std::vector<Item>& values) const {
    for (std::size_t i = 0, count = size_of(name); i < count; ++i) {
      Item::visit_members(values.emplace_back(), MemberReader(item(name, i)));
    }
  }
  template <class Item>
  void operator()(std::string_view name, std::optional<std::vector<Item>>& values) const {
    if (find(name) != nullptr) {
      (*this)(name, values.emplace());
    }
  }
  template <class Item>
  requires std::is_class_v<Item> && requires { &Item::template visit_members<Item, MemberReader>; }
  void operator()(std::string_view name, std::optional<Item>& value) const {
    if (find(name) != nullptr) {
      Item::visit_members(value.emplace(), MemberReader(object(name)));
    }
  }
  /// Reads a map of texts.
  void map(std::string_view name, std::vector<std::pair<std::string, std::string>>& pairs) const;
  /// Reads a structure whose members `visit` names.
  template <class Visit>
  void group(std::string_view name, Visit&& visit) const {
    if (find(name) != nullptr) {
      visit(MemberReader(object(name)));
    }
  }
  /// Reads a number of seconds as microseconds since 1970; what is beyond all time ends there.
  void instant(std::string_view name, std::optional<std::int64_t>& micros) const;

 private:
  const boost::json::value* find(std::string_view name) const;
  std::size_t size_of(std::string_view name) const;
  const boost::json::object& item(std::string_view name, std::size_t index) const;
  const boost::json::object& object(std::string_view name) const;
  const boost::json::object& object_;
};

/// Writes the members of a structure into the JSON object that is open.
class MemberWriter {
 public:
  explicit MemberWriter(JsonWriter& json) : json_(json) {}

  void operator()(std::string_view name, std::string_view value) { json_.member(name, value); }
  void operator()(std::string_view name, const std::string& value) { json_.member(name, value); }
  void operator()(std::string_view name, bool value) { json_.member(name, value); }
  template <std::integral Number>
  void operator()(std::string_view name, Number value) {
    json_.member(name, static_cast<std::int64_t>(value));
  }
  template <IsEnum Enum>
  void operator()(std::string_view name, Enum value) {
    json_.member(name, name_of(value));
  }
  template <class T>
  void operator()(std::string_view name, const std::optional<T>& value) {
    if (value) {
      (*this)(name, *value);
    }
  }
  template <class Item>
  void operator()(std::string_view name, const std::vector<Item>& values) {
    json_.key(name);
    list(values);
  }
  /// Writes a list that is no member.
  template <class Item>
  void list(const std::vector<Item>& values) {
    json_.open_list();
    for (const Item& value : values) {
      item(value);
    }
    json_.close_list();
  }
  template <HasMembers Structure>
  void operator()(std::string_view name, const Structure& value) {
    json_.key(name);
    item(value);
  }
  template <class Value>
  requires requires(const Value& value, JsonWriter& json) { value.write_json(json); }
  void operator()(std::string_view name, const Value& value) {
    json_.key(name);
    value.write_json(json_);
  }
  /// Writes a list that may be empty, and is left out then.
  template <class Item>
  void unless_empty(std::string_view name, const std::vector<Item>& values) {
    if (!values.empty()) {
      (*this)(name, values);
    }
  }
  void unless_empty(std::string_view name, const std::string& value) {
    if (!value.empty()) {
      json_.member(name, value);
    }
  }
  /// Writes microseconds since 1970 as seconds.
  void instant(std::string_view name, std::int64_t micros) {
    json_.key(name);
    json_.seconds(micros);
  }
  /// Writes a structure whose members `visit` names.
  template <class Visit>
  void group(std::string_view name, Visit&& visit) {
    json_.key(name);
    json_.open_object();
    visit(*this);
    json_.close_object();
  }
  /// Writes a number with four decimals.
  void number(std::string_view name, double value);
  /// Writes a map of texts.
  void map(std::string_view name, const std::vector<std::pair<std::string, std::string>>& pairs) {
    json_.key(name);
    json_.open_object();
    for (const auto& [key, value] : pairs) {
      json_.member(key, value);
    }
    json_.close_object();
  }
  JsonWriter& json() { return json_; }

 private:
  void item(const std::string& text) { json_.text(text); }
  void item(const std::pair<std::string, std::string>& tag) {
    json_.open_object();
    json_.member("Key", tag.first);
    json_.member("Value", tag.second);
    json_.close_object();
  }
  template <HasMembers Structure>
  void item(const Structure& structure) {
    json_.open_object();
    Structure::visit_members(structure, *this);
    json_.close_object();
  }
  JsonWriter& json_;
};

/// Visits the objects of a JSON list that print_items() made.
void visit_items(std::string_view json, const std::function<void(const MemberReader&)>& visit);

/// Prints structures as a JSON list, to be kept as a text; and reads such a text. None: "".
template <HasMembers Item>
std::string print_items(const std::vector<Item>& items) {
  std::string text;
  if (!items.empty()) {
    JsonWriter json(text);
    MemberWriter(json).list(items);
  }
  return text;
}
template <HasMembers Item>
std::vector<Item> parse_items(std::string_view json) {
  std::vector<Item> items;
  visit_items(
      json, [&](const MemberReader& reader) { Item::visit_members(items.emplace_back(), reader); });
  return items;
}

}  // namespace trailpond
