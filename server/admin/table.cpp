#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "base/json_writer.hpp"
#include "server/admin/check.hpp"
#include "server/api/errors.hpp"

namespace trailpond::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxJsonDepth = 32;

constexpr Field kAccountParameter = {"account", FieldType::kAccount,
                                     "Only of this account; without it, of all."};
constexpr Field kRegionParameter = {"region", FieldType::kRegion,
                                    "Only of this Region; without it, of all."};
constexpr Field kLimitParameter = {.name = "limit",
                                   .type = FieldType::kInteger,
                                   .doc = "How many items an answer has at most; 100 without it.",
                                   .least = 1,
                                   .most = kLargestPage};
constexpr Field kNextParameter = {
    "next", FieldType::kText,
    "`next` of the page before: the page behind it; empty: the first. One that this list did not "
    "answer, with the same parameters, is refused."};

constexpr const Code* kOfAll[] = {&kUnknownParameter, &kInvalidParameter, &kMalformedRequest,
                                  &kUnauthorized,     &kForeignHost,      &kMethodNotAllowed,
                                  &kTooSlow,          &kBodyTooLarge,     &kInternal,
                                  &kStopping,         &kStarting};
constexpr const Code* kOfJson[] = {&kInvalidJson, &kUnknownMember, &kInvalidMember,
                                   &kMissingMember};

std::string_view next_part(std::string_view& path) {
  const auto slash = path.find('/');
  const std::string_view part = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return part;
}

/// Answers whether a path is of a form, and what stands for the names in braces.
bool fits(std::string_view form, std::string_view path, Arguments& names) {
  if (path.ends_with('/')) {
    return false;
  }
  while (!form.empty() && !path.empty()) {
    const std::string_view wanted = next_part(form);
    const std::string_view given = next_part(path);
    if (wanted.starts_with('{') && !given.empty()) {
      names.add(std::string(wanted.substr(1, wanted.size() - 2)),
                http::decode_percent(given, false));
    } else if (wanted != given) {
      return false;
    }
  }
  return form.empty() && path.empty();
}

void find_among(std::span<const Route> routes, std::string_view method, std::string_view path,
                Match& match) {
  for (const Route& route : routes) {
    Arguments names;
    if (match.route != nullptr || !fits(route.path, path, names)) {
      continue;
    }
    if (route.method == method) {
      match.route = &route;
      match.names = std::move(names);
      return;
    }
    match.allowed_methods +=
        (match.allowed_methods.empty() ? "" : ", ") + std::string(route.method);
  }
}

/// The code that says the same as an error of the engine.
const Code& code_of(engine::ErrorKind kind) {
  using engine::ErrorKind;
  switch (kind) {
    case ErrorKind::kQueryIdNotFound:
      return kQueryNotFound;
    case ErrorKind::kEventDataStoreNotFound:
    case ErrorKind::kEventDataStoreArnInvalid:
      return kStoreNotFound;
    case ErrorKind::kInternal:
      return kInternal;
    default:
      return engine::row_of(kind).status == kWrongState.status ? kWrongState : kInvalidParameter;
  }
}

std::optional<Failure> take_body(const Route& route, const http::Request& request,
                                 json::value& body) {
  if (route.body == BodyKind::kNone) {
    return request.body.empty() || request.body == "{}"
               ? std::nullopt
               : std::optional(Failure{&kUnexpectedBody, "This route takes no body."});
  }
  if (route.body != BodyKind::kJson) {
    return std::nullopt;
  }
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  body = json::parse({request.body.data(), request.body.size()}, error, {}, options);
  if (error || !body.is_object()) {
    return Failure{&kInvalidJson, error ? "The body is not valid JSON: " + error.message() + "."
                                        : "The body must be a JSON object."};
  }
  return check_body(*route.body_fields, body.get_object());
}

