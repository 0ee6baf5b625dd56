#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/evaluation/tables.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/encoding.hpp"

/// Map functions. Source: https://trino.io/docs/current/functions/map.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

TypePointer key_type(const Bound& node, std::size_t argument = 0) {
  return node.children[argument]->type->children[0];
}

Value element_at(Evaluation&, const Bound& node, Arguments a) {
  const auto items = a[0].items();
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (equal_values(key_type(node), items[i], a[1]).value_or(false)) return items[i + 1];
  }
  return {};
}
Value cardinality(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(static_cast<std::int64_t>(a[0].items().size() / 2));
}

Value every_second(Evaluation& evaluation, const Value& map, std::size_t from) {
  const auto items = map.items();
  const auto kept = evaluation.arena().values(items.size() / 2);
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = items[i * 2 + from];
  return Value::of_items(kept);
}
Value map_keys(Evaluation& e, const Bound&, Arguments a) { return every_second(e, a[0], 0); }
Value map_values(Evaluation& e, const Bound&, Arguments a) { return every_second(e, a[0], 1); }

Value map_entries(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto items = a[0].items();
  const auto rows = evaluation.arena().values(items.size() / 2);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = Value::of_items(items.subspan(i * 2, 2));
  return Value::of_items(rows);
}

/// Answers whether a NULL stands somewhere inside a value.
bool holds_null(TypePointer type, const Value& value) {
  if (value.is_null()) return true;
  const auto items = type->children.empty() ? std::span<const Value>() : value.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool is_map = type->kind == TypeKind::kMap;
    const TypePointer item = is_map ? type->children[i % 2] : item_type(type, i);
    if (holds_null(item, items[i])) return true;
  }
  return false;
}

Value map_of(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto keys = a[0].items();
  const auto values = a[1].items();
  if (keys.size() != values.size()) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Key and value arrays must be the same length");
  }
  std::unordered_set<std::string> seen;
  std::vector<Value> items;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].is_null())
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "map key cannot be null");
    if (holds_null(key_type(node), keys[i])) {
      std::string shown;
      print_cell(key_type(node), keys[i], true, shown);
      return refuse(evaluation, "map key cannot be indeterminate: " + shown);
    }
    std::string key;
    encode_value(key_type(node), keys[i], true, key);
    if (!seen.insert(std::move(key)).second) {
      std::string shown;
      print_cell(key_type(node), keys[i], true, shown);
      return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                             "Duplicate map keys (" + shown + ") are not allowed");
    }
    items.push_back(keys[i]);
    items.push_back(values[i]);
  }
  return evaluation.items(items);
}
Value empty_map(Evaluation&, const Bound&, Arguments) { return Value::of_items({}); }

Value map_filter(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto items = a[0].items();
  std::vector<Value> kept;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const Value holds = call_lambda(evaluation, *node.children[1], items.subspan(i, 2));
    if (evaluation.failed()) return {};
    if (!holds.is_null() && holds.boolean()) kept.insert(kept.end(), {items[i], items[i + 1]});
  }
  return evaluation.items(kept);
}
/// transform_values and transform_keys: one side of each entry anew.
Value transform_side(Evaluation& evaluation, const Bound& node, Arguments a, std::size_t side) {
  const auto items = a[0].items();
  const auto result = evaluation.arena().values(items.size());
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    result[i] = items[i];
    result[i + 1] = items[i + 1];
    result[i + side] = call_lambda(evaluation, *node.children[1], items.subspan(i, 2));
    if (evaluation.failed()) return {};
    if (side == 1) continue;
    if (result[i].is_null())
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "map key cannot be null");
    std::string key;
    encode_value(node.type->children[0], result[i], true, key);
    if (!seen.insert(std::move(key)).second) {
      std::string shown;
      print_cell(node.type->children[0], result[i], true, shown);
      return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                             "Duplicate map keys (" + shown + ") are not allowed");
    }
  }
  return Value::of_items(result);
}
Value transform_values(Evaluation& e, const Bound& node, Arguments a) {
  return transform_side(e, node, a, 1);
}
Value transform_keys(Evaluation& e, const Bound& node, Arguments a) {
  return transform_side(e, node, a, 0);
}

Value map_concat(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<Value> items;
  std::unordered_map<std::string, std::size_t> places;
  for (const Value& map : a) {
    const auto entries = map.items();
    for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
      std::string key;
      encode_value(key_type(node), entries[i], true, key);
      const auto [place, fresh] = places.try_emplace(std::move(key), items.size());
      if (fresh)
        items.insert(items.end(), {entries[i], entries[i + 1]});
      else
        std::copy_n(entries.begin() + static_cast<std::ptrdiff_t>(i), 2,
                    items.begin() + static_cast<std::ptrdiff_t>(place->second));
    }
  }
  return evaluation.items(items);
}
Value map_from_entries(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<Value> items;
  std::unordered_set<std::string> seen;
  for (const Value& entry : a[0].items()) {
    if (entry.is_null())
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "map entry cannot be null");
    if (entry.items()[0].is_null())
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "map key cannot be null");
    std::string key;
    encode_value(node.type->children[0], entry.items()[0], true, key);
    if (!seen.insert(std::move(key)).second) {
      std::string shown;
      print_cell(node.type->children[0], entry.items()[0], true, shown);
      return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                             "Duplicate map keys (" + shown + ") are not allowed");
    }
    items.insert(items.end(), {entry.items()[0], entry.items()[1]});
  }
  return evaluation.items(items);
}

