#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sql/bound/bound.hpp"
#include "sql/evaluation/evaluation.hpp"

/// Every SQL function is a row: name, signature, null rule, determinism, implementation, a line of
/// documentation and an example that a test runs.
namespace trailpond::sql {

/// Computes a call. `node` is the call itself (types, lambdas, prepared state).
using Evaluate = Value (*)(Evaluation& evaluation, const Bound& node,
                           std::span<const Value> arguments);
/// Prepares what constant arguments allow, once per statement. May fail with the user's mistake.
using Prepare = Result<CallState> (*)(const Bound& node);
/// Gives the result's type where it follows from the arguments' types by a rule that no signature
/// can say (lengths of texts, precision and scale of decimals).
using ResultType = Result<TypePointer> (*)(const Bound& node);

/// Fails a call for what an argument says: INVALID_FUNCTION_ARGUMENT.
inline Value refuse(Evaluation& evaluation, std::string message) {
  return evaluation.fail(ErrorName::kInvalidFunctionArgument, std::move(message));
}

enum FunctionTrait : unsigned {
  kPlainFunction = 0,
  kCalledOnNull = 1,  // otherwise NULL in gives NULL out
  kNondeterministic = 2,
  kMayFail = 4,  // may raise an error of the user's data
  /// May raise an error for what its varchar arguments say (a unit, a pattern), whatever the
  /// timestamp or date beside them.
  kFailsByPattern = 8,
  /// May raise an error when it compares arrays, maps or rows that hold NULL.
  kFailsOnNested = 16,
};

struct Function {
  std::string_view name;
  /// Argument types, comma separated, as in Trino's documentation: `array(E), function(E,
  /// boolean)`, `varchar(x)`; a capital letter is a type variable, a small one a length; `...`
  /// behind the last repeats it. E:orderable or E:comparable restricts a variable.
  std::string_view arguments;
  std::string_view result;
  Evaluate evaluate;
  unsigned traits = kPlainFunction;
  std::string_view doc;
  /// A condition that holds, e.g. `upper('abc') = 'ABC'`.
  std::string_view example;
  Prepare prepare = nullptr;
  ResultType result_type = nullptr;
};

/// Gathers the rows of one group. `add` sees one row's arguments.
class Accumulator {
 public:
  virtual ~Accumulator() = default;
  virtual void add(Evaluation& evaluation, std::span<const Value> arguments) = 0;
  /// Takes back a row that is in: for frames that slide. False where it cannot: then it is of no
  /// use any more.
  virtual bool remove(std::span<const Value>) { return false; }
  /// Whether it only takes back the row that was added first, of those that are still in.
  virtual bool is_queue() const { return false; }
  /// Gives the result; texts and items may live in the accumulator or in the evaluation's arena.
  virtual Value finish(Evaluation& evaluation) = 0;
};

struct AggregateFunction {
  std::string_view name;
  std::string_view arguments;
  std::string_view result;
  std::unique_ptr<Accumulator> (*make)(const BoundAggregate& aggregate);
  /// SQLite's own aggregate that means the same (count, min, max, sum); empty: none.
  std::string_view native = {};
  /// Whether rows in which the first argument is NULL are skipped, as most do.
  bool skips_null = true;
  std::string_view doc = {};
  std::string_view example = {};
  /// SQLite's text for the result over no rows, where that is not NULL.
  std::string_view empty = {};
  /// Makes one that takes rows back, where that of make() does not. What is added must live as long
  /// as it. Null: there is none, or none for these types.
  std::unique_ptr<Accumulator> (*make_sliding)(const BoundAggregate& aggregate) = nullptr;
};

}  // namespace trailpond::sql
