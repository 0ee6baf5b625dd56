#include "events/scan_plan.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

namespace trailpond::events {
namespace {

// The share of rows that a condition is thought to leave, where nothing better is known.
constexpr double kRangeShare = 1.0 / 4;
constexpr double kLikeShare = 1.0 / 8;
constexpr double kNullShare = 1.0 / 4;
constexpr double kNearlyAll = 0.95;
constexpr double kUsualInList = 4;
/// Looking at a row inside the scan costs this part of handing it to SQLite.
constexpr double kLookCost = 1.0 / 20;
constexpr double kIndexCost = 5;
/// The bit of colUsed that stands for all columns from this one on.
constexpr int kLastColumnBit = 63;

std::optional<Operator> operator_of(unsigned char sqlite_operator) {
  switch (sqlite_operator) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return Operator::kEqual;
    case SQLITE_INDEX_CONSTRAINT_NE:
      return Operator::kNotEqual;
    case SQLITE_INDEX_CONSTRAINT_LT:
      return Operator::kLess;
    case SQLITE_INDEX_CONSTRAINT_LE:
      return Operator::kLessOrEqual;
    case SQLITE_INDEX_CONSTRAINT_GT:
      return Operator::kGreater;
    case SQLITE_INDEX_CONSTRAINT_GE:
      return Operator::kGreaterOrEqual;
    case SQLITE_INDEX_CONSTRAINT_IS:
      return Operator::kIs;
    case SQLITE_INDEX_CONSTRAINT_ISNOT:
      return Operator::kIsNot;
    case SQLITE_INDEX_CONSTRAINT_ISNULL:
      return Operator::kIsNull;
    case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
      return Operator::kIsNotNull;
    case SQLITE_INDEX_CONSTRAINT_LIKE:
      return Operator::kLike;
    default:
      return std::nullopt;
  }
}

/// Says whether the scan decides an operator on a column exactly as SQLite would.
bool is_decided(Operator op, ValueKind kind) {
  if (op == Operator::kIsNull || op == Operator::kIsNotNull) return true;
  if (op == Operator::kLike) return kind == ValueKind::kText;
  return kind != ValueKind::kNested;
}

double share_of(Operator op, const ScanSource& source) {
  switch (op) {
    case Operator::kEqual:
    case Operator::kIs:
      return 1 / source.distinct_estimate();
    case Operator::kIn:
      return std::min(1.0, kUsualInList / source.distinct_estimate());
    case Operator::kNotEqual:
    case Operator::kIsNot:
    case Operator::kIsNotNull:
      return kNearlyAll;
    case Operator::kIsNull:
      return kNullShare;
    case Operator::kLike:
      return kLikeShare;
    default:
      return kRangeShare;
  }
}

/// Collects the plan while going through what SQLite offers.
class Chooser {
 public:
  Chooser(const Snapshot& snapshot, const ScanSources& sources, sqlite3_index_info* info)
      : sources_(sources), info_(info), rows_(static_cast<double>(snapshot.row_count())) {}

  int choose() {
    double share = 1;
    for (int at = 0; at < info_->nConstraint; ++at) take_constraint(at, share);
    take_order();
    take_limit();
    const double found = std::max(1.0, rows_ * share);
    info_->estimatedRows = static_cast<sqlite3_int64>(found);
    info_->estimatedCost = (indexed_ ? kIndexCost : rows_ * kLookCost + 1) + found;
    info_->idxStr = sqlite3_mprintf("%s", text_.c_str());
    info_->needToFreeIdxStr = 1;
    return info_->idxStr ? SQLITE_OK : SQLITE_NOMEM;
  }

 private:
  bool is_limit(unsigned char op) const {
    return op == SQLITE_INDEX_CONSTRAINT_LIMIT || op == SQLITE_INDEX_CONSTRAINT_OFFSET;
  }
  bool is_ours(int column) const {
    return column >= 0 && static_cast<std::size_t>(column) < sources_.size();
  }

  void take_constraint(int at, double& share) {
    const auto& constraint = info_->aConstraint[at];
    if (is_limit(constraint.op)) return;
    auto op = constraint.usable ? operator_of(constraint.op) : std::nullopt;
    if (!op || !is_ours(constraint.iColumn) || !is_binary(at)) {
      all_taken_ = false;
      return;
    }
    const ScanSource& source = *sources_[static_cast<std::size_t>(constraint.iColumn)];
    if (!is_decided(*op, source.kind())) {
      all_taken_ = false;
      return;
    }
    if (*op == Operator::kEqual && sqlite3_vtab_in(info_, at, -1)) {
      sqlite3_vtab_in(info_, at, 1);
      op = Operator::kIn;
    }
    indexed_ = indexed_ || (*op == Operator::kEqual && source.is_indexable());
    share *= share_of(*op, source);
    info_->aConstraintUsage[at].argvIndex = ++values_;
    info_->aConstraintUsage[at].omit = 1;
    text_ += "c" + std::to_string(constraint.iColumn) + " " +
             std::to_string(static_cast<int>(*op)) + ";";
  }

  bool is_binary(int at) const {
    const char* collation = sqlite3_vtab_collation(info_, at);
    return !collation || sqlite3_stricmp(collation, "BINARY") == 0;
  }

