#include "tests/differential/shapes.hpp"

#include <utility>
#include <vector>

#include "tests/differential/expressions.hpp"

namespace trailpond::tests {
namespace {

/// `#` in an expression stands for the relation.
std::string over(std::string expression, const std::string& relation) {
  for (std::size_t at = 0; (at = expression.find('#', at)) != std::string::npos;)
    expression.replace(at, 1, relation);
  return expression;
}

class Shapes : Expressions {
 public:
  using Expressions::Expressions;

  RandomStatement statement() {
    switch (below(11)) {
      case 0:
      case 1:
        return joins();
      case 2:
        return semi_joins();
      case 3:
        return windows();
      case 4:
        return unnests();
      case 5:
        return derived();
      case 6:
        return grouped();
      case 7:
        return top();
      case 8:
        return set_operation();
      case 9:
        return scalar_subqueries();
      default: {
        RandomStatement made = risky();
        made.risky = true;
        return made;
      }
    }
  }

 private:
  // ---- parts
  std::string condition_on(const std::string& alias, int depth = 1) {
    const std::string before = std::exchange(alias_, alias);
    std::string made = condition(depth);
    alias_ = before;
    return made;
  }
  std::string any_of(const std::string& alias) {
    const std::string before = std::exchange(alias_, alias);
    std::string made = any();
    alias_ = before;
    return made;
  }
  std::string text_key() {
    return pick({"#.eventname", "#.errorcode", "#.awsregion", "#.useridentity.username",
                 "#.eventid", "lower(#.eventname)", "substr(#.eventsource, 1, 3)",
                 "coalesce(#.errorcode, #.awsregion)", "nullif(#.eventname, '')",
                 "element_at(#.requestparameters, 'bucketName')",
                 "element_at(#.requestparameters, 'key')", "#.sourceipaddress"});
  }
  /// A key of joins.
  std::string key() {
    if (chance(65)) return text_key();
    return pick({"#.eventtime", "date_trunc('day', #.eventtime)", "length(#.eventname)",
                 "#.readonly", "CAST(#.eventtime AS date)", "cardinality(#.resources)",
                 "try_cast(element_at(#.requestparameters, 'key') AS bigint)",
                 "(#.eventname = 'GetObject')"});
  }
  /// An equality of two relations; the sides may be different expressions.
  std::string equality(const std::string& one, const std::string& other) {
    const std::string left = key();
    const bool same = left.find("length") != std::string::npos || chance(85);
    const bool of_text = left.find("#.eventname") == 0 || left.find("#.errorcode") == 0;
    const std::string right = !same && of_text ? text_key() : left;
    if (chance(50)) return over(left, one) + " = " + over(right, other);
    return over(right, other) + " = " + over(left, one);
  }
  /// A condition on two relations at once.
  std::string on_both(const std::string& one, const std::string& other) {
    const std::string made = pick(
        {"@.eventtime < #.eventtime", "#.eventtime >= @.eventtime",
         "#.eventtime BETWEEN @.eventtime AND @.eventtime + INTERVAL '1' DAY",
         "#.eventtime BETWEEN @.eventtime - INTERVAL '12' HOUR AND @.eventtime",
         "@.eventid <> #.eventid", "@.eventid < #.eventid", "@.eventtime <> #.eventtime",
         "length(@.eventname) <= length(#.eventsource)",
         "cardinality(@.resources) > cardinality(#.resources)",
         "(@.errorcode IS NULL OR #.readonly)", "coalesce(@.errorcode, '') || #.awsregion > 'B'",
         "@.errorcode IS DISTINCT FROM #.errorcode",
         "date_diff('hour', @.eventtime, #.eventtime) < 30"});
    std::string text = over(made, other);
    for (std::size_t at = 0; (at = text.find('@', at)) != std::string::npos;)
      text.replace(at, 1, one);
    return text;
  }
  std::string on_clause(const std::string& left, const std::string& right) {
    std::string made = equality(left, right);
    if (chance(25)) made += " AND " + equality(left, right);
    if (chance(35)) made += " AND " + on_both(left, right);
    if (chance(15)) made += " AND " + on_both(left, right);
    if (chance(25)) made += " AND " + condition_on(right);
    if (chance(20)) made = condition_on(left) + " AND " + made;
    return made;
  }
  std::string join_word() {
    return pick({" JOIN ", " JOIN ", " LEFT JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN "});
  }
  std::string joined_relations(bool& three) {
    std::string made = "$ AS e" + join_word() + "$ AS f ON " + on_clause("e", "f");
    three = chance(25);
    if (three) made += join_word() + "$ AS g ON " + on_clause(pick({"e", "f"}), "g");
    return made;
  }
  std::string join_where() {
    std::string made;
    const auto add = [&](const std::string& one) {
      made += (made.empty() ? " WHERE " : " AND ") + one;
    };
    if (chance(30)) add(condition_on("e"));
    if (chance(25)) add(condition_on("f"));
    if (chance(15))
      add(pick({"f.eventid IS NULL", "f.errorcode IS NULL", "f.resources IS NULL",
                "f.eventid IS NOT NULL"}));
    if (chance(15)) add(on_both("e", "f"));
    return made;
  }

