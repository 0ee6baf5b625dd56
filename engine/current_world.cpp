#include "engine/current_world.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace trailpond::engine {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// A statement with each run of white space as one blank, and without a semicolon at the end.
std::string squeeze(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c)) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == ';')) {
    out.pop_back();
  }
  return out;
}

bool contains_in_any_case(std::string_view text, std::string_view part) {
  return ascii_lower(text).find(ascii_lower(part)) != std::string::npos;
}

bool matches(const QueryScript& script, const state::Query& query,
             const std::vector<std::string>& stores) {
  return (!script.statement || squeeze(*script.statement) == squeeze(query.statement)) &&
         (!script.contains || contains_in_any_case(query.statement, *script.contains)) &&
         (!script.alias || *script.alias == query.alias) &&
         (!script.account || *script.account == query.key.account) &&
         (!script.region || *script.region == query.key.region) &&
         (!script.store || std::find(stores.begin(), stores.end(), *script.store) != stores.end());
}

bool matches(const Fault& fault, std::string_view operation, const Caller& caller) {
  return (!fault.operation || *fault.operation == operation) &&
         (!fault.account || *fault.account == caller.account) &&
         (!fault.region || *fault.region == caller.region);
}

/// Whether the match with a number is one of those that a script or a fault is for.
template <class Rule>
bool is_turn_of(const Rule& rule, std::int64_t number) {
  return (!rule.nth || *rule.nth == number) && (!rule.times || number <= *rule.times);
}

}  // namespace

void CurrentWorld::set(std::shared_ptr<const World> world) {
  const std::lock_guard lock(mutex_);
  world_.swap(world);
  matches_.clear();
  fault_matches_.clear();
}

ScriptMatch CurrentWorld::find_script(const state::Query& query,
                                      const std::vector<std::string>& store_names) const {
  const std::lock_guard lock(mutex_);
  ScriptMatch match = {world_};
  const auto& scripts = world_->scripts;
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    if (!matches(scripts[i], query, store_names)) {
      continue;
    }
    const auto so_far = matches_.find(i);
    const std::int64_t number = so_far == matches_.end() ? 1 : so_far->second + 1;
    match.numbers.emplace_back(i, number);
    if (is_turn_of(scripts[i], number)) {
      match.script = scripts[i];
      break;
    }
  }
  return match;
}

std::optional<Error> CurrentWorld::take_fault(std::string_view operation, const Caller& caller) {
  const std::lock_guard lock(mutex_);
  const auto& faults = world_->faults;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const Fault& fault = faults[i];
    if (!matches(fault, operation, caller)) {
      continue;
    }
    const std::int64_t number = ++fault_matches_[i];
    if (is_turn_of(fault, number) && (!fault.every || number % *fault.every == 0)) {
      return Error{fault.error, fault.message};
    }
  }
  return std::nullopt;
}

bool CurrentWorld::count(const ScriptMatch& match) {
  const std::lock_guard lock(mutex_);
  if (match.world != world_) {
    return false;
  }
  for (const auto& [place, number] : match.numbers) {
    const auto so_far = matches_.find(place);
    if ((so_far == matches_.end() ? 0 : so_far->second) != number - 1) {
      return false;
    }
  }
  for (const auto& [place, number] : match.numbers) {
    matches_[place] = number;
  }
  return true;
}

}  // namespace trailpond::engine
