#pragma once
#include <boost/json/fwd.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine.hpp"
#include "fixtures/scenario.hpp"
#include "server/http/message.hpp"
#include "server/watch/watch.hpp"

/// What a route of our own API says of itself. Everything else is made from these rows: dispatch,
/// the strict check of parameters and bodies, the index, the OpenAPI document, the reference.
namespace trailpond::admin {

// What goes in and out

enum class FieldType : std::uint8_t {
  kText,
  kAccount,  // 12 digits
  kRegion,   // us-east-1
  kInstant,  // that is given: 2024-05-01T00:00:00Z
  kTime,     // that is answered: any such instant
  kLength,   // of time: 90s, 1h30m
  kLengthOrSeconds,
  kInteger,
  kNumber,
  kBoolean,
  kObject,  // of `fields`
  kList,    // of `item`; of objects where `fields` is given
  kMap,     // any names, each with an `item`
  kAny,     // any JSON
  kFactor,  // a number above 0, up to kLargestFactor
};
constexpr double kLargestFactor = 1e6;

struct Fields;

/// One parameter, one member of a body, or one of an answer.
struct Field {
  std::string_view name;
  FieldType type = FieldType::kText;
  std::string_view doc = {};
  bool required = false;                         // of an answer: always there
  const Fields* fields = nullptr;                // of an object, or of a list's items
  std::span<const std::string_view> words = {};  // the only texts that it takes
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  FieldType item = FieldType::kText;
};

/// The members of an object; no others are taken.
struct Fields {
  std::string_view name;  // in the OpenAPI document
  std::span<const Field> list;
  std::string_view rule = {};  // more of its JSON schema: `"oneOf":[…]`
};

// Errors

/// A stable word for what is wrong, and the status that it is answered with.
struct Code {
  std::string_view name;
  unsigned status;
  std::string_view doc;
};

/// What any route may answer.
inline constexpr Code kUnknownParameter = {"unknown_parameter", 400,
                                           "The query string has a parameter of no such name."};
inline constexpr Code kInvalidParameter = {"invalid_parameter", 400,
                                           "A parameter has a value that it does not take."};
inline constexpr Code kMissingParameter = {"missing_parameter", 400, "A parameter is missing."};
inline constexpr Code kInvalidJson = {"invalid_json", 400, "The body is not a JSON object."};
inline constexpr Code kUnknownMember = {"unknown_member", 400,
                                        "The body has a member of no such name."};
inline constexpr Code kInvalidMember = {"invalid_member", 400,
                                        "A member of the body has a value that it does not take."};
inline constexpr Code kMissingMember = {"missing_member", 400, "A member of the body is missing."};
inline constexpr Code kUnexpectedBody = {"unexpected_body", 400, "This route takes no body."};
inline constexpr Code kMalformedRequest = {"malformed_request", 400,
                                           "The request is not well-formed HTTP."};
inline constexpr Code kUnauthorized = {"unauthorized", 401, "The server's token is missing."};
inline constexpr Code kForeignHost = {"foreign_host", 403,
                                      "The Host or Origin is of somebody else."};
inline constexpr Code kNotFound = {"not_found", 404, "There is nothing at this path."};
inline constexpr Code kMethodNotAllowed = {"method_not_allowed", 405,
                                           "The path takes other methods: see Allow."};
inline constexpr Code kTooSlow = {"too_slow", 408, "The body did not come in time."};
inline constexpr Code kBodyTooLarge = {"body_too_large", 413, "The body is too large."};
inline constexpr Code kInternal = {"internal", 500, "A fault of trailpond, or of the disk."};
inline constexpr Code kStopping = {"stopping", 503, "The server stops."};
inline constexpr Code kStarting = {"starting", 503, "The seed is not there yet: try again."};
/// What several routes answer.
inline constexpr Code kQueryNotFound = {"query_not_found", 404, "There is no such query."};
inline constexpr Code kStoreNotFound = {"event_data_store_not_found", 404,
                                        "There is no such event data store."};
inline constexpr Code kImportNotFound = {"import_not_found", 404, "There is no such import."};
inline constexpr Code kAmbiguousId = {
    "ambiguous_id", 409, "Several accounts or Regions have this id: say ?account= and ?region=."};
inline constexpr Code kWrongState = {"wrong_state", 409,
                                     "The state of what is asked for does not allow that."};

/// Why a request is refused.
struct Failure {
  const Code* code;
  std::string message;
  std::string details = {};                    // more members of the answer: `"nearest":"limit"`
  std::optional<engine::ErrorKind> kind = {};  // where the engine refused
};

Failure failure_of(const engine::Error& error);

// Requests

/// The names in the path and the parameters of a query string, checked and decoded.
class Arguments {
 public:
  void add(std::string name, std::string value) {
    list_.emplace_back(std::move(name), std::move(value));
  }
  std::optional<std::string_view> find(std::string_view name) const;
  /// Empty where it is absent.
  std::string_view text(std::string_view name) const { return find(name).value_or(""); }
  std::int64_t integer(std::string_view name, std::int64_t otherwise) const;
  bool is_true(std::string_view name) const { return find(name) == "true"; }
  /// Exchanges the value of one that is there.
  void set(std::string_view name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& list() const { return list_; }

 private:
  std::vector<std::pair<std::string, std::string>> list_ = {};
};

/// What a handler works with.
struct Context {
  engine::Engine& engine;
  watch::Watch& watch;
  const http::Request& request;
  const fixtures::FilesOf& files;  // that a scenario may name
  Arguments arguments = {};
  const boost::json::object* body = nullptr;  // where the route takes JSON
  bool old = false;                           // a path from before v1: all lists are whole
  std::string list = {};                      // of a paged route: the list that is asked for
};

/// Answers, or says why not; then nothing of the response counts.
using Handler = std::optional<Failure> (*)(Context& context, http::Response& response);
/// Makes what reads a body as it comes. The context is gone after that.
using OpenReader = std::unique_ptr<http::BodyReader> (*)(const Context& context,
                                                         std::optional<std::uint64_t> body_bytes);

/// Bytes of a body. Ours; events are read as they come, but kept in memory.
constexpr std::uint64_t kMaxEventsBytes = std::uint64_t{16} << 30;
constexpr std::size_t kMaxScenarioBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxCommandBytes = std::size_t{64} << 10;

enum class BodyKind : std::uint8_t { kNone, kJson, kScenario, kEvents };

/// kScoped: takes ?account= and ?region=. kPaged: takes ?limit= and ?next=, and answers `next`.
enum RouteTrait : unsigned { kPlain = 0, kScoped = 1, kPaged = 2 };

/// One command. A part of the path in braces stands for a name: "queries/{id}".
struct Route {
  std::string_view method = "GET";
  std::string_view path = {};  // after /_trailpond/v1/
  std::string_view help = {};
  Handler handler = nullptr;  // null where a reader answers
  std::span<const Field> parameters = {};
  unsigned traits = kPlain;
  BodyKind body = BodyKind::kNone;
  const Fields* body_fields = nullptr;  // of kJson
  const Fields* answer = nullptr;       // null: text of `answer_type`
  std::string_view answer_type = "application/json";
  std::span<const Code* const> errors = {};  // beside those that any route may answer
  http::Pool pool = http::Pool::kNone;
  std::uint64_t max_body_bytes = kMaxCommandBytes;
  OpenReader open_reader = nullptr;
};

// Lists

constexpr std::int64_t kUsualPage = 100;
constexpr std::int64_t kLargestPage = 1000;

template <class Item>
struct Page {
  std::vector<Item> items = {};
  std::string next = {};  // empty: there are no more
};

/// Takes the page that is asked for out of a list. `key_of` gives an item's key; the list is in
/// the order of the keys. `next` of the request has been opened: it is the last key before.
template <class Item, class KeyOf>
Page<Item> cut_page(const Context& context, std::vector<Item> list, const KeyOf& key_of) {
  if (context.old) {
    return {std::move(list)};
  }
  const auto limit = static_cast<std::size_t>(context.arguments.integer("limit", kUsualPage));
  const auto after = context.arguments.find("next");
  Page<Item> page;
  for (Item& item : list) {
    if (after && std::string_view(key_of(item)) <= *after) {
      continue;
    }
    if (page.items.size() == limit) {
      page.next = context.engine.tokens().make(context.list, key_of(page.items.back()));
      break;
    }
    page.items.push_back(std::move(item));
  }
  return page;
}

/// Prints a number so that the texts are in the order of the numbers, for keys.
std::string print_key(std::int64_t number);

/// Tells whether something of an account and Region is meant by ?account= and ?region=.
bool is_asked_for(const Context& context, std::string_view account, std::string_view region);

/// Parses a length of time of one or more units, "1h30m"; microseconds.
std::optional<state::Micros> parse_length(std::string_view text);

}  // namespace trailpond::admin
