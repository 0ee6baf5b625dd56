#include "sql/running/frames.hpp"

#include <limits>

#include "sql/types/kinds.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/encoding.hpp"

namespace trailpond::sql {
namespace {

bool is_negative(TypePointer type, const Value& value) {
  switch (type->kind) {
    case TypeKind::kDecimal:
      return value.decimal() < 0;
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return value.real() < 0;
    default:
      return value.integer() < 0;
  }
}

bool is_real(TypePointer type) {
  return type->kind == TypeKind::kReal || type->kind == TypeKind::kDouble;
}

}  // namespace

Partition::Partition(const WindowProgram& program)
    : program_(program), window_(*program.window), arena_(std::numeric_limits<std::size_t>::max()) {
  if (!window_.aggregate) return;
  // Trino drops an ORDER BY that makes no difference but by rounding.
  const bool is_sum = window_.aggregate->name == "sum" || window_.aggregate->name == "avg";
  is_ordered_ = !window_.argument_order.empty() && !is_sum;
  is_distinct_ = window_.distinct && !make_accumulator()->is_queue();
  // Of doubles that are different Trino takes none back.
  takes_none_back_ = is_distinct_ && is_sum && is_real(program.argument_types[0]);
}

Value Partition::keep(TypePointer type, const Value& value) {
  if (value.is_null()) return value;
  if (keeps_text(type->kind)) return Value::of_text(arena_.keep(value.text()));
  switch (type->kind) {
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow: {
      std::string encoded;
      encode_value(type, value, false, encoded);
      return decode_value(type, arena_.keep(encoded), arena_);
    }
    default:
      return value;
  }
}

void Partition::add(std::span<const Value> arguments) {
  const auto row = arena_.values(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); ++i)
    row[i] = keep(program_.argument_types[i], arguments[i]);
  rows_.push_back(row);
  use_.raise_to(arena_.used() + rows_.size() * sizeof(Row));
}

bool Partition::are_peers(Row left, Row right) const {
  for (std::size_t i = 0; i < window_.order_by.size(); ++i) {
    const std::size_t at = program_.peer_keys + i;
    if (!identical_values(program_.argument_types[at], left[at], right[at])) return false;
  }
  return true;
}

void Partition::find_peers() {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (i == 0 || !are_peers(rows_[i - 1], rows_[i])) group_start_.push_back(i);
    group_of_.push_back(group_start_.size() - 1);
  }
  group_start_.push_back(rows_.size());
}

// ---- frames -----------------------------------------------------------------------------------

/// An edge without an offset; of a RANGE or GROUPS frame the current row means its peers.
std::size_t Partition::plain_edge(FrameEdge edge, std::size_t row, bool is_end) const {
  if (edge == FrameEdge::kUnboundedPreceding) return 0;
  if (edge == FrameEdge::kUnboundedFollowing) return rows_.size();
  return group_start_[group_of_[row] + (is_end ? 1 : 0)];
}

std::size_t Partition::rows_edge(FrameEdge edge, std::int64_t offset, std::size_t row,
                                 bool is_end) const {
  const auto count = static_cast<std::int64_t>(rows_.size());
  const auto here = static_cast<std::int64_t>(row) + (is_end ? 1 : 0);
  switch (edge) {
    case FrameEdge::kUnboundedPreceding:
      return 0;
    case FrameEdge::kPreceding:
      return static_cast<std::size_t>(std::max<std::int64_t>(0, here - std::min(offset, count)));
    case FrameEdge::kCurrentRow:
      return static_cast<std::size_t>(here);
    case FrameEdge::kFollowing:
      return static_cast<std::size_t>(std::min(count, here + std::min(offset, count)));
    case FrameEdge::kUnboundedFollowing:
      return rows_.size();
  }
  return 0;
}

std::size_t Partition::groups_edge(FrameEdge edge, std::int64_t offset, std::size_t row,
                                   bool is_end) const {
  if (edge != FrameEdge::kPreceding && edge != FrameEdge::kFollowing)
    return plain_edge(edge, row, is_end);
  const auto groups = static_cast<std::int64_t>(group_start_.size()) - 1;
  const std::int64_t moved = std::min(offset, groups + 1);
  const auto here = static_cast<std::int64_t>(group_of_[row]) + (is_end ? 1 : 0);
  const std::int64_t group = edge == FrameEdge::kPreceding ? here - moved : here + moved;
  return group_start_[static_cast<std::size_t>(std::clamp<std::int64_t>(group, 0, groups))];
}

