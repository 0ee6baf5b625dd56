#include <openssl/evp.h>
#include <xxhash.h>
#include <zlib.h>

#include "base/hashing.hpp"
#include "sql/evaluation/tables.hpp"

/// Hashes, and bytes as a sequence. Source: https://trino.io/docs/current/functions/binary.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <const EVP_MD* (*algorithm)()>
Value digest(Evaluation& evaluation, const Bound&, Arguments a) {
  return evaluation.text(hash(algorithm(), a[0].text()).bytes());
}
template <const EVP_MD* (*algorithm)()>
Value keyed_digest(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].text().empty()) return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Empty key");
  return evaluation.text(hmac(algorithm(), a[1].text(), a[0].text()).bytes());
}

Value xxhash64(Evaluation& evaluation, const Bound&, Arguments a) {
  XXH64_canonical_t canonical;
  XXH64_canonicalFromHash(&canonical, XXH64(a[0].text().data(), a[0].text().size(), 0));
  return evaluation.text(
      {reinterpret_cast<const char*>(canonical.digest), sizeof canonical.digest});
}

std::uint64_t rotate(std::uint64_t value, int by) { return value << by | value >> (64 - by); }
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCDULL;
  value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53ULL;
  return value ^ (value >> 33);
}
/// MurmurHash3, 128 bits for x64, seed 0 (Austin Appleby, public domain description).
Value murmur3(Evaluation& evaluation, const Bound&, Arguments a) {
  constexpr std::uint64_t kFirst = 0x87C37B91114253D5ULL;
  constexpr std::uint64_t kSecond = 0x4CF5AD432745937FULL;
  const std::string_view data = a[0].text();
  const auto first = [](std::uint64_t part) { return rotate(part * kFirst, 31) * kSecond; };
  const auto second = [](std::uint64_t part) { return rotate(part * kSecond, 33) * kFirst; };
  std::uint64_t h[2] = {0, 0};
  for (std::size_t at = 0; at <= data.size(); at += 16) {
    // The last block is short, maybe empty: zeros leave the sums as they are.
    std::uint64_t block[2] = {0, 0};
    const std::size_t size = std::min<std::size_t>(16, data.size() - at);
    if (size > 0) std::memcpy(block, data.data() + at, size);
    h[0] ^= first(block[0]);
    if (size == 16) h[0] = (rotate(h[0], 27) + h[1]) * 5 + 0x52DCE729;
    h[1] ^= second(block[1]);
    if (size == 16) h[1] = (rotate(h[1], 31) + h[0]) * 5 + 0x38495AB5;
  }
  h[0] ^= data.size();
  h[1] ^= data.size();
  h[0] += h[1];
  h[1] += h[0];
  h[0] = mix(h[0]);
  h[1] = mix(h[1]);
  h[0] += h[1];
  h[1] += h[0];
  return evaluation.text({reinterpret_cast<const char*>(h), sizeof h});
}

Value crc32_of(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(
      static_cast<std::int64_t>(crc32_z(0, bytes_of(a[0].text()), a[0].text().size())));
}

Value size_of(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(static_cast<std::int64_t>(a[0].text().size()));
}
Value reverse(Evaluation& evaluation, const Bound&, Arguments a) {
  return evaluation.text(std::string(a[0].text().rbegin(), a[0].text().rend()));
}
Value concat(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out;
  for (const Value& value : a) {
    out += value.text();
    evaluation.arena().reserve(out.size());
  }
  return evaluation.text(out);
}

/// Positions count from 1, negative ones from the end.
Value substr(Evaluation&, const Bound&, Arguments a) {
  const std::string_view data = a[0].text();
  const auto size = static_cast<std::int64_t>(data.size());
  std::int64_t start = a[1].integer();
  const std::int64_t count = a.size() > 2 ? a[2].integer() : size;
  if (start < 0) start = start < -size ? 0 : size + start + 1;
  if (start < 1 || start > size || count <= 0) return Value::of_text("");
  return Value::of_text(data.substr(static_cast<std::size_t>(start - 1),
                                    static_cast<std::size_t>(std::min(count, size))));
}

