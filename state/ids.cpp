#include "state/ids.hpp"

#include <sys/random.h>

#include <array>
#include <cstring>

#include "state/database.hpp"

namespace trailpond::state {
namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): spreads the bits of a counter.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

std::uint64_t mix_text(std::uint64_t seed, std::string_view text) {
  for (const char c : text) {
    seed = mix(seed ^ static_cast<unsigned char>(c));
  }
  return seed;
}

/// Prints 128 bits as a UUID of version 4, variant 1 (RFC 9562, section 5.4).
std::string print_uuid(std::array<std::uint64_t, 2> bits) {
  bits[0] = (bits[0] & ~std::uint64_t{0xf000}) | 0x4000;
  bits[1] = (bits[1] & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) {
      text.push_back('-');
    }
    text.push_back(kDigits[(bits[i / 16] >> (60 - 4 * (i % 16))) & 15]);
  }
  return text;
}

}  // namespace

void fill_random(void* out, std::size_t size) {
  auto* bytes = static_cast<char*>(out);
  while (size > 0) {
    const ssize_t got = getrandom(bytes, size, 0);
    if (got <= 0) {
      throw StorageError("the system has no random numbers");
    }
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
}

std::string IdSource::next(std::string_view stream) {
  std::array<std::uint64_t, 2> bits = {};
  const std::lock_guard lock(mutex_);
  if (!seed_) {
    fill_random(bits.data(), sizeof bits);
    return print_uuid(bits);
  }
  auto counter = counters_.find(stream);
  if (counter == counters_.end()) {
    counter = counters_.emplace(std::string(stream), 0).first;
  }
  const std::uint64_t start = mix_text(mix(*seed_), stream) + 2 * counter->second++;
  bits = {mix(start), mix(start + 1)};
  return print_uuid(bits);
}

void IdSource::restart(std::optional<std::uint64_t> seed) {
  const std::lock_guard lock(mutex_);
  seed_ = seed;
  counters_.clear();
}

void IdSource::take_over(const IdSource& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  seed_ = other.seed_;
  counters_ = other.counters_;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !digit) {
      return false;
    }
  }
  return true;
}

}  // namespace trailpond::state