/// Opens the `next` of a request for a page: one that another list gave, or nobody, is refused.
std::optional<Failure> open_next(const Route& route, Context& context) {
  if ((route.traits & kPaged) == 0) {
    return std::nullopt;
  }
  context.list = std::string(route.path);
  for (const auto& [name, value] : context.arguments.list()) {
    if (name != kNextParameter.name && name != kLimitParameter.name) {
      context.list += "\n" + name + "=" + value;
    }
  }
  const auto next = context.arguments.find(kNextParameter.name);
  if (!next || next->empty()) {
    return std::nullopt;  // the first page
  }
  auto key = context.engine.tokens().open(context.list, *next);
  if (!key) {
    return Failure{&kInvalidParameter,
                   "next must be the `next` of a page of the same list, asked for with the same "
                   "parameters.",
                   R"("name":"next")"};
  }
  context.arguments.set(kNextParameter.name, std::move(*key));
  return std::nullopt;
}

std::optional<Failure> run(const Match& match, Context& context, http::Response& response) {
  const Route& route = *match.route;
  context.arguments = match.names;
  context.old = match.old;
  json::value body;
  if (match.old) {
    read_any_parameters(context.request.query(), context.arguments);
  } else if (auto failure = read_parameters(route, context.request.query(), context.arguments)) {
    return failure;
  } else if (auto refused = take_body(route, context.request, body)) {
    return refused;
  } else if (auto foreign = open_next(route, context)) {
    return foreign;
  }
  context.body = body.is_object() ? &body.get_object() : nullptr;
  if (!route.answer_type.empty()) {
    response.content_type = route.answer_type;
  }
  return route.handler(context, response);
}

#ifdef TRAILPOND_CHECK_ANSWERS
/// Makes an answer or a code that its row does not declare fail its test instead of passing unseen.
std::optional<Failure> check_outcome(const Match& match, const std::optional<Failure>& failure,
                                     const http::Response& response) {
  const Route& route = *match.route;
  if (match.old) {
    return failure;
  }
  if (failure) {
    const auto codes = codes_of(route);
    return std::find(codes.begin(), codes.end(), failure->code) != codes.end()
               ? failure
               : std::optional(Failure{&kInternal, std::string(route.path) + " does not declare " +
                                                       std::string(failure->code->name)});
  }
  if (route.answer == nullptr || response.later) {
    return std::nullopt;
  }
  boost::system::error_code error;
  const json::value body = json::parse(response.body, error);
  if (error || !body.is_object()) {
    return Failure{&kInternal, "The answer is no JSON object: " + error.message()};
  }
  auto misfit = check_body(*route.answer, body.get_object());
  return misfit ? std::optional(Failure{&kInternal, "The answer: " + misfit->message})
                : std::nullopt;
}
#else
std::optional<Failure> check_outcome(const Match&, const std::optional<Failure>& failure,
                                     const http::Response&) {
  return failure;
}
#endif

/// Tells at once what is wrong with a request whose body is not worth reading.
class RefusingReader final : public http::BodyReader {
 public:
  RefusingReader(Failure failure, bool old) : failure_(std::move(failure)), old_(old) {}
  bool take(std::string_view) override { return false; }
  void answer(http::Response& response) override { refuse(response, failure_, old_); }

 private:
  Failure failure_;
  bool old_;
};

void write_old(http::Response& response, const Failure& failure) {
  if (failure.kind) {
    api::write_error(response, *failure.kind, failure.message);
    response.status = engine::row_of(*failure.kind).status;
    response.content_type = "application/json";
    return;
  }
  http::refuse(response, failure.code->status, failure.message);
  if (!failure.details.empty()) {
    response.body.back() = ',';  // the object goes on
    response.body += failure.details + "}";
  }
}

}  // namespace

std::span<const Area> all_areas() {
  static const Area areas[] = {
      {"The API itself", index_routes()},    {"The world", scenario_routes()},
      {"Faults and scripts", rule_routes()}, {"Snapshots", snapshot_routes()},
      {"The clock", clock_routes()},         {"Events", event_routes()},
      {"Event data stores", store_routes()}, {"Queries", query_routes()},
      {"Imports", import_routes()},          {"Delivery", delivery_routes()},
      {"The journal", journal_routes()},

      {"Watching", watch_routes()},          {"Reference", reference_routes()},
  };
  return areas;
}

bool is_old(std::string_view path) {
  return path != kVersioned &&
         !(path.starts_with(kVersioned) && path.substr(kVersioned.size()).starts_with('/'));
}

