#include "s3/answers.hpp"

#include <charconv>

#include "base/text.hpp"

namespace trailpond::s3 {
namespace {

/// The character that stands between & and ; in XML; nullopt for a name that XML does not have.
std::optional<std::uint32_t> find_character(std::string_view name) {
  constexpr std::pair<std::string_view, char> kNames[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [each, character] : kNames) {
    if (each == name) {
      return static_cast<std::uint32_t>(character);
    }
  }
  if (!name.starts_with('#')) {
    return std::nullopt;
  }
  const bool hexadecimal = name.starts_with("#x");
  name.remove_prefix(hexadecimal ? 2 : 1);
  std::uint32_t code = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, code, hexadecimal ? 16 : 10);
  return error == std::errc() && stopped == end ? std::optional(code) : std::nullopt;
}

std::string decode(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto mark = text.find('&');
    out += text.substr(0, mark);
    if (mark == text.npos) {
      break;
    }
    text.remove_prefix(mark + 1);
    const auto end = text.find(';');
    const auto code = end == text.npos ? std::nullopt : find_character(text.substr(0, end));
    if (code) {
      append_utf8(out, *code);
      text.remove_prefix(end + 1);
    } else {
      out += '&';
    }
  }
  return out;
}

/// Takes the next element of a name off the front of a text.
std::optional<std::string> take_element(std::string_view& xml, std::string_view name) {
  const std::string begin = "<" + std::string(name) + ">";
  const std::string end = "</" + std::string(name) + ">";
  const auto from = xml.find(begin);
  const auto to = from == xml.npos ? from : xml.find(end, from);
  if (to == xml.npos) {
    return std::nullopt;
  }
  const auto text_at = from + begin.size();
  std::string text = decode(xml.substr(text_at, to - text_at));
  xml.remove_prefix(to + end.size());
  return text;
}

std::string encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  }
  return out;
}

}  // namespace

std::optional<std::string> find_element(std::string_view xml, std::string_view name) {
  return take_element(xml, name);
}

std::vector<std::string> list_elements(std::string_view xml, std::string_view name) {
  std::vector<std::string> texts;
  while (auto text = take_element(xml, name)) {
    texts.push_back(std::move(*text));
  }
  return texts;
}

bool is_error(std::string_view xml) { return xml.find("<Error>") != xml.npos; }

std::string print_parts(const std::vector<std::string>& etags) {
  std::string xml = "<CompleteMultipartUpload>";
  for (std::size_t i = 0; i < etags.size(); ++i) {
    xml += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" + encode(etags[i]) +
           "</ETag></Part>";
  }
  return xml + "</CompleteMultipartUpload>";
}

}  // namespace trailpond::s3
