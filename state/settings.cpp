#include "state/settings.hpp"

#include "state/state.hpp"

namespace trailpond::state {

std::optional<std::string> Settings::find(const std::string& name) const {
  static const std::string kSql = "SELECT value FROM settings WHERE name=?";
  const std::lock_guard lock(state_.writer_);
  Statement statement = state_.database_->use(kSql);
  statement.bind(1, name);
  if (!statement.step()) {
    return std::nullopt;
  }
  return std::string(statement.text(0));
}

void Settings::put(Writing& writing, const std::string& name, std::string_view value) {
  static const std::string kSql = "INSERT OR REPLACE INTO settings(name, value) VALUES(?,?)";
  writing.database().use(kSql).bind(1, name).bind_blob(2, value).step();
}

void Settings::erase(Writing& writing, const std::string& name) {
  static const std::string kSql = "DELETE FROM settings WHERE name=?";
  writing.database().use(kSql).bind(1, name).step();
}

}  // namespace trailpond::state