Result<TypePointer> at_least_two(const Bound& node) {
  if (node.children.size() >= 2) return node.type;
  return Error{ErrorName::kInvalidFunctionArgument,
               "There must be two or more concatenation arguments to map_concat",
               {}};
}

Value multimap_from_entries(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<std::pair<Value, std::vector<Value>>> groups;
  std::unordered_map<std::string, std::size_t> places;
  for (const Value& entry : a[0].items()) {
    if (entry.is_null())
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "map entry cannot be null");
    const Value& key = entry.items()[0];
    if (key.is_null())
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "map key cannot be null");
    std::string encoded;
    encode_value(node.type->children[0], key, true, encoded);
    const auto [place, fresh] = places.try_emplace(std::move(encoded), groups.size());
    if (fresh) groups.emplace_back(key, std::vector<Value>());
    groups[place->second].second.push_back(entry.items()[1]);
  }
  std::vector<Value> items;
  for (const auto& [key, values] : groups)
    items.insert(items.end(), {key, evaluation.items(values)});
  return evaluation.items(items);
}

/// A function of the values of each key of either map; NULL where a map has not the key.
Value map_zip_with(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::vector<Value> triples;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t side = 0; side < 2; ++side) {
    const auto entries = a[side].items();
    for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
      std::string key;
      encode_value(node.type->children[0], entries[i], true, key);
      const auto [place, fresh] = places.try_emplace(std::move(key), triples.size());
      if (fresh) triples.insert(triples.end(), {entries[i], Value(), Value()});
      triples[place->second + 1 + side] = entries[i + 1];
    }
  }
  std::vector<Value> items;
  for (std::size_t i = 0; i < triples.size(); i += 3) {
    items.push_back(triples[i]);
    items.push_back(call_lambda(evaluation, *node.children[2], std::span(triples).subspan(i, 3)));
    if (evaluation.failed()) return {};
  }
  return evaluation.items(items);
}

const Function kRows[] = {
    {"element_at", "map(K,V), K", "V", element_at, 0,
     "The value of a key; NULL when there is none.",
     "element_at(MAP(ARRAY['a'], ARRAY[1]), 'a') = 1"},
    {"cardinality", "map(K,V)", "bigint", cardinality, 0, "Counts entries.",
     "cardinality(MAP(ARRAY['a'], ARRAY[1])) = 1"},
    {"map_keys", "map(K,V)", "array(K)", map_keys, 0, "The keys.",
     "map_keys(MAP(ARRAY['a'], ARRAY[1])) = ARRAY['a']"},
    {"map_values", "map(K,V)", "array(V)", map_values, 0, "The values.",
     "map_values(MAP(ARRAY['a'], ARRAY[1])) = ARRAY[1]"},
    {"map_entries", "map(K,V)", "array(row(K,V))", map_entries, 0, "The entries as rows.",
     "cardinality(map_entries(MAP(ARRAY['a'], ARRAY[1]))) = 1"},
    {"map", "array(K), array(V)", "map(K,V)", map_of, kMayFail, "A map of keys and values.",
     "cardinality(MAP(ARRAY['a'], ARRAY[1])) = 1"},
    {"map", "", "map(unknown,unknown)", empty_map, 0, "An empty map.", "cardinality(MAP()) = 0"},
    {"map_filter", "map(K,V), function(K, V, boolean)", "map(K,V)", map_filter, kMayFail,
     "The entries that pass.",
     "cardinality(map_filter(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), (k, v) -> v > 1)) = 1"},
    {"transform_values", "map(K,V), function(K, V, R)", "map(K,R)", transform_values, kMayFail,
     "A function of each value.",
     "element_at(transform_values(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> v + 1), 'a') = 2"},
    {"transform_keys", "map(K,V), function(K, V, R)", "map(R,V)", transform_keys, kMayFail,
     "A function of each key.",
     "element_at(transform_keys(MAP(ARRAY['a'], ARRAY[1]), (k, v) -> upper(k)), 'A') = 1"},
    {"map_concat", "map(K,V), map(K,V)...", "map(K,V)", map_concat, 0,
     "Joins maps; the last value of a key counts.",
     "element_at(map_concat(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2])), 'a') = 2",
     nullptr, at_least_two},
    {"multimap_from_entries", "array(row(K,V))", "map(K,array(V))", multimap_from_entries, kMayFail,
     "A map of keys and all their values.",
     "element_at(multimap_from_entries(ARRAY[ROW('a', 1), ROW('a', 2)]), 'a') = ARRAY[1, 2]"},
    {"map_zip_with", "map(K,V), map(K,W), function(K, V, W, R)", "map(K,R)", map_zip_with, kMayFail,
     "A function of the values of each key.",
     "element_at(map_zip_with(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['a'], ARRAY[2]), "
     "(k, x, y) -> x + y), 'a') = 3"},
    {"map_from_entries", "array(row(K,V))", "map(K,V)", map_from_entries, kMayFail,
     "A map of rows.", "element_at(map_from_entries(ARRAY[ROW('a', 1)]), 'a') = 1"},
};

}  // namespace

std::span<const Function> map_functions() { return kRows; }

}  // namespace trailpond::sql
