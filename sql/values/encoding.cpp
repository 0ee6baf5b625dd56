#include "sql/values/encoding.hpp"

#include "base/encoding.hpp"
#include "sql/values/arena.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {
namespace {

using encoding::Tag;

template <class T>
T read_raw(std::string_view data, std::size_t at) {
  T value;
  std::memcpy(&value, data.data() + at, sizeof value);
  return value;
}

/// Reads items one after another from an encoded text.
class Reader {
 public:
  Reader(std::string_view data, Arena& arena) : data_(data), arena_(arena) {}

  Value item(TypePointer type) {
    if (at_ >= data_.size()) return {};
    const Tag tag = static_cast<Tag>(data_[at_++]);
    switch (tag) {
      case Tag::kNull:
        return {};
      case Tag::kFalse:
        return Value::of_boolean(false);
      case Tag::kTrue:
        return Value::of_boolean(true);
      case Tag::kInteger:
        return from_integer(type, take<std::int64_t>());
      case Tag::kDouble:
        return Value::of_real(take<double>());
      case Tag::kText:
        return Value::of_text(sized());
      case Tag::kBytes:
        return from_bytes(type, sized());
      case Tag::kList:
        return list(type);
      case Tag::kMap:
        return map(type);
    }
    return {};
  }

 private:
  template <class T>
  T take() {
    const T value = read_raw<T>(data_, at_);
    at_ += sizeof value;
    return value;
  }
  std::string_view sized() {
    const auto length = take<std::uint32_t>();
    const std::string_view text = data_.substr(at_, length);
    at_ += length;
    return text;
  }
  Value list(TypePointer type) {
    const auto count = take<std::uint32_t>();
    at_ += sizeof(std::uint32_t);
    const auto items = arena_.values(count);
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_row = type->kind == TypeKind::kRow;
      items[i] = item(type->children[is_row ? std::min(i, type->children.size() - 1) : 0]);
    }
    return Value::of_items(items);
  }
  Value map(TypePointer type) {
    const auto count = take<std::uint32_t>();
    at_ += sizeof(std::uint32_t);
    const auto items = arena_.values(std::size_t{count} * 2);
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = item(type->children[i % 2]);
    return Value::of_items(items);
  }

  std::string_view data_;
  std::size_t at_ = 0;
  Arena& arena_;
};

void encode_map(TypePointer type, const Value& value, bool normalised, std::string& out) {
  encoding::Writer writer(out);
  const auto items = value.items();
  const std::size_t mark = writer.open_map(static_cast<std::uint32_t>(items.size() / 2));
  if (!normalised) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      encode_value(type->children[i % 2], items[i], false, out);
    }
  } else {
    std::vector<std::string> entries;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      std::string entry;
      encode_value(type->children[0], items[i], true, entry);
      encode_value(type->children[1], items[i + 1], true, entry);
      entries.push_back(std::move(entry));
    }
    std::ranges::sort(entries);
    for (const std::string& entry : entries) out += entry;
  }
  writer.close(mark);
}

}  // namespace

void encode_value(TypePointer type, const Value& value, bool normalised, std::string& out) {
  encoding::Writer writer(out);
  if (value.is_null()) return writer.null();
  if (type->kind == TypeKind::kBoolean) return writer.boolean(value.boolean());
  switch (shape_of(type)) {
    case Shape::kInteger:
      return writer.integer(to_integer(type, value));
    case Shape::kReal:
      return writer.real((normalised ? normal_form(type, value) : value).real());
    case Shape::kText:
      return writer.text(value.text());
    case Shape::kBytes:
      return writer.bytes(to_bytes(type, normalised ? normal_form(type, value) : value));
    case Shape::kNested:
      break;
  }
  if (type->kind == TypeKind::kMap) return encode_map(type, value, normalised, out);
  const auto items = value.items();
  const std::size_t mark = writer.open_list(static_cast<std::uint32_t>(items.size()));
  for (std::size_t i = 0; i < items.size(); ++i) {
    encode_value(item_type(type, i), items[i], normalised, out);
  }
  writer.close(mark);
}

Value decode_value(TypePointer type, std::string_view data, Arena& arena) {
  return Reader(data, arena).item(type);
}

}  // namespace trailpond::sql
