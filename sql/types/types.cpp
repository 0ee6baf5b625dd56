#include "sql/types/types.hpp"

#include <deque>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

namespace trailpond::sql {
namespace {

std::string describe(const Type& type);

/// Keeps every type once, under its printed name; a deque never moves what it holds.
class Interner {
 public:
  TypePointer intern(Type type) {
    std::string key = describe(type);
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = by_name_.find(key); found != by_name_.end()) return found->second;
    }
    const std::unique_lock lock(mutex_);
    const auto [place, fresh] = by_name_.try_emplace(std::move(key), nullptr);
    if (fresh) place->second = &types_.emplace_back(std::move(type));
    return place->second;
  }

 private:
  std::shared_mutex mutex_;
  std::deque<Type> types_;
  std::unordered_map<std::string, TypePointer> by_name_;
};

Interner& interner() {
  static Interner instance;
  return instance;
}

bool is_plain_field_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c >= 'A' && c <= 'Z'))) {
      return false;
    }
  }
  return true;
}

std::string quoted_field_name(const std::string& name) {
  if (is_plain_field_name(name)) return name;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string describe_list(const Type& type) {
  std::string text;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) text += ", ";
    if (i < type.field_names.size() && !type.field_names[i].empty()) {
      text += quoted_field_name(type.field_names[i]) + " ";
    }
    text += describe(*type.children[i]);
  }
  return text;
}

std::string describe(const Type& type) {
  const auto precise = [&](const char* name) {
    return std::string(name) + "(" + std::to_string(type.precision) + ")";
  };
  switch (type.kind) {
    case TypeKind::kUnknown:
      return "unknown";
    case TypeKind::kBoolean:
      return "boolean";
    case TypeKind::kTinyint:
      return "tinyint";
    case TypeKind::kSmallint:
      return "smallint";
    case TypeKind::kInteger:
      return "integer";
    case TypeKind::kBigint:
      return "bigint";
    case TypeKind::kReal:
      return "real";
    case TypeKind::kDouble:
      return "double";
    case TypeKind::kDecimal:
      return "decimal(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
    case TypeKind::kVarchar:
      return type.precision == kUnbounded ? "varchar" : precise("varchar");
    case TypeKind::kChar:
      return precise("char");
    case TypeKind::kVarbinary:
      return "varbinary";
    case TypeKind::kDate:
      return "date";
    case TypeKind::kTime:
      return precise("time");
    case TypeKind::kTimeWithTimeZone:
      return precise("time") + " with time zone";
    case TypeKind::kTimestamp:
      return precise("timestamp");
    case TypeKind::kTimestampWithTimeZone:
      return precise("timestamp") + " with time zone";
    case TypeKind::kIntervalDayToSecond:
      return "interval day to second";
    case TypeKind::kIntervalYearToMonth:
      return "interval year to month";
    case TypeKind::kJson:
      return "json";
    case TypeKind::kUuid:
      return "uuid";
    case TypeKind::kIpAddress:
      return "ipaddress";
    case TypeKind::kArray:
      return "array(" + describe_list(type) + ")";
    case TypeKind::kMap:
      return "map(" + describe_list(type) + ")";
    case TypeKind::kRow:
      return "row(" + describe_list(type) + ")";
    case TypeKind::kFunction:
      return "function(" + describe_list(type) + ")";
    case TypeKind::kJsonPath:
      return "JsonPath";
  }
  return "unknown";
}

}  // namespace

TypePointer simple_type(TypeKind kind) {
  // The scalar types are asked for all the time: a table spares the lookup by name.
  static const auto simple = [] {
    std::vector<TypePointer> table(static_cast<std::size_t>(TypeKind::kJsonPath) + 1);
    for (std::size_t i = 0; i < table.size(); ++i) {
      table[i] = interner().intern(Type{.kind = static_cast<TypeKind>(i)});
    }
    return table;
  }();
  return simple[static_cast<std::size_t>(kind)];
}

TypePointer varchar_type(std::int32_t length) {
  static const TypePointer unbounded =
      interner().intern(Type{.kind = TypeKind::kVarchar, .precision = kUnbounded});
  if (length == kUnbounded) return unbounded;
  return interner().intern(Type{.kind = TypeKind::kVarchar, .precision = length});
}

TypePointer char_type(std::int32_t length) {
  return interner().intern(Type{.kind = TypeKind::kChar, .precision = length});
}

TypePointer decimal_type(std::int32_t precision, std::int32_t scale) {
  return interner().intern(
      Type{.kind = TypeKind::kDecimal, .precision = precision, .scale = scale});
}

TypePointer timestamp_type(std::int32_t precision) {
  static const TypePointer millis =
      interner().intern(Type{.kind = TypeKind::kTimestamp, .precision = 3});
  if (precision == 3) return millis;
  return interner().intern(Type{.kind = TypeKind::kTimestamp, .precision = precision});
}

TypePointer timestamp_with_time_zone_type(std::int32_t precision) {
  return interner().intern(Type{.kind = TypeKind::kTimestampWithTimeZone, .precision = precision});
}

TypePointer time_type(std::int32_t precision) {
  return interner().intern(Type{.kind = TypeKind::kTime, .precision = precision});
}

TypePointer time_with_time_zone_type(std::int32_t precision) {
  return interner().intern(Type{.kind = TypeKind::kTimeWithTimeZone, .precision = precision});
}

TypePointer array_type(TypePointer element) {
  return interner().intern(Type{.kind = TypeKind::kArray, .children = {element}});
}

TypePointer map_type(TypePointer key, TypePointer value) {
  return interner().intern(Type{.kind = TypeKind::kMap, .children = {key, value}});
}

TypePointer row_type(std::vector<std::pair<std::string, TypePointer>> fields) {
  Type type{.kind = TypeKind::kRow};
  for (auto& [name, child] : fields) {
    type.children.push_back(child);
    type.field_names.push_back(std::move(name));
  }
  return interner().intern(std::move(type));
}

TypePointer function_type(std::vector<TypePointer> arguments, TypePointer result) {
  arguments.push_back(result);
  return interner().intern(Type{.kind = TypeKind::kFunction, .children = std::move(arguments)});
}

std::string to_string(TypePointer type) { return describe(*type); }

}  // namespace trailpond::sql
