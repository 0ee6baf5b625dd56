#include "engine/queries/sample_queries.hpp"

#include <doctest/doctest.h>

#include <set>

#include "engine/catalog.hpp"
#include "engine/queries/executor.hpp"
#include "events/store.hpp"
#include "tests/catalogs.hpp"

using namespace trailpond;

namespace {

constexpr const char* kStore = "11111111-2222-4333-8444-555555555555";

/// A store with one event that has what most samples ask for.
std::shared_ptr<const sql::Table> make_store(events::StoreKind kind) {
  events::EventStore store(kind);
  store.append(
      R"({"eventID":"1","eventTime":"2024-05-01T00:00:00Z","eventName":"ConsoleLogin",)"
      R"("eventSource":"signin.amazonaws.com","eventCategory":"Management","readOnly":false,)"
      R"("userIdentity":{"type":"Root","arn":"arn:aws:iam::123456789012:root"},)"
      R"("responseElements":{"ConsoleLogin":"Failure"},"errorCode":"AccessDenied"})",
      "test");
  return engine::make_table(kind, store.snapshot());
}

}  // namespace

TEST_CASE("there are a hundred sample queries and more, each under its own name") {
  CHECK(engine::sample_queries().size() >= 100);
  std::set<std::string_view> names;
  for (const auto& sample : engine::sample_queries()) {
    CHECK(names.insert(sample.name).second);
    CHECK(!sample.description.empty());
  }
}

TEST_CASE("every sample query runs, as it is and with a condition more") {
  const auto executor = engine::make_sql_executor();
  std::size_t with_rows = 0;
  for (const auto& sample : engine::sample_queries()) {
    CAPTURE(sample.name);
    const tests::OneTable catalog(make_store(sample.kind));
    for (const char* more : {"", "eventTime >= timestamp '2024-01-01 00:00:00'"}) {
      const std::string text = sample.print(kStore, more);
      CAPTURE(text);
      CHECK(text.size() <= 10'000);  // AWS API reference, QueryStatement
      const auto prepared = executor->prepare(text, catalog, {.now_micros = 0});
      REQUIRE_MESSAGE(prepared.has_value(), (prepared ? "" : prepared.error().text()));
      std::size_t rows = 0;
      const auto ran = (*prepared)->run({}, {}, [&](std::span<const std::string_view>) {
        ++rows;
        return true;
      });
      REQUIRE(ran.has_value());
      with_rows += rows > 0 ? 1 : 0;
    }
  }
  CHECK(with_rows >=
        60);  // the one event is a sign-in that failed, a change, an error, an activity
}

TEST_CASE("every sample is found first by its own name") {
  for (const auto& sample : engine::sample_queries()) {
    CAPTURE(sample.name);
    const auto found = engine::find_samples(sample.name);
    REQUIRE(!found.empty());
    CHECK(found[0].sample == &sample);
    CHECK(found[0].relevance <= 1.0);
  }
}
