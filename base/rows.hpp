#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct sqlite3_context;

/// Rows of a table as columns of 64-bit words: what the operators of sql/ read and events/ keeps.
namespace trailpond {

/// One value of a column; what it stands for is the column's WordKind.
using Word = std::uint64_t;
/// NULL in a column of any kind.
inline constexpr Word kNullWord = Word{1} << 63;
/// The error of a column that holds the one number that its words cannot say.
inline const std::string kHasLeastBigint = "the least bigint cannot be a column of an operator";

enum class WordKind : std::uint8_t {
  kInteger,  // the number itself: integers, booleans (0, 1), dates in days, timestamps in
             // microseconds
  kReal,     // the bits of a double: see real_word
  kCode,     // a number that the column gave to a text: equal texts have equal codes
};

Word real_word(double value);
double real_of(Word word);

/// A scalar; its text is borrowed.
using Scalar = std::variant<std::monostate, std::int64_t, double, std::string_view>;

/// What a computation answers: a scalar that owns its text, or an error that is raised
/// only when a row with it is really read.
struct Computed {
  std::variant<std::monostate, std::int64_t, double, std::string> value;
  std::optional<std::string> error = {};
};

using Computation = std::function<Computed(std::span<const Scalar>)>;

/// Conditions as SQLite has them: without affinity, NULL < numbers < texts < blobs, texts by bytes.
enum class Operator : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIs,
  kIsNot,
  kIsNull,
  kIsNotNull,
  kLike,
  kIn,
};

/// The right side of a condition. A blob keeps no bytes: no column that is compared holds one.
struct Blob {};
using Operand = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

/// One condition on a column of a RowReader.
struct RowCondition {
  std::size_t column = 0;
  Operator op = Operator::kEqual;
  std::vector<Operand> operands = {};  // one; any number for kIn
};

/// The row that an outer join leaves out: NULL in every column.
inline constexpr std::uint32_t kNoRow = ~std::uint32_t{0};

/// The least and the greatest number of a column; kNullWord where all are NULL.
struct RowBounds {
  Word least = kNullWord;
  Word greatest = kNullWord;
};

/// The rows of one table for one statement, by number. For one thread.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual std::uint32_t row_count() const = 0;
  /// Writes the rows from `begin` up to `end` for which all conditions hold to `out` (room for all
  /// of them), in their order; answers how many. Look at error() afterwards.
  virtual std::size_t select(std::uint32_t begin, std::uint32_t end, std::uint32_t* out) = 0;
  virtual WordKind kind(std::size_t column) const = 0;
  /// One more than the greatest code of a column whose texts are numbered before any is read; 0
  /// where they are not.
  virtual Word code_limit(std::size_t column) const = 0;
  /// Answers whether the codes of a column are at hand, so that a text need not be looked up first.
  virtual bool is_coded(std::size_t column) const = 0;
  /// What columns have in common if equal texts have equal codes in all of them; null: nothing.
  virtual const void* coding(std::size_t column) const = 0;
  /// The bounds of a column of numbers over all rows; null where there are conditions, or they are
  /// not known without reading.
  virtual std::optional<RowBounds> bounds(std::size_t column) = 0;
  /// Reads a column in `rows`, in any order, kNoRow among them. Look at error() afterwards.
  virtual void read(std::size_t column, std::span<const std::uint32_t> rows, Word* out) = 0;
  /// Reads a column of kind kCode as texts; a text without data is NULL.
  virtual void read_texts(std::size_t column, std::span<const std::uint32_t> rows,
                          std::string_view* out) = 0;
  /// The text of a code that read() gave.
  virtual std::string_view text(std::size_t column, Word code) const = 0;
  /// The code that a column of kind kCode gives to a text, a new one where it has none. Not for
  /// columns that have a coding().
  virtual Word code_of(std::size_t column, std::string_view text) = 0;
  /// Answers a value to SQLite, also a nested one; or the error of its computation.
  virtual void give(sqlite3_context* context, std::size_t column, std::uint32_t row) = 0;
  /// Of a reader of an array's elements: gives the elements of rows of the table, and the place in
  /// `rows` of each.
  virtual void find_elements(std::span<const std::uint32_t> rows,
                             std::vector<std::uint32_t>& elements,
                             std::vector<std::uint32_t>& origins) = 0;
  /// What was kept of the rows that were read, roughly: results of computations, codes of texts.
  virtual std::size_t memory_bytes() const = 0;
  /// The error of a computation in a row that was read; null where there was none.
  virtual const std::string* error() const = 0;
};

}  // namespace trailpond
