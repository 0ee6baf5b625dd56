#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/error.hpp"
#include "events/schema.hpp"

namespace trailpond::engine {

/// One condition of an advanced event selector. An operator that is absent has no values.
/// Source: AWS API reference, AdvancedFieldSelector.
struct FieldSelector {
  std::string field = {};
  std::vector<std::string> equals = {};
  std::vector<std::string> starts_with = {};
  std::vector<std::string> ends_with = {};
  std::vector<std::string> not_equals = {};
  std::vector<std::string> not_starts_with = {};
  std::vector<std::string> not_ends_with = {};

  /// Visits the operators, each with its values: the only list of them.
  template <class Self, class Visit>
  static void visit_operators(Self& self, Visit&& visit) {
    visit("Equals", self.equals);
    visit("StartsWith", self.starts_with);
    visit("EndsWith", self.ends_with);
    visit("NotEquals", self.not_equals);
    visit("NotStartsWith", self.not_starts_with);
    visit("NotEndsWith", self.not_ends_with);
  }
  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Field", self.field);
    visit_operators(self, [&](std::string_view name, auto& values) {
      if (!std::is_const_v<Self> || !values.empty()) {
        visit(name, values);
      }
    });
  }
};

struct AdvancedEventSelector {
  std::optional<std::string> name = {};
  std::vector<FieldSelector> field_selectors = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
    visit("FieldSelectors", self.field_selectors);
  }
};

/// How many selectors a store may have, and how many values in all of them.
/// Source: AWS user guide, quotas in CloudTrail.
constexpr std::size_t kMaxEventSelectors = 5;
constexpr std::size_t kMaxSelectorValues = 500;

/// Gives the one selector of a store that was created without any: "Default management events".
/// Source: AWS user guide, "Create an event data store with the AWS CLI".
std::vector<AdvancedEventSelector> default_selectors();

/// Gives the selector that a store of a kind needs at least; for stores that a scenario declares by
/// their kind alone.
std::vector<AdvancedEventSelector> selectors_of_kind(events::StoreKind kind);

/// Checks selectors as CreateEventDataStore does and answers the kind of events that they select.
/// Fails with kInvalidEventSelectors (number, fields, operators, categories that cannot be mixed).
Result<events::StoreKind> check_selectors(const std::vector<AdvancedEventSelector>& selectors);

/// Lists the values of eventCategory in the selectors, each once: Management, Data …
std::vector<std::string> categories_of(const std::vector<AdvancedEventSelector>& selectors);

}  // namespace trailpond::engine
