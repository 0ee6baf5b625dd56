#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "events/store.hpp"

namespace trailpond::events {
namespace {

namespace fs = std::filesystem;

bool is_pattern(std::string_view part) { return part.find_first_of("*?[") != part.npos; }

/// Says whether a file below a folder holds events: digests lie beside the logs in an S3 layout.
bool is_event_file(const fs::path& path) {
  const std::string text = path.string();
  if (text.find("/CloudTrail-Digest/") != std::string::npos) return false;
  constexpr std::string_view kEndings[] = {".json",    ".ndjson",    ".jsonl",
                                           ".json.gz", ".ndjson.gz", ".jsonl.gz"};
  return std::ranges::any_of(kEndings, [&](std::string_view end) { return text.ends_with(end); });
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code failure;
  for (fs::directory_iterator at(folder.empty() ? "." : folder, failure), end;
       !failure && at != end; at.increment(failure)) {
    entries.push_back(folder / at->path().filename());
  }
  return entries;
}

/// Adds what the parts from `index` on match below `base`.
void expand(const fs::path& base, const std::vector<std::string>& parts, std::size_t index,
            std::vector<std::string>& found) {
  std::error_code failure;
  if (index == parts.size()) {
    if (fs::is_regular_file(base, failure)) found.push_back(base.string());
    return;
  }
  const std::string& part = parts[index];
  if (part == "**") {
    expand(base, parts, index + 1, found);
    for (const fs::path& entry : entries_of(base)) {
      // A link to a folder is not followed here: it may lead in a circle.
      const bool folder = fs::is_directory(fs::symlink_status(entry, failure));
      if (folder) expand(entry, parts, index, found);
      if (!folder && index + 1 == parts.size()) expand(entry, parts, index + 1, found);
    }
  } else if (is_pattern(part)) {
    for (const fs::path& entry : entries_of(base)) {
      const bool matches =
          fnmatch(part.c_str(), entry.filename().c_str(), FNM_PERIOD | FNM_NOESCAPE) == 0;
      if (matches) expand(entry, parts, index + 1, found);
    }
  } else {
    const fs::path next = base / part;
    if (fs::exists(next, failure)) expand(next, parts, index + 1, found);
  }
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code failure;
  for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->is_regular_file(failure) && is_event_file(at->path())) {
      files.push_back(at->path().string());
    }
  }
  return files;
}

}  // namespace

std::vector<std::string> expand_glob(const std::string& pattern) {
  std::error_code failure;
  std::vector<std::string> found;
  if (fs::is_regular_file(pattern, failure)) {
    found.push_back(pattern);
  } else if (fs::is_directory(pattern, failure)) {
    found = files_below(pattern);
  } else {
    const fs::path path(pattern);
    std::vector<std::string> parts;
    for (const fs::path& part : path.relative_path()) parts.push_back(part.string());
    expand(path.root_path(), parts, 0, found);
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace trailpond::events