Match find_route(std::string_view method, std::string_view path) {
  Match match;
  match.old = is_old(path);
  if (match.old) {
    path.remove_prefix(std::min(path.size(), kPrefix.size()));
    find_among(old_routes(), method, path, match);
    return match;
  }
  path.remove_prefix(std::min(path.size(), kVersioned.size() + 1));
  for (const Area& area : all_areas()) {
    find_among(area.routes, method, path, match);
  }
  return match;
}

std::vector<const Field*> parameters_of(const Route& route) {
  std::vector<const Field*> list;
  for (const Field& field : route.parameters) {
    list.push_back(&field);
  }
  if ((route.traits & kScoped) != 0) {
    list.insert(list.end(), {&kAccountParameter, &kRegionParameter});
  }
  if ((route.traits & kPaged) != 0) {
    list.insert(list.end(), {&kLimitParameter, &kNextParameter});
  }
  return list;
}

std::vector<const Code*> codes_of(const Route& route) {
  std::vector<const Code*> list(route.errors.begin(), route.errors.end());
  list.insert(list.end(), std::begin(kOfAll), std::end(kOfAll));
  if (route.body == BodyKind::kJson) {
    list.insert(list.end(), std::begin(kOfJson), std::end(kOfJson));
  } else if (route.body == BodyKind::kNone) {
    list.push_back(&kUnexpectedBody);
  }
  const auto parameters = parameters_of(route);
  if (std::any_of(parameters.begin(), parameters.end(),
                  [](const Field* field) { return field->required; })) {
    list.push_back(&kMissingParameter);
  }
  return list;
}

void refuse(http::Response& response, const Failure& failure, bool old) {
  response.body.clear();
  if (old) {
    write_old(response, failure);
    return;
  }
  response.status = failure.code->status;
  response.content_type = "application/json";
  JsonWriter json(response.body);
  json.open_object();
  json.member("code", failure.code->name);
  json.member("message", failure.message);
  json.close_object();
  if (!failure.details.empty()) {
    response.body.back() = ',';
    response.body += failure.details + "}";
  }
}

void answer(const Match& match, Context& context, http::Response& response) {
  try {
    if (const auto failure = check_outcome(match, run(match, context, response), response)) {
      refuse(response, *failure, match.old);
    }
  } catch (const std::exception& error) {
    refuse(response, {&kInternal, std::string("An internal error: ") + error.what()}, match.old);
  }
}

std::unique_ptr<http::BodyReader> open_reader(const Match& match, Context& context,
                                              std::optional<std::uint64_t> body_bytes) {
  context.arguments = match.names;
  context.old = match.old;
  if (match.old) {
    read_any_parameters(context.request.query(), context.arguments);
  } else if (auto failure =
                 read_parameters(*match.route, context.request.query(), context.arguments)) {
    return std::make_unique<RefusingReader>(std::move(*failure), match.old);
  }
  return match.route->open_reader(context, body_bytes);
}

Failure failure_of(const engine::Error& error) {
  return {&code_of(error.kind), error.message, {}, error.kind};
}

std::optional<std::string_view> Arguments::find(std::string_view name) const {
  for (const auto& [known, value] : list_) {
    if (known == name) {
      return value;
    }
  }
  return std::nullopt;
}

void Arguments::set(std::string_view name, std::string value) {
  for (auto& [known, old] : list_) {
    if (known == name) {
      old = std::move(value);
      return;
    }
  }
}

std::int64_t Arguments::integer(std::string_view name, std::int64_t otherwise) const {
  const std::string_view given = text(name);
  std::int64_t value = otherwise;
  std::from_chars(given.data(), given.data() + given.size(), value);
  return value;
}

std::string print_key(std::int64_t number) {
  std::string digits = std::to_string(number);
  return std::string(digits.size() < 20 ? 20 - digits.size() : 0, '0') + digits;
}

bool is_asked_for(const Context& context, std::string_view account, std::string_view region) {
  const auto& arguments = context.arguments;
  return arguments.find("account").value_or(account) == account &&
         arguments.find("region").value_or(region) == region;
}

}  // namespace trailpond::admin
