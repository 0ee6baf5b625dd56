#pragma once
#include <functional>
#include <initializer_list>
#include <random>
#include <string>

namespace trailpond::tests {

/// Makes expressions by type over the relation `alias_`. What it makes cannot fail, and gives the
/// same for the same rows.
class Expressions {
 public:
  explicit Expressions(unsigned seed) : random_(seed) {}

 protected:
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool chance(int percent) { return below(100) < percent; }
  std::string pick(std::initializer_list<const char*> words);
  std::string column(const char* name) { return alias_ + "." + name; }
  std::string text_column();
  std::string text_literal();
  std::string text(int depth = 2);
  std::string integer(int depth = 2);
  std::string time(int depth = 1);
  std::string time_literal();
  std::string comparison() { return pick({" = ", " <> ", " < ", " <= ", " > ", " >= "}); }
  std::string condition(int depth = 2);
  std::string simple_condition(int d);
  std::string any();
  std::string list(int count, const std::function<std::string()>& make);
  std::string where() { return chance(75) ? " WHERE " + condition() : ""; }
  std::string direction() { return pick({"", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST"}); }

  std::mt19937 random_;
  std::string alias_ = "e";
};

}  // namespace trailpond::tests
