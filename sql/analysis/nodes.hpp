#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sql/bound/bound.hpp"

/// Short ways to make nodes of the bound tree, for the analysis alone.
namespace trailpond::sql::analysis {

inline TypePointer boolean_type() { return simple_type(TypeKind::kBoolean); }
inline TypePointer unknown_type() { return simple_type(TypeKind::kUnknown); }

inline BoundPointer share(Bound node) { return std::make_shared<const Bound>(std::move(node)); }

inline Bound make(BoundKind kind, TypePointer type, Position position,
                  std::vector<BoundPointer> children = {}) {
  Bound node;
  node.kind = kind;
  node.type = type;
  node.position = position;
  node.children = std::move(children);
  return node;
}

inline Bound text_literal(std::string text, TypePointer type, Position position) {
  Bound node = make(BoundKind::kLiteral, type, position);
  node.storage = std::make_shared<const std::string>(std::move(text));
  node.literal = Value::of_text(*node.storage);
  return node;
}

inline BoundPointer literal_of(Value value, TypePointer type, Position position) {
  Bound node = make(BoundKind::kLiteral, type, position);
  node.literal = value;
  return share(std::move(node));
}

}  // namespace trailpond::sql::analysis
