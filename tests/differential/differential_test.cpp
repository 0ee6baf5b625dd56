// Every statement runs three times over the same rows: over VALUES, over a store, and over the
// store with nothing pushed down into its scan. The answers must be the same. TRAILPOND_SEED and
// TRAILPOND_STATEMENTS choose others than those that are always run.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "engine/catalog.hpp"
#include "sql/statement.hpp"
#include "tests/catalogs.hpp"
#include "tests/differential/events.hpp"
#include "tests/differential/statements.hpp"

using namespace trailpond;

namespace {

constexpr int kRows = 40;
constexpr int kStatements = 6'000;

std::string over(const std::string& statement, const std::string& relation) {
  std::string text;
  for (const char c : statement) text += c == '$' ? relation : std::string(1, c);
  return text;
}

/// The rows of an answer, one text each; an error is the only row.
std::vector<std::string> ask(const sql::Catalog& catalog, const std::string& text, bool push_down,
                             bool ordered) {
  sql::PrepareOptions options;
  options.require_table = false;
  options.push_down = push_down;
  const auto prepared = sql::prepare(text, catalog, options);
  if (!prepared) return {"error: " + prepared.error().text()};
  std::vector<std::string> rows;
  const auto ran = (*prepared)->run_canonical({}, {}, [&](auto cells) {
    std::string& row = rows.emplace_back();
    for (const auto& cell : cells) row += cell.value_or("NULL") + "|";
    return true;
  });
  if (!ran) return {"error: " + ran.error().text()};
  if (!ordered) std::ranges::sort(rows);
  return rows;
}

int number_of(const char* variable, int absent) {
  const char* text = std::getenv(variable);
  return text == nullptr ? absent : std::atoi(text);
}

std::string joined(const std::vector<std::string>& rows) {
  std::string text = std::to_string(rows.size()) + " rows";
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 8); ++i)
    text += "\n    " + rows[i];
  return text;
}

}  // namespace

TEST_CASE("VALUES, a store and a store without push-down give the same answers") {
  const tests::SameRows rows = tests::make_rows(1, kRows);
  events::EventStore store(events::StoreKind::kCloudTrail);
  const std::size_t third = rows.lines.find('\n', rows.lines.size() / 3) + 1;
  REQUIRE(store.append(rows.lines.substr(0, third), "one").accepted > 0);
  REQUIRE(store.append(rows.lines.substr(third), "two").accepted > 0);
  const tests::OneTable catalog(engine::make_table(store.kind(), store.snapshot()));
  const std::string name = "aaaaaaaa-0000-4000-8000-000000000001";
  const auto first = static_cast<unsigned>(number_of("TRAILPOND_SEED", 1));
  const int count = number_of("TRAILPOND_STATEMENTS", kStatements);
  int failures = 0;
  int with_rows = 0;
  int errors = 0;
  for (unsigned seed = first; seed < first + static_cast<unsigned>(count) && failures < 5; ++seed) {
    const tests::RandomStatement made = tests::make_statement(seed);
    const auto values = ask(catalog, over(made.text, rows.values), true, made.ordered);
    const auto pushed = ask(catalog, over(made.text, name), true, made.ordered);
    const auto plain = ask(catalog, over(made.text, name), false, made.ordered);
    if (!pushed.empty() && pushed[0].starts_with("error: ")) {
      ++errors;
      MESSAGE("seed " << seed << ": " << made.text << "\n  " << pushed[0]);
    }
    with_rows += pushed.empty() ? 0 : 1;
    if (values == pushed && pushed == plain) continue;
    ++failures;
    FAIL_CHECK("seed " << seed << ": " << made.text << "\n  VALUES: " << joined(values)
                       << "\n  store: " << joined(pushed)
                       << "\n  store, nothing pushed down: " << joined(plain));
  }
  MESSAGE(count << " statements, " << with_rows << " with rows, " << errors << " with errors");
  // What mostly finds nothing, or fails, compares nothing.
  if (count >= 100) {
    CHECK(with_rows > count * 7 / 10);
    CHECK(errors == 0);
  }
}
