#include "sql/evaluation/casts.hpp"
#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/ordering.hpp"
#include "sql/evaluation/tables.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/encoding.hpp"

/// Array functions and lambdas. Source: https://trino.io/docs/current/functions/array.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;
using Items = std::span<const Value>;

TypePointer element_of(const Bound& node, std::size_t argument = 0) {
  return node.children[argument]->type->children[0];
}

Value element_at(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto items = a[0].items();
  std::int64_t index = a[1].integer();
  if (index == 0)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "SQL array indices start at 1");
  if (index < 0) index += static_cast<std::int64_t>(items.size()) + 1;
  if (index < 1 || static_cast<std::uint64_t>(index) > items.size()) return {};
  return items[static_cast<std::size_t>(index - 1)];
}

Value cardinality(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(static_cast<std::int64_t>(a[0].items().size()));
}

/// Answers whether an element is the one looked for; nothing when one of them is NULL. Fails the
/// evaluation when a NULL inside them leaves it open.
std::optional<bool> is_found(Evaluation& evaluation, const Bound& node, const Value& item,
                             const Value& wanted) {
  if (!evaluation.step() || item.is_null()) return std::nullopt;
  const auto equal = equal_values(element_of(node), item, wanted);
  if (!equal) {
    evaluation.fail(ErrorName::kNotSupported,
                    std::string(node.function->name) +
                        " does not support arrays with elements that are null or contain null");
  }
  return equal;
}

Value contains(Evaluation& evaluation, const Bound& node, Arguments a) {
  bool unknown = false;
  for (const Value& item : a[0].items()) {
    const auto found = is_found(evaluation, node, item, a[1]);
    if (evaluation.failed()) return {};
    if (!found)
      unknown = true;
    else if (*found)
      return Value::of_boolean(true);
  }
  return unknown ? Value() : Value::of_boolean(false);
}

Value filter(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<Value> kept;
  for (const Value& item : a[0].items()) {
    const Value holds = call_lambda(evaluation, *node.children[1], {&item, 1});
    if (evaluation.failed()) return {};
    if (!holds.is_null() && holds.boolean()) kept.push_back(item);
  }
  return evaluation.items(kept);
}

Value transform(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto items = a[0].items();
  const auto result = evaluation.arena().values(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    result[i] = call_lambda(evaluation, *node.children[1], items.subspan(i, 1));
    if (evaluation.failed()) return {};
  }
  return Value::of_items(result);
}

/// any_match, all_match, none_match differ in what ends the search and in what is left at its end.
Value match(Evaluation& evaluation, const Bound& node, Items items, bool stop_at, bool at_stop) {
  bool unknown = false;
  for (const Value& item : items) {
    const Value holds = call_lambda(evaluation, *node.children[1], {&item, 1});
    if (evaluation.failed()) return {};
    if (holds.is_null())
      unknown = true;
    else if (holds.boolean() == stop_at)
      return Value::of_boolean(at_stop);
  }
  return unknown ? Value() : Value::of_boolean(!at_stop);
}
Value any_match(Evaluation& e, const Bound& node, Arguments a) {
  return match(e, node, a[0].items(), true, true);
}
Value all_match(Evaluation& e, const Bound& node, Arguments a) {
  return match(e, node, a[0].items(), false, false);
}
Value none_match(Evaluation& e, const Bound& node, Arguments a) {
  return match(e, node, a[0].items(), true, false);
}

Value reduce(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[0].is_null()) return {};
  Value state = a[1];
  for (const Value& item : a[0].items()) {
    const Value pair[2] = {state, item};
    state = call_lambda(evaluation, *node.children[2], pair);
    if (evaluation.failed()) return {};
  }
  return call_lambda(evaluation, *node.children[3], {&state, 1});
}

Value zip_with(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto left = a[0].items();
  const auto right = a[1].items();
  const auto result = evaluation.arena().values(std::max(left.size(), right.size()));
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Value pair[2] = {i < left.size() ? left[i] : Value(),
                           i < right.size() ? right[i] : Value()};
    result[i] = call_lambda(evaluation, *node.children[2], pair);
    if (evaluation.failed()) return {};
  }
  return Value::of_items(result);
}

