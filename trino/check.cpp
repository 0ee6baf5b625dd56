#include "trino/check.hpp"

#include <algorithm>
#include <cctype>
#include <future>

#include "sql/foreign.hpp"

namespace trailpond::trino {
namespace {

/// Runs a statement of one text column to its end; the last row's text.
Ending ask(Client& client, const std::string& statement, std::string& text) {
  auto ended = std::make_shared<std::promise<Ending>>();
  auto future = ended->get_future();
  Observer observer;
  observer.on_running = [] {};
  auto found = std::make_shared<std::string>();
  observer.on_row = [found](std::span<const std::string_view> cells) {
    *found = cells[0];
    return true;
  };
  observer.on_end = [ended](Ending ending) { ended->set_value(std::move(ending)); };
  constexpr std::chrono::minutes kTime{5};
  client.start(statement, {{"type", sql::varchar_type()}}, {.time = kTime}, std::move(observer));
  Ending ending = future.get();
  text = *found;
  return ending;
}

std::string reason_of(const Ending& ending) {
  return ending.error.message.empty() ? ending.reason : std::string(ending.error.plain_message());
}

/// A type's text without the lengths of its texts, which do not matter for a statement; and where
/// `times` is false, without the precision of its times.
std::string shape_of(std::string_view type, bool times) {
  std::string shape;
  for (std::size_t i = 0; i < type.size(); ++i) {
    shape += static_cast<char>(std::tolower(static_cast<unsigned char>(type[i])));
    const bool has_length = shape.ends_with("varchar") || (!times && shape.ends_with("timestamp"));
    if (has_length && i + 1 < type.size() && type[i + 1] == '(') {
      i = type.find(')', i);
    }
  }
  std::erase(shape, '"');
  return shape;
}

/// What is wrong with a type; empty: nothing.
std::string compare_types(const std::string& found, const std::string& wanted,
                          const std::string& expression) {
  if (shape_of(found, true) == shape_of(wanted, true)) {
    return "";
  }
  const std::string problem = "has the type " + found + ", expected " + wanted;
  const bool by_digits = shape_of(found, false) == shape_of(wanted, false);
  return by_digits ? problem + "; map it as CAST(" + expression + " AS " + wanted + ")" : problem;
}

/// Asks for the type of an expression over a table.
Ending ask_type(Client& client, const std::string& expression, const std::string& table,
                std::string& type) {
  return ask(client, "SELECT typeof((SELECT " + expression + " FROM " + table + " LIMIT 0))", type);
}

/// What is wrong with what conditions on time choose days by.
void check_days(Client& client, const Table& table, std::vector<ColumnProblem>& problems) {
  const auto check = [&](const std::string& column, const std::string& key,
                         const std::string& wanted) {
    std::string found;
    if (column.empty()) {
      return;
    }
    const auto ending = ask_type(client, sql::print_column(column), print_name(table), found);
    if (ending.kind != EndKind::kFinished) {
      problems.push_back({key, reason_of(ending) + "; expected " + wanted});
    } else if (shape_of(found, false) != wanted) {
      problems.push_back({key, "has the type " + found + ", expected " + wanted});
    }
  };
  check(table.day_column, "day_column", "varchar");
  check(table.time_column, "time_column", "timestamp");
}

}  // namespace

std::vector<ColumnProblem> check_table(Client& client, const Table& table,
                                       const std::vector<sql::Column>& columns) {
  std::vector<ColumnProblem> problems;
  std::string found;
  const std::string name = print_name(table);
  const auto there = ask_type(client, "1", name, found);
  if (there.kind != EndKind::kFinished) {
    return {{"", reason_of(there)}};
  }
  for (const sql::Column& column : columns) {
    const auto mapped = table.columns.find(column.name);
    const std::string expression =
        mapped == table.columns.end() ? sql::quote_name(column.name) : mapped->second;
    const auto ending = ask_type(client, expression, name, found);
    const std::string wanted = sql::to_string(column.type);
    if (ending.kind == EndKind::kLost) {
      problems.push_back({"", reason_of(ending)});
      return problems;
    }
    if (ending.kind != EndKind::kFinished) {
      problems.push_back({column.name, reason_of(ending) + "; expected " + wanted});
    } else if (auto problem = compare_types(found, wanted, expression); !problem.empty()) {
      problems.push_back({column.name, std::move(problem)});
    }
  }
  for (const auto& [column, expression] : table.columns) {
    const bool known =
        std::ranges::any_of(columns, [&](const sql::Column& each) { return each.name == column; });
    if (!known) {
      problems.push_back({column, "is mapped, but the store has no such column"});
    }
  }
  check_days(client, table, problems);
  return problems;
}

}  // namespace trailpond::trino
