// Every statement runs three times over the same rows: over VALUES, over a store, and over the
// store with nothing pushed down into its scan. The answers must be the same. TRAILPOND_SEED and
// TRAILPOND_STATEMENTS choose others than those that are always run; TRAILPOND_STATEMENT is one
// statement over `$`, whose three answers are shown.
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
  // Which of the rows that fail comes first is left open: so is the value that the error names.
  if (!ran) return {"error: " + ran.error().text().substr(0, ran.error().text().find('\''))};
  if (!ordered) std::ranges::sort(rows);
  return rows;
}

/// Appends the lines as several segments.
void append_in_parts(events::EventStore& store, const std::string& lines) {
  constexpr std::size_t kParts = 4;
  std::size_t begin = 0;
  for (std::size_t part = 1; part <= kParts; ++part) {
    const std::size_t end =
        part == kParts ? lines.size() : lines.find('\n', part * lines.size() / kParts) + 1;
    REQUIRE(store.append(lines.substr(begin, end - begin), std::to_string(part)).accepted > 0);
    begin = end;
  }
}

int number_of(const char* variable, int absent) {
  const char* text = std::getenv(variable);
  return text == nullptr ? absent : std::atoi(text);
}

bool is_error(const std::vector<std::string>& rows) {
  return !rows.empty() && rows[0].starts_with("error: ");
}

/// Where a statement may fail, SQLite asks its conditions in an order of its own: it may fail on
/// rows that others rule out. The store must fail only where SQLite does.
bool are_same(const std::vector<std::string>& values, const std::vector<std::string>& pushed,
              const std::vector<std::string>& plain, bool risky) {
  if (!risky) return values == pushed && pushed == plain;
  const bool same = is_error(values) || values == pushed;
  return is_error(pushed) ? is_error(plain) : same && (is_error(plain) || pushed == plain);
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
  append_in_parts(store, rows.lines);
  // From 1970 to 2024.
  const auto snapshot = events::Snapshot::hide(store.snapshot(), {0, 1'704'067'200'000'000});
  REQUIRE(snapshot->shown_count() == kRows);
  const tests::OneTable catalog(engine::make_table(store.kind(), snapshot));
  const std::string name = "aaaaaaaa-0000-4000-8000-000000000001";
  const auto first = static_cast<unsigned>(number_of("TRAILPOND_SEED", 1));
  const int count = number_of("TRAILPOND_STATEMENTS", kStatements);
  if (const char* one = std::getenv("TRAILPOND_STATEMENT")) {
    MESSAGE("VALUES: " << joined(ask(catalog, over(one, rows.values), true, false)) << "\n  store: "
                       << joined(ask(catalog, over(one, name), true, false))
                       << "\n  store, nothing pushed down: "
                       << joined(ask(catalog, over(one, name), false, false)));
    return;
  }
  int failures = 0;
  int with_rows = 0;
  int errors = 0;
  for (unsigned seed = first; seed < first + static_cast<unsigned>(count) && failures < 5; ++seed) {
    const tests::RandomStatement made = tests::make_statement(seed);
    const auto values = ask(catalog, over(made.text, rows.values), true, made.ordered);
    const auto pushed = ask(catalog, over(made.text, name), true, made.ordered);
    const auto plain = ask(catalog, over(made.text, name), false, made.ordered);
    if (!made.risky && is_error(pushed)) {
      ++errors;
      MESSAGE("seed " << seed << ": " << made.text << "\n  " << pushed[0]);
    }
    with_rows += pushed.empty() ? 0 : 1;
    if (are_same(values, pushed, plain, made.risky)) continue;
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
