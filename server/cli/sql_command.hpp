#pragma once
#include <iosfwd>

namespace trailpond::cli {

/// Answers statements without a server: one JSON line in (`{"id","sql"}`), one JSON line out
/// (`{"id","columns","rows"}` or `{"id","error"}`), in the canonical texts of
/// shared/oracle/EXPRESSIONS.md. Statements need no FROM here and there is no event data store.
/// The same code as the server's. Answers the process's exit status.
int run_sql_batch(std::istream& in, std::ostream& out);

}  // namespace trailpond::cli