/// Encoded values, so that sets of anything are sets of texts.
std::string key_of(TypePointer type, const Value& value) {
  std::string key;
  encode_value(type, value, true, key);
  return key;
}

Value array_distinct(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::unordered_set<std::string> seen;
  std::vector<Value> kept;
  for (const Value& item : a[0].items()) {
    if (seen.insert(key_of(element_of(node), item)).second) kept.push_back(item);
  }
  return evaluation.items(kept);
}
Value array_union(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::unordered_set<std::string> seen;
  std::vector<Value> kept;
  for (const Value& array : a) {
    for (const Value& item : array.items()) {
      if (seen.insert(key_of(element_of(node), item)).second) kept.push_back(item);
    }
  }
  return evaluation.items(kept);
}
Value common_items(Evaluation& evaluation, const Bound& node, Arguments a, bool in_right) {
  std::unordered_set<std::string> right;
  for (const Value& item : a[1].items()) right.insert(key_of(element_of(node), item));
  std::unordered_set<std::string> seen;
  std::vector<Value> kept;
  for (const Value& item : a[0].items()) {
    std::string key = key_of(element_of(node), item);
    if (right.contains(key) == in_right && seen.insert(std::move(key)).second) kept.push_back(item);
  }
  return evaluation.items(kept);
}
Value array_intersect(Evaluation& e, const Bound& node, Arguments a) {
  return common_items(e, node, a, true);
}
Value array_except(Evaluation& e, const Bound& node, Arguments a) {
  return common_items(e, node, a, false);
}
/// Equal are here the elements that array_distinct holds for equal; only whole NULLs are unknown.
Value arrays_overlap(Evaluation&, const Bound& node, Arguments a) {
  std::unordered_set<std::string> right;
  bool unknown = false;
  for (const Value& item : a[1].items()) {
    unknown |= item.is_null();
    if (!item.is_null()) right.insert(key_of(element_of(node), item));
  }
  const bool nothing = a[0].items().empty() || a[1].items().empty();
  for (const Value& item : a[0].items()) {
    unknown |= item.is_null();
    if (!item.is_null() && right.contains(key_of(element_of(node), item)))
      return Value::of_boolean(true);
  }
  return unknown && !nothing ? Value() : Value::of_boolean(false);
}

Value array_extreme(Evaluation& evaluation, const Bound& node, Items items, int sign) {
  const Value* best = nullptr;
  for (const Value& item : items) {
    if (item.is_null()) return {};
    if (best == nullptr || beats(evaluation, element_of(node), item, *best, sign)) best = &item;
    if (!evaluation.step()) return {};
  }
  return best == nullptr ? Value() : *best;
}
Value array_max(Evaluation& e, const Bound& node, Arguments a) {
  return array_extreme(e, node, a[0].items(), 1);
}
Value array_min(Evaluation& e, const Bound& node, Arguments a) {
  return array_extreme(e, node, a[0].items(), -1);
}

Value array_sort(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<Value> items(a[0].items().begin(), a[0].items().end());
  std::ranges::stable_sort(items, [&](const Value& left, const Value& right) {
    if (left.is_null() || right.is_null()) return !left.is_null() && right.is_null();
    return order_of(evaluation, element_of(node), left, right, NanOrder::kGreatest) < 0;
  });
  return evaluation.items(items);
}
Value array_sort_by(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<Value> items(a[0].items().begin(), a[0].items().end());
  // Merging by hand: a comparator that contradicts itself must not upset std::sort.
  std::vector<Value> merged(items.size());
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    for (std::size_t start = 0; start < items.size(); start += 2 * width) {
      std::size_t left = start;
      const std::size_t middle = std::min(start + width, items.size());
      std::size_t right = middle;
      const std::size_t end = std::min(start + 2 * width, items.size());
      for (std::size_t to = start; to < end; ++to) {
        bool take_right = left == middle;
        if (!take_right && right < end) {
          const Value pair[2] = {items[left], items[right]};
          const Value order = call_lambda(evaluation, *node.children[1], pair);
          if (evaluation.failed()) return {};
          if (order.is_null() || order.integer() < -1 || order.integer() > 1) {
            return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                                   "Lambda comparator must return either -1, 0, or 1");
          }
          take_right = order.integer() > 0;
        }
        merged[to] = items[take_right ? right++ : left++];
      }
    }
    std::swap(items, merged);
  }
  return evaluation.items(items);
}

