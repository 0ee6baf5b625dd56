#pragma once
#include <random>
#include <string>

namespace trailpond::events::testing {

/// Makes JSON of any kind, mostly with names that a schema knows.
class RandomEvents {
 public:
  explicit RandomEvents(unsigned seed) : random_(seed) {}

  std::string event() {
    std::string json = "{";
    const unsigned members = 1 + any(12);
    for (unsigned at = 0; at < members; ++at) {
      json += (at == 0 ? "" : ",") + space() + '"' + name(kNames) + '"' + space() + ":" + space() +
              value(3) + space();
    }
    return json + "}";
  }

 private:
  static constexpr const char* kNames[] = {"eventVersion",
                                           "eventTime",
                                           "eventtime",
                                           "EVENTTIME",
                                           "eventName",
                                           "eventID",
                                           "requestID",
                                           "userIdentity",
                                           "readOnly",
                                           "requestParameters",
                                           "responseElements",
                                           "resources",
                                           "tlsDetails",
                                           "managementEvent",
                                           "eventJson",
                                           "eventJsonChecksum",
                                           "addendum",
                                           "insightDetails",
                                           "insightContext",
                                           "insightContext",
                                           "relationships",
                                           "unknown",
                                           "additionalEventData",
                                           "errorCode",
                                           "sourceIPAddress",
                                           "serviceEventDetails"};
  static constexpr const char* kInner[] = {"type",
                                           "accountId",
                                           "arn",
                                           "ARN",
                                           "sessionContext",
                                           "attributes",
                                           "mfaAuthenticated",
                                           "creationDate",
                                           "userName",
                                           "sessionIssuer",
                                           "tlsVersion",
                                           "key",
                                           "key",
                                           "bucket\\n",
                                           "updatedFields",
                                           "attributions",
                                           "attributions",
                                           "insight",
                                           "baseline",
                                           "attribute",
                                           "value",
                                           "average",
                                           "resourceTags",
                                           "identifier",
                                           "reason",
                                           "principalId",
                                           "",
                                           "unknown"};
  static constexpr const char* kScalars[] = {"null",
                                             "true",
                                             "false",
                                             "0",
                                             "-0",
                                             "1e3",
                                             "10.0",
                                             "-12.5E-2",
                                             "123456789012345678901234",
                                             R"("")",
                                             R"("text")",
                                             R"("a longer text that many events have")",
                                             R"("2026-01-02T03:04:05Z")",
                                             R"("2026-01-02T03:04:05.678Z")",
                                             R"("2026-01-02 03:04:05")",
                                             R"("2026-02-30T03:04:05Z")",
                                             R"("0000-01-01T00:00:00Z")",
                                             R"("9999-12-31T23:59:59Z")",
                                             R"("2026-01-02T03:04:05+00:00")",
                                             R"("true")",
                                             R"("FALSE")",
                                             R"("tRue")",
                                             R"("a\"b")",
                                             R"("a\/b")",
                                             R"("\u00e9")",
                                             R"("\ud83d\ude00")",
                                             R"("é😀")",
                                             R"("\n\t\b")",
                                             R"("{\"Version\":\"2012-10-17\"}")",
                                             R"("2b0e9a3c-5d1f-4e6a-8b7c-9d0e1f2a3b4c")"};

  unsigned any(unsigned below) { return static_cast<unsigned>(random_() % below); }
  template <std::size_t count>
  const char* name(const char* const (&names)[count]) {
    return names[any(count)];
  }
  std::string space() { return any(40) == 0 ? " \t" : ""; }
  std::string value(int depth) {
    const unsigned kind = depth == 0 ? 0 : any(6);
    if (kind < 3) return any(4) == 0 ? unique() : name(kScalars);
    const bool is_array = kind == 3;
    std::string json = is_array ? "[" : "{";
    const unsigned count = any(4);
    for (unsigned at = 0; at < count; ++at) {
      json += (at == 0 ? "" : ",") + space();
      if (!is_array) json += std::string("\"") + name(kInner) + "\":" + space();
      json += value(depth - 1);
    }
    return json + space() + (is_array ? "]" : "}");
  }
  std::string unique() { return '"' + std::to_string(random_()) + '"'; }

  std::mt19937_64 random_;
};

}  // namespace trailpond::events::testing
