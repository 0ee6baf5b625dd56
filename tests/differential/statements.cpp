#include "tests/differential/statements.hpp"

#include <functional>
#include <vector>

namespace trailpond::tests {
namespace {

/// Makes expressions by type. What it makes cannot fail, and gives the same for the same rows.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  RandomStatement statement() {
    switch (below(12)) {
      case 0:
      case 1:
      case 2:
        return plain();
      case 3:
      case 4:
        return grouped();
      case 5:
        return distinct();
      case 6:
        return joined();
      case 7:
        return windowed();
      case 8:
        return set_operation();
      case 9:
        return grouping_sets();
      case 10:
        return unnested();
      default:
        return with_subquery();
    }
  }

 private:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool chance(int percent) { return below(100) < percent; }
  std::string pick(std::initializer_list<const char*> words) {
    return *(words.begin() + below(static_cast<int>(words.size())));
  }
  std::string column(const char* name) { return alias_ + "." + name; }

  // ---- expressions
  std::string text_column() {
    return column(pick({"eventname", "eventsource", "awsregion", "sourceipaddress", "errorcode",
                        "useridentity.username", "useridentity.type"})
                      .c_str());
  }
  std::string text_literal() {
    return pick({"'GetObject'", "'Get'", "''", "'us-east-1'", "'10.0.0.1'", "'AccessDenied'",
                 "'anna'", "'s3.amazonaws.com'", "'Root'", "'b1'", "'zoë'", "'7'"});
  }
  std::string text(int depth = 2) {
    if (depth == 0 || chance(35)) return chance(85) ? text_column() : text_literal();
    const int d = depth - 1;
    switch (below(12)) {
      case 0:
        return "upper(" + text(d) + ")";
      case 1:
        return "lower(" + text(d) + ")";
      case 2:
        return "substr(" + text(d) + ", " + std::to_string(1 + below(5)) + ")";
      case 3:
        return "coalesce(" + text(d) + ", " + text(d) + ")";
      case 4:
        return "(" + text(d) + " || " + text_literal() + ")";
      case 5:
        return "CASE WHEN " + condition(d) + " THEN " + text(d) + " ELSE " + text(d) + " END";
      case 6:
        return "nullif(" + text(d) + ", " + text_literal() + ")";
      case 7:
        return "element_at(" + column("requestparameters") + ", " +
               pick({"'bucketName'", "'key'", "'none'"}) + ")";
      case 8:
        return "CAST(" + integer(d) + " AS varchar)";
      case 9:
        return "element_at(" + column("resources") + ", 1)." + pick({"arn", "type", "accountid"});
      case 10:
        return "replace(" + text(d) + ", 'e', 'E')";
      default:
        return "split_part(" + text(d) + ", '.', 1)";
    }
  }
  std::string integer(int depth = 2) {
    if (depth == 0) return chance(60) ? "length(" + text_column() + ")" : std::to_string(below(9));
    const int d = depth - 1;
    switch (below(11)) {
      case 0:
        return "length(" + text(d) + ")";
      case 1:
        return "hour(" + time(d) + ")";
      case 2:
        return "day(" + time(d) + ")";
      case 3:
        return "(" + integer(d) + pick({" + ", " - ", " * "}) + integer(d) + ")";
      case 4:
        return "cardinality(" + column("requestparameters") + ")";
      case 5:
        return "try_cast(element_at(" + column("requestparameters") + ", 'key') AS bigint)";
      case 6:
        return "strpos(" + text(d) + ", 'e')";
      case 7:
        return "IF(" + condition(d) + ", " + integer(d) + ")";
      case 8:
        return "coalesce(" + integer(d) + ", " + integer(d) + ")";
      case 9:
        return "date_diff('hour', TIMESTAMP '2024-02-29 00:00:00', " + time(d) + ")";
      default:
        return "cardinality(" + column("resources") + ")";
    }
  }
  std::string time(int depth = 1) {
    if (depth == 0 || chance(50)) return column("eventtime");
    switch (below(3)) {
      case 0:
        return "date_trunc(" + pick({"'hour'", "'day'", "'month'"}) + ", " + column("eventtime") +
               ")";
      case 1:
        return "(" + column("eventtime") + pick({" + ", " - "}) + "INTERVAL '1' " +
               pick({"HOUR", "DAY", "MONTH"}) + ")";
      default:
        return "with_timezone(" + column("eventtime") + ", " +
               pick({"'UTC'", "'Europe/Berlin'", "'America/New_York'"}) + ")";
    }
  }
  std::string time_literal() {
    return pick({"TIMESTAMP '2024-02-29 00:00:00'", "TIMESTAMP '2024-03-28 23:59:59'",
                 "TIMESTAMP '2024-02-28 12:30:00.000'", "DATE '2024-03-29'"});
  }
  std::string comparison() { return pick({" = ", " <> ", " < ", " <= ", " > ", " >= "}); }

