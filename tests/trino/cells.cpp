#include "trino/page_reader.hpp"

/// Values as Trino sends them, and as GetQueryResults prints them. What Trino sends: the client
/// protocol of 476 (https://trino.io/docs/current/develop/client-protocol.html), asked for values
/// of each type; how a cell is printed: shared/oracle/README.md, "Cells".
namespace trailpond::trino {
namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Reads an answer in pieces of a size.
struct Reading {
  Reading(const std::vector<sql::Column>& columns, std::string_view text, std::size_t piece)
      : reader(columns, [this](std::span<const std::string_view> cells) {
          rows.emplace_back(cells.begin(), cells.end());
          return rows.size() < most;
        }) {
    while (!text.empty() && reader.read(text.substr(0, piece))) {
      text.remove_prefix(std::min(piece, text.size()));
    }
    whole = reader.finish();
  }

  Rows rows = {};
  std::size_t most = 1000;
  bool whole = false;
  PageReader reader;
};

std::vector<sql::Column> columns_of_all_types() {
  using sql::TypeKind;
  const auto text = sql::varchar_type();
  const auto row = sql::row_type({{"a", text}, {"", sql::simple_type(TypeKind::kDouble)}});
  return {{"t", text},
          {"b", sql::simple_type(TypeKind::kVarbinary)},
          {"d", sql::decimal_type(4, 2)},
          {"m", sql::map_type(text, sql::simple_type(TypeKind::kBigint))},
          {"r", sql::array_type(row)}};
}

constexpr std::string_view kAnswer = R"({"id":"q","infoUri":"http://x","nextUri":"http://x/1",
  "columns":[{"name":"t","type":"varchar","typeSignature":{"arguments":[{"kind":"LONG","value":3}]}}],
  "data":[["a\"\u00e9\n","YWI=","1.50",{"k":1,"l":null},[["x",1.0E7],null,[null,"NaN"]]],
          [null,null,null,{},[]]],
  "stats":{"state":"RUNNING","processedRows":7,"processedBytes":80,"rootStage":{"state":"X","processedRows":1}},
  "warnings":[]})";

}  // namespace

TEST_CASE("values of every shape, in pieces of any size") {
  const auto columns = columns_of_all_types();
  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 1000UL}) {
    CAPTURE(piece);
    const Reading reading(columns, kAnswer, piece);
    REQUIRE(reading.whole);
    CHECK(reading.rows == Rows{{"a\"é\n", "6162", "1.50", "{k=1, l=null}",
                                "[{a=x, field1=1.0E7}, null, {a=null, field1=NaN}]"},
                               {"", "", "", "{}", "[]"}});
    const Page& page = reading.reader.page();
    CHECK(page.id == "q");
    CHECK(page.next_uri == "http://x/1");
    CHECK(page.state == "RUNNING");
    CHECK(page.rows_scanned == 7);
    CHECK(page.bytes_scanned == 80);
    CHECK_FALSE(page.error);
  }
}

TEST_CASE("an error with its place") {
  const Reading reading(
      {}, R"({"id":"q","stats":{"state":"FAILED"},"error":{"message":"no","errorCode":1,
      "errorName":"DIVISION_BY_ZERO","errorType":"USER_ERROR","errorLocation":{"lineNumber":1,"columnNumber":8},
      "failureInfo":{"message":"inner","errorLocation":{"lineNumber":3,"columnNumber":9}}}})",
      10);
  REQUIRE(reading.whole);
  REQUIRE(reading.reader.page().error);
  CHECK(reading.reader.page().error->message == "no");
  CHECK(reading.reader.page().error->name == "DIVISION_BY_ZERO");
  CHECK(reading.reader.page().error->type == "USER_ERROR");
  CHECK(reading.reader.page().error->line == 1);
  CHECK(reading.reader.page().error->column == 8);
}

TEST_CASE("what is no answer is told") {
  const std::vector<sql::Column> one = {{"t", sql::varchar_type()}};
  for (const char* text : {"", "{", "[]", "7", "<html>", R"({"id":"q","data":[["a"])",
                           R"({"id":"q","data":[["a","b"]]})", R"({"id":"q","data":[[]]})",
                           R"({"id":"q","data":[[["a"]]]})", R"({"id":"q","data":[[{"a":1}]]})",
                           R"({"id":"q","data":[[1]]})", R"({"id":"q","data":[{"a":1}]})",
                           R"({"data":[["a"]]})", R"({"id":"q"} x)"}) {
    CAPTURE(text);
    const Reading reading(one, text, 4);
    CHECK_FALSE(reading.whole);
    CHECK_FALSE(reading.reader.problem().empty());
  }
}

}  // namespace trailpond::trino
