#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.hpp"

namespace trailpond::engine {

/// Some rows of a result: printed cells (NULL is ""), row after row. Owns the text.
class ResultRows {
 public:
  ResultRows() = default;
  explicit ResultRows(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t size() const { return rows_; }
  /// Gives the cells of a row, in the order of columns(); valid while this lives.
  std::span<const std::string_view> row(std::size_t index) const {
    return {cells_.data() + index * columns_.size(), columns_.size()};
  }
  std::size_t text_bytes() const { return text_bytes_; }

  /// Writes the rows as QueryResultRows has them: a list of cells for each, {name: text}.
  void write_json(JsonWriter& json) const;

  /// Takes rows `first` to `first + count - 1` out of an encoded page, no further than the limit
  /// on the bytes of text (but at least one row when this is still empty). Answers how many.
  std::int64_t take(std::shared_ptr<const std::string> page, std::int64_t first, std::int64_t count,
                    std::size_t max_text_bytes);

 private:
  std::vector<std::string> columns_ = {};
  std::vector<std::shared_ptr<const std::string>> pages_ = {};
  std::vector<std::string_view> cells_ = {};
  std::size_t rows_ = 0;
  std::size_t text_bytes_ = 0;
};

/// Appends one row to an encoded page: each cell as its length (base 128) and its bytes.
void append_row(std::string& page, std::span<const std::string_view> cells);

}  // namespace trailpond::engine
