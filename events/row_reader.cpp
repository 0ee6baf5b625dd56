#include <sqlite3.h>

#include <algorithm>

#include "events/give.hpp"
#include "events/row_filter.hpp"
#include "events/scan.hpp"

namespace trailpond::events {
namespace {

/// The elements that the array of a node has in each segment, added up.
std::vector<std::uint32_t> element_starts(const Snapshot& snapshot, NodeId array) {
  std::vector<std::uint32_t> starts = {0};
  for (const auto& segment : snapshot.segments()) {
    const Column& column = segment->column(array);
    starts.push_back(starts.back() + (column.ends.empty() ? 0 : column.ends.back()));
  }
  return starts;
}

/// The rows of a snapshot, numbered through all its segments; or the elements of an array in them.
class EventRows final : public RowReader {
 public:
  EventRows(std::shared_ptr<const Snapshot> snapshot, ScanSources sources,
            const std::vector<RowCondition>& conditions, NodeId array = kNoNode)
      : snapshot_(std::move(snapshot)),
        array_(array),
        starts_(array == kNoNode ? snapshot_->starts() : element_starts(*snapshot_, array)),
        sources_(std::move(sources)),
        filter_(*snapshot_, sources_, conditions_of(conditions)) {}

  std::uint32_t row_count() const override { return starts_.back(); }

  std::size_t select(std::uint32_t begin, std::uint32_t end, std::uint32_t* out) override {
    std::size_t kept = 0;
    while (begin < end) {
      place(begin);
      const std::uint32_t start = starts_[segment_];
      const std::uint32_t stop = std::min(end, starts_[segment_ + 1]);
      const std::size_t found = filter_.select(segment_, begin - start, stop - start, out + kept);
      for (std::size_t at = kept; at < kept + found; ++at) out[at] += start;
      kept += found;
      begin = stop;
    }
    if (filter_.error()) error_ = filter_.error();
    return kept;
  }

  WordKind kind(std::size_t column) const override { return sources_[column]->word_kind(); }

  Word code_limit(std::size_t column) const override {
    const ScanSource& source = *sources_[column];
    if (source.kind() == ValueKind::kBoolean) return 2;
    const bool coded = source.dictionary() && source.kind() == ValueKind::kText;
    return coded ? source.dictionary()->size() : 0;
  }

  bool is_coded(std::size_t column) const override {
    const ScanSource& source = *sources_[column];
    return source.kind() == ValueKind::kComputed || source.dictionary() != nullptr;
  }

  const void* coding(std::size_t column) const override {
    const ScanSource& source = *sources_[column];
    return source.kind() == ValueKind::kText ? source.dictionary() : nullptr;
  }

  std::optional<RowBounds> bounds(std::size_t column) override {
    ScanSource& source = *sources_[column];
    if (source.kind() != ValueKind::kInteger || array_ != kNoNode || snapshot_->hidden() ||
        !filter_.is_empty()) {
      return std::nullopt;
    }
    RowBounds all;
    for (std::size_t segment = 0; segment < snapshot_->segments().size(); ++segment) {
      const ColumnView& view = source.view(segment);
      if (view.shape != Shape::kInteger || view.column->least > view.column->greatest) continue;
      const bool first = all.least == kNullWord;
      const auto least = first ? view.column->least
                               : std::min(static_cast<std::int64_t>(all.least), view.column->least);
      const auto greatest =
          first ? view.column->greatest
                : std::max(static_cast<std::int64_t>(all.greatest), view.column->greatest);
      all = {static_cast<Word>(least), static_cast<Word>(greatest)};
    }
    return all;
  }

  void read(std::size_t column, std::span<const std::uint32_t> rows, Word* out) override {
    for_each_stretch(rows, [&](std::size_t first, std::span<const std::uint32_t> local) {
      if (local.front() == kNoRow) {
        std::fill_n(out + first, local.size(), kNullWord);
      } else {
        sources_[column]->read(segment_, local, out + first, &error_);
      }
    });
  }

  void read_texts(std::size_t column, std::span<const std::uint32_t> rows,
                  std::string_view* out) override {
    for_each_stretch(rows, [&](std::size_t first, std::span<const std::uint32_t> local) {
      if (local.front() == kNoRow) {
        std::fill_n(out + first, local.size(), std::string_view());
      } else {
        read_texts_of(*sources_[column], local, out + first);
      }
    });
  }

  std::string_view text(std::size_t column, Word code) const override {
    return sources_[column]->text_of(code);
  }

  Word code_of(std::size_t column, std::string_view text) override {
    return sources_[column]->code_of(text);
  }

  void give(sqlite3_context* context, std::size_t column, std::uint32_t row) override {
    if (row == kNoRow) return;
    place(row);
    give_cell(context, *sources_[column], segment_, row - starts_[segment_], scratch_);
  }

