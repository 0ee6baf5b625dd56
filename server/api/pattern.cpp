#include <oniguruma.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <stdexcept>

#include "base/oniguruma.hpp"
#include "server/api/shapes.hpp"

namespace trailpond::api {
namespace {

struct RegexFree {
  void operator()(regex_t* regex) const { onig_free(regex); }
};
using Regex = std::unique_ptr<regex_t, RegexFree>;

const OnigUChar* begin_of(std::string_view text) {
  return reinterpret_cast<const OnigUChar*>(text.data());
}
const OnigUChar* end_of(std::string_view text) { return begin_of(text) + text.size(); }

/// The model's patterns are Java's, whose characters are UTF-16: this names all beyond U+FFFF.
constexpr std::string_view kPairs = "\\uD800\\uDC00-\\uDBFF\\uDFFF";
constexpr std::string_view kBeyondBasic = "\U00010000-\U0010FFFF";

Regex compile(std::string_view pattern) {
  constexpr std::string_view kDotIsAll = "(?s)";
  OnigOptionType options =
      ONIG_OPTION_WORD_IS_ASCII | ONIG_OPTION_DIGIT_IS_ASCII | ONIG_OPTION_SPACE_IS_ASCII;
  if (pattern.starts_with(kDotIsAll)) {
    options |= ONIG_OPTION_MULTILINE;
    pattern.remove_prefix(kDotIsAll.size());
  }
  pattern.remove_prefix(pattern.starts_with('^') ? 1 : 0);
  pattern.remove_suffix(pattern.ends_with('$') ? 1 : 0);
  std::string whole = "\\A(?:" + std::string(pattern) + ")\\z";
  if (const std::size_t at = whole.find(kPairs); at != std::string::npos) {
    whole.replace(at, kPairs.size(), kBeyondBasic);
  }
  prepare_oniguruma();
  regex_t* regex = nullptr;
  if (onig_new(&regex, begin_of(whole), end_of(whole), options, ONIG_ENCODING_UTF8,
               ONIG_SYNTAX_JAVA, nullptr) != ONIG_NORMAL) {
    throw std::logic_error("a pattern of the service model is no regular expression: " + whole);
  }
  return Regex(regex);
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  // Each thread has its own: no lock, and the model has some dozens.
  thread_local boost::unordered_flat_map<std::string_view, Regex> compiled;
  auto place = compiled.find(pattern);
  if (place == compiled.end()) {
    place = compiled.emplace(pattern, compile(pattern)).first;
  }
  return onig_match(place->second.get(), begin_of(text), end_of(text), begin_of(text), nullptr,
                    ONIG_OPTION_NONE) >= 0;
}

}  // namespace trailpond::api