Value array_join(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::string out;
  bool first = true;
  for (const Value& item : a[0].items()) {
    if (item.is_null() && a.size() < 3) continue;
    if (!first) out += a[1].text();
    first = false;
    if (item.is_null()) {
      out += a[2].text();
      continue;
    }
    const Value text = cast_value(evaluation, element_of(node), varchar_type(), item);
    if (evaluation.failed()) return {};
    out += text.text();
    evaluation.arena().reserve(out.size());
  }
  return evaluation.text(out);
}

Value array_position(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto items = a[0].items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool found = is_found(evaluation, node, items[i], a[1]).value_or(false);
    if (evaluation.failed()) return {};
    if (found) return Value::of_integer(static_cast<std::int64_t>(i) + 1);
  }
  return Value::of_integer(0);
}
Value array_remove(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<Value> kept;
  for (const Value& item : a[0].items()) {
    const bool found = is_found(evaluation, node, item, a[1]).value_or(false);
    if (evaluation.failed()) return {};
    if (!found) kept.push_back(item);
  }
  return evaluation.items(kept);
}

Value slice(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto items = a[0].items();
  std::int64_t start = a[1].integer();
  const std::int64_t length = a[2].integer();
  if (length < 0)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "length must be greater than or equal to 0");
  if (start == 0)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "SQL array indices start at 1");
  const auto size = static_cast<std::int64_t>(items.size());
  if (start < 0) start += size + 1;
  if (start < 1 || start > size) return Value::of_items({});
  return Value::of_items(
      items.subspan(static_cast<std::size_t>(start - 1),
                    static_cast<std::size_t>(std::min(length, size - start + 1))));
}