  void find_elements(std::span<const std::uint32_t> rows, std::vector<std::uint32_t>& elements,
                     std::vector<std::uint32_t>& origins) override {
    const auto& row_starts = snapshot_->starts();
    std::size_t segment = 0;
    for (std::uint32_t at = 0; at < rows.size(); ++at) {
      const std::uint32_t row = rows[at];
      if (row == kNoRow) continue;
      segment = find_segment(row_starts, row, segment);
      const Column& column = snapshot_->segments()[segment]->column(array_);
      if (column.ends.empty()) continue;
      const std::uint32_t local = row - row_starts[segment];
      for (std::uint32_t one = column.begin_of(local); one < column.ends[local]; ++one) {
        elements.push_back(starts_[segment] + one);
        origins.push_back(at);
      }
    }
  }

  std::size_t memory_bytes() const override {
    std::size_t bytes = 0;
    for (const auto& source : sources_) bytes += source->memory_bytes();
    return bytes;
  }

  const std::string* error() const override { return error_; }

 private:
  void read_texts_of(ScanSource& source, std::span<const std::uint32_t> rows,
                     std::string_view* out) {
    const ColumnView& view = source.view(segment_);
    if (view.shape == Shape::kPlain) {
      for (const std::uint32_t row : rows)
        *out++ = view.code(row) == kNullCode ? std::string_view()
                                             : text_or_empty(view.column->plain(row));
      return;
    }
    for (const std::uint32_t row : rows) {
      const Cell cell = source.cell(segment_, row, &error_);
      const auto* text = std::get_if<std::string_view>(&cell);
      *out++ = text ? text_or_empty(source.keep(*text)) : std::string_view();
    }
  }

  /// A text that is not NULL has data, also where it is empty.
  static std::string_view text_or_empty(std::string_view text) {
    return text.data() ? text : std::string_view("");
  }

  static std::vector<Condition> conditions_of(const std::vector<RowCondition>& asked) {
    std::vector<Condition> conditions;
    for (const RowCondition& one : asked) conditions.push_back(condition_of(one));
    return conditions;
  }

  /// Finds the segment of a row.
  void place(std::uint32_t row) { segment_ = find_segment(starts_, row, segment_); }

  /// Calls `body(first, rows within the segment)` for each run of rows of one segment.
  template <class Body>
  void for_each_stretch(std::span<const std::uint32_t> rows, Body&& body) {
    local_.resize(rows.size());
    for (std::size_t first = 0; first < rows.size();) {
      std::size_t last = first;
      if (rows[first] == kNoRow) {
        for (; last < rows.size() && rows[last] == kNoRow; ++last) local_[last] = kNoRow;
      } else {
        place(rows[first]);
        const std::uint32_t start = starts_[segment_];
        const std::uint32_t count = starts_[segment_ + 1] - start;
        for (; last < rows.size() && rows[last] - start < count; ++last) {
          local_[last] = rows[last] - start;
        }
      }
      body(first, std::span(local_).subspan(first, last - first));
      first = last;
    }
  }

  std::shared_ptr<const Snapshot> snapshot_;
  NodeId array_;
  std::vector<std::uint32_t> starts_;
  ScanSources sources_;
  RowFilter filter_;
  std::size_t segment_ = 0;
  const std::string* error_ = nullptr;
  std::vector<std::uint32_t> local_;
  std::string scratch_;
};

}  // namespace

std::unique_ptr<RowReader> open_rows(std::shared_ptr<const Snapshot> snapshot,
                                     std::vector<ScanColumn> columns,
                                     const std::vector<RowCondition>& conditions,
                                     ScanTotals* totals) {
  ScanSources sources;
  for (ScanColumn& column : columns) {
    if (!ScanSource::is_valid(snapshot->layout(), column)) return nullptr;
    sources.push_back(std::make_unique<ScanSource>(snapshot, std::move(column)));
  }
  if (totals) {
    totals->rows_scanned += snapshot->shown_count();
    totals->bytes_scanned += snapshot->shown_bytes();
  }
  return std::make_unique<EventRows>(std::move(snapshot), std::move(sources), conditions);
}

std::unique_ptr<RowReader> open_elements(std::shared_ptr<const Snapshot> snapshot,
                                         const std::vector<std::uint16_t>& array,
                                         std::vector<ScanColumn> columns) {
  const NodeId node = snapshot->layout().find(array);
  if (node == kNoNode || snapshot->layout().node(node).type != FieldType::kArray) return nullptr;
  ScanSources sources;
  for (ScanColumn& column : columns) {
    if (!ScanSource::is_valid(snapshot->layout(), column, true)) return nullptr;
    sources.push_back(std::make_unique<ScanSource>(snapshot, std::move(column), true));
  }
  return std::make_unique<EventRows>(std::move(snapshot), std::move(sources),
                                     std::vector<RowCondition>(), node);
}

bool has_null(const Snapshot& snapshot, const std::vector<std::uint16_t>& path) {
  const NodeId node = snapshot.layout().find(path);
  return node == kNoNode || std::ranges::any_of(snapshot.segments(), [&](const auto& segment) {
           return segment->column(node).absent() || segment->column(node).has_null;
         });
}

}  // namespace trailpond::events
