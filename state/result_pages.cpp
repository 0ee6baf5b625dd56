#include "state/result_pages.hpp"

#include "state/state.hpp"

namespace trailpond::state {

void ResultPages::append(Writing& writing, const QueryKey& key, const ResultPage& page) {
  static const std::string kSql =
      "INSERT INTO result_pages(query_key, first_row, row_count, body) VALUES(?,?,?,?)";
  const std::string text = print_key(key);
  writing.database()
      .use(kSql)
      .bind(1, text)
      .bind(2, page.first_row)
      .bind(3, page.row_count)
      .bind_blob(4, page.body)
      .step();
}

std::optional<ResultPage> ResultPages::find(Writing& writing, const QueryKey& key,
                                            std::int64_t row) {
  static const std::string kSql =
      "SELECT first_row, row_count, body FROM result_pages WHERE query_key=? AND first_row<=? "
      "ORDER BY first_row DESC LIMIT 1";
  const std::string text = print_key(key);
  Statement statement = writing.connection().use(kSql);
  statement.bind(1, text).bind(2, row);
  if (!statement.step() || row >= statement.integer(0) + statement.integer(1)) {
    return std::nullopt;
  }
  return ResultPage{statement.integer(0), statement.integer(1), std::string(statement.text(2))};
}

void ResultPages::erase(Writing& writing, const QueryKey& key) {
  static const std::string kSql = "DELETE FROM result_pages WHERE query_key=?";
  writing.database().use(kSql).bind(1, print_key(key)).step();
}

namespace {

constexpr const char* kKeptPages =
    "CREATE TEMP TABLE IF NOT EXISTS kept_pages(name TEXT NOT NULL, query_key TEXT NOT NULL, "
    "first_row INTEGER NOT NULL, row_count INTEGER NOT NULL, body BLOB NOT NULL, "
    "PRIMARY KEY(name, query_key, first_row))";

}  // namespace

void ResultPages::keep(Writing& writing, const std::string& name,
                       const std::optional<std::string>& account) {
  static const std::string kSql =
      "INSERT INTO temp.kept_pages SELECT ?1, query_key, first_row, row_count, body "
      "FROM main.result_pages WHERE query_key >= ?2 AND query_key < ?3";
  writing.database().run(kKeptPages);
  forget(writing, name);
  const std::string first = account ? *account + "/" : "";
  const std::string end = account ? *account + "0" : ":";  // what follows '/', and the digits
  writing.database().use(kSql).bind(1, name).bind(2, first).bind(3, end).step();
}

void ResultPages::put_back(Writing& writing, const std::string& name) {
  static const std::string kSql =
      "INSERT INTO main.result_pages SELECT query_key, first_row, row_count, body "
      "FROM temp.kept_pages WHERE name=?";
  writing.database().run(kKeptPages);
  writing.database().use(kSql).bind(1, name).step();
}

void ResultPages::forget(Writing& writing, const std::string& name) {
  static const std::string kSql = "DELETE FROM temp.kept_pages WHERE name=?";
  writing.database().run(kKeptPages);
  writing.database().use(kSql).bind(1, name).step();
}

}  // namespace trailpond::state
