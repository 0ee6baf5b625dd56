#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What S3 answers as XML. Source: Amazon S3 API reference.
namespace trailpond::s3 {

/// The text of the first element of a name, wherever it stands; nullopt where there is none.
std::optional<std::string> find_element(std::string_view xml, std::string_view name);
/// The texts of all elements of a name.
std::vector<std::string> list_elements(std::string_view xml, std::string_view name);
/// Tells whether an answer is an error, whatever its status says (CompleteMultipartUpload).
bool is_error(std::string_view xml);

/// The body of CompleteMultipartUpload: the ETags of parts 1, 2 …
std::string print_parts(const std::vector<std::string>& etags);

}  // namespace trailpond::s3
