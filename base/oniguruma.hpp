#pragma once

namespace trailpond {

/// Makes Oniguruma ready, once a process; safe from any thread. Call it before the first onig_new.
void prepare_oniguruma();

}  // namespace trailpond
