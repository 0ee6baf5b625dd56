#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/types/coercions.hpp"

/// The analysis of window functions.
/// Source: https://trino.io/docs/current/functions/window.html
namespace trailpond::sql::analysis {

/// The functions that are no aggregates. `value`: they give a value of their first argument, and
/// may skip NULLs; `framed`: they look at the frame, the others at the partition.
struct WindowFunction {
  std::string_view name;
  std::size_t least_arguments;
  std::size_t most_arguments;
  TypeKind result;  // kUnknown: the type of the first argument
  bool framed;
  std::string_view signatures;  // as Trino lists them
};
namespace {

constexpr WindowFunction kWindowFunctions[] = {
    {"rank", 0, 0, TypeKind::kBigint, false, "rank()"},
    {"dense_rank", 0, 0, TypeKind::kBigint, false, "dense_rank()"},
    {"row_number", 0, 0, TypeKind::kBigint, false, "row_number()"},
    {"percent_rank", 0, 0, TypeKind::kDouble, false, "percent_rank()"},
    {"cume_dist", 0, 0, TypeKind::kDouble, false, "cume_dist()"},
    {"ntile", 1, 1, TypeKind::kBigint, false, "ntile(bigint)"},
    {"lag", 1, 3, TypeKind::kUnknown, false, "lag(t) T, lag(t, bigint) T, lag(t, bigint, t) T"},
    {"lead", 1, 3, TypeKind::kUnknown, false, "lead(t) T, lead(t, bigint) T, lead(t, bigint, t) T"},
    {"first_value", 1, 1, TypeKind::kUnknown, true, "first_value(t) T"},
    {"last_value", 1, 1, TypeKind::kUnknown, true, "last_value(t) T"},
    {"nth_value", 2, 2, TypeKind::kUnknown, true, "nth_value(t, bigint) T"}};

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

FrameUnit unit_of(ast::FrameUnit unit) {
  switch (unit) {
    case ast::FrameUnit::kRows:
      return FrameUnit::kRows;
    case ast::FrameUnit::kRange:
      return FrameUnit::kRange;
    case ast::FrameUnit::kGroups:
      return FrameUnit::kGroups;
  }
  return FrameUnit::kRows;
}

std::string name_of_edge(FrameEdge edge) {
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

void check_edges(const BoundFrame& frame, Position position) {
  const auto refuse = [&](const std::string& message) {
    fail(ErrorName::kInvalidWindowFrame, position, message);
  };
  if (frame.start == FrameEdge::kUnboundedFollowing)
    refuse("Window frame start cannot be UNBOUNDED FOLLOWING");
  if (frame.end == FrameEdge::kUnboundedPreceding)
    refuse("Window frame end cannot be UNBOUNDED PRECEDING");
  if ((frame.start == FrameEdge::kCurrentRow && frame.end == FrameEdge::kPreceding) ||
      (frame.start == FrameEdge::kFollowing &&
       (frame.end == FrameEdge::kPreceding || frame.end == FrameEdge::kCurrentRow))) {
    refuse("Window frame starting from " + name_of_edge(frame.start) + " cannot end with " +
           name_of_edge(frame.end));
  }
}

bool is_whole_number(TypePointer type) {
  return (type->kind >= TypeKind::kTinyint && type->kind <= TypeKind::kBigint) ||
         (type->kind == TypeKind::kDecimal && type->scale == 0);
}

bool is_number(TypePointer type) {
  return type->kind >= TypeKind::kTinyint && type->kind <= TypeKind::kDecimal;
}

bool is_moment_or_interval(TypePointer type) {
  return type->kind >= TypeKind::kDate && type->kind <= TypeKind::kIntervalYearToMonth;
}

}  // namespace

/// The value at which a RANGE frame starts or ends: the sort key moved by the offset.
void Analyser::range_edge(const BoundSort& sort, const ast::FrameBound& written, FrameEdge edge,
                          const BoundPointer& offset, BoundPointer& key, BoundPointer& value) {
  const TypePointer type = sort.expression->type;
  const auto mismatch = [&]() {
    fail(ErrorName::kTypeMismatch, written.offset->position,
         "Window frame RANGE value type (" + to_string(offset->type) +
             ") not compatible with sort item type (" + to_string(type) + ")");
  };
  if (is_number(type) != is_number(offset->type) || offset->type->kind == TypeKind::kUnknown ||
      (is_moment_or_interval(type) && !is_moment_or_interval(offset->type))) {
    mismatch();
  }
  const bool back = (edge == FrameEdge::kPreceding) != sort.descending;
  try {
    value = operator_call(back ? "-" : "+", offset->position, {sort.expression, offset});
  } catch (const Failure&) {
    mismatch();
  }
  key = coerce(sort.expression, value->type);
}

void Analyser::window_frame(const ast::Window& window, Context& context, BoundWindow& bound) {
  const ast::Frame& written = *window.frame;
  BoundFrame frame;
  frame.unit = unit_of(written.unit);
  frame.start = edge_of(written.start.kind);
  if (written.end) frame.end = edge_of(written.end->kind);
  check_edges(frame, written.position);
  const bool moves = written.start.offset || (written.end && written.end->offset);
  const bool range = frame.unit == FrameUnit::kRange && moves;
  if ((range || (frame.unit == FrameUnit::kGroups && moves)) && bound.order_by.empty()) {
    fail(ErrorName::kMissingOrderBy, written.position,
         std::string("Window frame of type ") + (range ? "RANGE" : "GROUPS") +
             " PRECEDING or FOLLOWING requires ORDER BY");
  }
  if (range && bound.order_by.size() != 1) {
    fail(ErrorName::kInvalidOrderBy, window.order_position,
         "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY "
         "(actual: " +
             std::to_string(bound.order_by.size()) + ")");
  }
  if (range) {
    const TypePointer type = bound.order_by[0].expression->type;
    if (!is_number(type) && !is_moment_or_interval(type)) {
      fail(ErrorName::kTypeMismatch, bound.order_by[0].expression->position,
           "Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be "
           "numeric, datetime or interval (actual: " +
               to_string(type) + ")");
    }
  }
  const auto offset_of = [&](const ast::FrameBound& edge, const char* place) -> BoundPointer {
    if (!edge.offset) return nullptr;
    auto offset = expression(*edge.offset, context);
    if (range) return offset;
    if (!is_whole_number(offset->type)) {
      fail(ErrorName::kTypeMismatch, edge.offset->position,
           std::string("Window frame ") + (frame.unit == FrameUnit::kRows ? "ROWS" : "GROUPS") +
               " " + place + " value type must be exact numeric type with scale 0 (actual " +
               to_string(offset->type) + ")");
    }
    return coerce(offset, simple_type(TypeKind::kBigint));
  };
  frame.start_offset = offset_of(written.start, "start");
  if (written.end) frame.end_offset = offset_of(*written.end, "end");
  if (range && frame.start_offset) {
    range_edge(bound.order_by[0], written.start, frame.start, frame.start_offset, frame.start_key,
               frame.start_value);
  }
  if (range && frame.end_offset) {
    range_edge(bound.order_by[0], *written.end, frame.end, frame.end_offset, frame.end_key,
               frame.end_value);
  }
  bound.frame = std::move(frame);
}

/// Finds a window of the WINDOW clause; `before` ends what it may see.
std::size_t Analyser::named_window(const std::string& name, std::size_t before, Position position) {
  for (std::size_t i = 0; i < before; ++i) {
    if (ascii_lower(current_select_->windows[i].first) == ascii_lower(name)) return i;
  }
  fail(ErrorName::kInvalidWindowReference, position, "Cannot resolve WINDOW name " + name);
}

/// `visible`: how many windows of the WINDOW clause may be named. `whole`: OVER name.
void Analyser::window_specification(const ast::Window& written, Context& context, bool whole,
                                    std::size_t visible, BoundWindow& bound) {
  if (!written.name.empty()) {
    const std::size_t index = named_window(written.name, visible, written.name_position);
    const ast::Window& named = *current_select_->windows[index].second;
    window_specification(named, context, false, index, bound);
    if (!whole && !written.partition_by.empty()) {
      fail(ErrorName::kInvalidPartitionBy, written.partition_by[0]->position,
           "WINDOW specification with named WINDOW reference cannot specify PARTITION BY");
    }
    if (!whole && !bound.order_by.empty() && !written.order_by.empty()) {
      fail(ErrorName::kInvalidOrderBy, written.order_position,
           "Cannot specify ORDER BY if referenced named WINDOW specifies ORDER BY");
    }
    if (!whole && bound.frame) {
      fail(ErrorName::kInvalidWindowReference, written.name_position,
           "Cannot reference named WINDOW containing frame specification");
    }
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
  if (written.frame) window_frame(written, context, bound);
}

/// The windows of the WINDOW clause must hold, whether or not a function uses them; above a
/// grouping (`result`) they see only its keys and aggregates.
void Analyser::check_named_windows(const ast::Select& written, const Context& context,
                                   SelectResult* result) {
  for (std::size_t i = 0; i < written.windows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (ascii_lower(written.windows[j].first) != ascii_lower(written.windows[i].first)) continue;
      fail(ErrorName::kDuplicateWindowName, written.windows[i].second->defined_at,
           "WINDOW name '" + written.windows[i].first + "' specified more than once");
    }
    Context inner = window_context(context, "window specification");
    std::vector<BoundAggregate> aggregates = *context.aggregates;
    inner.aggregates = &aggregates;
    BoundWindow bound;
    window_specification(*written.windows[i].second, inner, false, i, bound);
    if (result == nullptr) continue;
    const ast::Window& window = *written.windows[i].second;
    for (std::size_t k = 0; k < window.partition_by.size(); ++k)
      grouped(bound.partition_by[k], *window.partition_by[k], *result);
    const std::size_t inherited = bound.order_by.size() - window.order_by.size();
    for (std::size_t k = 0; k < window.order_by.size(); ++k) {
      grouped(bound.order_by[inherited + k].expression, *window.order_by[k].expression, *result);
    }
  }
}

Context Analyser::window_context(const Context& context, const char* place) {
  Context inner = context;
  inner.windows = nullptr;
  inner.inside_window = place;
  inner.outputs = nullptr;
  return inner;
}

void Analyser::check_window_arguments(const std::string& name, const ast::Expression& node,
                                      BoundWindow& bound) {
  const auto row = std::ranges::find(kWindowFunctions, name, &WindowFunction::name);
  bound.name = name;
  const auto bigint = simple_type(TypeKind::kBigint);
  bool fits = bound.arguments.size() >= row->least_arguments &&
              bound.arguments.size() <= row->most_arguments;
  // The count of rows or of buckets is a bigint; a default has the type of the value.
  const std::size_t count = name == "ntile" ? 0 : 1;
  if (fits && bound.arguments.size() > count)
    fits = common_type(bound.arguments[count]->type, bigint) == bigint;
  bound.type = fits && row->result == TypeKind::kUnknown ? bound.arguments[0]->type
                                                         : simple_type(row->result);
  if (fits && bound.arguments.size() == 3) {
    bound.type = common_type(bound.type, bound.arguments[2]->type);
    fits = bound.type != nullptr;
  }
  if (!fits) {
    std::string types;
    for (const auto& argument : bound.arguments)
      types += (types.empty() ? "" : ", ") + to_string(argument->type);
    fail(ErrorName::kFunctionNotFound, node.position,
         "Unexpected parameters (" + types + ") for function " + name +
             ". Expected: " + std::string(row->signatures));
  }
  if (bound.arguments.size() > count)
    bound.arguments[count] = coerce(bound.arguments[count], bigint);
  if (bound.arguments.size() == 3) {
    bound.arguments[0] = coerce(bound.arguments[0], bound.type);
    bound.arguments[2] = coerce(bound.arguments[2], bound.type);
  }
}

/// A window function stands neither in another nor in an aggregate.
void Analyser::check_nesting(const ast::Expression& node, const Context& context) {
  if (context.inside_window != nullptr) {
    fail(ErrorName::kNestedWindow, node.position,
         std::string("Cannot nest window functions or row pattern measures inside ") +
             context.inside_window);
  }
  if (!context.inside_aggregate.empty()) {
    fail(ErrorName::kNestedWindow, context.aggregate_position,
         "Cannot nest window functions or row pattern measures inside aggregation '" +
             context.inside_aggregate + "': [" + ast::print(node) + "]");
  }
  const std::string_view clause = context.clause == nullptr ? "" : context.clause;
  if (context.windows == nullptr && clause == "HAVING clause") {
    fail(ErrorName::kNestedWindow, node.position,
         "HAVING clause cannot contain window functions or row pattern measures");
  }
  if (context.windows == nullptr) refuse_aggregation(node, context);
}

/// Refuses what a call with OVER must not have; `row` is null for an aggregate.
void Analyser::check_window_call(const std::string& name, const ast::Expression& node,
                                 const WindowFunction* row) {
  const bool is_aggregate = row == nullptr;
  if (node.call->filter) {
    fail(ErrorName::kNotSupported, current_select_->position,
         "FILTER is not yet supported for window functions");
  }
  if (node.call->distinct && !is_aggregate) {
    fail(ErrorName::kNotSupported, current_select_->position,
         "Only aggregation window functions with DISTINCT are supported: " + ast::print(node));
  }
  if (is_aggregate && find_aggregates(name).empty() && !find_functions(name).empty()) {
    fail(ErrorName::kFunctionNotWindow, current_select_->position,
         "Not a window function: " + name);
  }
  if (node.call->ignore_nulls && (is_aggregate || row->result != TypeKind::kUnknown)) {
    fail(ErrorName::kNullTreatmentNotAllowed, node.position,
         "Cannot specify null treatment clause for " + name + " function");
  }
}

bool is_window_function(std::string_view name) {
  return std::ranges::find(kWindowFunctions, name, &WindowFunction::name) !=
         std::end(kWindowFunctions);
}

BoundPointer Analyser::window(const std::string& name, const ast::Expression& node,
                              Context& context) {
  check_nesting(node, context);
  const auto row = std::ranges::find(kWindowFunctions, name, &WindowFunction::name);
  const bool is_aggregate = row == std::end(kWindowFunctions);
  check_window_call(name, node, is_aggregate ? nullptr : &*row);
  Context inner = window_context(context, "window function arguments");
  BoundWindow bound;
  bound.ignore_nulls = node.call->ignore_nulls;
  bound.distinct = node.call->distinct;
  if (is_aggregate) {
    BoundAggregate made = aggregate_call(name, node, inner);
    bound.aggregate = made.function;
    bound.type = made.type;
    bound.arguments = std::move(made.arguments);
    bound.argument_order = std::move(made.order_by);
  } else {
    for (const auto& child : node.children) bound.arguments.push_back(expression(*child, inner));
    check_window_arguments(name, node, bound);
  }
  inner.inside_window = "window specification";
  const ast::Window& over = *node.call->over;
  window_specification(over, inner, over.is_name, current_select_->windows.size(), bound);
  if ((name == "lag" || name == "lead") && bound.order_by.empty()) {
    fail(ErrorName::kMissingOrderBy, over.position,
         name + " function requires an ORDER BY window clause");
  }
  if (!is_aggregate && !row->framed && bound.frame) {
    fail(ErrorName::kInvalidWindowFrame, over.frame ? over.frame->position : over.position,
         "Cannot specify window frame for " + name + " function");
  }
  Bound reference;
  reference.kind = BoundKind::kWindow;
  reference.type = bound.type;
  reference.position = node.position;
  reference.relation = context.select_id;
  reference.column = static_cast<std::int32_t>(context.windows->size());
  context.windows->push_back(std::move(bound));
  context.window_calls->push_back(&node);
  return std::make_shared<const Bound>(std::move(reference));
}

}  // namespace trailpond::sql::analysis
