#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trailpond::events {

/// Asks for large pages below fresh memory: filling it page by page would cost as much as reading
/// the JSON that goes there.
void prefer_large_pages(char* memory, std::size_t bytes);

/// The compact texts of events, in a text of their own one after another, or where they were found
/// in the text that they came in, which is then kept.
class EventTexts {
 public:
  std::size_t count() const { return ends_.size(); }
  /// Their size altogether.
  std::size_t bytes() const { return bytes_; }
  std::string_view at(std::size_t row) const {
    if (source_) return {source_begin_ + begins_[row], ends_[row] - begins_[row]};
    const std::uint32_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(own_).substr(begin, ends_[row] - begin);
  }
  /// All of them, each with a newline behind it.
  std::string lines() const;
  std::size_t memory_bytes() const;

  /// Makes room for about so much text.
  void reserve(std::size_t bytes);
  /// Says that the texts to come lie in one that `source` keeps alive and nobody changes. The
  /// first that does not lie there ends this.
  void stay_in(std::shared_ptr<const void> source, std::string_view text);
  void add(std::string_view json);
  /// Gives them away; later ones may still lie in the same source.
  EventTexts release();

 private:
  bool can_stay(std::string_view json) const;
  void leave_source();

  std::string own_ = {};
  std::shared_ptr<const void> source_ = {};
  std::string_view source_text_ = {};
  const char* source_begin_ = nullptr;      // of the first text
  std::vector<std::uint32_t> begins_ = {};  // with a source only
  std::vector<std::uint32_t> ends_ = {};
  std::size_t bytes_ = 0;
};

}  // namespace trailpond::events
