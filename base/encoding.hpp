#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// How arrays, maps and rows travel through SQLite: one BLOB of self-delimiting items.
///
/// Scalars travel as SQLite's own values: varchar and json TEXT (UTF-8, may hold NUL), boolean 0/1,
/// tinyint…bigint INTEGER, double REAL (NaN as the TEXT 'NaN', which sorts after every number),
/// date INTEGER days since 1970, timestamp(0…6) INTEGER microseconds since 1970 UTC, NULL as NULL.
/// Inside a BLOB every item begins with a tag. Equal values of one type have equal bytes
/// (maps: once their entries are sorted), so that SQLite can group and compare them.
namespace trailpond::encoding {

enum class Tag : std::uint8_t {
  kNull = 0,
  kFalse = 1,
  kTrue = 2,
  kInteger = 3,  // 8 bytes, little endian: integers, dates (days), timestamps (microseconds)
  kDouble = 4,   // 8 bytes, IEEE 754, little endian
  kText = 5,     // u32 length, bytes
  kBytes = 6,    // u32 length, bytes: what is a BLOB of its own kind (decimal, long timestamp)
  kList = 7,     // u32 count, u32 length of the items in bytes, items: arrays and rows
  kMap = 8,      // u32 count, u32 length in bytes, then key, value, key, value …
};

/// Appends items to a string. Lists and maps are opened with their count and closed by the mark.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  void null() { tag(Tag::kNull); }
  void boolean(bool value) { tag(value ? Tag::kTrue : Tag::kFalse); }
  void integer(std::int64_t value) {
    tag(Tag::kInteger);
    raw(&value, sizeof value);
  }
  void real(double value) {
    tag(Tag::kDouble);
    raw(&value, sizeof value);
  }
  void text(std::string_view value) { sized(Tag::kText, value); }
  void bytes(std::string_view value) { sized(Tag::kBytes, value); }
  /// Opens a list of `count` items; pass the answer to close().
  std::size_t open_list(std::uint32_t count) { return open(Tag::kList, count); }
  /// Opens a map of `count` entries (2 × count items); pass the answer to close().
  std::size_t open_map(std::uint32_t count) { return open(Tag::kMap, count); }
  void close(std::size_t mark) {
    const auto length = static_cast<std::uint32_t>(out_.size() - mark - sizeof(std::uint32_t));
    std::memcpy(out_.data() + mark, &length, sizeof length);
  }

 private:
  void tag(Tag value) { out_.push_back(static_cast<char>(value)); }
  void raw(const void* data, std::size_t size) {
    out_.append(static_cast<const char*>(data), size);
  }
  void sized(Tag kind, std::string_view value) {
    tag(kind);
    const auto length = static_cast<std::uint32_t>(value.size());
    raw(&length, sizeof length);
    out_.append(value);
  }
  std::size_t open(Tag kind, std::uint32_t count) {
    tag(kind);
    raw(&count, sizeof count);
    const std::size_t mark = out_.size();
    out_.append(sizeof(std::uint32_t), '\0');
    return mark;
  }
  std::string& out_;
};

}  // namespace trailpond::encoding
