#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "sql/bound/bound.hpp"
#include "sql/types/catalog.hpp"
#include "sql/values/arena.hpp"

/// Expressions as columns of scans.
namespace trailpond::sql {

/// A column of a scan, or a part of one: column, field, field …, [map entry].
struct Leaf {
  std::int32_t relation = 0;
  ScanInput input = {};
};

/// Answers whether a relation is a scan.
using IsScan = std::function<bool(std::int32_t)>;

/// The path that an expression is; null where it is none. With `whole` only columns as they stand.
std::optional<Leaf> leaf_of(const Bound& node, const IsScan& is_scan, bool whole = false);

/// Answers whether scans compute values of this type.
bool is_plain(TypePointer type);

/// Answers whether words of this type are equal where the values are.
bool is_key(TypePointer type);

/// What the words of a computed column of this type are.
WordKind word_kind_of(TypePointer type);

/// A scalar, or the bytes of a nested value, as a value of a type.
Value value_of(TypePointer type, const Scalar& scalar, Arena& arena);

/// A program over arguments as a computation of a scan.
Computation computation_of(BoundPointer program, std::vector<TypePointer> from, TypePointer to);

}  // namespace trailpond::sql