  std::string condition(int depth = 2) {
    if (depth > 0 && chance(40)) {
      const int d = depth - 1;
      switch (below(4)) {
        case 0:
          return "(" + condition(d) + " AND " + condition(d) + ")";
        case 1:
          return "(" + condition(d) + " OR " + condition(d) + ")";
        case 2:
          return "NOT (" + condition(d) + ")";
        default:
          return "(" + condition(d) + " AND " + condition(d) + " AND " + condition(d) + ")";
      }
    }
    return simple_condition(depth > 0 ? depth - 1 : 0);
  }
  std::string simple_condition(int d) {
    switch (below(16)) {
      case 0:
      case 1:
        return text_column() + comparison() + text_literal();
      case 2:
        return text(d) + comparison() + text(d);
      case 3:
        return text_column() + pick({" LIKE ", " NOT LIKE "}) +
               pick({"'Get%'", "'%a%'", "'_0.0.0.1'", "'%'", "''", "'anna'", "'G_t%'"});
      case 4:
        return text(d) + pick({" IN ", " NOT IN "}) + "(" + text_literal() + ", " + text_literal() +
               (chance(20) ? ", NULL)" : ")");
      case 5:
        return text(d) + pick({" IS NULL", " IS NOT NULL"});
      case 6:
        return column("eventtime") + comparison() + time_literal();
      case 7:
        return column("eventtime") + pick({" BETWEEN ", " NOT BETWEEN "}) + time_literal() +
               " AND " + time_literal();
      case 8:
        return pick({"", "NOT "}) + column("readonly");
      case 9:
        return integer(d) + comparison() + std::to_string(below(12));
      case 10:
        return text(d) + pick({" IS DISTINCT FROM ", " IS NOT DISTINCT FROM "}) + text(d);
      case 11:
        return "any_match(" + column("resources") + ", r -> r.type = 'AWS::S3::Bucket')";
      case 12:
        return integer(d) + " BETWEEN " + std::to_string(below(6)) + " AND " + integer(d);
      case 13:
        return pick({"starts_with(", "NOT starts_with("}) + text_column() + ", 'Get')";
      case 14:
        return pick({"regexp_like(", "NOT regexp_like("}) + text_column() + ", '[a-m]+n')";
      default:
        return text(d) + " BETWEEN " + text_literal() + " AND 'n'";
    }
  }
  std::string any() {
    switch (below(5)) {
      case 0:
        return integer();
      case 1:
        return time();
      case 2:
        return "(" + condition(1) + ")";
      default:
        return text();
    }
  }
  std::string list(int count, const std::function<std::string()>& make) {
    std::string out;
    for (int i = 0; i < count; ++i) out += (i > 0 ? ", " : "") + make();
    return out;
  }
  std::string where() { return chance(75) ? " WHERE " + condition() : ""; }
  std::string direction() { return pick({"", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST"}); }

  // ---- statements
  RandomStatement plain() {
    RandomStatement made;
    made.text =
        "SELECT " + list(1 + below(3), [&] { return any(); }) + ", e.eventid FROM $ AS e" + where();
    if (chance(50)) {
      made.ordered = true;
      made.text += " ORDER BY " + any() + direction() + ", e.eventid";
      if (chance(60)) made.text += " LIMIT " + std::to_string(1 + below(20));
    }
    return made;
  }
  std::string aggregates() {
    return list(1 + below(3), [&]() -> std::string {
      switch (below(9)) {
        case 0:
          return "count(*)";
        case 1:
          return "count(DISTINCT " + any() + ")";
        case 2:
          return "min(" + text() + ")";
        case 3:
          return "max(" + time() + ")";
        case 4:
          return "sum(" + integer() + ")";
        case 5:
          return "array_agg(e.eventid ORDER BY e.eventid)";
        case 6:
          return "count_if(" + condition(1) + ")";
        case 7:
          return "count(" + text() + ") FILTER (WHERE " + condition(1) + ")";
        default:
          return "max_by(e.eventid, e.eventid)";
      }
    });
  }
  RandomStatement grouped() {
    const int keys = below(4);
    const std::string group = list(keys, [&] { return any(); });
    std::string text =
        "SELECT " + (keys > 0 ? group + ", " : "") + aggregates() + " FROM $ AS e" + where();
    if (keys > 0) text += " GROUP BY " + group;
    if (chance(30)) text += " HAVING count(*) > " + std::to_string(below(4));
    return {text, false};
  }
  RandomStatement distinct() {
    return {
        "SELECT DISTINCT " + list(1 + below(3), [&] { return any(); }) + " FROM $ AS e" + where(),
        false};
  }
  RandomStatement grouping_sets() {
    const std::string first = column("eventname");
    const std::string second = column(pick({"awsregion", "errorcode", "readonly"}).c_str());
    return {"SELECT " + first + ", " + second + ", grouping(" + first + ", " + second + "), " +
                aggregates() + " FROM $ AS e" + where() + " GROUP BY " + pick({"ROLLUP", "CUBE"}) +
                " (" + first + ", " + second + ")",
            false};
  }
  RandomStatement joined() {
    const std::string key =
        pick({"eventname", "errorcode", "useridentity.username", "eventtime", "awsregion"});
    const std::string left_where = condition(1);
    alias_ = "f";
    const std::string right = condition(1);
    const std::string shown = any();
    alias_ = "e";
    return {"SELECT e.eventid, f.eventid, " + shown + " FROM $ AS e " +
                pick({"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"}) + " $ AS f ON e." + key +
                " = f." + key + (chance(60) ? " AND " + right : "") +
                (chance(60) ? " WHERE " + left_where : ""),
            false};
  }
  RandomStatement windowed() {
    const std::string function =
        pick({"row_number()", "rank()", "dense_rank()", "count(*)", "lag(e.eventname)",
              "first_value(e.eventid)", "max(e.awsregion)", "sum(length(e.eventname))"});
    const bool by_rank = function == "rank()" || function == "dense_rank()";
    return {"SELECT e.eventid, " + function + " OVER (" +
                (chance(60) ? "PARTITION BY " + any() + " " : "") + "ORDER BY " + any() +
                direction() + (by_rank ? "" : ", e.eventid") + ") FROM $ AS e" + where(),
            false};
  }
  RandomStatement set_operation() {
    const std::string left = text();
    const std::string middle = " FROM $ AS e" + where() +
                               pick({" UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT ",
                                     " INTERSECT ALL ", " EXCEPT ALL "});
    return {"SELECT " + left + middle + "SELECT " + text() + " FROM $ AS e" + where(), false};
  }
  RandomStatement unnested() {
    return {"SELECT e.eventid, r.arn, r.type FROM $ AS e " + pick({"CROSS JOIN", "LEFT JOIN"}) +
                " UNNEST(e.resources) AS r (accountid, type, arn, arnprefix)" + "@" + where(),
            false};
  }
  RandomStatement with_subquery() {
    alias_ = "f";
    const std::string inner = condition(1);
    const std::string value = pick({"eventname", "errorcode", "useridentity.username"});
    alias_ = "e";
    switch (below(3)) {
      case 0:
        return {"SELECT e.eventid FROM $ AS e WHERE e." + value + pick({" IN ", " NOT IN "}) +
                    "(SELECT f." + value + " FROM $ AS f WHERE " + inner + ")",
                false};
      case 1:
        return {"SELECT e.eventid FROM $ AS e WHERE EXISTS (SELECT 1 FROM $ AS f WHERE f." + value +
                    " = e." + value + " AND " + inner + ")",
                false};
      default:
        return {"SELECT " + any() + ", (SELECT count(*) FROM $ AS f WHERE f." + value + " = e." +
                    value + " AND " + inner + ") FROM $ AS e" + where(),
                false};
    }
  }

  std::mt19937 random_;
  std::string alias_ = "e";
};

}  // namespace

RandomStatement make_statement(unsigned seed) {
  RandomStatement made = Generator(seed).statement();
  // LEFT JOIN UNNEST needs its ON TRUE.
  if (const auto mark = made.text.find('@'); mark != std::string::npos)
    made.text.replace(mark, 1, made.text.find("LEFT JOIN") < mark ? " ON true" : "");
  return made;
}

}  // namespace trailpond::tests