  // ---- joins
  RandomStatement joins() {
    bool three = false;
    const std::string from = joined_relations(three);
    const std::string ids = three ? "e.eventid, f.eventid, g.eventid" : "e.eventid, f.eventid";
    const std::string where = join_where();
    switch (below(5)) {
      case 0:
        return {"SELECT " + key_of("e") + ", count(*), count(f.eventid), max(f.eventtime), min(" +
                    any_text("f") + ") FROM " + from + where + " GROUP BY 1",
                false};
      case 1:
        return {"SELECT DISTINCT " + key_of("f") + ", " + key_of("e") + " FROM " + from + where,
                false};
      case 2:
        return {"SELECT " + ids + ", row_number() OVER (PARTITION BY e.eventname ORDER BY " + ids +
                    "), count(f.errorcode) OVER (PARTITION BY " + key_of("f") + ") FROM " + from +
                    where,
                false};
      default:
        return {"SELECT " + ids + ", " + any_of("e") + ", " + any_of("f") + " FROM " + from + where,
                false};
    }
  }
  std::string key_of(const std::string& alias) { return over(key(), alias); }
  std::string any_text(const std::string& alias) { return over(text_key(), alias); }

  // ---- IN and EXISTS
  std::string inner_where() {
    if (chance(12)) return " WHERE i.eventid = 'none'";
    return chance(70) ? " WHERE " + condition_on("i") : "";
  }
  std::string semi_join(const std::string& outer) {
    const std::string key = this->key();
    const std::string word = pick({" IN ", " IN ", " NOT IN "});
    switch (below(6)) {
      case 0:
        return over(key, outer) + word + "(SELECT " + over(key, "i") + " FROM $ AS i" +
               inner_where() + ")";
      case 1:
        return over(key, outer) + word + "(SELECT " + over(key, "i") + " FROM $ AS i" +
               inner_where() + " GROUP BY 1 HAVING count(*) > 1)";
      case 2:
        return over(key, outer) + " IN (SELECT " + over(key, "i") + " FROM $ AS i WHERE " +
               on_both(outer, "i") + " AND " + condition_on("i") + ")";
      case 3:
        return over(key, outer) + word + "(SELECT " + over(key, "i") +
               " FROM $ AS i JOIN $ AS j ON " + equality("i", "j") + inner_where() + ")";
      default:
        return pick({"EXISTS", "NOT EXISTS"}) + " (SELECT 1 FROM $ AS i WHERE " +
               on_clause(outer, "i") + ")";
    }
  }
  RandomStatement semi_joins() {
    const bool join = chance(20);
    std::string text = "SELECT " + pick({"e.eventid", "e.eventid, e.eventtime", "count(*)"}) +
                       " FROM $ AS e" +
                       (join ? join_word() + "$ AS f ON " + on_clause("e", "f") : "") + " WHERE " +
                       semi_join(join ? pick({"e", "f"}) : "e");
    if (chance(40)) text += " AND " + semi_join("e");
    if (chance(40)) text += " AND " + condition_on("e");
    if (chance(10)) text += " OR " + semi_join("e");
    return {text, false};
  }

