#pragma once
#include <deque>

#include "sql/functions/registry.hpp"

/// What the files of aggregate functions share.
namespace trailpond::sql {

/// Memory that the values of one group may take before the statement is stopped.
inline constexpr std::size_t kMaxAccumulatedBytes = std::size_t{1} << 30;

/// Counts the bytes that an accumulator holds; throws beyond the limit.
class MemoryMeter {
 public:
  void add(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ > kMaxAccumulatedBytes) throw MemoryExceeded{};
  }
  void reset() { bytes_ = 0; }

 private:
  std::size_t bytes_ = 0;
};

/// Values that outlive their row: kept encoded, each in its own text.
class Keeper {
 public:
  Value keep(TypePointer type, const Value& value) {
    if (value.is_null()) return {};
    std::string& data = held_.emplace_back();
    encode_value(type, value, false, data);
    meter_.add(data.capacity() + sizeof data);
    return decode_value(type, data, arena_);
  }
  /// Forgets every value but makes room: for accumulators that keep one value at a time.
  Value keep_only(TypePointer type, const Value& value) {
    std::string data;
    if (!value.is_null()) encode_value(type, value, false, data);
    held_.clear();
    arena_.reset();
    meter_.reset();
    if (value.is_null()) return {};
    held_.push_back(std::move(data));
    return decode_value(type, held_.back(), arena_);
  }

 private:
  std::deque<std::string> held_;
  Arena arena_{kMaxAccumulatedBytes};
  MemoryMeter meter_;
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
