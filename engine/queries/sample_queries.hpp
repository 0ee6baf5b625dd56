#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/service.hpp"
#include "events/schema.hpp"
#include "state/repository.hpp"

/// Sample queries, and statements made of them for a prompt. Sources: AWS API reference,
/// SearchSampleQueries, GenerateQuery; shared/spec 9.
namespace trailpond::engine {

/// A query of the catalogue, in parts, so that conditions can be added.
struct SampleQuery {
  std::string_view name;
  std::string_view description;
  std::string_view columns;  // behind SELECT
  std::string_view where;    // empty: all events
  std::string_view tail;     // GROUP BY …, ORDER BY …, LIMIT …
  events::StoreKind kind = events::StoreKind::kCloudTrail;

  /// The statement over a store, with more conditions.
  std::string print(std::string_view store, std::string_view and_where = {}) const;
};
std::span<const SampleQuery> sample_queries();

struct FoundSample {
  const SampleQuery* sample = nullptr;
  double relevance = 0;  // 0 to 1
};
/// Ranks the samples that a phrase finds, the best first.
std::vector<FoundSample> find_samples(std::string_view phrase);

struct SearchSampleQueriesRequest {
  std::string phrase = {};
  std::optional<std::int64_t> max_results = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("SearchPhrase", self.phrase);
    visit("MaxResults", self.max_results);
    visit("NextToken", self.next_token);
  }
};
struct SampleResult {
  FoundSample found = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.found.sample->name);
    visit("Description", self.found.sample->description);
    visit("SQL", self.found.sample->print("$EDS_ID"));
    visit.number("Relevance", self.found.relevance);
  }
};
struct SearchSampleQueriesAnswer {
  std::vector<SampleResult> results = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("SearchResults", self.results);
    visit("NextToken", self.next_token);
  }
};
/// Fails with kUnsupportedOperation, kInvalidParameter (for a token).
Result<SearchSampleQueriesAnswer> search_sample_queries(Context& context,
                                                        const SearchSampleQueriesRequest& request);

/// A statement that was made for a prompt: StartQuery runs it by its alias.
struct GeneratedQuery {
  static constexpr const char* kTable = "generated_queries";
  std::string alias = {};
  std::string account = {};
  std::string region = {};
  std::string statement = {};
  std::string prompt = {};
  state::Micros created_at = 0;

  std::string record_key() const { return account + "/" + region + "/" + alias; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {created_at, alias}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("alias", self.alias);
    visit("account", self.account);
    visit("region", self.region);
    visit("statement", self.statement);
    visit("prompt", self.prompt);
    visit("created_at", self.created_at);
  }
};
using GeneratedQueries = state::Repository<GeneratedQuery>;

struct GenerateQueryRequest {
  std::vector<std::string> event_data_stores = {};
  std::string prompt = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStores", self.event_data_stores);
    visit("Prompt", self.prompt);
  }
};
struct GenerateQueryAnswer {
  std::string statement = {};
  std::string alias = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryStatement", self.statement);
    visit("QueryAlias", self.alias);
  }
};
/// Answers with the statement that the scenario pins to the prompt, or the best sample, with the
/// times, event names and users that the prompt names. Fails with those of find_event_data_store(),
/// kInactiveEventDataStore, kInvalidParameter, and kGenerateResponse where nothing fits.
Result<GenerateQueryAnswer> generate_query(Context& context, const GenerateQueryRequest& request);

}  // namespace trailpond::engine
