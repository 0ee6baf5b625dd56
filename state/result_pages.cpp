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

}  // namespace trailpond::state
