#pragma once
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <type_traits>

namespace trailpond::events {

/// An immutable array of small numbers in as few bytes each as the largest needs: 1, 2 or 4.
class Codes {
 public:
  Codes() = default;
  /// Narrows `values`.
  explicit Codes(std::span<const std::uint32_t> values) : Codes(values.size(), largest(values)) {
    for (std::size_t at = 0; at < values.size(); ++at) set(at, values[at]);
  }
  /// Makes room for `size` numbers up to `largest`, all zero; to be filled by set().
  Codes(std::size_t size, std::uint32_t largest)
      : width_(largest < 1u << 8    ? 1u
               : largest < 1u << 16 ? 2u
                                    : 4u),
        size_(size),
        bytes_(std::make_unique<unsigned char[]>(size * width_)) {}

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  unsigned width() const { return width_; }
  std::size_t memory_bytes() const { return size_ * width_; }
  std::uint32_t get(std::size_t at) const {
    switch (width_) {
      case 1:
        return bytes_[at];
      case 2:
        return reinterpret_cast<const std::uint16_t*>(bytes_.get())[at];
      default:
        return reinterpret_cast<const std::uint32_t*>(bytes_.get())[at];
    }
  }
  void set(std::size_t at, std::uint32_t value) {
    switch (width_) {
      case 1:
        bytes_[at] = static_cast<unsigned char>(value);
        break;
      case 2:
        reinterpret_cast<std::uint16_t*>(bytes_.get())[at] = static_cast<std::uint16_t>(value);
        break;
      default:
        reinterpret_cast<std::uint32_t*>(bytes_.get())[at] = value;
    }
  }
  /// Calls `body` with a pointer to the numbers in their real width.
  template <class Body>
  decltype(auto) visit(Body&& body) const {
    switch (width_) {
      case 1:
        return body(static_cast<const std::uint8_t*>(bytes_.get()));
      case 2:
        return body(reinterpret_cast<const std::uint16_t*>(bytes_.get()));
      default:
        return body(reinterpret_cast<const std::uint32_t*>(bytes_.get()));
    }
  }

 private:
  static std::uint32_t largest(std::span<const std::uint32_t> values) {
    std::uint32_t all = 0;  // a bit set in any of them: enough to choose the width
    for (const std::uint32_t value : values) all |= value;
    return all;
  }
  unsigned width_ = 1;
  std::size_t size_ = 0;
  std::unique_ptr<unsigned char[]> bytes_ = {};
};

}  // namespace trailpond::events
