#include "sql/evaluation/printing.hpp"
#include "sql/json/json_text.hpp"

/// The canonical form of shared/oracle/EXPRESSIONS.md.
namespace trailpond::sql {
namespace {

void append_canonical(TypePointer type, const Value& value, std::string& out);

void append_canonical_items(TypePointer type, const Value& value, std::string& out) {
  const auto items = value.items();
  if (type->kind == TypeKind::kMap) {
    out += '{';
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (i > 0) out += ',';
      append_json_string(print_canonical(type->children[0], items[i]), out);
      out += ':';
      append_canonical(type->children[1], items[i + 1], out);
    }
    out += '}';
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_canonical(item_type(type, i), items[i], out);
  }
  out += ']';
}

void append_canonical(TypePointer type, const Value& value, std::string& out) {
  if (value.is_null()) {
    out += "null";
    return;
  }
  switch (type->kind) {
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      return append_canonical_items(type, value, out);
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return print_cell(type, value, true, out);
    case TypeKind::kReal:
    case TypeKind::kDouble:
      if (std::isfinite(value.real())) return print_cell(type, value, true, out);
      break;
    default:
      break;  // everything else is a JSON string
  }
  std::string text;
  print_cell(type, value, true, text);
  append_json_string(text, out);
}

}  // namespace

std::string print_canonical(TypePointer type, const Value& value) {
  std::string out;
  const bool nested = type->kind == TypeKind::kArray || type->kind == TypeKind::kMap ||
                      type->kind == TypeKind::kRow;
  if (nested)
    append_canonical(type, value, out);
  else
    print_cell(type, value, true, out);
  return out;
}

}  // namespace trailpond::sql
