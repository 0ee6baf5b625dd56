#include "engine/queries/result_rows.hpp"

#include <limits>

namespace trailpond::engine {
namespace {

void append_size(std::string& out, std::size_t size) {
  while (size >= 0x80) {
    out.push_back(static_cast<char>((size & 0x7f) | 0x80));
    size >>= 7;
  }
  out.push_back(static_cast<char>(size));
}

/// Reads a cell at the front and takes it off. A page that ends early (never seen: pages are
/// written whole) reads as empty cells.
std::string_view take_cell(std::string_view& page) {
  std::size_t size = 0;
  unsigned shift = 0;
  while (!page.empty() && shift < std::numeric_limits<std::size_t>::digits) {
    const auto byte = static_cast<unsigned char>(page.front());
    page.remove_prefix(1);
    size |= static_cast<std::size_t>(byte & 0x7f) << shift;
    shift += 7;
    if (byte < 0x80) {
      break;
    }
  }
  const std::string_view cell = page.substr(0, size);
  page.remove_prefix(cell.size());
  return cell;
}

}  // namespace

void append_row(std::string& page, std::span<const std::string_view> cells) {
  for (const std::string_view cell : cells) {
    append_size(page, cell.size());
    page.append(cell);
  }
}

std::int64_t ResultRows::take(std::shared_ptr<const std::string> page, std::int64_t first,
                              std::int64_t count, std::size_t max_text_bytes) {
  pages_.push_back(std::move(page));
  std::string_view rest = *pages_.back();
  for (std::int64_t i = 0; i < first * static_cast<std::int64_t>(columns_.size()); ++i) {
    take_cell(rest);
  }
  std::int64_t taken = 0;
  while (taken < count && (rows_ == 0 || text_bytes_ < max_text_bytes)) {
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      cells_.push_back(take_cell(rest));
      text_bytes_ += cells_.back().size();
    }
    ++rows_;
    ++taken;
  }
  return taken;
}

void ResultRows::write_json(JsonWriter& json) const {
  json.open_list();
  for (std::size_t i = 0; i < size(); ++i) {
    const auto cells = row(i);
    json.open_list();
    for (std::size_t column = 0; column < cells.size(); ++column) {
      json.open_object();
      json.member(columns_[column], cells[column]);
      json.close_object();
    }
    json.close_list();
  }
  json.close_list();
}

}  // namespace trailpond::engine