template <bool left>
Value pad(Evaluation& evaluation, const Bound&, Arguments a) {
  constexpr std::int64_t kMaxLength = 2'147'483'647;
  const std::int64_t wanted = a[1].integer();
  const std::string_view data = a[0].text();
  const std::string_view padding = a[2].text();
  if (wanted < 0 || wanted > kMaxLength) {
    return evaluation.fail(
        ErrorName::kInvalidFunctionArgument,
        "Target length must be in the range [0.." + std::to_string(kMaxLength) + "]");
  }
  if (padding.empty())
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Padding bytes must not be empty");
  const auto length = static_cast<std::size_t>(wanted);
  if (data.size() >= length) return Value::of_text(data.substr(0, length));
  evaluation.arena().reserve(length);
  std::string filler;
  while (filler.size() < length - data.size()) filler += padding;
  filler.resize(length - data.size());
  return evaluation.text(left ? filler.append(data) : std::string(data) + filler);
}

const Function kRows[] = {
    {"md5", "varbinary", "varbinary", digest<EVP_md5>, 0, "The MD5 hash.",
     "to_hex(md5(to_utf8('a'))) = '0CC175B9C0F1B6A831C399E269772661'"},
    {"sha1", "varbinary", "varbinary", digest<EVP_sha1>, 0, "The SHA-1 hash.",
     "to_hex(sha1(to_utf8('abc'))) = 'A9993E364706816ABA3E25717850C26C9CD0D89D'"},
    {"sha256", "varbinary", "varbinary", digest<EVP_sha256>, 0, "The SHA-256 hash.",
     "length(to_hex(sha256(to_utf8('a')))) = 64"},
    {"sha512", "varbinary", "varbinary", digest<EVP_sha512>, 0, "The SHA-512 hash.",
     "length(to_hex(sha512(to_utf8('a')))) = 128"},
    {"hmac_md5", "varbinary, varbinary", "varbinary", keyed_digest<EVP_md5>, kMayFail,
     "The HMAC of data with a key.",
     "to_hex(hmac_md5(to_utf8('a'), to_utf8('k'))) = 'DDCF3D210049E7135F61AFFAE73731CD'"},
    {"hmac_sha1", "varbinary, varbinary", "varbinary", keyed_digest<EVP_sha1>, kMayFail,
     "The HMAC of data with a key.",
     "to_hex(hmac_sha1(to_utf8('a'), to_utf8('k'))) = '40E7D441CADB17B07F050341AA23A6820ED81C8B'"},
    {"hmac_sha256", "varbinary, varbinary", "varbinary", keyed_digest<EVP_sha256>, kMayFail,
     "The HMAC of data with a key.", "length(hmac_sha256(to_utf8('a'), to_utf8('k'))) = 32"},
    {"hmac_sha512", "varbinary, varbinary", "varbinary", keyed_digest<EVP_sha512>, kMayFail,
     "The HMAC of data with a key.", "length(hmac_sha512(to_utf8('a'), to_utf8('k'))) = 64"},
    {"xxhash64", "varbinary", "varbinary", xxhash64, 0, "The xxHash64.",
     "to_hex(xxhash64(to_utf8('abc'))) = '44BC2CF5AD770999'"},
    {"murmur3", "varbinary", "varbinary", murmur3, 0, "The 128-bit MurmurHash3.",
     "to_hex(murmur3(to_utf8('abc'))) = '6778AD3F3F3F96B4522DCA264174A23B'"},
    {"crc32", "varbinary", "bigint", crc32_of, 0, "The CRC-32.",
     "crc32(to_utf8('abc')) = 891568578"},
    {"length", "varbinary", "bigint", size_of, 0, "Counts bytes.", "length(to_utf8('é')) = 2"},
    {"reverse", "varbinary", "varbinary", reverse, 0, "Turns bytes round.",
     "reverse(X'0102') = X'0201'"},
    {"concat", "varbinary, varbinary...", "varbinary", concat, 0, "Joins bytes.",
     "concat(X'41', X'42') = X'4142'"},
    {"substr", "varbinary, bigint", "varbinary", substr, 0, "The bytes from a place on.",
     "substr(X'010203', 2) = X'0203'"},
    {"substr", "varbinary, bigint, bigint", "varbinary", substr, 0, "A part of bytes.",
     "substr(X'010203', -3, 1) = X'01'"},
    {"lpad", "varbinary, bigint, varbinary", "varbinary", pad<true>, kMayFail, "Fills up in front.",
     "lpad(X'41', 3, X'00') = X'000041'"},
    {"rpad", "varbinary, bigint, varbinary", "varbinary", pad<false>, kMayFail, "Fills up behind.",
     "rpad(X'41', 3, X'00') = X'410000'"},
};

}  // namespace

std::span<const Function> binary_functions() { return kRows; }

}  // namespace trailpond::sql
