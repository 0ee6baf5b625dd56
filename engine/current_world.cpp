#include "engine/current_world.hpp"

#include <algorithm>
#include <boost/regex.hpp>
#include <cctype>
#include <cmath>

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

/// A pattern that takes too long on a statement finds nothing.
bool finds(const std::string& pattern, const std::string& text) {
  try {
    return boost::regex_search(text,
                               boost::regex(pattern, boost::regex::perl | boost::regex::icase));
  } catch (const std::runtime_error&) {
    return false;
  }
}

using Normalize = std::function<std::string(std::string_view)>;

bool is_same(const std::string& wanted, const std::string& statement, const Normalize& normalize) {
  const std::string printed = normalize(statement);
  return !printed.empty() && printed == normalize(wanted);
}

bool matches(const QueryScript& script, const state::Query& query,
             const std::vector<std::string>& stores, const Normalize& normalize) {
  return (!script.statement || squeeze(*script.statement) == squeeze(query.statement)) &&
         (!script.contains || contains_in_any_case(query.statement, *script.contains)) &&
         (!script.pattern || finds(*script.pattern, query.statement)) &&
         (!script.normalized || is_same(*script.normalized, query.statement, normalize)) &&
         (!script.alias || *script.alias == query.alias) &&
         (!script.account || *script.account == query.key.account) &&
         (!script.region || *script.region == query.key.region) &&
         (!script.store || std::find(stores.begin(), stores.end(), *script.store) != stores.end());
}

/// Whether a text is of a form in which * stands for any text.
bool fits(std::string_view form, std::string_view text) {
  const auto star = form.find('*');
  if (star == std::string_view::npos) {
    return form == text;
  }
  if (!text.starts_with(form.substr(0, star))) {
    return false;
  }
  form.remove_prefix(star + 1);
  text.remove_prefix(star);
  // Each piece between stars is best taken where it comes first; the last one ends the text.
  while (true) {
    const auto next = form.find('*');
    const std::string_view piece = form.substr(0, next);
    if (next == std::string_view::npos) {
      return text.ends_with(piece);
    }
    const auto at = text.find(piece);
    if (at == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(at + piece.size());
    form.remove_prefix(next + 1);
  }
}

bool matches(const Fault& fault, std::string_view operation, const Caller& caller,
             const MemberOf& member_of) {
  return (!fault.operation || *fault.operation == operation) &&
         (!fault.account || *fault.account == caller.account) &&
         (!fault.region || *fault.region == caller.region) &&
         std::ranges::all_of(fault.members, [&](const auto& wanted) {
           const auto value = member_of(wanted.first);
           return value && fits(wanted.second, *value);
         });
}

/// Whether a call comes faster than the fault lets it.
bool is_beyond(const Fault& fault, Rates& rates, std::string_view operation, const Caller& caller,
               state::Micros now) {
  if (!fault.beyond) {
    return true;
  }
  const double rate =
      fault.beyond->per_second > 0 ? fault.beyond->per_second : calls_per_second(operation);
  const double burst = fault.beyond->burst > 0 ? fault.beyond->burst : std::max(1.0, rate);
  return !rates.take(operation, caller, now, rate, burst);
}

/// Whether a fault does anything but hold the answer back.
bool decides(const Fault& fault) { return fault.error || fault.harm != Harm::kNone; }

/// Whether the match with a number is one of those that a script or a fault is for.
template <class Rule>
bool is_turn_of(const Rule& rule, std::int64_t number) {
  return (!rule.nth || *rule.nth == number) && (!rule.times || number <= *rule.times);
}

}  // namespace

double chance(std::uint64_t seed, std::uint64_t number) {
  // SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
  std::uint64_t z = seed * 0x9E3779B97F4A7C15U + number * 0xD1B54A32D192ED03U;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) * 0x1p-53;
}

state::Micros length_of(const Delay& delay, double chance) {
  constexpr double kMostMeans = 10;
  if (delay.mean > 0) {
    return static_cast<state::Micros>(static_cast<double>(delay.mean) *
                                      std::min(kMostMeans, -std::log1p(-chance)));
  }
  const state::Micros most = std::max(delay.least, delay.most);
  return delay.least + static_cast<state::Micros>(static_cast<double>(most - delay.least) * chance);
}

void CurrentWorld::set(std::shared_ptr<const World> world) {
  const std::lock_guard lock(mutex_);
  world_.swap(world);
  matches_.clear();
  fault_matches_.clear();
  fault_rates_.clear();
  has_faults_ = !world_->faults.empty();
}

ScriptMatch CurrentWorld::find_script(const state::Query& query,
                                      const std::vector<std::string>& store_names,
                                      const Normalize& normalize) const {
  const std::lock_guard lock(mutex_);
  ScriptMatch match = {world_};
  const auto& scripts = world_->scripts;
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    if (!matches(scripts[i], query, store_names, normalize)) {
      continue;
    }
    const auto so_far = matches_.find(i);
    const std::int64_t number = so_far == matches_.end() ? 1 : so_far->second + 1;
    match.numbers.emplace_back(i, number);
    if (is_turn_of(scripts[i], number)) {
      match.script = scripts[i];
      if (match.script->name.empty()) {
        match.script->name = "script " + std::to_string(i + 1);
      }
      break;
    }
  }
  return match;
}

std::optional<FaultOutcome> CurrentWorld::take_fault(std::string_view operation,
                                                     const Caller& caller,
                                                     const MemberOf& member_of, state::Micros now) {
  const std::lock_guard lock(mutex_);
  const auto& faults = world_->faults;
  std::optional<FaultOutcome> outcome;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const Fault& fault = faults[i];
    if (!matches(fault, operation, caller, member_of) ||
        !is_beyond(fault, fault_rates_[i], operation, caller, now)) {
      continue;
    }
    const std::int64_t number = ++fault_matches_[i];
    const auto turn = static_cast<std::uint64_t>(number);
    if (!is_turn_of(fault, number) || (fault.every && number % *fault.every != 0) ||
        (fault.probability && chance(fault.seed, turn) >= *fault.probability)) {
      continue;
    }
    outcome = outcome ? outcome : FaultOutcome{};
    outcome->name = fault.name.empty() ? "fault " + std::to_string(i + 1) : fault.name;
    outcome->delay += length_of(fault.delay, chance(~fault.seed, turn));
    if (decides(fault)) {
      outcome->error =
          fault.error ? std::optional(Error{*fault.error, fault.message}) : std::nullopt;
      outcome->harm = fault.harm;
      outcome->after = fault.after;
      break;
    }
  }
  return outcome;
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
