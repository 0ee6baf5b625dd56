#pragma once
#include <string_view>

namespace trailpond {

/// Reports what must never happen, such as a step by time that no row of a lifecycle has: an
/// assertion in test builds, a line on the standard error output in others, after which the caller
/// goes on in a way that ends.
void report_broken(std::string_view what);

/// For tests of that: what is called instead. Null: the above.
using BrokenHandler = void (*)(std::string_view what);
void set_broken_handler(BrokenHandler handler);

}  // namespace trailpond