  // ---- windows
  std::string window(const std::string& alias) {
    const std::string partition =
        chance(60) ? "PARTITION BY " + list(1 + below(2), [&] { return key_of(alias); }) + " " : "";
    const std::string order =
        "ORDER BY " + list(1 + below(2), [&] { return key_of(alias) + direction(); });
    const std::string total = order + ", " + alias + ".eventid";
    const std::string value = over(key(), alias);
    const std::string text = any_text(alias);
    switch (below(8)) {
      case 0:
        return "row_number() OVER (" + partition + total + ")";
      case 1:
        return pick({"rank()", "dense_rank()"}) + " OVER (" + partition + order + ")";
      case 2:
        return pick({"lag(", "lead("}) + value + pick({")", ", 1)", ", 0)", ", 3)"}) + " OVER (" +
               partition + total + ")";
      case 3:
        return pick({"first_value(", "last_value("}) + value + ") OVER (" + partition + total +
               pick({"", " ROWS UNBOUNDED PRECEDING",
                     " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"}) +
               ")";
      case 4:
        return pick({"count(", "min(", "max("}) + value + ") OVER (" + partition +
               (chance(70) ? order : "") + ")";
      case 5:
        return pick({"sum(", "avg(", "min(", "max(", "count("}) + "length(" + text + ")) OVER (" +
               partition + total + pick({"", " ROWS UNBOUNDED PRECEDING"}) + ")";
      case 6:
        return pick({"sum(", "avg("}) + "length(" + text + ")) OVER (" + partition +
               (chance(70) ? order : "") + ")";
      default:
        return pick({"count(*)", "count(1)"}) + " OVER (" + partition + (chance(50) ? order : "") +
               ")";
    }
  }
  RandomStatement windows() {
    const std::string functions = list(1 + below(3), [&] { return window("e"); });
    if (chance(30)) {
      return {"SELECT * FROM (SELECT e.eventid, e.eventname AS n, " + window("e") +
                  " AS w FROM $ AS e" + where() + ") AS t WHERE t.w " +
                  pick({"IS NOT NULL", "IS NULL"}) + " OR t.n > 'G'",
              false};
    }
    return {"SELECT e.eventid, " + functions + " FROM $ AS e" + where(), false};
  }

  // ---- UNNEST
  std::string of_element(const std::string& r) {
    return over(pick({"#.arn = 'b1'", "#.type LIKE 'AWS::S3%'", "#.arn IS NULL", "#.type > #.arn",
                      "#.arn IN ('logs', 'arn:aws:s3:::b2')", "length(#.arn) > 3",
                      "#.type IS NOT NULL", "upper(#.arn) = 'B1'"}),
                r);
  }
  RandomStatement unnests() {
    const std::string r = " AS r (accountid, type, arn, arnprefix)";
    std::string from = "$ AS e CROSS JOIN UNNEST(e.resources)" + r;
    std::string ids = "e.eventid, r.arn, r.type";
    std::string where = chance(70) ? " WHERE " + of_element("r") : "";
    if (chance(40)) where += (where.empty() ? " WHERE " : " AND ") + condition_on("e");
    switch (below(8)) {
      case 0:
        return {"SELECT r.type, " + key_of("e") +
                    ", count(*), max(r.arn), count(DISTINCT r.arn) "
                    "FROM " +
                    from + where + " GROUP BY 1, 2",
                false};
      case 1:
        from += " CROSS JOIN UNNEST(e.resources) AS s (accountid, type, arn, arnprefix)";
        ids += ", s.arn";
        if (chance(60)) where += (where.empty() ? " WHERE " : " AND ") + of_element("s");
        break;
      case 2:
        from =
            "$ AS e CROSS JOIN UNNEST(e.resources) WITH ORDINALITY AS r (accountid, type, arn, "
            "arnprefix, n)";
        ids += ", r.n";
        break;
      case 3:
        from += join_word() + "$ AS f ON f.eventid = " + pick({"e.eventid", "r.arn"}) +
                (chance(50) ? " AND " + of_element("r") : "");
        ids += ", f.eventid";
        break;
      case 4:
        from = "(SELECT i.eventid, i.resources AS q, i.eventname, i.errorcode FROM $ AS i" +
               inner_where() + ") AS e CROSS JOIN UNNEST(e.q)" + r;
        where = " WHERE " + of_element("r") + " AND e.eventname > 'G'";
        break;
      case 5:
        from = "$ AS e " + pick({"JOIN", "LEFT JOIN"}) + " $ AS f ON " + on_clause("e", "f") +
               " CROSS JOIN UNNEST(f.resources)" + r;
        ids += ", f.eventid";
        break;
      case 6:
        where += (where.empty() ? " WHERE " : " AND ") + std::string("r.arn ") +
                 pick({"IN", "NOT IN"}) +
                 " (SELECT element_at(i.requestparameters, 'bucketName') "
                 "FROM $ AS i" +
                 inner_where() + ")";
        break;
      default:
        break;
    }
    if (chance(15)) return {"SELECT DISTINCT r.arn, r.type FROM " + from + where, false};
    return {"SELECT " + ids + " FROM " + from + where, false};
  }

