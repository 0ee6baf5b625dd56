#pragma once
#include <string_view>

#include "server/http/message.hpp"

/// The console: a page for people, at /_trailpond/. It has no build step, and asks nobody but this
/// server.
namespace trailpond::console {

constexpr std::string_view kPage = "/_trailpond/";
constexpr std::string_view kFiles = "/_trailpond/console/";

/// Tells whether a path is one of the console's: the page, or below its files.
bool is_own(std::string_view path);

/// Answers with the file of a path; false where there is none of that name.
bool answer(std::string_view path, http::Response& response);

}  // namespace trailpond::console
