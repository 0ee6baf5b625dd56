#include "tests/differential/statements.hpp"

#include "tests/differential/expressions.hpp"
#include "tests/differential/shapes.hpp"

namespace trailpond::tests {
namespace {

class Generator : Expressions {
 public:
  using Expressions::Expressions;

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
    if (keys == 0 || chance(50)) return {text, false};
    // No two groups are equal in all keys.
    text += " ORDER BY ";
    for (int key = keys; key > 0; --key)
      text += std::to_string(key) + direction() + (key > 1 ? ", " : "");
    if (chance(50)) text += " LIMIT " + std::to_string(1 + below(20));
    return {text, true};
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
};

}  // namespace

RandomStatement make_statement(unsigned seed) {
  if (seed % 5 < 3) return make_shape(seed);
  RandomStatement made = Generator(seed).statement();
  // LEFT JOIN UNNEST needs its ON TRUE.
  if (const auto mark = made.text.find('@'); mark != std::string::npos)
    made.text.replace(mark, 1, made.text.find("LEFT JOIN") < mark ? " ON true" : "");
  return made;
}

}  // namespace trailpond::tests
