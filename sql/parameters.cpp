#include "sql/statement.hpp"

namespace trailpond::sql {

Result<std::string> substitute_parameters(std::string_view text,
                                          std::span<const std::string> parameters) {
  std::string out;
  std::size_t next = 0;
  std::size_t wanted = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    // Comments keep their question marks.
    const bool line_comment = !quoted && text.substr(i).starts_with("--");
    if (line_comment || (!quoted && text.substr(i).starts_with("/*"))) {
      std::size_t end = line_comment ? text.find('\n', i) : text.find("*/", i + 2);
      end = end == std::string_view::npos ? text.size() : end + (line_comment ? 1 : 2);
      out += text.substr(i, end - i);
      i = end - 1;
      continue;
    }
    if (text[i] != '?') {
      out += text[i];
      continue;
    }
    ++wanted;
    if (next < parameters.size()) out += parameters[next++];
  }
  if (wanted != parameters.size()) {
    return Error{ErrorName::kInvalidParameterUsage,
                 "Incorrect number of parameters: expected " + std::to_string(wanted) +
                     " but found " + std::to_string(parameters.size()),
                 {}};
  }
  return out;
}

}  // namespace trailpond::sql
