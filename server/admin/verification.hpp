#pragma once
#include "server/admin/route.hpp"

namespace trailpond::admin {

/// Answers POST journal/verify: which calls of the journal fit, and which nearly do.
std::optional<Failure> verify_calls(Context& context, http::Response& response);
extern const Fields kVerification;
extern const Fields kVerified;

inline constexpr Code kUnknownOperation = {"unknown_operation", 404,
                                           "The API has no such operation."};
inline constexpr const Code* kVerificationErrors[] = {&kUnknownOperation};

}  // namespace trailpond::admin
