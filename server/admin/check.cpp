#include "server/admin/check.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <charconv>
#include <cmath>

#include "base/json_writer.hpp"
#include "engine/resources/arn.hpp"
#include "fixtures/fields.hpp"

namespace trailpond::admin {
namespace {

namespace json = boost::json;

// Each part of a length has so few digits that three parts are less than a century.
#define TRAILPOND_LENGTH                                                    \
  R"(^(([0-9]{1,9}(ms|s))|([0-9]{1,7}m)|([0-9]{1,5}h)|([0-9]{1,4}d)){0,2})" \
  R"((([0-9]{1,9}(ms|s)?)|([0-9]{1,7}m)|([0-9]{1,5}h)|([0-9]{1,4}d))$)"

// Of this century; February has 28 days here, so that every text of the pattern is an instant.
#define TRAILPOND_INSTANT                                                                        \
  "^20[0-9]{2}-(((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))|((0[469]|11)-(0[1-9]|[12][0-9]|30))" \
  "|(02-(0[1-9]|1[0-9]|2[0-8])))T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,3})?Z$"

constexpr TypeRow kTypes[] = {
    {FieldType::kText, "string", "", "a text"},
    {FieldType::kAccount, "string", R"("pattern":"^[0-9]{12}$")", "an account of 12 digits"},
    {FieldType::kRegion, "string", R"("pattern":"^[a-z][a-z0-9-]{0,31}$")",
     "a Region such as us-east-1"},
    {FieldType::kInstant, "string", R"("pattern":")" TRAILPOND_INSTANT R"(")",
     "an instant such as 2024-05-01T00:00:00Z"},
    {FieldType::kTime, "string", R"("format":"date-time")", "an instant"},
    {FieldType::kLength, "string", R"("pattern":")" TRAILPOND_LENGTH R"(")",
     "a length of time such as 90s or 1h30m"},
    {FieldType::kLengthOrSeconds, "",
     R"("anyOf":[{"type":"string","pattern":")" TRAILPOND_LENGTH
     R"("},{"type":"number","minimum":0,"maximum":3000000000}])",
     "a length of time such as 1h30m, or a number of seconds that is not below 0"},
    {FieldType::kInteger, "integer", "", "a whole number"},
    {FieldType::kNumber, "number", "", "a number"},
    {FieldType::kBoolean, "boolean", "", "true or false"},
    {FieldType::kObject, "object", "", "an object"},
    {FieldType::kList, "array", "", "a list"},
    {FieldType::kMap, "object", "", "an object"},
    {FieldType::kAny, "", "", "a value"},
    {FieldType::kFactor, "number", R"("exclusiveMinimum":0,"maximum":1000000)",
     "a number above 0, of 1000000 at most"},
};

constexpr double kMostSeconds = 3e9;

std::string quote(std::string_view text) {
  std::string out;
  JsonWriter(out).text(text.substr(0, 100));
  return out;
}

/// One part of a length is its digits and its unit; few enough of them that nothing overflows.
bool is_length(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::size_t digits;
  };
  constexpr Unit kUnits[] = {{"ms", 9}, {"s", 9}, {"m", 7}, {"h", 5}, {"d", 4}};
  for (int parts = 0; parts < 3 && !text.empty(); ++parts) {
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    const auto letters = std::min(text.find_first_of("0123456789"), text.size());
    const std::string_view name = text.substr(0, letters);
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                    [&](const Unit& one) { return one.name == name; });
    const bool is_bare = name.empty() && text.empty();
    const std::size_t most = is_bare ? 9 : unit == std::end(kUnits) ? 0 : unit->digits;
    if (digits == 0 || digits > most) {
      return false;
    }
    text.remove_prefix(letters);
    if (text.empty()) {
      return true;
    }
  }
  return false;
}

bool is_instant(std::string_view text) {
  return text.size() >= 20 && text.size() <= 24 && text.ends_with('Z') && text[10] == 'T' &&
         state::parse_instant(text).has_value();
}

