#include "sql/types/error.hpp"

namespace trailpond::sql {

std::string_view name_of(ErrorName name) {
  switch (name) {
    case ErrorName::kSyntaxError:
      return "SYNTAX_ERROR";
    case ErrorName::kNotSupported:
      return "NOT_SUPPORTED";
    case ErrorName::kTableNotFound:
      return "TABLE_NOT_FOUND";
    case ErrorName::kColumnNotFound:
      return "COLUMN_NOT_FOUND";
    case ErrorName::kAmbiguousName:
      return "AMBIGUOUS_NAME";
    case ErrorName::kFunctionNotFound:
      return "FUNCTION_NOT_FOUND";
    case ErrorName::kFunctionNotAggregate:
      return "FUNCTION_NOT_AGGREGATE";
    case ErrorName::kFunctionNotWindow:
      return "FUNCTION_NOT_WINDOW";
    case ErrorName::kFunctionImplementationError:
      return "FUNCTION_IMPLEMENTATION_ERROR";
    case ErrorName::kTypeMismatch:
      return "TYPE_MISMATCH";
    case ErrorName::kTypeNotFound:
      return "TYPE_NOT_FOUND";
    case ErrorName::kExpressionNotAggregate:
      return "EXPRESSION_NOT_AGGREGATE";
    case ErrorName::kExpressionNotInDistinct:
      return "EXPRESSION_NOT_IN_DISTINCT";
    case ErrorName::kExpressionNotScalar:
      return "EXPRESSION_NOT_SCALAR";
    case ErrorName::kExpressionNotConstant:
      return "EXPRESSION_NOT_CONSTANT";
    case ErrorName::kMissingGroupBy:
      return "MISSING_GROUP_BY";
    case ErrorName::kMissingOver:
      return "MISSING_OVER";
    case ErrorName::kMissingOrderBy:
      return "MISSING_ORDER_BY";
    case ErrorName::kNestedAggregation:
      return "NESTED_AGGREGATION";
    case ErrorName::kNestedWindow:
      return "NESTED_WINDOW";
    case ErrorName::kInvalidColumnReference:
      return "INVALID_COLUMN_REFERENCE";
    case ErrorName::kInvalidLiteral:
      return "INVALID_LITERAL";
    case ErrorName::kInvalidArguments:
      return "INVALID_ARGUMENTS";
    case ErrorName::kInvalidWindowFrame:
      return "INVALID_WINDOW_FRAME";
    case ErrorName::kInvalidLimitClause:
      return "INVALID_LIMIT_CLAUSE";
    case ErrorName::kDuplicateNamedQuery:
      return "DUPLICATE_NAMED_QUERY";
    case ErrorName::kDuplicateColumnName:
      return "DUPLICATE_COLUMN_NAME";
    case ErrorName::kDuplicateWindowName:
      return "DUPLICATE_WINDOW_NAME";
    case ErrorName::kMismatchedColumnAliases:
      return "MISMATCHED_COLUMN_ALIASES";
    case ErrorName::kColumnTypeUnknown:
      return "COLUMN_TYPE_UNKNOWN";
    case ErrorName::kMissingColumnName:
      return "MISSING_COLUMN_NAME";
    case ErrorName::kInvalidRecursiveReference:
      return "INVALID_RECURSIVE_REFERENCE";
    case ErrorName::kMissingColumnAliases:
      return "MISSING_COLUMN_ALIASES";
    case ErrorName::kInvalidPartitionBy:
      return "INVALID_PARTITION_BY";
    case ErrorName::kInvalidOrderBy:
      return "INVALID_ORDER_BY";
    case ErrorName::kInvalidWindowReference:
      return "INVALID_WINDOW_REFERENCE";
    case ErrorName::kNullTreatmentNotAllowed:
      return "NULL_TREATMENT_NOT_ALLOWED";
    case ErrorName::kTooManyGroupingSets:
      return "TOO_MANY_GROUPING_SETS";
    case ErrorName::kSubqueryMultipleRows:
      return "SUBQUERY_MULTIPLE_ROWS";
    case ErrorName::kInvalidFunctionArgument:
      return "INVALID_FUNCTION_ARGUMENT";
    case ErrorName::kInvalidCastArgument:
      return "INVALID_CAST_ARGUMENT";
    case ErrorName::kDivisionByZero:
      return "DIVISION_BY_ZERO";
    case ErrorName::kNumericValueOutOfRange:
      return "NUMERIC_VALUE_OUT_OF_RANGE";
    case ErrorName::kExceededFunctionMemoryLimit:
      return "EXCEEDED_FUNCTION_MEMORY_LIMIT";
    case ErrorName::kInvalidParameterUsage:
      return "INVALID_PARAMETER_USAGE";
    case ErrorName::kInvalidPath:
      return "INVALID_PATH";
    case ErrorName::kPathEvaluationError:
      return "PATH_EVALUATION_ERROR";
    case ErrorName::kJsonInputConversionError:
      return "JSON_INPUT_CONVERSION_ERROR";
    case ErrorName::kJsonOutputConversionError:
      return "JSON_OUTPUT_CONVERSION_ERROR";
    case ErrorName::kJsonValueResultError:
      return "JSON_VALUE_RESULT_ERROR";
    case ErrorName::kGenericUserError:
      return "GENERIC_USER_ERROR";
    case ErrorName::kExceededLimit:
      return "EXCEEDED_LIMIT";
    case ErrorName::kCancelled:
      return "CANCELLED";
    case ErrorName::kInternal:
      return "INTERNAL";
  }
  return "INTERNAL";
}

std::string Error::text() const {
  if (position.line == 0) return message;
  return "line " + std::to_string(position.line) + ":" + std::to_string(position.column) + ": " +
         message;
}

}  // namespace trailpond::sql
