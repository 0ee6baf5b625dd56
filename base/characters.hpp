#pragma once
#include <algorithm>
#include <cstddef>
#include <string_view>

namespace trailpond {

/// Counts the characters (Unicode code points) of a UTF-8 text: what lengths in AWS's service model
/// mean.
constexpr std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// Gives the first `count` characters of a UTF-8 text.
constexpr std::string_view first_characters(std::string_view text, std::size_t count) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && count-- == 0) {
      return text.substr(0, i);
    }
  }
  return text;
}

}  // namespace trailpond
