#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/catalog.hpp"

namespace trailpond::trino {

/// Prints the values of a row as GetQueryResults does, from the JSON that Trino sends: rows are
/// lists there, maps are objects, everything but numbers and booleans is a text. Each call answers
/// whether the value has the shape of its type.
class Cells {
 public:
  explicit Cells(const std::vector<sql::Column>& columns);

  void begin_row();
  bool begin_list();
  bool begin_map();
  bool end();  // of a list or map
  bool key(std::string_view text);
  bool null();
  bool text(std::string_view value);
  bool number(std::string_view digits);
  bool boolean(bool value);
  /// The cells, once all values of a row have come; nothing where some are missing.
  std::span<const std::string_view> finish_row();
  bool inside_value() const { return !open_.empty(); }

 private:
  struct Open {
    sql::TypePointer type;
    std::size_t count;
  };
  /// Begins a value: its type, or null where none may follow.
  sql::TypePointer next();
  std::string& out() { return cells_[at_]; }
  bool done();

  const std::vector<sql::Column>& columns_;
  std::vector<std::string> cells_;
  std::vector<std::string_view> views_;
  std::vector<Open> open_ = {};
  std::size_t at_ = 0;
};

}  // namespace trailpond::trino
