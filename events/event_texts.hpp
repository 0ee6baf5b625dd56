#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trailpond::events {

/// Texts one after another.
class EventTexts {
 public:
  std::size_t count() const { return ends_.size(); }
  /// Their size altogether.
  std::size_t bytes() const { return bytes_.size(); }
  std::string_view at(std::size_t row) const {
    const std::uint32_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(bytes_).substr(begin, ends_[row] - begin);
  }
  std::size_t memory_bytes() const {
    return bytes_.capacity() + ends_.capacity() * sizeof(std::uint32_t);
  }

  /// Makes room for about so much text.
  void reserve(std::size_t bytes) { bytes_.reserve(bytes); }
  void add(std::string_view text) {
    bytes_ += text;
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  }
  /// Gives them away, without room to spare.
  EventTexts release() {
    EventTexts given = std::exchange(*this, {});
    given.bytes_.shrink_to_fit();
    given.ends_.shrink_to_fit();
    return given;
  }

 private:
  std::string bytes_ = {};
  std::vector<std::uint32_t> ends_ = {};
};

}  // namespace trailpond::events