Value flatten(Evaluation& evaluation, const Bound&, Arguments a) {
  std::vector<Value> items;
  for (const Value& inner : a[0].items()) {
    if (!inner.is_null()) items.insert(items.end(), inner.items().begin(), inner.items().end());
  }
  return evaluation.items(items);
}
Value reverse(Evaluation& evaluation, const Bound&, Arguments a) {
  std::vector<Value> items(a[0].items().rbegin(), a[0].items().rend());
  return evaluation.items(items);
}
Value concat(Evaluation& evaluation, const Bound&, Arguments a) {
  std::vector<Value> items;
  for (const Value& array : a)
    items.insert(items.end(), array.items().begin(), array.items().end());
  return evaluation.items(items);
}
const Function kRows[] = {
    {"element_at", "array(E), bigint", "E", element_at, kMayFail,
     "The element at a place from 1, negative from the end; NULL beyond.",
     "element_at(ARRAY['a', 'b'], -1) = 'b'"},
    {"cardinality", "array(E)", "bigint", cardinality, 0, "Counts elements.",
     "cardinality(ARRAY[1, 2]) = 2"},
    {"contains", "array(E:comparable), E", "boolean", contains, kFailsOnNested,
     "Whether an element is there.", "contains(ARRAY[1, 2], 2)"},
    {"filter", "array(E), function(E, boolean)", "array(E)", filter, kMayFail,
     "The elements that pass.", "filter(ARRAY[1, 2, 3], x -> x > 1) = ARRAY[2, 3]"},
    {"transform", "array(E), function(E, R)", "array(R)", transform, kMayFail,
     "A function of each element.", "transform(ARRAY[1, 2], x -> x * 2) = ARRAY[2, 4]"},
    {"any_match", "array(E), function(E, boolean)", "boolean", any_match, kMayFail,
     "Whether one passes.", "any_match(ARRAY[1, 2], x -> x = 2)"},
    {"all_match", "array(E), function(E, boolean)", "boolean", all_match, kMayFail,
     "Whether all pass.", "all_match(ARRAY[1, 2], x -> x > 0)"},
    {"none_match", "array(E), function(E, boolean)", "boolean", none_match, kMayFail,
     "Whether none passes.", "none_match(ARRAY[1, 2], x -> x > 5)"},
    {"reduce", "array(E), S, function(S, E, S), function(S, R)", "R", reduce,
     kMayFail | kCalledOnNull, "Folds an array.",
     "reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s) = 6"},
    {"zip_with", "array(E), array(F), function(E, F, R)", "array(R)", zip_with, kMayFail,
     "A function of pairs.", "zip_with(ARRAY[1], ARRAY[2], (x, y) -> x + y) = ARRAY[3]"},
    {"array_distinct", "array(E:comparable)", "array(E)", array_distinct, 0, "Each element once.",
     "array_distinct(ARRAY[1, 1, 2]) = ARRAY[1, 2]"},
    {"array_union", "array(E:comparable), array(E)", "array(E)", array_union, 0,
     "The elements of both, once.", "array_union(ARRAY[1], ARRAY[1, 2]) = ARRAY[1, 2]"},
    {"array_intersect", "array(E:comparable), array(E)", "array(E)", array_intersect, 0,
     "The elements in both, once.", "array_intersect(ARRAY[1, 2], ARRAY[2, 3]) = ARRAY[2]"},
    {"array_except", "array(E:comparable), array(E)", "array(E)", array_except, 0,
     "The elements only in the first.", "array_except(ARRAY[1, 2], ARRAY[2]) = ARRAY[1]"},
    {"arrays_overlap", "array(E:comparable), array(E)", "boolean", arrays_overlap, 0,
     "Whether they share an element.", "arrays_overlap(ARRAY[1, 2], ARRAY[2])"},
    {"array_max", "array(E:orderable)", "E", array_max, kFailsOnNested, "The greatest element.",
     "array_max(ARRAY[1, 3, 2]) = 3"},
    {"array_min", "array(E:orderable)", "E", array_min, kFailsOnNested, "The least element.",
     "array_min(ARRAY[2, 1]) = 1"},
    {"array_sort", "array(E:orderable)", "array(E)", array_sort, kFailsOnNested,
     "Sorts, NULL last.", "array_sort(ARRAY[2, 1]) = ARRAY[1, 2]"},
    {"array_sort", "array(E), function(E, E, integer)", "array(E)", array_sort_by, kMayFail,
     "Sorts by a comparator.",
     "array_sort(ARRAY[1, 2], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))) = ARRAY[2, 1]"},
    {"array_join", "array(E), varchar", "varchar", array_join, kMayFail,
     "Joins elements to a text.", "array_join(ARRAY[1, NULL, 2], ',') = '1,2'"},
    {"array_join", "array(E), varchar, varchar", "varchar", array_join, kMayFail,
     "Joins elements, NULL as a text.", "array_join(ARRAY[1, NULL], ',', '-') = '1,-'"},
    {"array_position", "array(E:comparable), E", "bigint", array_position, kFailsOnNested,
     "The place of an element; 0: none.", "array_position(ARRAY['a', 'b'], 'b') = 2"},
    {"array_remove", "array(E:comparable), E", "array(E)", array_remove, kFailsOnNested,
     "Without an element.", "array_remove(ARRAY[1, 2], 1) = ARRAY[2]"},
    {"slice", "array(E), bigint, bigint", "array(E)", slice, kMayFail, "A part of an array.",
     "slice(ARRAY[1, 2, 3], 2, 2) = ARRAY[2, 3]"},
    {"flatten", "array(array(E))", "array(E)", flatten, 0, "Joins the arrays inside.",
     "flatten(ARRAY[ARRAY[1], ARRAY[2]]) = ARRAY[1, 2]"},
    {"reverse", "array(E)", "array(E)", reverse, 0, "Turns an array round.",
     "reverse(ARRAY[1, 2]) = ARRAY[2, 1]"},
    {"concat", "array(E), array(E)...", "array(E)", concat, 0, "Joins arrays.",
     "concat(ARRAY[1], ARRAY[2]) = ARRAY[1, 2]"},
};

}  // namespace

std::span<const Function> array_functions() { return kRows; }

}  // namespace trailpond::sql
