#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "sql/statement.hpp"
#include "tests/case_file.hpp"
#include "tests/catalogs.hpp"

using namespace trailpond;

namespace {

struct Answer {
  std::optional<sql::Error> error;
  std::vector<std::string> rows;
};

/// The files lake_*.test ask for what CloudTrail Lake takes beyond Trino, all others for plain
/// Trino.
Answer ask(const std::string& statement, bool leniencies) {
  const tests::EmptyCatalog catalog;
  sql::PrepareOptions options;
  options.require_table = false;
  options.leniencies = leniencies;
  options.now_micros = 1'717'245'296'789'000;  // 2024-06-01 12:34:56.789 UTC
  Answer answer;
  const auto prepared = sql::prepare(statement, catalog, options);
  if (!prepared) return {prepared.error(), {}};
  const auto ran = (*prepared)->run_canonical({}, {}, [&](auto cells) {
    std::string row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      row += (i > 0 ? "|" : "") + cells[i].value_or("NULL");
    }
    answer.rows.push_back(std::move(row));
    return true;
  });
  if (!ran) answer.error = ran.error();
  return answer;
}

std::string place_of(const sql::Error& error) {
  if (error.position.line == 0) return "-";
  return std::to_string(error.position.line) + ":" + std::to_string(error.position.column);
}

void check_error(const tests::Case& one, const sql::Error& error) {
  CHECK_MESSAGE(std::string(sql::name_of(error.name)) == one.error_name, error.text());
  CHECK_MESSAGE(place_of(error) == one.error_place, error.text());
  for (const std::string& text : one.expected) {
    CHECK_MESSAGE(error.text().find(text) != std::string::npos, error.text());
  }
}

void run_case(const tests::Case& one) {
  const std::string file = std::filesystem::path(one.file).filename().string();
  Answer answer = ask(one.statement, file.starts_with("lake_"));
  std::vector<std::string> expected = one.expected;
  if (one.sorted) {
    std::ranges::sort(answer.rows);
    std::ranges::sort(expected);
  }
  const bool fails = answer.error.has_value();
  if (!one.gap.empty()) {
    // One that is closed must lose its mark.
    const bool same = one.is_error
                          ? fails && std::string(sql::name_of(answer.error->name)) == one.error_name
                          : !fails && answer.rows == expected;
    CHECK_FALSE_MESSAGE(same, "no longer a gap");
    return;
  }
  CHECK_MESSAGE(fails == one.is_error, (fails ? answer.error->text() : "no error"));
  if (fails != one.is_error) return;
  if (fails)
    check_error(one, *answer.error);
  else
    CHECK(answer.rows == expected);
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
