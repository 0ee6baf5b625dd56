#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/analysis/nodes.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/types/coercions.hpp"

/// The analysis of names, fields and subscripts.
namespace trailpond::sql::analysis {
namespace {

using ast::ExpressionKind;

}  // namespace

BoundPointer Analyser::resolve(const std::vector<std::string>& parts, const ast::Expression& node,
                               Context& context, bool& known_qualifier) {
  const std::string& name = parts.back();
  const std::string qualifier = parts.size() == 2 ? parts[0] : "";
  if (parts.size() == 1 && context.lambdas != nullptr) {
    for (auto frame = context.lambdas->rbegin(); frame != context.lambdas->rend(); ++frame) {
      for (std::size_t i = 0; i < frame->names.size(); ++i) {
        if (frame->names[i] != name) continue;
        Bound bound = make(BoundKind::kLambdaParameter, frame->types[i], node.position);
        bound.column = frame->slots[i];
        return share(std::move(bound));
      }
    }
  }
  if (parts.size() == 1 && context.outputs != nullptr && context.inside_aggregate.empty()) {
    const OutputField* found = nullptr;
    for (const OutputField& output : *context.outputs) {
      if (output.name != name) continue;
      if (found != nullptr) {
        fail(ErrorName::kAmbiguousName, node.position, "Column '" + name + "' is ambiguous");
      }
      found = &output;
    }
    if (found != nullptr) {
      Bound bound = make(BoundKind::kOutput, found->type, node.position);
      bound.column = found->index;
      return share(std::move(bound));
    }
  }
  for (const Scope* scope = context.scope; scope != nullptr; scope = scope->outer) {
    const ScopeField* found = nullptr;
    for (const ScopeField& field : scope->fields) {
      if (!qualifier.empty() && field.qualifier() == qualifier) known_qualifier = true;
      if (field.name != name || (!qualifier.empty() && field.qualifier() != qualifier)) continue;
      if (found != nullptr) {
        fail(ErrorName::kAmbiguousName, node.position,
             "Column '" + (qualifier.empty() ? "" : qualifier + ".") + name + "' is ambiguous");
      }
      found = &field;
    }
    if (found != nullptr) {
      if (found->merged) return found->merged;
      Bound bound = make(BoundKind::kColumn, found->type, node.position);
      bound.relation = found->relation;
      bound.column = found->column;
      return share(std::move(bound));
    }
    if (known_qualifier) return nullptr;
  }
  return nullptr;
}

BoundPointer Analyser::identifier(const ast::Expression& node, Context& context) {
  bool known_qualifier = false;
  if (auto bound = resolve({ascii_lower(node.text)}, node, context, known_qualifier)) return bound;
  fail(ErrorName::kColumnNotFound, node.position,
       "Column '" + ascii_lower(node.text) + "' cannot be resolved");
}

namespace {

/// a.b.c in lower case, when nothing but names stands in it; else nothing.
std::string path_of(const ast::Expression& node) {
  if (node.kind == ExpressionKind::kIdentifier) return ascii_lower(node.text);
  if (node.kind != ExpressionKind::kDereference) return "";
  const std::string base = path_of(*node.children[0]);
  return base.empty() ? "" : base + "." + ascii_lower(node.text);
}

}  // namespace

BoundPointer Analyser::dereference(const ast::Expression& node, Context& context) {
  const ast::Expression& base = *node.children[0];
  if (base.kind == ExpressionKind::kIdentifier) {
    const std::vector<std::string> parts = {ascii_lower(base.text), ascii_lower(node.text)};
    bool known_qualifier = false;
    if (auto bound = resolve(parts, node, context, known_qualifier)) return bound;
    if (known_qualifier) {
      fail(ErrorName::kColumnNotFound, node.position,
           "Column '" + parts[0] + "." + parts[1] + "' cannot be resolved");
    }
  }
  // A table alias before a column of rows: t.column.field.
  BoundPointer inner;
  try {
    inner = expression(base, context);
  } catch (Failure& failure) {
    // Trino names the whole chain, not the part of it that it could not find.
    const std::string path = path_of(node);
    if (failure.error.name == ErrorName::kColumnNotFound && !path.empty())
      failure.error.message = "Column '" + path + "' cannot be resolved";
    throw;
  }
  if (inner->type->kind != TypeKind::kRow) {
    fail(ErrorName::kTypeMismatch, base.position,
         "Expression " + ast::print(base) + " is not of type ROW");
  }
  const std::string field = ascii_lower(node.text);
  std::int32_t found = -1;
  for (std::size_t i = 0; i < inner->type->field_names.size(); ++i) {
    if (ascii_lower(inner->type->field_names[i]) != field) continue;
    if (found >= 0)
      fail(ErrorName::kAmbiguousName, node.position, "Ambiguous row field reference: " + field);
    found = static_cast<std::int32_t>(i);
  }
  if (found < 0) {
    // A path of names is named as a whole, else the field alone.
    const std::string path = path_of(node);
    fail(ErrorName::kInvalidColumnReference, node.position,
         "Column reference '" + (path.empty() ? field : path) + "' is invalid");
  }
  Bound bound = make(BoundKind::kField, inner->type->children[static_cast<std::size_t>(found)],
                     node.position, {inner});
  bound.column = found;
  return share(std::move(bound));
}

BoundPointer Analyser::subscript(const ast::Expression& node, Context& context) {
  auto base = expression(*node.children[0], context);
  auto index = expression(*node.children[1], context);
  if (base->type->kind == TypeKind::kRow) {
    if (index->kind != BoundKind::kLiteral || index->type->kind != TypeKind::kInteger) {
      fail(ErrorName::kExpressionNotConstant, node.children[1]->position,
           "Subscript expression on ROW requires a constant index");
    }
    const std::int64_t place = index->literal.integer();
    if (place < 1 || place > static_cast<std::int64_t>(base->type->children.size())) {
      fail(ErrorName::kInvalidFunctionArgument, node.children[1]->position,
           place < 1
               ? "Invalid subscript index: " + std::to_string(place) + ". ROW indices start at 1"
               : "Subscript index out of bounds: " + std::to_string(place) + ", max value is " +
                     std::to_string(base->type->children.size()));
    }
    Bound bound = make(BoundKind::kField, base->type->children[static_cast<std::size_t>(place - 1)],
                       node.position, {base});
    bound.column = static_cast<std::int32_t>(place - 1);
    return share(std::move(bound));
  }
  if (base->type->kind != TypeKind::kArray && base->type->kind != TypeKind::kMap) {
    fail(ErrorName::kTypeMismatch, node.position,
         "Cannot apply operator: " + to_string(base->type) + "[" + to_string(index->type) + "]");
  }
  return operator_call("[]", node.position, {std::move(base), std::move(index)});
}

BoundPointer Analyser::items(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children;
  for (const auto& child : node.children) children.push_back(expression(*child, context));
  if (node.kind == ExpressionKind::kRow) {
    std::vector<std::pair<std::string, TypePointer>> fields;
    for (std::size_t i = 0; i < children.size(); ++i) {
      fields.emplace_back(i < node.parameters.size() ? node.parameters[i] : "", children[i]->type);
    }
    return share(
        make(BoundKind::kRow, row_type(std::move(fields)), node.position, std::move(children)));
  }
  TypePointer element = unknown_type();
  for (const BoundPointer& child : children) {
    const TypePointer common = common_type(element, child->type);
    if (common == nullptr) {
      fail(ErrorName::kTypeMismatch, child->position,
           "All ARRAY elements must be the same type: " + to_string(element) + ", " +
               to_string(child->type));
    }
    element = common;
  }
  for (BoundPointer& child : children) child = coerce(child, element);
  return share(make(BoundKind::kArray, array_type(element), node.position, std::move(children)));
}

}  // namespace trailpond::sql::analysis
