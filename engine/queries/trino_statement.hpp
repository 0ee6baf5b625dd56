#pragma once
#include <memory>

#include "engine/queries/remote_statement.hpp"
#include "sql/foreign.hpp"
#include "trino/client.hpp"

namespace trailpond::engine {

/// Makes a statement that a cluster of Trino runs. Its errors speak of the user's text.
std::shared_ptr<const RemoteStatement> make_trino_statement(std::shared_ptr<trino::Client> client,
                                                            sql::ForeignStatement statement);

/// Says what a query's ErrorMessage says of an error of Trino.
sql::Error read_trino_error(const trino::ServerError& error,
                            const sql::ForeignStatement& statement);

}  // namespace trailpond::engine
