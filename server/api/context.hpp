#pragma once
#include "engine/engine.hpp"

namespace trailpond::api {

/// What a handler works with: the service, and who asks.
struct Context {
  engine::Engine& engine;
  engine::Caller caller = {};
};

/// What a handler answers.
template <class T>
using Result = engine::Result<T>;

}  // namespace trailpond::api
