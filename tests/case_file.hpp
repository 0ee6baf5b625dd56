#pragma once
#include <fstream>
#include <string>
#include <utility>
#include <vector>

/// Reads `.test` files: blocks of a statement and what it answers, so that a case is added without
/// compiling.
///
///   # a comment; `# source: …` names where the expected values come from
///   query                       or: query sorted, error LINE:COLUMN NAME
///   SELECT …
///   ----
///   cell|cell                   one line a row; NULL is written NULL
///
///   gap: why                    before a block: the answer is known to be another one
///
/// Blocks end at a blank line. `error` is followed by text that the message must contain.
namespace trailpond::tests {

struct Case {
  std::string file;
  int line = 0;
  std::string gap;  // why the answer is another one
  bool is_error = false;
  bool sorted = false;
  std::string error_place;  // "1:8", or "-"
  std::string error_name;
  std::string statement;
  std::vector<std::string> expected;
};

inline std::vector<Case> read_cases(const std::string& path) {
  std::vector<Case> cases;
  std::ifstream in(path);
  Case current;
  enum class Part { kOutside, kStatement, kExpected } part = Part::kOutside;
  int number = 0;
  std::string gap;
  const auto finish = [&] {
    if (part != Part::kOutside) cases.push_back(current);
    part = Part::kOutside;
  };
  for (std::string text; std::getline(in, text);) {
    ++number;
    if (part == Part::kOutside) {
      if (text.empty() || text[0] == '#') continue;
      if (text.starts_with("gap: ")) {
        gap = text.substr(5);
        continue;
      }
      current = Case{};
      current.gap = std::exchange(gap, {});
      current.file = path.substr(path.rfind('/') + 1);
      current.line = number;
      current.is_error = text.starts_with("error ");
      current.sorted = text == "query sorted";
      if (current.is_error) {
        const auto blank = text.find(' ', 6);
        current.error_place = text.substr(6, blank - 6);
        current.error_name = text.substr(blank + 1);
      }
      part = Part::kStatement;
    } else if (text.empty()) {
      finish();
    } else if (text == "----") {
      part = Part::kExpected;
    } else if (part == Part::kStatement) {
      current.statement += (current.statement.empty() ? "" : "\n") + text;
    } else {
      current.expected.push_back(text);
    }
  }
  finish();
  return cases;
}

}  // namespace trailpond::tests
