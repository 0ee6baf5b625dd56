#pragma once
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "fixtures/scenario.hpp"

/// `trailpond export`: the events of stores as files that a table of Trino reads.
namespace trailpond::cli {

struct ExportOptions {
  std::vector<std::string> stores = {};  // ids, ARNs or names; empty: all
  std::string directory = {};            // where the files go
  std::string catalog = "hive";          // of the tables
  std::string schema = "default";
  std::string location = {};  // as the cluster sees the directory; empty: file:// and its path
};

/// Writes the stores of a scenario, or of a data directory whose server is not running. Answers the
/// process's exit status: 0, 1 where something could not be written, 2 for a store that is not
/// there.
int run_export(const ExportOptions& options, std::optional<fixtures::Scenario> scenario,
               const std::optional<std::string>& data_directory, std::ostream& out,
               std::ostream& error);

}  // namespace trailpond::cli