  // ---- queries in FROM
  /// A query with the columns a (text), b (time), c (integer), id.
  std::string query(int depth) {
    if (depth == 0 || chance(25)) {
      const std::string rows = chance(25) ? " WHERE " + condition_on("i") : inner_where();
      return "SELECT " + any_text("i") + " AS a, i.eventtime AS b, " +
             pick({"length(i.eventname)", "cardinality(i.resources)", "7",
                   "try_cast(element_at(i.requestparameters, 'key') AS bigint)"}) +
             " AS c, i.eventid AS id FROM $ AS i" + rows;
    }
    const std::string below_ = "(" + query(depth - 1) + ") AS q";
    switch (below(4)) {
      case 0:
        return "SELECT upper(q.a) AS a, q.b, q.c + 1 AS c, q.id FROM " + below_ + simple_where("q");
      case 1:
        return "SELECT max(q.a) AS a, q.b, count(q.c) AS c, min(q.id) AS id FROM " + below_ +
               simple_where("q") + " GROUP BY q.b";
      case 2:
        return "SELECT q.a, q.b, row_number() OVER (PARTITION BY q.a ORDER BY q.id) AS c, q.id "
               "FROM " +
               below_ + simple_where("q");
      default:
        return "SELECT q.a, q.b, q.c, q.id FROM " + below_ + simple_where("q");
    }
  }
  std::string simple_where(const std::string& q) {
    if (chance(35)) return "";
    return " WHERE " +
           over(pick({"#.a > 'G'", "#.a IS NOT NULL", "#.b > TIMESTAMP '2024-02-29 00:00:00'",
                      "#.c > 3", "#.c IS NULL", "#.a LIKE '%e%'", "#.id < 'e0030'",
                      "coalesce(#.a, 'x') <> 'anna'"}),
                q);
  }
  RandomStatement derived() {
    const std::string one = "(" + query(1 + below(3)) + ") AS p";
    const std::string other = "(" + query(below(3)) + ") AS q";
    const std::string on = pick({"p.a = q.a", "p.id = q.id", "p.b = q.b AND p.id <> q.id",
                                 "p.c = q.c AND p.a = q.a", "lower(p.a) = lower(q.a)"});
    const std::string columns = "p.id, p.a, p.c, q.id, q.a, q.b, q.c";
    switch (below(6)) {
      case 0:
        return {"SELECT p.a, p.b, p.c, p.id FROM " + one + simple_where("p"), false};
      case 1:
        return {"SELECT " + columns + " FROM " + one + join_word() + other + " ON " + on +
                    (chance(30) ? " AND q.c > 2" : "") + simple_where(pick({"p", "q"})),
                false};
      case 2:
        return {"WITH p AS (" + query(1) + ") SELECT " + columns + " FROM p" + join_word() +
                    "p AS q ON " + on + simple_where("q"),
                false};
      case 3:
        return {"WITH p AS (" + query(2) + ") SELECT p.a, count(*), sum(p.c), max(p.b) FROM p" +
                    simple_where("p") + " GROUP BY p.a",
                false};
      case 4:
        return {"SELECT e.eventid, q.a, q.b, q.c FROM $ AS e LEFT JOIN " + other +
                    " ON e.eventname = q.a" + (chance(50) ? " AND q.b >= e.eventtime" : "") +
                    simple_where("q"),
                false};
      default:
        return {"WITH p AS (" + query(1) + ") SELECT p.id, p.a FROM p WHERE p.a " +
                    pick({"IN", "NOT IN"}) + " (SELECT q.a FROM p AS q" + simple_where("q") + ")",
                false};
    }
  }

