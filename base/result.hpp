#pragma once
#include <boost/system/result.hpp>

namespace trailpond {

/// Holds a value or the error of a step that is expected to fail at times (boost::system::result).
/// Each part has its own error type; an error is returned, never thrown.
template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace trailpond
