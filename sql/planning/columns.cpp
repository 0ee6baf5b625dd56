#include "sql/planning/columns.hpp"

#include <cmath>

#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/function.hpp"
#include "sql/planning/granule.hpp"
#include "sql/types/kinds.hpp"
#include "sql/values/encoding.hpp"
#include "sql/values/memory_use.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {
namespace {

bool is_map_entry(const Bound& node) {
  return node.kind == BoundKind::kCall && node.function->name == "element_at" &&
         node.children[0]->type->kind == TypeKind::kMap &&
         node.children[0]->type->children[0]->kind == TypeKind::kVarchar &&
         node.children[1]->kind == BoundKind::kLiteral && !node.children[1]->literal.is_null();
}

Computed computed_of(TypePointer type, const Value& value) {
  switch (type->kind) {
    case TypeKind::kVarchar:
    case TypeKind::kJson:
      return {std::string(value.text())};
    case TypeKind::kDouble:
      if (std::isnan(value.real())) return {std::string("NaN")};
      return {value.real()};
    case TypeKind::kTimestamp:
      return {value.moment().micros};
    default:
      return {value.integer()};
  }
}

}  // namespace

std::optional<Leaf> leaf_of(const Bound& node, const IsScan& is_scan, bool whole) {
  if (node.kind == BoundKind::kColumn) {
    if (!is_scan(node.relation)) return std::nullopt;
    return Leaf{node.relation, {{static_cast<std::uint16_t>(node.column)}}};
  }
  if (whole || (node.kind != BoundKind::kField && !is_map_entry(node))) return std::nullopt;
  auto base = leaf_of(*node.children[0], is_scan);
  if (!base || base->input.map_key) return std::nullopt;
  if (node.kind == BoundKind::kField) {
    base->input.path.push_back(static_cast<std::uint16_t>(node.column));
  } else {
    base->input.map_key = std::string(node.children[1]->literal.text());
  }
  return base;
}

std::optional<std::size_t> find_column(const std::vector<ScanRequest>& requests,
                                       const ScanInput& input) {
  for (std::size_t at = 0; at < requests.size(); ++at) {
    if (!requests[at].computation && requests[at].input == input) return at;
  }
  return std::nullopt;
}

bool is_plain(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kBoolean:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kDouble:
    case TypeKind::kVarchar:
    case TypeKind::kJson:
    case TypeKind::kDate:
      return true;
    case TypeKind::kTimestamp:
      return type->precision <= kMicrosPrecision;
    default:
      return false;
  }
}

bool is_key(TypePointer type) { return is_plain(type) && type->kind != TypeKind::kDouble; }

WordKind word_kind_of(TypePointer type) {
  if (keeps_text(type->kind)) return WordKind::kCode;
  return type->kind == TypeKind::kDouble ? WordKind::kReal : WordKind::kInteger;
}

Value value_of(TypePointer type, const Scalar& scalar, Arena& arena) {
  if (const auto* text = std::get_if<std::string_view>(&scalar)) {
    return shape_of(type) == Shape::kNested ? decode_value(type, *text, arena)
                                            : Value::of_text(*text);
  }
  if (const auto* integer = std::get_if<std::int64_t>(&scalar)) return from_integer(type, *integer);
  if (const auto* real = std::get_if<double>(&scalar)) return Value::of_real(*real);
  return {};
}

namespace {

/// A program over arguments as a computation of a scan.
Computation computation_of(BoundPointer program, std::vector<TypePointer> from, TypePointer to) {
  return [program = std::move(program), from = std::move(from), to](std::span<const Scalar> given) {
    // One evaluation per thread: its arena is warm after the first entry.
    thread_local Evaluation evaluation;
    evaluation.arena().reset();
    Computed answer;
    try {
      const auto arguments = evaluation.arena().values(given.size());
      for (std::size_t at = 0; at < given.size(); ++at) {
        arguments[at] = value_of(from[at], given[at], evaluation.arena());
      }
      evaluation.begin_row(arguments);
      const Value result = evaluate(evaluation, *program);
      if (auto error = evaluation.take_error()) {
        answer.error = error->text();
      } else if (!result.is_null()) {
        answer = computed_of(to, result);
      }
    } catch (const MemoryExceeded&) {
      answer.error = kExhausted;
    }
    return answer;
  };
}

}  // namespace

BoundPointer to_program(const BoundPointer& node, const std::function<bool(const Bound&)>& is_input,
                        std::vector<BoundPointer>& inputs) {
  if (is_input(*node)) {
    std::size_t index = 0;
    while (index < inputs.size() && !same_expression(*inputs[index], *node)) ++index;
    if (index == inputs.size()) inputs.push_back(node);
    Bound argument;
    argument.kind = BoundKind::kArgument;
    argument.type = node->type;
    argument.position = node->position;
    argument.column = static_cast<std::int32_t>(index);
    return std::make_shared<const Bound>(std::move(argument));
  }
  if (node->children.empty()) return node;
  Bound copy = *node;
  for (BoundPointer& child : copy.children) child = to_program(child, is_input, inputs);
  return std::make_shared<const Bound>(std::move(copy));
}

ScanRequest computed_request(BoundPointer program, std::vector<ScanInput> read,
                             std::vector<TypePointer> types, TypePointer type) {
  ScanRequest request{std::move(read.front())};
  request.more.assign(std::make_move_iterator(read.begin() + 1),
                      std::make_move_iterator(read.end()));
  if (types.size() == 1) request.granule = granule_of(*program);
  request.computation = computation_of(std::move(program), std::move(types), type);
  request.result = word_kind_of(type);
  return request;
}

}  // namespace trailpond::sql