  // ---- groups
  std::string aggregate() {
    const std::string filter = chance(30) ? " FILTER (WHERE " + condition(1) + ")" : "";
    const std::string distinct = chance(25) ? "DISTINCT " : "";
    const std::string value = key_of("e");
    const std::string text = any_text("e");
    const std::string number = pick({"length(", "cardinality(e.resources) + length("}) + text + ")";
    const std::vector<std::string> made = {
        "count(*)",
        "count(" + distinct + value + ")",
        "count(" + distinct + "e.useridentity.type)",
        "min(" + distinct + value + ")",
        "max(" + text + ")",
        "sum(" + distinct + number + ")",
        "avg(" + distinct + number + ")",
        "sum(CAST(" + number + " AS double))",
        "max(CAST(" + number + " AS double))",
        "array_sort(array_agg(" + distinct + text + "))",
        "array_agg(e.eventid ORDER BY e.eventid DESC)",
        "approx_distinct(" + value + ")",
        "count_if(" + condition(1) + ")",
        "min_by(" + value + ", e.eventid)",
        "max_by(" + text + ", e.eventid)",
        "bool_or(e.readonly)",
        "every(e.readonly)",
        "arbitrary(1)",
        "count(1)",
        "count(NULL)",
        "sum(1)",
        "max(e.eventtime)",
        "min(e.eventtime)",
        "stddev(" + number + ")",
        "approx_percentile(" + number + ", 0.5)",
        "map_agg(e.eventid, " + number + ")",
        "cardinality(histogram(" + text + "))",
        "checksum(" + text + ")",
        "sum(cardinality(e.resources))",
        "count(e.resources)",
        "max(json_format(CAST(e.resources AS json)))",
        "array_sort(array_agg(cardinality(e.requestparameters)))",
        "count(DISTINCT json_format(CAST(e.requestparameters AS json)))",
        "sum(try(CAST(element_at(e.requestparameters, 'key') AS bigint)))",
        "max_by(e.eventid, " + std::string("e.eventid || ") + "'x')",
        "listagg(e.eventid, ',') WITHIN GROUP (ORDER BY e.eventid)",
    };
    const std::string& chosen =
        made[static_cast<std::size_t>(below(static_cast<int>(made.size())))];
    const bool bare = chosen.starts_with("listagg") || chosen.starts_with("array_sort") ||
                      chosen.starts_with("cardinality");
    return chosen + (bare ? "" : filter);
  }
  std::string group_key() {
    if (chance(40)) return key_of("e");
    return pick({"e.eventname || coalesce(e.errorcode, '-')",
                 "CASE WHEN e.readonly THEN e.awsregion ELSE e.errorcode END",
                 "date_diff('hour', e.eventtime, date_trunc('month', e.eventtime))",
                 "concat(e.awsregion, e.eventsource, e.eventname)", "e.readonly",
                 "coalesce(e.errorcode, element_at(e.requestparameters, 'key'), e.eventid)",
                 "any_match(e.resources, r -> r.arn = 'b1')", "cardinality(e.requestparameters)",
                 "json_format(CAST(e.resources AS json))", "element_at(e.resources, 1).arn",
                 "array_join(transform(e.resources, r -> r.type), ',')",
                 "element_at(e.requestparameters, 'key') IS NULL", "e.useridentity IS NULL",
                 "CAST(e.eventtime AS date)", "date_format(e.eventtime, '%H:%i')"});
  }
  RandomStatement grouped() {
    const int keys = below(4);
    const std::string group = list(keys, [&] { return group_key(); });
    std::string text = "SELECT " + (keys > 0 ? group + ", " : "") +
                       list(1 + below(4), [&] { return aggregate(); }) + " FROM $ AS e" + where();
    if (keys > 0) text += " GROUP BY " + group;
    if (chance(25)) {
      text +=
          " HAVING " + pick({"count(*) > 1", "max(e.eventid) > 'e0010'", "count(e.errorcode) < 3",
                             "min(e.eventtime) > TIMESTAMP '2024-02-29 00:00:00'"});
    }
    return {text, false};
  }

