#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trailpond::sql {

/// A place in the statement's text. Lines and columns count from 1, columns in code points
/// (as Trino reports them). Line 0: no place is known.
struct Position {
  std::int32_t line = 0;
  std::int32_t column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// Trino's error names (io.trino.spi.StandardErrorCode) as far as this engine raises them.
enum class ErrorName : std::uint8_t {
  kSyntaxError,
  kNotSupported,
  kTableNotFound,
  kColumnNotFound,
  kAmbiguousName,
  kFunctionNotFound,
  kFunctionNotAggregate,
  kFunctionNotWindow,
  kFunctionImplementationError,
  kTypeMismatch,
  kTypeNotFound,
  kExpressionNotAggregate,
  kExpressionNotInDistinct,
  kExpressionNotScalar,
  kExpressionNotConstant,
  kMissingGroupBy,
  kMissingOver,
  kMissingOrderBy,
  kNestedAggregation,
  kNestedWindow,
  kInvalidColumnReference,
  kInvalidLiteral,
  kInvalidArguments,
  kInvalidWindowFrame,
  kInvalidLimitClause,
  kDuplicateNamedQuery,
  kDuplicateColumnName,
  kDuplicateWindowName,
  kMismatchedColumnAliases,
  kColumnTypeUnknown,
  kMissingColumnName,
  kInvalidRecursiveReference,
  kMissingColumnAliases,
  kInvalidPartitionBy,
  kInvalidOrderBy,
  kInvalidWindowReference,
  kNullTreatmentNotAllowed,
  kTooManyGroupingSets,
  kSubqueryMultipleRows,
  kInvalidFunctionArgument,
  kInvalidCastArgument,
  kDivisionByZero,
  kNumericValueOutOfRange,
  kExceededFunctionMemoryLimit,
  kInvalidParameterUsage,
  kGenericUserError,
  kInvalidPath,  // of SQL/JSON
  kPathEvaluationError,
  kJsonInputConversionError,
  kJsonOutputConversionError,
  kJsonValueResultError,
  kExceededLimit,  // one of our own limits: rows, bytes, memory, time, steps
  kCancelled,      // stopped by the caller
  kInternal,       // our fault
};

/// Answers the name as Trino spells it, e.g. COLUMN_NOT_FOUND.
std::string_view name_of(ErrorName name);

/// A mistake in a statement (found by prepare) or a failure of its run.
struct Error {
  ErrorName name = ErrorName::kInternal;
  std::string message;  // Trino's wording, without the position
  Position position = {};

  /// "line 1:8: Column 'x' cannot be resolved"; without the prefix where no place is known.
  std::string text() const;
};

/// What Lake says where a limit of ours ends a query (AWS user guide, optimizing Lake queries).
inline constexpr const char* kExhausted = "Query exhausted resources at this scale factor";
inline Error exhausted() { return {ErrorName::kExceededLimit, kExhausted, {}}; }

template <class T>
using Result = trailpond::Result<T, Error>;

}  // namespace trailpond::sql
