#pragma once
#include <deque>

#include "sql/evaluation/tables.hpp"
#include "sql/values/arena.hpp"
#include "sql/values/encoding.hpp"
#include "sql/values/memory_use.hpp"

/// What the files of aggregate functions share.
namespace trailpond::sql {

/// Values that outlive their row: kept encoded, each in its own text.
class Keeper {
 public:
  Value keep(TypePointer type, const Value& value) {
    if (value.is_null()) return {};
    std::string& data = held_.emplace_back();
    encode_value(type, value, false, data);
    use_.grow(data.capacity() + sizeof data);
    return decode_value(type, data, arena_);
  }
  /// Forgets every value but makes room: for accumulators that keep one value at a time.
  Value keep_only(TypePointer type, const Value& value) {
    std::string data;
    if (!value.is_null()) encode_value(type, value, false, data);
    held_.clear();
    arena_.reset();
    use_.reset();
    if (value.is_null()) return {};
    held_.push_back(std::move(data));
    return decode_value(type, held_.back(), arena_);
  }

 private:
  std::deque<std::string> held_;
  Arena arena_{std::size_t{1} << 30};
  MemoryUse use_;
};

using MadeAccumulator = std::unique_ptr<Accumulator>;
template <class T>
MadeAccumulator make_accumulator(const BoundAggregate&) {
  return std::make_unique<T>();
}
/// For accumulators that are made with the types of their arguments.
template <class T>
MadeAccumulator make_of_arguments(const BoundAggregate& of) {
  return std::make_unique<T>(of);
}
template <class T>
MadeAccumulator make_of_first(const BoundAggregate& of) {
  return std::make_unique<T>(of.arguments[0]->type);
}

}  // namespace trailpond::sql