/// The place where the sort key reaches the value at hand; NULLs have only their peers.
std::size_t Partition::range_edge(const WindowProgram::Edge& edge, std::size_t row,
                                  bool is_end) const {
  const Value& value = rows_[row][edge.value];
  if (rows_[row][edge.key].is_null()) return plain_edge(FrameEdge::kCurrentRow, row, is_end);
  const TypePointer type = program_.argument_types[edge.key];
  const bool descending = window_.order_by[0].descending;
  const bool nulls_first = window_.order_by[0].nulls_first;
  const auto before = [&](Row candidate) {
    const Value& key = candidate[edge.key];
    if (key.is_null()) return nulls_first;
    const int sign = compare_values(type, key, value) * (descending ? -1 : 1);
    return is_end ? sign <= 0 : sign < 0;
  };
  const auto found = std::partition_point(rows_.begin(), rows_.end(), before);
  auto place = static_cast<std::size_t>(found - rows_.begin());
  // A frame that ends before the first value does not reach back into the NULLs.
  if (is_end && nulls_first) {
    const auto first = std::partition_point(
        rows_.begin(), rows_.end(), [&](Row candidate) { return candidate[edge.key].is_null(); });
    place = std::max(place, static_cast<std::size_t>(first - rows_.begin()));
  }
  return place;
}

Partition::Span Partition::frame(Evaluation& evaluation, std::size_t row) {
  if (!window_.frame) {
    return {0, plain_edge(window_.order_by.empty() ? FrameEdge::kUnboundedFollowing
                                                   : FrameEdge::kCurrentRow,
                          row, true)};
  }
  const BoundFrame& frame = *window_.frame;
  const auto edge_of = [&](FrameEdge kind, const WindowProgram::Edge& edge, bool is_end) {
    std::int64_t offset = 0;
    if (edge.offset != WindowProgram::kNone) {
      const std::size_t at = edge.offset;
      const Value& value = rows_[row][at];
      const bool range = frame.unit == FrameUnit::kRange;
      if (value.is_null() || is_negative(program_.argument_types[at], value)) {
        evaluation.fail(ErrorName::kInvalidWindowFrame,
                        "Window frame offset value must not be negative or null");
        return std::size_t{0};
      }
      if (range) return range_edge(edge, row, is_end);
      offset = value.integer();
    }
    switch (frame.unit) {
      case FrameUnit::kRows:
        return rows_edge(kind, offset, row, is_end);
      case FrameUnit::kGroups:
        return groups_edge(kind, offset, row, is_end);
      case FrameUnit::kRange:
        break;
    }
    return plain_edge(kind, row, is_end);
  };
  Span span;
  span.begin = edge_of(frame.start, program_.start, false);
  span.end = std::max(span.begin, edge_of(frame.end, program_.end, true));
  return span;
}

// ---- functions --------------------------------------------------------------------------------

Value Partition::next(Evaluation& evaluation) {
  if (next_ >= rows_.size()) return {};
  if (group_start_.empty()) find_peers();
  return function(evaluation, next_++);
}

Value Partition::function(Evaluation& evaluation, std::size_t row) {
  if (window_.name == "lag") return neighbour(evaluation, row, -1);
  if (window_.name == "lead") return neighbour(evaluation, row, 1);
  if (window_.name == "ntile") return bucket(evaluation, row);
  const Span span = frame(evaluation, row);
  if (evaluation.failed()) return {};
  if (window_.name.empty()) return aggregate(evaluation, span);
  return value_in_frame(evaluation, span, row);
}

/// lag and lead: the value so many rows away, NULLs not counted where they are ignored.
Value Partition::neighbour(Evaluation& evaluation, std::size_t row, int step) {
  std::int64_t offset = 1;
  if (window_.arguments.size() > 1) {
    const Value& written = rows_[row][1];
    if (written.is_null()) {
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Offset must not be null");
    }
    offset = written.integer();
    if (offset < 0) {
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Offset must be at least 0");
    }
  }
  const auto count = static_cast<std::int64_t>(rows_.size());
  auto place = static_cast<std::int64_t>(row);
  if (!window_.ignore_nulls || offset == 0) {
    place += step * std::min(offset, count);
  } else {
    while (offset > 0) {
      place += step;
      if (place < 0 || place >= count) break;
      if (!rows_[static_cast<std::size_t>(place)][0].is_null()) --offset;
    }
  }
  if (place >= 0 && place < count) return rows_[static_cast<std::size_t>(place)][0];
  return window_.arguments.size() > 2 ? rows_[row][2] : Value();
}

/// first_value, last_value, nth_value.
Value Partition::value_in_frame(Evaluation& evaluation, Span frame, std::size_t row) {
  std::int64_t wanted = 1;
  if (window_.name == "nth_value") {
    if (rows_[row][1].is_null()) return {};
    wanted = rows_[row][1].integer();
    if (wanted < 1) {
      return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Offset must be at least 1");
    }
  }
  const auto length = static_cast<std::int64_t>(frame.end - frame.begin);
  if (wanted > length) return {};
  const bool last = window_.name == "last_value";
  if (!window_.ignore_nulls) {
    return rows_[last ? frame.end - 1 : frame.begin + static_cast<std::size_t>(wanted) - 1][0];
  }
  for (std::size_t i = 0; i < frame.end - frame.begin; ++i) {
    const Value& value = rows_[last ? frame.end - 1 - i : frame.begin + i][0];
    if (!value.is_null() && --wanted == 0) return value;
    if (!evaluation.step()) return {};
  }
  return {};
}

