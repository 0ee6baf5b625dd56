#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/bound/bound.hpp"
#include "sql/planning/physical.hpp"
#include "sql/types/catalog.hpp"

/// From the bound tree to SQLite's text, the scans it reads and the programs it calls.
namespace trailpond::sql {

/// Steps that a recursive WITH query may take (Trino's max_recursion_depth).
inline constexpr int kMaxRecursionDepth = 10;

/// One FROM of an event data store, with just the columns that the statement uses.
struct PlannedScan {
  std::string name;  // of the virtual table: s<relation>
  std::shared_ptr<const Table> table;
  std::vector<ScanRequest> requests;
  bool is_repeat = false;  // as in OperatorTree
};

/// One maximal subtree that the evaluator computes: eval(n, argument …).
struct Program {
  BoundPointer expression;  // columns replaced by kArgument
  std::vector<TypePointer> argument_types;
  bool normalised = false;  // the answer is a key: equal values must have equal bytes
  bool sortable = false;    // the answer is a sort key: bytes that sort as the values do
};

/// One aggregate that our own code computes: agg(n, argument …).
struct AggregateProgram {
  std::shared_ptr<const BoundAggregate> aggregate;
  std::vector<TypePointer> argument_types;
  std::size_t sort_keys = 0;  // the last arguments are the keys of its ORDER BY
};

/// One window function that our own code computes: win(n, argument …).
struct WindowProgram {
  static constexpr std::size_t kNone = SIZE_MAX;
  /// Where the arguments of an edge of the frame are; kNone: it has none.
  struct Edge {
    std::size_t offset = kNone;
    std::size_t key = 0;
    std::size_t value = 0;
  };
  std::shared_ptr<const BoundWindow> window;
  std::shared_ptr<const BoundAggregate> aggregate;  // null: no aggregate
  std::vector<TypePointer> argument_types;
  std::size_t peer_keys = 0;  // the first of the keys of ORDER BY
  Edge start;
  Edge end;
};

struct Plan {
  std::string sql;
  /// The answer, made of the only operator's groups; null: SQLite makes it, by its text.
  std::optional<GroupAnswer> answer;
  std::vector<Column> columns;
  std::vector<PlannedScan> scans;
  std::vector<OperatorTree> operators;
  std::vector<Program> programs;
  std::vector<AggregateProgram> aggregates;
  std::vector<WindowProgram> windows;
  std::vector<std::string> table_names;
};

/// Plans an analysed statement. Fails only where SQLite cannot say what the tree says.
/// `push_down`: see PrepareOptions.
Result<std::shared_ptr<const Plan>> plan(const Analysed& analysed, bool push_down);

}  // namespace trailpond::sql
