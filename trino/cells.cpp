#include "trino/cells.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

namespace trailpond::trino {

using sql::TypeKind;
using sql::TypePointer;

namespace {

bool is_number(TypeKind kind) { return kind >= TypeKind::kTinyint && kind <= TypeKind::kDecimal; }

}  // namespace

Cells::Cells(const std::vector<sql::Column>& columns)
    : columns_(columns), cells_(columns.size()), views_(columns.size()) {}

void Cells::begin_row() {
  at_ = 0;
  open_.clear();
}

TypePointer Cells::next() {
  if (open_.empty()) {
    if (at_ >= columns_.size()) {
      return nullptr;
    }
    out().clear();
    return columns_[at_].type;
  }
  Open& open = open_.back();
  const std::size_t index = open.count++;
  switch (open.type->kind) {
    case TypeKind::kArray:
      out() += index > 0 ? ", " : "";
      return open.type->children[0];
    case TypeKind::kMap:
      return open.type->children[1];  // its key is printed
    default:
      break;
  }
  if (index >= open.type->children.size()) {
    return nullptr;
  }
  // Trino names an anonymous field by its place, from 0.
  const std::string& name = open.type->field_names[index];
  out() += index > 0 ? ", " : "";
  out() += (name.empty() ? "field" + std::to_string(index) : name) + "=";
  return open.type->children[index];
}

/// A value is complete.
bool Cells::done() {
  at_ += open_.empty() ? 1 : 0;
  return true;
}

bool Cells::begin_list() {
  const TypePointer type = next();
  if (type == nullptr || (type->kind != TypeKind::kArray && type->kind != TypeKind::kRow)) {
    return false;
  }
  out() += type->kind == TypeKind::kArray ? '[' : '{';
  open_.push_back({type, 0});
  return true;
}

bool Cells::begin_map() {
  const TypePointer type = next();
  if (type == nullptr || type->kind != TypeKind::kMap) {
    return false;
  }
  out() += '{';
  open_.push_back({type, 0});
  return true;
}

bool Cells::end() {
  if (open_.empty()) {
    return false;
  }
  out() += open_.back().type->kind == TypeKind::kArray ? ']' : '}';
  open_.pop_back();
  return done();
}

bool Cells::key(std::string_view text) {
  if (open_.empty() || open_.back().type->kind != TypeKind::kMap) {
    return false;
  }
  out() += open_.back().count > 0 ? ", " : "";
  out() += text;
  out() += '=';
  return true;
}

bool Cells::null() {
  if (next() == nullptr) {
    return false;
  }
  if (!open_.empty()) {
    out() += "null";
  }
  return done();
}

bool Cells::text(std::string_view value) {
  const TypePointer type = next();
  if (type == nullptr || type->kind == TypeKind::kArray || type->kind == TypeKind::kMap ||
      type->kind == TypeKind::kRow) {
    return false;
  }
  if (type->kind != TypeKind::kVarbinary) {
    out() += value;
    return done();
  }
  const auto bytes = from_base64(value.substr(0, value.find('=')));
  out() += hexadecimal(bytes.value_or(""));
  return bytes && done();
}

bool Cells::number(std::string_view digits) {
  const TypePointer type = next();
  if (type == nullptr || !is_number(type->kind)) {
    return false;
  }
  out() += digits;  // a double as Java prints it, as we do
  return done();
}

bool Cells::boolean(bool value) {
  const TypePointer type = next();
  if (type == nullptr || type->kind != TypeKind::kBoolean) {
    return false;
  }
  out() += value ? "true" : "false";
  return done();
}

std::span<const std::string_view> Cells::finish_row() {
  if (at_ != columns_.size() || !open_.empty()) {
    return {};
  }
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    views_[i] = cells_[i];
  }
  return views_;
}

}  // namespace trailpond::trino
