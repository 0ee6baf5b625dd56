#include "base/oniguruma.hpp"

#include <oniguruma.h>

namespace trailpond {
namespace {

/// Steps back that one match may take; then it is stopped, as a pattern that backtracks for ever.
constexpr unsigned long kMaxRetries = 2'000'000;

}  // namespace

void prepare_oniguruma() {
  static const bool ready = [] {
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    onig_initialize(encodings, 1);
    onig_set_retry_limit_in_match(kMaxRetries);
    onig_set_retry_limit_in_search(kMaxRetries * 4);
    return true;
  }();
  static_cast<void>(ready);
}

}  // namespace trailpond