Value Partition::bucket(Evaluation& evaluation, std::size_t row) {
  if (rows_[row][0].is_null()) return {};
  const std::int64_t buckets = rows_[row][0].integer();
  if (buckets <= 0) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Buckets must be greater than 0");
  }
  const auto count = static_cast<std::int64_t>(rows_.size());
  const auto place = static_cast<std::int64_t>(row);
  if (buckets >= count) return Value::of_integer(place + 1);
  const std::int64_t size = count / buckets;
  const std::int64_t larger = count % buckets;  // so many buckets hold one row more
  const std::int64_t in_larger = (size + 1) * larger;
  if (place < in_larger) return Value::of_integer(place / (size + 1) + 1);
  return Value::of_integer((place - in_larger) / size + larger + 1);
}

bool Partition::takes(Row row) const {
  return window_.arguments.empty() || !window_.aggregate->skips_null || !row[0].is_null();
}

std::string Partition::key_of(Row row) const {
  std::string key;
  for (std::size_t i = 0; i < window_.arguments.size(); ++i)
    encode_value(program_.argument_types[i], row[i], true, key);
  return key;
}

void Partition::accumulate(Evaluation& evaluation, Row row) {
  if (!takes(row)) return;
  if (is_distinct_ && ++seen_[key_of(row)] > 1) return;
  accumulator_->add(evaluation, row.first(window_.arguments.size()));
}

std::unique_ptr<Accumulator> Partition::make_accumulator() const {
  const BoundAggregate& aggregate = *program_.aggregate;
  const bool slides =
      window_.frame && window_.frame->start != FrameEdge::kUnboundedPreceding && !is_ordered_;
  if (slides && window_.aggregate->make_sliding) {
    if (auto made = window_.aggregate->make_sliding(aggregate)) return made;
  }
  return window_.aggregate->make(aggregate);
}

bool Partition::take_back(std::size_t begin, std::size_t end) {
  for (std::size_t at = begin; at < end; ++at) {
    const Row row = rows_[at];
    if (!takes(row)) continue;
    if (is_distinct_) {
      const auto held = seen_.find(key_of(row));
      if (--held->second > 0) continue;
      seen_.erase(held);
    }
    if (!accumulator_->remove(row.first(window_.arguments.size()))) return false;
  }
  return true;
}

/// Turns what the accumulator holds into rows with which the frame begins; false where it must
/// begin anew. Rows are taken back where more stay than leave, first those in front: sums of
/// doubles show in which order that is done, and this is Trino's.
bool Partition::slide(Evaluation& evaluation, Span frame) {
  const bool has_rows = accumulator_ && held_.begin < held_.end && frame.begin < frame.end;
  if (!has_rows || is_ordered_) return false;
  if (frame.begin == held_.begin && frame.end >= held_.end) return true;
  if (takes_none_back_) return false;
  const Span common = {std::max(frame.begin, held_.begin), std::min(frame.end, held_.end)};
  if (common.begin >= common.end) return false;
  const std::size_t leaving = (common.begin - held_.begin) + (held_.end - common.end);
  if (common.end - common.begin <= leaving) return false;
  const bool moves_back = frame.begin < held_.begin || frame.end < held_.end;
  if (accumulator_->is_queue() && moves_back) return false;
  if (!take_back(held_.begin, common.begin) || !take_back(common.end, held_.end)) return false;
  for (std::size_t at = frame.begin; at < common.begin; ++at) {
    if (!evaluation.step()) return true;
    accumulate(evaluation, rows_[at]);
  }
  held_ = {frame.begin, common.end};
  return true;
}

/// The accumulator goes on where the frame only grew, or slid and it can take rows back; else it
/// begins anew.
Value Partition::aggregate(Evaluation& evaluation, Span frame) {
  if (!slide(evaluation, frame)) {
    accumulator_ = make_accumulator();
    seen_.clear();
    held_ = {frame.begin, frame.begin};
  }
  std::vector<Row> rows(rows_.begin() + static_cast<std::ptrdiff_t>(held_.end),
                        rows_.begin() + static_cast<std::ptrdiff_t>(frame.end));
  if (is_ordered_) {
    const std::size_t first = window_.arguments.size();
    std::ranges::stable_sort(rows, [&](Row a, Row b) {
      return sorts_before(window_.argument_order, a.subspan(first), b.subspan(first));
    });
  }
  for (const Row row : rows) {
    if (!evaluation.step()) return {};
    accumulate(evaluation, row);
  }
  held_ = frame;
  return accumulator_->finish(evaluation);
}

}  // namespace trailpond::sql
