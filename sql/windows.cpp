#include "sql/analyser.hpp"
#include "sql/functions/registry.hpp"
#include "sql/lexer.hpp"
#include "sql/signatures.hpp"

/// The analysis of window functions.
/// Source: https://trino.io/docs/current/functions/window.html
namespace trailpond::sql::analysis {
namespace {

/// SQLite's window functions that mean what Trino means.
struct NativeWindow {
  std::string_view name;
  std::size_t least_arguments;
  std::size_t most_arguments;
  TypeKind result;  // kUnknown: the type of the first argument
};
constexpr NativeWindow kNativeWindows[] = {
    {"rank", 0, 0, TypeKind::kBigint},         {"dense_rank", 0, 0, TypeKind::kBigint},
    {"row_number", 0, 0, TypeKind::kBigint},   {"percent_rank", 0, 0, TypeKind::kDouble},
    {"cume_dist", 0, 0, TypeKind::kDouble},    {"ntile", 1, 1, TypeKind::kBigint},
    {"lag", 1, 3, TypeKind::kUnknown},         {"lead", 1, 3, TypeKind::kUnknown},
    {"first_value", 1, 1, TypeKind::kUnknown}, {"last_value", 1, 1, TypeKind::kUnknown},
    {"nth_value", 2, 2, TypeKind::kUnknown}};

FrameEdge edge_of(ast::BoundKind kind) {
  switch (kind) {
    case ast::BoundKind::kUnboundedPreceding:
      return FrameEdge::kUnboundedPreceding;
    case ast::BoundKind::kPreceding:
      return FrameEdge::kPreceding;
    case ast::BoundKind::kCurrentRow:
      return FrameEdge::kCurrentRow;
    case ast::BoundKind::kFollowing:
      return FrameEdge::kFollowing;
    case ast::BoundKind::kUnboundedFollowing:
      return FrameEdge::kUnboundedFollowing;
  }
  return FrameEdge::kCurrentRow;
}

std::string_view name_of_edge(FrameEdge edge) {
  switch (edge) {
    case FrameEdge::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case FrameEdge::kPreceding:
      return "PRECEDING";
    case FrameEdge::kCurrentRow:
      return "CURRENT ROW";
    case FrameEdge::kFollowing:
      return "FOLLOWING";
    case FrameEdge::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
  }
  return "";
}

void check_frame(const BoundFrame& frame, Position position) {
  const auto refuse = [&](const std::string& message) {
    fail(ErrorName::kInvalidWindowFrame, position, message);
  };
  if (frame.start == FrameEdge::kUnboundedFollowing) {
    refuse("Window frame start cannot be UNBOUNDED FOLLOWING");
  }
  if (frame.end == FrameEdge::kUnboundedPreceding) {
    refuse("Window frame end cannot be UNBOUNDED PRECEDING");
  }
  if ((frame.start == FrameEdge::kCurrentRow && frame.end == FrameEdge::kPreceding) ||
      (frame.start == FrameEdge::kFollowing &&
       (frame.end == FrameEdge::kPreceding || frame.end == FrameEdge::kCurrentRow))) {
    refuse("Window frame starting from " + std::string(name_of_edge(frame.start)) +
           " cannot end with " + std::string(name_of_edge(frame.end)));
  }
}

}  // namespace

void Analyser::window_specification(const ast::Window& written, Context& context,
                                    BoundWindow& bound) {
  if (!written.name.empty()) {
    const ast::Window* named = nullptr;
    if (current_select_ != nullptr) {
      for (const auto& [name, window] : current_select_->windows) {
        if (lower(name) == lower(written.name)) named = window.get();
      }
    }
    if (named == nullptr) {
      fail(ErrorName::kInvalidWindowFrame, written.position,
           "Cannot resolve WINDOW name " + written.name);
    }
    window_specification(*named, context, bound);
  }
  for (const auto& item : written.partition_by) {
    auto expression_bound = expression(*item, context);
    if (!is_comparable(expression_bound->type)) {
      fail(ErrorName::kTypeMismatch, item->position,
           to_string(expression_bound->type) +
               " is not comparable, and therefore cannot be used in window function PARTITION BY");
    }
    bound.partition_by.push_back(std::move(expression_bound));
  }
  for (const ast::SortItem& item : written.order_by) {
    BoundSort sort{expression(*item.expression, context), item.descending,
                   item.nulls_first.value_or(false)};
    if (!is_orderable(sort.expression->type)) {
      fail(ErrorName::kTypeMismatch, item.position,
           to_string(sort.expression->type) +
               " is not orderable, and therefore cannot be used in window function ORDER BY");
    }
    bound.order_by.push_back(std::move(sort));
  }
  if (!written.frame) return;
  BoundFrame frame;
  frame.unit = written.frame->unit == ast::FrameUnit::kRows    ? "ROWS"
               : written.frame->unit == ast::FrameUnit::kRange ? "RANGE"
                                                               : "GROUPS";
  frame.start = edge_of(written.frame->start.kind);
  if (written.frame->start.offset)
    frame.start_offset = expression(*written.frame->start.offset, context);
  if (written.frame->end) {
    frame.end = edge_of(written.frame->end->kind);
    if (written.frame->end->offset)
      frame.end_offset = expression(*written.frame->end->offset, context);
  }
  check_frame(frame, written.position);
  for (const BoundPointer& offset : {frame.start_offset, frame.end_offset}) {
    if (offset == nullptr) continue;
    if (frame.unit == "RANGE") {
      fail(ErrorName::kNotSupported, written.position,
           "not supported yet: RANGE with an offset in a window frame");
    }
    if (offset->kind != BoundKind::kLiteral || offset->literal.is_null() ||
        offset->literal.integer() < 0) {
      fail(ErrorName::kNotSupported, written.position,
           "not supported yet: a window frame offset that is no constant");
    }
  }
  bound.frame = std::move(frame);
}

BoundPointer Analyser::window(const std::string& name, const ast::Expression& node,
                              Context& context) {
  if (!context.inside_aggregate.empty()) {
    fail(ErrorName::kNestedWindow, context.aggregate_position,
         "Cannot nest window functions or row pattern measures inside aggregation '" +
             context.inside_aggregate + "': [" + ast::print(node) + "]");
  }
  if (context.windows == nullptr) {
    fail(ErrorName::kExpressionNotScalar,
         context.clause_position.line > 0 ? context.clause_position : node.position,
         std::string(context.clause == nullptr ? "This clause" : context.clause) +
             " cannot contain aggregations, window functions or grouping operations: [" +
             ast::print(node) + "]");
  }
  if (node.call->distinct) {
    fail(ErrorName::kNotSupported, node.position,
         "DISTINCT in window function parameters not yet supported: " + ast::print(node));
  }
  if (node.call->filter) {
    fail(ErrorName::kNotSupported, node.position,
         "FILTER is not yet supported for window functions");
  }
  Context inner = context;
  inner.windows = nullptr;
  inner.clause = "Window function";
  inner.outputs = nullptr;
  BoundWindow bound;
  std::vector<ArgumentShape> shapes;
  for (const auto& child : node.children) {
    bound.arguments.push_back(expression(*child, inner));
    shapes.push_back({bound.arguments.back()->type, -1});
  }
  const auto native = std::ranges::find(kNativeWindows, name, &NativeWindow::name);
  if (native != std::end(kNativeWindows)) {
    if (shapes.size() < native->least_arguments || shapes.size() > native->most_arguments) {
      fail(ErrorName::kFunctionNotFound, node.position,
           "Unexpected parameters for function " + name);
    }
    bound.native = name;
    bound.type = native->result == TypeKind::kUnknown ? bound.arguments[0]->type
                                                      : simple_type(native->result);
    bound.ignore_nulls = node.call->ignore_nulls;
    if (bound.ignore_nulls) {
      fail(ErrorName::kNotSupported, node.position, "not supported yet: IGNORE NULLS");
    }
    if (name == "lag" || name == "lead") {
      if (bound.arguments.size() == 3) {
        const TypePointer common = common_type(bound.type, bound.arguments[2]->type);
        if (common == nullptr) {
          fail(ErrorName::kFunctionNotFound, node.position,
               "Unexpected parameters for function " + name);
        }
        bound.type = common;
        bound.arguments[0] = coerce(bound.arguments[0], common);
        bound.arguments[2] = coerce(bound.arguments[2], common);
      }
      if (node.call->over->order_by.empty() && node.call->over->name.empty()) {
        fail(ErrorName::kMissingOrderBy, node.position,
             name + " function requires an ORDER BY window clause");
      }
    }
  } else {
    const auto& overloads = find_aggregates(name);
    if (overloads.empty()) {
      if (find_functions(name).empty()) {
        fail(ErrorName::kFunctionNotFound, node.position, "Function '" + name + "' not registered");
      }
      fail(ErrorName::kFunctionNotWindow, node.position, "Not a window function: " + name);
    }
    const AggregateOverload* best = nullptr;
    SignatureMatch match;
    for (const AggregateOverload& overload : overloads) {
      auto candidate = match_signature(overload.signature, shapes, {});
      if (candidate && (best == nullptr || candidate->coercions < match.coercions)) {
        best = &overload;
        match = std::move(*candidate);
      }
    }
    if (best == nullptr) {
      fail(ErrorName::kFunctionNotFound, node.position,
           "Unexpected parameters for function " + name);
    }
    bound.aggregate = best->function;
    bound.type = match.result;
    for (std::size_t i = 0; i < bound.arguments.size(); ++i) {
      bound.arguments[i] = coerce(bound.arguments[i], match.arguments[i]);
    }
  }
  window_specification(*node.call->over, inner, bound);
  Bound reference;
  reference.kind = BoundKind::kWindow;
  reference.type = bound.type;
  reference.position = node.position;
  reference.relation = context.select_id;
  reference.column = static_cast<std::int32_t>(context.windows->size());
  context.windows->push_back(std::move(bound));
  return std::make_shared<const Bound>(std::move(reference));
}

}  // namespace trailpond::sql::analysis