  void take_order() {
    if (info_->nOrderBy == 0) return;
    std::uint64_t ordered = 0;
    for (int at = 0; at < info_->nOrderBy; ++at) {
      const int column = info_->aOrderBy[at].iColumn;
      if (!is_ours(column) || !sources_[static_cast<std::size_t>(column)]->is_orderable()) return;
      if (column < kLastColumnBit) ordered |= std::uint64_t{1} << column;
    }
    // Only DISTINCT is content with neighbours. GROUP BY says so, too (mode 1), but then SQLite
    // 3.40 also leaves an ORDER BY of the same terms to us.
    constexpr int kDistinct = 2;
    constexpr int kDistinctSorted = 3;
    const int mode = sqlite3_vtab_distinct(info_);
    text_ += mode == kDistinct ? "g" : "s";
    // Repeated rows may only be left out where nothing else of them is read.
    const bool distinct = mode == kDistinct || mode == kDistinctSorted;
    text_ += distinct && (info_->colUsed & ~ordered) == 0 ? "d;" : ";";
    for (int at = 0; at < info_->nOrderBy; ++at) {
      text_ += (info_->aOrderBy[at].desc ? "-" : "+") +
               std::to_string(info_->aOrderBy[at].iColumn) + ";";
    }
    info_->orderByConsumed = 1;
  }

  /// Takes LIMIT and OFFSET as a hint of how many rows will be read; SQLite still counts them.
  void take_limit() {
    if (!all_taken_ || !info_->orderByConsumed) return;
    int limit = -1;
    int offset = -1;
    for (int at = 0; at < info_->nConstraint; ++at) {
      const auto& constraint = info_->aConstraint[at];
      if (!is_limit(constraint.op)) continue;
      if (!constraint.usable) return;
      (constraint.op == SQLITE_INDEX_CONSTRAINT_LIMIT ? limit : offset) = at;
    }
    if (limit < 0) return;
    info_->aConstraintUsage[limit].argvIndex = ++values_;
    text_ += "l;";
    if (offset < 0) return;
    info_->aConstraintUsage[offset].argvIndex = ++values_;
    text_ += "o;";
  }

  const ScanSources& sources_;
  sqlite3_index_info* info_;
  double rows_;
  std::string text_;
  int values_ = 0;
  bool all_taken_ = true;
  bool indexed_ = false;
};

Operand operand_of(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_value_int64(value)};
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_TEXT: {
      // value_blob does not copy the text to end it with a NUL.
      const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
      const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
      return data ? std::string(data, size) : std::string();
    }
    case SQLITE_BLOB:
      return Blob{};
    default:
      return std::monostate{};
  }
}

Condition bind(const ScanPlan::Term& term, sqlite3_value* value) {
  Condition condition{.column = term.column, .op = term.op};
  if (term.op == Operator::kIn) {
    sqlite3_value* member = nullptr;
    for (int status = sqlite3_vtab_in_first(value, &member); status == SQLITE_OK && member;
         status = sqlite3_vtab_in_next(value, &member)) {
      condition.operands.push_back(operand_of(member));
    }
    return condition;
  }
  condition.operands.push_back(operand_of(value));
  if (term.op == Operator::kLike && sqlite3_value_type(value) != SQLITE_NULL) {
    // A pattern of another type is read as text, as SQLite's own LIKE does.
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
    condition.like.emplace_back(std::string_view(text ? text : "", text ? size : 0));
  }
  return condition;
}

/// Reads the number at the front of a text and steps over it.
int take_number(std::string_view& text) {
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return error == std::errc{} ? number : 0;
}

}  // namespace

int choose_plan(const Snapshot& snapshot, const ScanSources& sources, sqlite3_index_info* info) {
  return Chooser(snapshot, sources, info).choose();
}

ScanPlan parse_plan(std::string_view text) {
  ScanPlan plan;
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(';'));
    text.remove_prefix(part.size() + 1);
    const char kind = part.front();
    part.remove_prefix(1);
    switch (kind) {
      case 'c': {
        const int column = take_number(part);
        part.remove_prefix(1);
        plan.terms.push_back({column, static_cast<Operator>(take_number(part))});
        break;
      }
      case 'g':
      case 's':
        plan.order.sorted = kind == 's';
        plan.order.distinct = part == "d";
        break;
      case '+':
      case '-':
        plan.order.terms.push_back({take_number(part), kind == '-'});
        break;
      case 'l':
        plan.limited = true;
        break;
      case 'o':
        plan.offset = true;
        break;
      default:
        break;
    }
  }
  return plan;
}

std::vector<Condition> bind_conditions(const ScanPlan& plan, int count, sqlite3_value** values,
                                       OrderWish& wish) {
  std::vector<Condition> conditions;
  int next = 0;
  for (const ScanPlan::Term& term : plan.terms) {
    if (next < count) conditions.push_back(bind(term, values[next++]));
  }
  if (plan.limited && next < count) {
    const std::int64_t limit = sqlite3_value_int64(values[next++]);
    std::int64_t offset = 0;
    if (plan.offset && next < count)
      offset = std::max<std::int64_t>(0, sqlite3_value_int64(values[next]));
    // A negative LIMIT is none.
    constexpr std::int64_t kTooMany = std::int64_t{1} << 40;
    if (limit >= 0 && limit < kTooMany && offset < kTooMany) {
      wish.limit = static_cast<std::size_t>(limit + offset);
    }
  }
  return conditions;
}

}  // namespace trailpond::events
