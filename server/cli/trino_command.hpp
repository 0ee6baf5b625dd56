#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "fixtures/scenario.hpp"
#include "trino/server.hpp"

/// `trailpond trino`: looks at the tables that stores live in.
namespace trailpond::cli {

struct TrinoOptions {
  std::vector<std::string> stores = {};  // ids, ARNs or names; empty: all that have a backend
};

/// Compares the tables of a scenario's stores with the stores' schemas and says what is missing.
/// `for_all`: where the stores are that say nothing themselves. Answers the process's exit status:
/// 0, 1 where something is missing, 2 where no store has a backend.
int check_trino(const TrinoOptions& options, const fixtures::Scenario& scenario,
                const std::optional<trino::Server>& for_all, std::ostream& out,
                std::ostream& error);

}  // namespace trailpond::cli
