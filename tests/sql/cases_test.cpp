#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "sql/statement.hpp"
#include "tests/case_file.hpp"

using namespace trailpond;

namespace {

class EmptyCatalog final : public sql::Catalog {
 public:
  std::shared_ptr<const sql::Table> find_table(std::string_view) const override { return nullptr; }
};

void check_error(const tests::Case& one, const sql::Error& error) {
  const std::string place = error.position.line == 0 ? "-"
                                                     : std::to_string(error.position.line) + ":" +
                                                           std::to_string(error.position.column);
  CHECK_MESSAGE(std::string(sql::name_of(error.name)) == one.error_name, error.text());
  CHECK_MESSAGE(place == one.error_place, error.text());
  for (const std::string& text : one.expected) {
    CHECK_MESSAGE(error.text().find(text) != std::string::npos, error.text());
  }
}

void run_case(const tests::Case& one) {
  const EmptyCatalog catalog;
  sql::PrepareOptions options;
  options.require_table = false;
  options.now_micros = 1'717'245'296'789'000;  // 2024-06-01 12:34:56.789 UTC
  const auto prepared = sql::prepare(one.statement, catalog, options);
  if (!prepared) {
    CHECK_MESSAGE(one.is_error, prepared.error().text());
    if (one.is_error) check_error(one, prepared.error());
    return;
  }
  std::vector<std::string> rows;
  const auto ran = (*prepared)->run_canonical({}, {}, [&](auto cells) {
    std::string row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      row += (i > 0 ? "|" : "") + cells[i].value_or("NULL");
    }
    rows.push_back(std::move(row));
    return true;
  });
  if (!ran) {
    CHECK_MESSAGE(one.is_error, ran.error().text());
    if (one.is_error) check_error(one, ran.error());
    return;
  }
  CHECK_FALSE(one.is_error);
  std::vector<std::string> expected = one.expected;
  if (one.sorted) {
    std::ranges::sort(rows);
    std::ranges::sort(expected);
  }
  CHECK(rows == expected);
}

}  // namespace

TEST_CASE("the cases of tests/sql/cases answer as Trino does") {
  const std::string folder = TRAILPOND_SOURCE_DIR "/tests/sql/cases";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    for (const tests::Case& one : tests::read_cases(entry.path().string())) {
      CAPTURE(one.file);
      CAPTURE(one.line);
      CAPTURE(one.statement);
      run_case(one);
      ++count;
    }
  }
  CHECK(count > 50);
}