bool is_text_of(FieldType type, std::string_view text) {
  switch (type) {
    case FieldType::kAccount:
      return engine::is_account(text);
    case FieldType::kRegion:
      return engine::is_region(text);
    case FieldType::kInstant:
    case FieldType::kTime:
      return is_instant(text);
    case FieldType::kLength:
    case FieldType::kLengthOrSeconds:
      return is_length(text);
    default:
      return type == FieldType::kText || type == FieldType::kAny;
  }
}

std::string print_words(std::span<const std::string_view> words) {
  std::string list;
  for (const std::string_view word : words) {
    list += (list.empty() ? "" : ", ") + std::string(word);
  }
  return "one of " + list;
}

std::string print_range(const Field& field) {
  const bool has_least = field.least != std::numeric_limits<std::int64_t>::min();
  const bool has_most = field.most != std::numeric_limits<std::int64_t>::max();
  return std::string(row_of(field.type).words) +
         (has_least && has_most
              ? " from " + std::to_string(field.least) + " to " + std::to_string(field.most)
          : has_least ? " of at least " + std::to_string(field.least)
                      : "");
}

std::string expected(const Field& field) {
  return !field.words.empty() ? print_words(field.words) : print_range(field);
}

bool is_word_of(const Field& field, std::string_view text) {
  return field.words.empty() ||
         std::find(field.words.begin(), field.words.end(), text) != field.words.end();
}

bool is_number(std::string_view text, const Field& field) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= field.least &&
         value <= field.most;
}

/// Whether a text of a query string is a value of a field.
bool is_value(const Field& field, std::string_view text) {
  switch (field.type) {
    case FieldType::kInteger:
      return is_number(text, field);
    case FieldType::kBoolean:
      return text == "true" || text == "false";
    default:
      return is_text_of(field.type, text) && is_word_of(field, text);
  }
}

Failure unknown(const Code& code, std::string_view what, std::string_view name,
                const std::vector<std::string_view>& names) {
  const auto near = fixtures::nearest(name, names);
  Failure failure = {&code, "There is no " + std::string(what) + " " + quote(name) +
                                (near ? "; did you mean \"" + std::string(*near) + "\"?" : ".")};
  JsonWriter json(failure.details);
  json.member("name", name);
  if (near) {
    json.member("nearest", *near);
  }
  return failure;
}

Failure at(const Code& code, std::string_view name, std::string message) {
  Failure failure = {&code, std::move(message)};
  JsonWriter(failure.details).member("name", name);
  return failure;
}

std::optional<Failure> check_fields(const Fields& fields, const json::object& body,
                                    const std::string& path);
std::optional<Failure> check_value(const Field& field, const json::value& value,
                                   const std::string& path);

Failure wrong(const Field& field, const std::string& path) {
  return at(kInvalidMember, path, path + " must be " + expected(field) + ".");
}

bool is_number_of(const Field& field, const json::value& value) {
  if (field.type == FieldType::kNumber) {
    return value.is_number();
  }
  std::int64_t number = 0;
  if (value.is_int64()) {
    number = value.get_int64();
  } else if (value.is_double() && std::trunc(value.get_double()) == value.get_double() &&
             std::abs(value.get_double()) < 9e15) {
    number = static_cast<std::int64_t>(value.get_double());  // 1.0 is a whole number in JSON schema
  } else {
    return false;
  }
  return number >= field.least && number <= field.most;
}

std::optional<Failure> check_items(const Field& field, const json::value& value,
                                   const std::string& path) {
  const Field item = {.name = {},
                      .type = field.fields ? FieldType::kObject : field.item,
                      .fields = field.fields,
                      .words = field.words};
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      const std::string place = path + "[" + std::to_string(i) + "]";
      if (auto failure = check_value(item, value.get_array()[i], place)) {
        return failure;
      }
    }
    return std::nullopt;
  }
  for (const auto& [name, each] : value.get_object()) {
    if (auto failure = check_value(item, each, path + "." + std::string(name))) {
      return failure;
    }
  }
  return std::nullopt;
}