  // ---- order
  RandomStatement top() {
    const std::string limit = (chance(30) ? " OFFSET " + std::to_string(below(6)) : std::string()) +
                              " LIMIT " + std::to_string(below(25));
    const std::string order = direction();
    if (chance(40)) {
      const std::string only = pick({"e.eventtime", "e.errorcode", "e.eventname", "e.readonly",
                                     "date_trunc('day', e.eventtime)"});
      return {"SELECT " + only + " FROM $ AS e" + where() + " ORDER BY 1" + order + limit, true};
    }
    const std::string value = key_of("e");
    if (chance(30)) {
      return {"SELECT " + value + ", count(*) FROM $ AS e" + where() + " GROUP BY 1 ORDER BY 1" +
                  order + limit,
              true};
    }
    if (chance(30)) {
      return {"SELECT DISTINCT " + value + ", e.readonly FROM $ AS e" + where() + " ORDER BY 1" +
                  order + ", 2" + limit,
              true};
    }
    if (chance(50)) {
      const std::string terms = list(1 + below(3), [&] { return key_of("e") + direction(); });
      return {"SELECT e.eventid, " + value + " FROM $ AS e" + where() + " ORDER BY " + terms +
                  ", e.eventid" + limit,
              true};
    }
    return {"SELECT e.eventid, " + value + " FROM $ AS e" + where() + " ORDER BY e.eventtime" +
                order + ", e.eventid" + limit,
            true};
  }

  // ---- set operations and scalar subqueries
  std::string texts() {
    switch (below(4)) {
      case 0:
        return "SELECT " + any_text("e") + " AS a FROM $ AS e" + where();
      case 1:
        return "SELECT " + any_text("e") + " AS a FROM $ AS e" + where() +
               " GROUP BY 1 HAVING count(*) > 1";
      case 2:
        return "SELECT DISTINCT " + any_text("e") + " AS a FROM $ AS e" + where();
      default:
        return "SELECT " + any_text("f") + " AS a FROM $ AS e JOIN $ AS f ON " +
               on_clause("e", "f");
    }
  }
  RandomStatement set_operation() {
    std::string text = texts();
    for (int more = 1 + below(2); more > 0; --more) {
      text += pick({" UNION ", " UNION ALL ", " INTERSECT ", " EXCEPT ", " INTERSECT ALL ",
                    " EXCEPT ALL "}) +
              texts();
    }
    if (chance(30)) return {"SELECT t.a, count(*) FROM (" + text + ") AS t GROUP BY t.a", false};
    return {text, false};
  }
  std::string scalar() {
    switch (below(6)) {
      case 5:
        return "EXISTS (SELECT 1 FROM (SELECT i.eventid AS x FROM $ AS i JOIN $ AS j ON " +
               equality("i", "j") + inner_where() + ") AS w WHERE w.x > e.eventid)";
      case 0:
        return "(SELECT count(*) FROM $ AS i WHERE " + on_clause("e", "i") + ")";
      case 1:
        return "(SELECT max(" + any_text("i") + ") FROM $ AS i" + inner_where() + ")";
      case 2:
        return "(SELECT max(w.n) FROM (SELECT row_number() OVER (ORDER BY i.eventid) AS n, "
               "i.eventname "
               "AS x FROM $ AS i) AS w WHERE w.x = e.eventname)";
      case 3:
        return "(SELECT max(i.eventid) || e.eventid FROM $ AS i" + inner_where() + ")";
      default:
        return "(SELECT sum(w.c) FROM (SELECT i.eventname AS x, count(*) AS c FROM $ AS i" +
               inner_where() + " GROUP BY 1) AS w WHERE w.x " + pick({"=", "<"}) + " e.eventname)";
    }
  }
  RandomStatement scalar_subqueries() {
    return {"SELECT e.eventid, " + list(1 + below(2), [&] { return scalar(); }) + " FROM $ AS e" +
                where(),
            false};
  }

