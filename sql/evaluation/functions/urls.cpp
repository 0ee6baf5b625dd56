#include <charconv>

#include "base/text.hpp"
#include "sql/evaluation/tables.hpp"

/// URL functions. Source: https://trino.io/docs/current/functions/url.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '.' || c == '-' || c == '*' || c == '_';
}

Value url_encode(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out;
  for (const char c : a[0].text()) {
    if (is_unreserved(c))
      out += c;
    else if (c == ' ')
      out += '+';
    else
      (out += '%') += hexadecimal({&c, 1});
  }
  return evaluation.text(out);
}
/// Every code point may become four bytes of three characters each.
Result<TypePointer> type_of_encoded(const Bound& node) {
  const std::int32_t length = node.children[0]->type->precision;
  if (length == kUnbounded) return varchar_type();
  return varchar_type(static_cast<std::int32_t>(
      std::min<std::int64_t>(std::int64_t{length} * 12, kMaxVarcharLength)));
}

/// Decodes %xx (and + where it stands for a blank); nullopt with the place of a bad escape in `at`.
std::optional<std::string> decode(std::string_view text, bool plus, std::size_t* at = nullptr) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus) {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hexadecimal_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hexadecimal_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        if (at != nullptr) *at = i;
        return std::nullopt;
      }
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return replace_invalid_utf8(out, "\xEF\xBF\xBD");
}
Value url_decode(Evaluation& evaluation, const Bound&, Arguments a) {
  std::size_t at = 0;
  const auto decoded = decode(a[0].text(), true, &at);
  if (decoded) return evaluation.text(*decoded);
  const bool incomplete = at + 2 >= a[0].text().size();
  return evaluation.fail(
      ErrorName::kInvalidFunctionArgument,
      incomplete
          ? "URLDecoder: Incomplete trailing escape (%) pattern"
          : "URLDecoder: Illegal hex characters in escape (%) pattern - Error at index 0 in: \"" +
                std::string(a[0].text().substr(at + 1, 2)) + "\"");
}

/// The parts of scheme://authority/path?query#fragment as java.net.URI splits them.
struct Url {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

/// java.net.URI knows a host only in these characters (names, dotted addresses, [IPv6]).
bool is_server_host(std::string_view host) {
  if (host.starts_with('[')) return host.ends_with(']');
  return std::ranges::all_of(host,
                             [](char c) { return is_alphanumeric(c) || c == '.' || c == '-'; });
}

std::optional<Url> parse_url(std::string_view text) {
  if (text.find_first_of(" <>\"{}|\\^`") != std::string_view::npos) return std::nullopt;
  if (!decode(text, false)) return std::nullopt;
  Url url;
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    url.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  const auto colon = text.find(':');
  const bool has_scheme = colon != std::string_view::npos && colon > 0 &&
                          text.find_first_of("/?") > colon &&
                          std::ranges::all_of(text.substr(0, colon), [](char c) {
                            return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
                          });
  if (has_scheme) {
    url.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
    if (!text.starts_with('/')) return url;  // opaque, as mailto:a@b.c: it has no parts
  }
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    url.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string_view authority = text.substr(0, slash);
    text.remove_prefix(slash);
    if (const auto at = authority.find('@'); at != std::string_view::npos)
      authority.remove_prefix(at + 1);
    const std::size_t port = authority.rfind(':');
    if (port != std::string_view::npos && authority.find(']', port) == std::string_view::npos) {
      url.port = authority.substr(port + 1);
      authority = authority.substr(0, port);
    }
    if (is_server_host(authority)) url.host = authority;
  }
  url.path = text;
  return url;
}

template <std::string_view Url::*part>
Value url_part(Evaluation&, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  return url ? Value::of_text((*url).*part) : Value();
}
Value decoded_part(Evaluation& evaluation, std::string_view part) {
  return evaluation.text(decode(part, false).value_or(""));
}
Value url_path(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  return url ? decoded_part(evaluation, url->path) : Value();
}
Value url_query(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  return url ? decoded_part(evaluation, url->query.value_or("")) : Value();
}
Value url_fragment(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  return url ? decoded_part(evaluation, url->fragment.value_or("")) : Value();
}
Value url_port(Evaluation&, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  std::int64_t port = 0;
  if (!url || url->port.empty()) return {};
  const auto parsed = std::from_chars(url->port.data(), url->port.data() + url->port.size(), port);
  return parsed.ec == std::errc() ? Value::of_integer(port) : Value();
}
Value url_parameter(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  if (!url || !url->query) return {};
  std::string_view rest = *url->query;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equal = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equal), true);
    if (name && *name == a[1].text()) {
      const auto value = decode(equal < pair.size() ? pair.substr(equal + 1) : "", true);
      return value ? evaluation.text(*value) : Value();
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

const Function kRows[] = {
    {"url_encode", "varchar(x)", "varchar", url_encode, 0, "Escapes for a URL.",
     "url_encode('a b&') = 'a+b%26'", nullptr, type_of_encoded},
    {"url_decode", "varchar(x)", "varchar(x)", url_decode, kMayFail, "Undoes url_encode.",
     "url_decode('a+b%26') = 'a b&'"},
    {"url_extract_host", "varchar(x)", "varchar(x)", url_part<&Url::host>, 0, "The host.",
     "url_extract_host('https://a.example/x') = 'a.example'"},
    {"url_extract_path", "varchar(x)", "varchar(x)", url_path, 0, "The path, decoded.",
     "url_extract_path('https://a.example/x?y') = '/x'"},
    {"url_extract_protocol", "varchar(x)", "varchar(x)", url_part<&Url::scheme>, 0, "The protocol.",
     "url_extract_protocol('https://a.example') = 'https'"},
    {"url_extract_query", "varchar(x)", "varchar(x)", url_query, 0, "The query, decoded.",
     "url_extract_query('https://a.example/x?y=1') = 'y=1'"},
    {"url_extract_fragment", "varchar(x)", "varchar(x)", url_fragment, 0, "The fragment, decoded.",
     "url_extract_fragment('https://a.example/#z') = 'z'"},
    {"url_extract_port", "varchar(x)", "bigint", url_port, 0, "The port.",
     "url_extract_port('https://a.example:8443/') = 8443"},
    {"url_extract_parameter", "varchar(x), varchar(y)", "varchar(x)", url_parameter, 0,
     "A parameter of the query.", "url_extract_parameter('https://a.example/?y=1', 'y') = '1'"},
};

}  // namespace

std::span<const Function> url_functions() { return kRows; }

}  // namespace trailpond::sql