std::optional<Failure> check_value(const Field& field, const json::value& value,
                                   const std::string& path) {
  const auto right = [&](bool holds) {
    return holds ? std::nullopt : std::optional(wrong(field, path));
  };
  switch (field.type) {
    case FieldType::kAny:
      return std::nullopt;
    case FieldType::kBoolean:
      return right(value.is_bool());
    case FieldType::kInteger:
    case FieldType::kNumber:
      return right(is_number_of(field, value));
    case FieldType::kFactor:
      return right(value.is_number() && value.to_number<double>() > 0 &&
                   value.to_number<double>() <= kLargestFactor);
    case FieldType::kObject:
      return value.is_object() ? check_fields(*field.fields, value.get_object(), path)
                               : wrong(field, path);
    case FieldType::kList:
      return value.is_array() ? check_items(field, value, path) : wrong(field, path);
    case FieldType::kMap:
      return value.is_object() ? check_items(field, value, path) : wrong(field, path);
    default:
      break;
  }
  if (field.type == FieldType::kLengthOrSeconds && value.is_number()) {
    const double seconds = value.to_number<double>();
    return right(seconds >= 0 && seconds <= kMostSeconds);
  }
  if (!value.is_string()) {
    return wrong(field, path);
  }
  const std::string_view text(value.get_string().data(), value.get_string().size());
  return right(is_text_of(field.type, text) && is_word_of(field, text));
}

std::optional<Failure> check_fields(const Fields& fields, const json::object& body,
                                    const std::string& path) {
  std::vector<std::string_view> names;
  for (const Field& field : fields.list) {
    names.push_back(field.name);
  }
  for (const auto& [key, value] : body) {
    const std::string_view name(key.data(), key.size());
    const auto field = std::find_if(fields.list.begin(), fields.list.end(),
                                    [&](const Field& one) { return one.name == name; });
    if (field == fields.list.end()) {
      return unknown(kUnknownMember, path.empty() ? "member" : "member of " + path + " named", name,
                     names);
    }
    const std::string place = (path.empty() ? "" : path + ".") + std::string(name);
    if (auto failure = check_value(*field, value, place)) {
      return failure;
    }
  }
  for (const Field& field : fields.list) {
    if (field.required && !body.contains({field.name.data(), field.name.size()})) {
      const std::string place = (path.empty() ? "" : path + ".") + std::string(field.name);
      return at(kMissingMember, place, place + " is missing: " + expected(field) + ".");
    }
  }
  return std::nullopt;
}

}  // namespace

const TypeRow& row_of(FieldType type) { return kTypes[static_cast<std::size_t>(type)]; }

void read_any_parameters(std::string_view query, Arguments& arguments) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (!pair.empty()) {
      arguments.add(http::decode_percent(pair.substr(0, equals), true),
                    equals == std::string_view::npos
                        ? ""
                        : http::decode_percent(pair.substr(equals + 1), true));
    }
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
}

std::optional<Failure> read_parameters(const Route& route, std::string_view query,
                                       Arguments& arguments) {
  const auto fields = parameters_of(route);
  std::vector<std::string_view> names;
  for (const Field* field : fields) {
    names.push_back(field->name);
  }
  Arguments given;
  read_any_parameters(query, given);
  for (const auto& [name, value] : given.list()) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      return unknown(kUnknownParameter, "parameter", name, names);
    }
    const Field& field = *fields[static_cast<std::size_t>(found - names.begin())];
    if (!is_value(field, value)) {
      return at(kInvalidParameter, name,
                name + " must be " + expected(field) + ", not " + quote(value) + ".");
    }
    if (given.find(name)->data() != value.data()) {
      return at(kInvalidParameter, name, name + " is given twice.");
    }
    arguments.add(name, value);
  }
  for (const Field* field : fields) {
    if (field->required && !given.find(field->name)) {
      return at(kMissingParameter, field->name,
                std::string(field->name) + " is missing: " + expected(*field) + ".");
    }
  }
  return std::nullopt;
}

std::optional<Failure> check_body(const Fields& fields, const json::object& body) {
  return check_fields(fields, body, {});
}

}  // namespace trailpond::admin
