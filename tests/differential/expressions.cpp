#include "tests/differential/expressions.hpp"

namespace trailpond::tests {

std::string Expressions::pick(std::initializer_list<const char*> words) {
  return *(words.begin() + below(static_cast<int>(words.size())));
}

std::string Expressions::text_column() {
  return column(pick({"eventname", "eventsource", "awsregion", "sourceipaddress", "errorcode",
                      "useridentity.username", "useridentity.type"})
                    .c_str());
}

std::string Expressions::text_literal() {
  return pick({"'GetObject'", "'Get'", "''", "'us-east-1'", "'10.0.0.1'", "'AccessDenied'",
               "'anna'", "'s3.amazonaws.com'", "'Root'", "'b1'", "'zoë'", "'7'"});
}

std::string Expressions::text(int depth) {
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

std::string Expressions::integer(int depth) {
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

std::string Expressions::time(int depth) {
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

std::string Expressions::time_literal() {
  return pick({"TIMESTAMP '2024-02-29 00:00:00'", "TIMESTAMP '2024-03-28 23:59:59'",
               "TIMESTAMP '2024-02-28 12:30:00.000'", "DATE '2024-03-29'"});
}

std::string Expressions::condition(int depth) {
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

std::string Expressions::simple_condition(int d) {
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
      return column("eventtime") + pick({" BETWEEN ", " NOT BETWEEN "}) + time_literal() + " AND " +
             time_literal();
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

std::string Expressions::any() {
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

std::string Expressions::list(int count, const std::function<std::string()>& make) {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i > 0 ? ", " : "") + make();
  return out;
}

}  // namespace trailpond::tests
