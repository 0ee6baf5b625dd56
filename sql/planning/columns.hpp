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

/// Finds the column that reads an input as it stands among those that are asked for.
std::optional<std::size_t> find_column(const std::vector<ScanRequest>& requests,
                                       const ScanInput& input);

/// Answers whether scans compute values of this type.
bool is_plain(TypePointer type);

/// Answers whether words of this type are equal where the values are.
bool is_key(TypePointer type);

/// What the words of a computed column of this type are.
WordKind word_kind_of(TypePointer type);

/// A scalar, or the bytes of a nested value, as a value of a type.
Value value_of(TypePointer type, const Scalar& scalar, Arena& arena);

/// Replaces what a program reads, by `is_input`, by its arguments; each different one becomes one.
BoundPointer to_program(const BoundPointer& node, const std::function<bool(const Bound&)>& is_input,
                        std::vector<BoundPointer>& inputs);

/// A column that is computed by a program over inputs of these types, each read where `read` says.
ScanRequest computed_request(BoundPointer program, std::vector<ScanInput> read,
                             std::vector<TypePointer> types, TypePointer type);

}  // namespace trailpond::sql
