#pragma once
#include <boost/json/fwd.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trailpond::api {

/// The members of a request that fits its shape, so that types need no further check. Null counts
/// as absent.
class Members {
 public:
  explicit Members(const boost::json::object& object) : object_(object) {}

  std::string get_text(std::string_view name) const { return find_text(name).value_or(""); }
  std::optional<std::string> find_text(std::string_view name) const;
  std::optional<std::int64_t> find_integer(std::string_view name) const;
  std::optional<bool> find_boolean(std::string_view name) const;
  /// Microseconds since 1970 from a number of seconds; what is beyond all time ends there.
  std::optional<std::int64_t> find_instant(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// Calls `take` with each structure in a list.
  void for_each(std::string_view name, const std::function<void(const Members&)>& take) const;

 private:
  const boost::json::value* find(std::string_view name) const;
  const boost::json::object& object_;
};

}  // namespace trailpond::api
