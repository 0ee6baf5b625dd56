#include "base/members.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>

namespace trailpond {

namespace json = boost::json;

namespace {

std::string text_of(const json::value& value) {
  const json::string& text = value.get_string();
  return {text.data(), text.size()};
}

}  // namespace

const json::value* MemberReader::find(std::string_view name) const {
  const json::value* value = object_.if_contains({name.data(), name.size()});
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::size_t MemberReader::size_of(std::string_view name) const {
  const json::value* value = find(name);
  return value == nullptr ? 0 : value->get_array().size();
}

const json::object& MemberReader::item(std::string_view name, std::size_t index) const {
  return find(name)->get_array()[index].get_object();
}

const json::object& MemberReader::object(std::string_view name) const {
  return find(name)->get_object();
}

void MemberReader::map(std::string_view name,
                       std::vector<std::pair<std::string, std::string>>& pairs) const {
  if (const json::value* found = find(name)) {
    for (const auto& [key, value] : found->get_object()) {
      pairs.emplace_back(std::string(key.data(), key.size()), text_of(value));
    }
  }
}

void MemberReader::operator()(std::string_view name, std::string& value) const {
  if (const json::value* found = find(name)) {
    value = text_of(*found);
  }
}

void MemberReader::operator()(std::string_view name, std::optional<std::string>& value) const {
  if (const json::value* found = find(name)) {
    value = text_of(*found);
  }
}

void MemberReader::operator()(std::string_view name, std::optional<std::int64_t>& value) const {
  if (const json::value* found = find(name)) {
    value = found->get_int64();
  }
}

void MemberReader::operator()(std::string_view name, std::optional<bool>& value) const {
  if (const json::value* found = find(name)) {
    value = found->get_bool();
  }
}

void MemberReader::operator()(std::string_view name, std::vector<std::string>& values) const {
  if (const json::value* found = find(name)) {
    for (const json::value& value : found->get_array()) {
      values.push_back(text_of(value));
    }
  }
}

void MemberReader::operator()(std::string_view name,
                              std::vector<std::pair<std::string, std::string>>& values) const {
  for (std::size_t i = 0, count = size_of(name); i < count; ++i) {
    const MemberReader tag(item(name, i));
    auto& [key, value] = values.emplace_back();
    tag("Key", key);
    tag("Value", value);
  }
}

void MemberReader::instant(std::string_view name, std::optional<std::int64_t>& micros) const {
  constexpr double kEndOfTime = 9e12;  // seconds; some 285,000 years
  if (const json::value* found = find(name)) {
    const auto seconds = found->to_number<double>();
    micros = std::llround(std::fmin(std::fmax(seconds, -kEndOfTime), kEndOfTime) * 1e6);
  }
}

void MemberWriter::number(std::string_view name, double value) {
  std::array<char, 64> text = {};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 4).ptr;
  json_.key(name);
  json_.json({text.data(), static_cast<std::size_t>(end - text.data())});
}

void visit_items(std::string_view text, const std::function<void(const MemberReader&)>& visit) {
  if (text.empty()) {
    return;
  }
  const json::value parsed = json::parse({text.data(), text.size()});
  for (const json::value& item : parsed.get_array()) {
    visit(MemberReader(item.get_object()));
  }
}

}  // namespace trailpond
