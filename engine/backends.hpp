#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/error.hpp"
#include "engine/queries/remote_statement.hpp"
#include "outbound/loop.hpp"
#include "sql/catalog.hpp"
#include "sql/statement.hpp"
#include "state/state.hpp"
#include "trino/client.hpp"
#include "trino/table.hpp"

namespace trailpond::engine {

/// Where the events of a store are instead of here.
struct Backend {
  trino::Server server = {};
  trino::Table table = {};
  std::string files = {};  // where events that come in are written, s3://BUCKET/PREFIX; or empty
  std::string missing_variable = {};  // of the environment, that is to hold a secret; or empty
};

/// Reads where a store's own record says that it is; nothing: it does not. Says what is wrong with
/// it.
trailpond::Result<std::optional<Backend>, std::string> read_backend(
    const state::EventDataStore& store);

/// The name of a table for a store that names none: that of the store, in letters, digits and _.
std::string table_name_of(const state::EventDataStore& store);

/// The clusters of Trino that stores live in. A client is made when its first statement comes.
/// Safe from any thread.
class Backends {
 public:
  /// `for_all`: where the stores are that say nothing themselves; none: here.
  explicit Backends(std::optional<trino::Server> for_all);
  ~Backends();
  Backends(const Backends&) = delete;
  Backends& operator=(const Backends&) = delete;

  /// Tells where a store is; nothing: here. An error where its record cannot be understood.
  Result<std::optional<Backend>> find(const state::EventDataStore& store) const;

  /// Makes a statement that reads these stores, and has been analysed, ready to run where they are;
  /// null: here. Stores of two backends are InvalidQueryStatementException.
  Result<std::shared_ptr<const RemoteStatement>> prepare(
      const std::vector<state::EventDataStores::Pointer>& stores, const std::string& text,
      const sql::Catalog& catalog, const sql::PrepareOptions& options);

  /// The client of a cluster. Throws outbound::HttpTrouble where its certificates cannot be read.
  std::shared_ptr<trino::Client> client(const trino::Server& server);

 private:
  std::optional<trino::Server> for_all_;
  outbound::Loop loop_ = {};  // outlives the clients
  std::mutex mutex_ = {};
  std::map<std::string, std::shared_ptr<trino::Client>> clients_ = {};
};

}  // namespace trailpond::engine
