#include "engine/backends.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>

#include "base/text.hpp"
#include "engine/queries/trino_statement.hpp"
#include "outbound/message.hpp"
#include "sql/foreign.hpp"

namespace trailpond::engine {
namespace {

using StorePointer = state::EventDataStores::Pointer;

/// What tells one cluster and its user from others.
std::string identity_of(const trino::Server& server) {
  return (server.url.secure ? "https://" : "http://") + server.url.authority + server.url.path +
         "\n" + server.user + "\n" + server.password + "\n" + server.token + "\n" +
         server.certificates;
}

std::string place_of(const std::optional<Backend>& backend) {
  if (!backend) {
    return "here";
  }
  const auto& url = backend->server.url;
  return "in Trino at " + std::string(url.secure ? "https://" : "http://") + url.authority +
         url.path + " as " + backend->server.user;
}

bool same_place(const std::optional<Backend>& left, const std::optional<Backend>& right) {
  return left.has_value() == right.has_value() &&
         (!left || identity_of(left->server) == identity_of(right->server));
}

Error mixed(const state::EventDataStore& first, const std::optional<Backend>& there,
            const state::EventDataStore& second, const std::optional<Backend>& elsewhere) {
  return {ErrorKind::kInvalidQueryStatement,
          "A query reads event data stores of one backend only: " + first.id + " is " +
              place_of(there) + ", " + second.id + " is " + place_of(elsewhere) + "."};
}

}  // namespace

std::string table_name_of(const state::EventDataStore& store) {
  std::string name = ascii_lower(store.name);
  std::ranges::replace_if(
      name, [](char c) { return !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'); }, '_');
  return name;
}

namespace {

std::string text_of(const boost::json::object& object, std::string_view name,
                    std::string_view otherwise = {}) {
  const auto* value = object.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return std::string(text == nullptr ? otherwise : std::string_view(*text));
}

/// The variables that a scenario may name, so that one that is posted gets at no other secret.
constexpr std::string_view kVariables = "TRAILPOND_TRINO_";

std::optional<std::string> check_variables(const boost::json::object& object) {
  for (const char* name : {"PasswordVariable", "TokenVariable"}) {
    const std::string variable = text_of(object, name);
    if (!variable.empty() && !variable.starts_with(kVariables)) {
      return "the name of a variable must begin with " + std::string(kVariables) + ", unlike " +
             variable;
    }
  }
  return std::nullopt;
}

/// Takes a secret out of the environment.
std::string secret_of(const boost::json::object& object, std::string_view name, Backend& backend) {
  const std::string variable = text_of(object, name);
  const char* value = variable.empty() ? nullptr : std::getenv(variable.c_str());
  if (!variable.empty() && value == nullptr) {
    backend.missing_variable = variable;
  }
  return value == nullptr ? "" : value;
}

void read_columns(const boost::json::object& object, trino::Table& table) {
  const auto* columns = object.if_contains("Columns");
  if (columns == nullptr || !columns->is_object()) {
    return;
  }
  for (const auto& [name, expression] : columns->get_object()) {
    table.columns[ascii_lower(name)] = std::string(std::string_view(expression.as_string()));
  }
}

}  // namespace

trailpond::Result<std::optional<Backend>, std::string> read_backend(
    const state::EventDataStore& store) {
  using Read = trailpond::Result<std::optional<Backend>, std::string>;
  if (store.backend.empty()) {
    return std::optional<Backend>();
  }
  boost::system::error_code error;
  const auto parsed = boost::json::parse(store.backend, error);
  const auto* trino = error ? nullptr : parsed.find_pointer("/0/Trino", error);
  if (trino == nullptr || !trino->is_object()) {
    return Read("expected a map with the key trino");
  }
  const auto& object = trino->get_object();
  Backend backend;
  const auto url = outbound::parse_url(text_of(object, "Url"));
  if (!url) {
    return Read("url must be http://HOST[:PORT] or https://HOST[:PORT]");
  }
  if (const auto problem = check_variables(object)) {
    return Read(*problem);
  }
  auto& server = backend.server;
  server.url = *url;
  server.user = text_of(object, "User", server.user);
  server.password = secret_of(object, "PasswordVariable", backend);
  server.token = secret_of(object, "TokenVariable", backend);
  server.certificates = text_of(object, "Certificates");
  if (const auto* seconds = object.if_contains("PatienceSeconds")) {
    server.patience = std::chrono::seconds(seconds->to_number<std::int64_t>(error));
  }
  backend.files = text_of(object, "Files");
  backend.table = {.catalog = text_of(object, "Catalog", "hive"),
                   .schema = text_of(object, "Schema", "default"),
                   .name = text_of(object, "Table", table_name_of(store))};
  backend.table.day_column = text_of(object, "DayColumn");
  backend.table.time_column = text_of(object, "TimeColumn");
  read_columns(object, backend.table);
  return std::optional(std::move(backend));
}

Backends::Backends(std::optional<trino::Server> for_all) : for_all_(std::move(for_all)) {}

Backends::~Backends() {
  constexpr std::chrono::milliseconds kFarewell{1'000};
  for (const auto& [identity, client] : clients_) {
    client->finish_farewells(kFarewell);
  }
  loop_.stop();
}

Result<std::optional<Backend>> Backends::find(const state::EventDataStore& store) const {
  auto own = read_backend(store);
  if (!own) {
    return Error{ErrorKind::kInternal, "The backend of " + store.name + ": " + own.error()};
  }
  if (*own && !(*own)->missing_variable.empty()) {
    return Error{ErrorKind::kInternal, "The backend of " + store.name + ": the variable " +
                                           (*own)->missing_variable + " is not set."};
  }
  if (*own || !for_all_) {
    return std::move(*own);
  }
  Backend backend;
  backend.server = *for_all_;
  backend.files = for_all_->files;
  backend.table = {
      .catalog = for_all_->catalog, .schema = for_all_->schema, .name = table_name_of(store)};
  backend.table.day_column = for_all_->day_column;
  backend.table.time_column = for_all_->time_column;
  return std::optional(std::move(backend));
}

Result<std::shared_ptr<const RemoteStatement>> Backends::prepare(
    const std::vector<StorePointer>& stores, const std::string& text, const sql::Catalog& catalog,
    const sql::PrepareOptions& options) {
  std::shared_ptr<const RemoteStatement> none;
  std::vector<std::optional<Backend>> backends;
  for (const StorePointer& store : stores) {
    auto backend = find(*store);
    if (!backend) {
      return backend.error();
    }
    backends.push_back(std::move(*backend));
    if (!same_place(backends.front(), backends.back())) {
      return mixed(*stores.front(), backends.front(), *store, backends.back());
    }
  }
  if (backends.empty() || !backends.front()) {
    return none;
  }
  std::unordered_map<std::string, sql::ForeignTable> tables;
  for (const std::string& name : sql::list_table_names(text)) {
    const auto found = catalog.find_table(name);
    const auto store = std::ranges::find_if(stores, [&](const StorePointer& each) {
      const std::string lower = ascii_lower(name);
      return lower == each->id || name == each->arn;
    });
    if (found && store != stores.end()) {
      const auto& backend = backends[static_cast<std::size_t>(store - stores.begin())];
      tables[name] = trino::print_as_store(backend->table, found->columns());
    }
  }
  auto printed = sql::print_for_trino(text, catalog, options, tables);
  if (!printed) {
    return Error{ErrorKind::kInvalidQueryStatement, printed.error().text()};
  }
  try {
    return make_trino_statement(client(backends.front()->server), std::move(*printed));
  } catch (const outbound::HttpTrouble& trouble) {
    return Error{ErrorKind::kInternal, trouble.message};
  }
}

std::shared_ptr<trino::Client> Backends::client(const trino::Server& server) {
  const std::lock_guard lock(mutex_);
  auto& client = clients_[identity_of(server)];
  if (!client) {
    client = std::make_shared<trino::Client>(loop_, server);
  }
  return client;
}

}  // namespace trailpond::engine
