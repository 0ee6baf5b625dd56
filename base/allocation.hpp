#pragma once

namespace trailpond {

/// Has memory that is freed from now on go back to the system at once, where the allocator would
/// keep it for a while: for somebody who has taken too much. Until give_back_memory().
void give_back_at_once();
/// Whether it does so now.
bool gives_back_at_once();

/// Gives memory back to the system that was freed and that the allocator would keep for later.
void give_back_memory();

}  // namespace trailpond
