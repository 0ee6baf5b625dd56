#include "state/ids.hpp"

#include <sys/random.h>

#include <cstring>

#include "base/uuid.hpp"
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

std::string random_uuid(UuidBits bits) { return std::string(view(print_uuid(version_4(bits)))); }

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
  UuidBits bits = {};
  const std::lock_guard lock(mutex_);
  if (!seed_) {
    fill_random(bits.data(), sizeof bits);
    return random_uuid(bits);
  }
  auto counter = counters_.find(stream);
  if (counter == counters_.end()) {
    counter = counters_.emplace(std::string(stream), 0).first;
  }
  const std::uint64_t start = mix_text(mix(*seed_), stream) + 2 * counter->second++;
  bits = {mix(start), mix(start + 1)};
  return random_uuid(bits);
}

void IdSource::restart(std::optional<std::uint64_t> seed) {
  const std::lock_guard lock(mutex_);
  seed_ = seed;
  counters_.clear();
}

void IdSource::restart_account(std::string_view account) {
  const std::lock_guard lock(mutex_);
  const std::string word = " " + std::string(account) + " ";
  std::erase_if(counters_, [&](const auto& counter) {
    return (" " + counter.first + " ").find(word) != std::string::npos;
  });
}

void IdSource::take_over(const IdSource& other) {
  const std::scoped_lock lock(mutex_, other.mutex_);
  seed_ = other.seed_;
  counters_ = other.counters_;
}

bool is_uuid(std::string_view text) { return parse_uuid(text).has_value(); }

}  // namespace trailpond::state
