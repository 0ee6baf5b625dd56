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

/// A type's text without the lengths of its texts and the precision of its times: what does not
/// matter for a statement.
std::string shape_of(std::string_view type) {
  std::string shape;
  for (std::size_t i = 0; i < type.size(); ++i) {
    shape += static_cast<char>(std::tolower(static_cast<unsigned char>(type[i])));
    const bool has_length = shape.ends_with("varchar") || shape.ends_with("timestamp");
    if (has_length && i + 1 < type.size() && type[i + 1] == '(') {
      i = type.find(')', i);
    }
  }
  std::erase(shape, '"');
  return shape;
}

}  // namespace

std::vector<ColumnProblem> check_table(Client& client, const Table& table,
                                       const std::vector<sql::Column>& columns) {
  std::vector<ColumnProblem> problems;
  std::string found;
  const std::string name = print_name(table);
  const auto there = ask(client, "SELECT typeof((SELECT 1 FROM " + name + " LIMIT 0))", found);
  if (there.kind != EndKind::kFinished) {
    return {{"", reason_of(there)}};
  }
  for (const sql::Column& column : columns) {
    const auto mapped = table.columns.find(column.name);
    const std::string expression =
        mapped == table.columns.end() ? sql::quote_name(column.name) : mapped->second;
    const auto ending =
        ask(client, "SELECT typeof((SELECT " + expression + " FROM " + name + " LIMIT 0))", found);
    const std::string wanted = sql::to_string(column.type);
    if (ending.kind == EndKind::kLost) {
      problems.push_back({"", reason_of(ending)});
      return problems;
    }
    if (ending.kind != EndKind::kFinished) {
      problems.push_back({column.name, reason_of(ending) + "; expected " + wanted});
    } else if (shape_of(found) != shape_of(wanted)) {
      problems.push_back({column.name, "has the type " + found + ", expected " + wanted});
    }
  }
  for (const auto& [column, expression] : table.columns) {
    const bool known =
        std::ranges::any_of(columns, [&](const sql::Column& each) { return each.name == column; });
    if (!known) {
      problems.push_back({column, "is mapped, but the store has no such column"});
    }
  }
  return problems;
}

}  // namespace trailpond::trino
