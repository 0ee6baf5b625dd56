#pragma once
#include <chrono>
#include <string>

#include "outbound/url.hpp"

namespace trailpond::trino {

/// How long a cluster that has gone, or is silent, is waited for before its queries fail.
constexpr std::chrono::milliseconds kPatience{30'000};

/// A Trino cluster, and who asks it.
struct Server {
  outbound::Url url = {};
  std::string user = "trailpond";
  std::string password = {};  // empty: none; Basic authentication
  std::string token = {};     // empty: none; a JSON Web Token, or one of OAuth 2.0
  std::string certificates =
      {};  // a PEM file of the authorities that are trusted; empty: the system's
  std::string catalog = {};
  std::string schema = {};
  std::string day_column = {};   // of the tables of all stores, see Table
  std::string time_column = {};  // the same
  std::string files = {};  // s3://BUCKET/PREFIX for events that come in; empty: none are written
  std::chrono::milliseconds patience = kPatience;
};

}  // namespace trailpond::trino
