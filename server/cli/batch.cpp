#include <boost/json.hpp>
#include <chrono>
#include <istream>
#include <ostream>

#include "server/cli/sql_command.hpp"
#include "sql/statement.hpp"

namespace trailpond::cli {
namespace {

namespace json = boost::json;

/// A catalog without tables.
class EmptyCatalog final : public sql::Catalog {
 public:
  std::shared_ptr<const sql::Table> find_table(std::string_view) const override { return nullptr; }
};

json::object error_of(const sql::Error& error) {
  json::object object;
  object["name"] = sql::name_of(error.name);
  if (error.position.line > 0) {
    object["line"] = error.position.line;
    object["column"] = error.position.column;
  }
  object["message"] = error.text();
  return object;
}

json::object answer(std::string_view text) {
  sql::PrepareOptions options;
  options.require_table = false;
  options.leniencies = false;
  options.now_micros = std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count();
  const EmptyCatalog catalog;
  json::object object;
  auto prepared = sql::prepare(text, catalog, options);
  if (!prepared) {
    object["error"] = error_of(prepared.error());
    return object;
  }
  const sql::Statement& statement = **prepared;
  json::array columns;
  for (const sql::OutputColumn& column : statement.columns()) {
    columns.push_back(json::object{{"name", column.name}, {"type", sql::to_string(column.type)}});
  }
  object["columns"] = std::move(columns);
  json::array rows;
  const auto ran =
      statement.run_canonical({}, {}, [&](std::span<const std::optional<std::string>> cells) {
        json::array row;
        for (const auto& cell : cells) {
          if (cell)
            row.emplace_back(*cell);
          else
            row.emplace_back(nullptr);
        }
        rows.push_back(std::move(row));
        return true;
      });
  if (!ran) {
    json::object failed;
    failed["error"] = error_of(ran.error());
    return failed;
  }
  object["rows"] = std::move(rows);
  return object;
}

}  // namespace

int run_sql_batch(std::istream& in, std::ostream& out) {
  for (std::string line; std::getline(in, line);) {
    boost::system::error_code code;
    const json::value request = json::parse(line, code);
    json::object object;
    const json::object* fields = request.if_object();
    const json::value* text = fields == nullptr ? nullptr : fields->if_contains("sql");
    if (code || text == nullptr || !text->is_string()) {
      object["error"] = json::object{{"name", "SYNTAX_ERROR"},
                                     {"message", "a line is {\"id\": …, \"sql\": \"…\"}"}};
    } else {
      object = answer(std::string_view(text->get_string()));
    }
    if (fields != nullptr && fields->contains("id")) object["id"] = fields->at("id");
    out << json::serialize(object) << '\n' << std::flush;
  }
  return 0;
}

}  // namespace trailpond::cli
