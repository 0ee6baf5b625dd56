#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The documented schemas of the five kinds of event data store, as rows of one table.
/// Source: AWS CloudTrail user guide, "Supported event schemas"; shared/oracle/SHREDDING.md
/// section 2.
namespace trailpond::events {

enum class StoreKind : std::uint8_t { kCloudTrail, kInsights, kConfig, kEvidence, kActivity };

enum class FieldType : std::uint8_t {
  kVarchar,
  kBoolean,
  kTimestamp,  // timestamp(3), kept as microseconds since 1970 UTC
  kDouble,
  kInteger,  // 32 bit
  kMap,      // map(varchar, varchar)
  kRow,      // children are its fields
  kArray,    // one child: the element
};

/// One column or field. `name` is the column's (lower case), `json_name` the member's in the event.
struct Field {
  std::string_view name;
  std::string_view json_name;
  FieldType type;
  std::span<const Field> children = {};
};

/// Gives the top-level columns of a kind in the documented order (the order of SELECT *).
/// `eventjson` and `eventjsonchecksum` are ordinary varchar columns in this list.
std::span<const Field> schema_of(StoreKind kind);

/// The scenario's word for a kind: cloudtrail, insights, config, evidence, activity.
std::string_view name_of(StoreKind kind);
std::optional<StoreKind> find_kind(std::string_view name);

}  // namespace trailpond::events
