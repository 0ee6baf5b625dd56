#pragma once
#include <span>

#include "sql/evaluation/function.hpp"

/// The tables of functions, one per file of functions/ and aggregates/.
namespace trailpond::sql {

std::span<const Function> string_functions();
std::span<const Function> split_functions();
std::span<const Function> word_functions();
std::span<const Function> math_functions();
std::span<const Function> bit_functions();
std::span<const Function> statistics_functions();
std::span<const Function> address_functions();
std::span<const Function> encoding_functions();
std::span<const Function> url_functions();
std::span<const Function> format_functions();
std::span<const Function> datetime_format_functions();
std::span<const Function> datetime_functions();
std::span<const Function> array_functions();
std::span<const Function> array_maker_functions();
std::span<const Function> map_functions();
std::span<const Function> json_functions();
std::span<const Function> sql_json_functions();
std::span<const Function> regexp_functions();
std::span<const Function> binary_functions();
std::span<const Function> operator_functions();
std::span<const AggregateFunction> aggregate_functions();
std::span<const AggregateFunction> collection_aggregates();
std::span<const AggregateFunction> moment_aggregates();
std::span<const AggregateFunction> percentile_aggregates();
std::span<const AggregateFunction> numeric_histogram_aggregates();

}  // namespace trailpond::sql
