#include "state/ids.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace trailpond::state;

namespace {

/// RFC 9562 section 5.4, and the API's pattern of a query id: 36 characters of [a-f0-9-].
void check_version_4(const std::string& id) {
  CAPTURE(id);
  CHECK(is_uuid(id));
  CHECK(id.size() == 36);
  CHECK(id[14] == '4');
  CHECK(std::string("89ab").find(id[19]) != std::string::npos);
  CHECK(id.find_first_not_of("abcdef0123456789-") == std::string::npos);
}

}  // namespace

TEST_CASE("ids are UUIDs of version 4 and differ") {
  IdSource random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = random.next("query");
    check_version_4(id);
    CHECK(seen.insert(id).second);
  }
}

TEST_CASE("a seed gives the same ids, whatever other streams do") {
  IdSource one;
  IdSource other;
  one.restart(7);
  other.restart(7);
  std::vector<std::string> first;
  for (int i = 0; i < 100; ++i) {
    first.push_back(one.next("query a"));
    check_version_4(first.back());
  }
  for (int i = 0; i < 100; ++i) {
    CHECK(other.next("query b") != first[static_cast<std::size_t>(i)]);
    CHECK(other.next("query a") == first[static_cast<std::size_t>(i)]);
  }
  one.restart(7);
  CHECK(one.next("query a") == first[0]);
  one.restart(8);
  CHECK(one.next("query a") != first[0]);
}

TEST_CASE("a UUID has one form") {
  CHECK(is_uuid("00000000-0000-4000-8000-000000000001"));
  CHECK(is_uuid("ABCDEF00-0000-4000-8000-000000000001"));
  for (const char* wrong :
       {"", "00000000-0000-4000-8000-00000000000", "g0000000-0000-4000-8000-000000000001",
        "000000000-000-4000-8000-000000000001", "00000000-0000-4000-8000-0000000000011"}) {
    CAPTURE(wrong);
    CHECK_FALSE(is_uuid(wrong));
  }
}
