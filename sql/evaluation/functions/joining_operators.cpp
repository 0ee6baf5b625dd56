#include "sql/evaluation/functions/operators.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/values/comparing.hpp"

/// || of texts, bytes and arrays; [] of arrays and maps.
namespace trailpond::sql::operators {

Value concat_texts(Evaluation& evaluation, const Bound&, Arguments a) {
  std::size_t size = 0;
  for (const Value& value : a) size += value.text().size();
  char* data = static_cast<char*>(evaluation.arena().allocate(std::max<std::size_t>(size, 1), 1));
  std::size_t at = 0;
  for (const Value& value : a) {
    const std::string_view text = value.text();
    if (!text.empty()) std::memcpy(data + at, text.data(), text.size());
    at += text.size();
  }
  return Value::of_text({data, size});
}

namespace {

/// char values are as long as their types say.

}  // namespace

Result<TypePointer> type_of_joined_chars(const Bound& node) {
  return char_type(node.children[0]->type->precision + node.children[1]->type->precision);
}

Value concat_arrays(Evaluation& evaluation, const Bound&, Arguments a) {
  std::size_t size = 0;
  for (const Value& value : a) size += value.items().size();
  const auto items = evaluation.arena().values(size);
  std::size_t at = 0;
  for (const Value& value : a) {
    for (const Value& item : value.items()) items[at++] = item;
  }
  return Value::of_items(items);
}

Value append_item(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[0].is_null()) return {};
  const auto items = evaluation.arena().values(a[0].items().size() + 1);
  std::ranges::copy(a[0].items(), items.begin());
  items.back() = a[1];
  return Value::of_items(items);
}

Value prepend_item(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].is_null()) return {};
  const auto items = evaluation.arena().values(a[1].items().size() + 1);
  items.front() = a[0];
  std::ranges::copy(a[1].items(), items.begin() + 1);
  return Value::of_items(items);
}

Value array_at(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto items = a[0].items();
  const std::int64_t index = a[1].integer();
  const auto refuse = [&](const std::string& message) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, message);
  };
  if (index == 0) return refuse("SQL array indices start at 1");
  if (index < 0) return refuse("Array subscript is negative: " + std::to_string(index));
  if (static_cast<std::uint64_t>(index) > items.size()) {
    return refuse("Array subscript must be less than or equal to array length: " +
                  std::to_string(index) + " > " + std::to_string(items.size()));
  }
  return items[static_cast<std::size_t>(index - 1)];
}

Value map_at(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto items = a[0].items();
  const TypePointer key = node.children[0]->type->children[0];
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (equal_values(key, items[i], a[1]).value_or(false)) return items[i + 1];
  }
  std::string shown;
  print_cell(key, a[1], true, shown);
  return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Key not present in map: " + shown);
}

}  // namespace trailpond::sql::operators
