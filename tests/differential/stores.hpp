#pragma once
#include <optional>
#include <span>
#include <string>

#include "tests/catalogs.hpp"

/// Stores that statements are asked over, and their answers as texts.
namespace trailpond::tests {

/// What a statement calls the store of a catalog of one table.
inline const std::string kStoreName = "aaaaaaaa-0000-4000-8000-000000000001";

/// The statement with a relation in place of each $.
std::string over(const std::string& statement, const std::string& relation = kStoreName);

/// A store with so many rows of make_rows() in two segments.
OneTable store_in_halves(int rows);

/// A row as a text, each cell with a bar behind it.
std::string row_of(std::span<const std::optional<std::string>> cells);

}  // namespace trailpond::tests