  // ---- what may fail
  /// A cast that fails in some rows, and a condition on the rows in which it does not.
  static std::string risk(const std::string& e) {
    return over("CAST(element_at(#.requestparameters, 'key') AS bigint)", e);
  }
  std::string safe(const std::string& e) {
    return over(pick({"element_at(#.requestparameters, 'key') IN ('12', '7', '-3')",
                      "element_at(#.requestparameters, 'key') LIKE '1%'",
                      "regexp_like(element_at(#.requestparameters, 'key'), '^-?[0-9]')"}),
                e);
  }
  std::string risky_condition(const std::string& e) {
    return risk(e) + comparison() + std::to_string(below(12) - 3);
  }
  RandomStatement risky() {
    const std::string both = chance(50) ? safe("e") + " AND " + risky_condition("e")
                                        : risky_condition("e") + " AND " + safe("e");
    switch (below(9)) {
      case 0:
        return {"SELECT e.eventid, " + risk("e") + " FROM $ AS e WHERE " + both, false};
      case 1:
        return {"SELECT " + risk("e") + ", count(*), sum(" + risk("e") + ") FROM $ AS e WHERE " +
                    both + " GROUP BY 1",
                false};
      case 2:
        return {"SELECT e.eventname, sum(" + risk("e") + ") FILTER (WHERE " + safe("e") +
                    ") FROM $ AS e GROUP BY 1",
                false};
      case 3:
        return {"SELECT t.id, t.n FROM (SELECT i.eventid AS id, " + risk("i") +
                    " AS n FROM $ AS i WHERE " + safe("i") + ") AS t WHERE t.n > 5",
                false};
      case 4:
        return {"SELECT e.eventid, f.eventid FROM $ AS e LEFT JOIN $ AS f ON " +
                    equality("e", "f") + " AND " + safe("f") + " AND " + risky_condition("f"),
                false};
      case 5:
        return {"SELECT e.eventid, t.n FROM $ AS e" + join_word() + "(SELECT i.eventname AS a, " +
                    risk("i") + " AS n FROM $ AS i WHERE " + safe("i") +
                    ") AS t ON t.a = e.eventname AND t.n > 5",
                false};
      case 6:
        return {
            "SELECT e.eventid FROM $ AS e WHERE e.eventid IN (SELECT i.eventid FROM $ AS i "
            "WHERE " +
                safe("i") + ") AND " + risky_condition("e"),
            false};
      case 7:
        return {"SELECT e.eventid FROM $ AS e WHERE " + pick({"EXISTS", "NOT EXISTS"}) +
                    " (SELECT 1 FROM $ AS i WHERE " + equality("e", "i") + " AND " + safe("i") +
                    " AND " + risky_condition("i") + ")",
                false};
      default:
        return failing();
    }
  }
  /// Nothing keeps these from failing, where there are rows.
  RandomStatement failing() {
    const std::string risk = this->risk("e");
    const std::string text = pick({"SELECT e.eventid, %", "SELECT sum(%)", "SELECT DISTINCT %",
                                   "SELECT e.eventname, max(%)",
                                   "SELECT e.eventid, row_number() OVER (ORDER BY %, e.eventid)"});
    std::string made = text;
    made.replace(made.find('%'), 1, risk);
    made += " FROM $ AS e WHERE " + condition_on("e");
    if (text.find("max(") != std::string::npos) made += " GROUP BY e.eventname";
    return {made, false};
  }
};

}  // namespace

RandomStatement make_shape(unsigned seed) { return Shapes(seed).statement(); }

}  // namespace trailpond::tests
