// The words: AWS API reference, DescribeQuery, DeliveryStatus.
#include <filesystem>

#include "tests/engine/test_engine.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond;
using namespace trailpond::engine;

namespace {

std::size_t count_files(const std::filesystem::path& folder) {
  std::size_t count = 0;
  std::error_code missing;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, missing)) {
    count += entry.is_regular_file() ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("a bucket may have a failure for all that is delivered to it") {
  const TemporaryDirectory directory;
  TestEngine test(directory.path());
  const auto deliver = [&](const std::string& failure) {
    test.change_world([&](World& world) {
      world.buckets.emplace()["results-bucket"] = {.name = "results-bucket",
                                                   .delivery_status = failure};
    });
    StartQueryRequest request;
    request.statement = test.statement("eventID");
    request.delivery_s3_uri = "s3://results-bucket";
    const auto started = test.engine->call(test.caller, start_query, request);
    REQUIRE(started.has_value());
    const auto status = [&] { return test.describe(started->query_id).query->delivery_status; };
    CHECK(wait_for([&] { return status() != "PENDING"; }));
    return status();
  };
  for (const char* failure : {"FAILED", "UNKNOWN", "RESOURCE_NOT_FOUND", "ACCESS_DENIED"}) {
    CHECK(deliver(failure) == failure);
  }
  CHECK(count_files(std::filesystem::path(directory.path()) / "s3") == 0);
  CHECK(deliver("FAILED_SIGNING_FILE") == "FAILED_SIGNING_FILE");
  CHECK(count_files(std::filesystem::path(directory.path()) / "s3") == 1);
  CHECK(deliver("") == "SUCCESS");
  CHECK(count_files(std::filesystem::path(directory.path()) / "s3") == 3);
}
