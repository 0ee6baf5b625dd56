#pragma once
#include <cstddef>

/// What one node may have, as far as SQLite can carry it.
namespace trailpond::sql {

/// Columns and values of an UNNEST: a table-valued function declares them beforehand.
inline constexpr std::size_t kMaxUnnestColumns = 64;
inline constexpr std::size_t kMaxUnnestValues = 16;
/// Arguments of one of our functions inside SQLite, whose own limit is 127.
inline constexpr std::size_t kMaxProgramArguments = 100;

}  // namespace trailpond::sql
