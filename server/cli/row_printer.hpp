#pragma once
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/cli/sql_command.hpp"
#include "sql/statement.hpp"

namespace trailpond::cli {

/// Prints the rows of a result as they come.
class RowPrinter {
 public:
  virtual ~RowPrinter() = default;
  /// Takes a row in the texts of shared/oracle/EXPRESSIONS.md (JSON lines) or as cells.
  virtual void row(std::span<const std::optional<std::string>> cells) = 0;
  virtual void finish() = 0;
};

/// Makes a printer: an aligned table (its widths those of the first thousand rows), CSV as RFC 4180
/// has it, or a JSON object on each line.
std::unique_ptr<RowPrinter> make_row_printer(RowFormat format,
                                             const std::vector<sql::OutputColumn>& columns,
                                             std::ostream& out);

}  // namespace trailpond::cli
