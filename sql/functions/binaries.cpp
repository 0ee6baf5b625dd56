#include <openssl/evp.h>

#include <charconv>

#include "sql/functions/registry.hpp"

/// Binary and URL functions. Sources: https://trino.io/docs/current/functions/binary.html, url.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

template <const EVP_MD* (*algorithm)()>
Value digest(Evaluation& evaluation, const Bound&, Arguments a) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(a[0].text().data(), a[0].text().size(), out, &size, algorithm(), nullptr);
  return evaluation.text({reinterpret_cast<const char*>(out), size});
}

Value to_hex(Evaluation& evaluation, const Bound&, Arguments a) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : a[0].text()) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return evaluation.text(out);
}
Value from_hex(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    unsigned byte = 0;
    const auto end = text.data() + std::min(i + 2, text.size());
    const auto parsed = std::from_chars(text.data() + i, end, byte, 16);
    if (i + 2 > text.size() || parsed.ptr != end) {
      return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                             "Invalid input length " + std::to_string(text.size()));
    }
    out += static_cast<char>(byte);
  }
  return evaluation.text(out);
}
Value to_base64(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out((a[0].text().size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(a[0].text().data()),
                                   static_cast<int>(a[0].text().size()));
  return evaluation.text(std::string_view(out).substr(0, static_cast<std::size_t>(size)));
}
Value from_base64(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string text(a[0].text());
  while (text.size() % 4 != 0) text += '=';
  std::string out(text.size() / 4 * 3 + 1, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Illegal base64 character");
  const auto padding = static_cast<std::size_t>(std::ranges::count(text, '='));
  return evaluation.text(std::string_view(out).substr(0, static_cast<std::size_t>(size) - padding));
}
Value same(Evaluation&, const Bound&, Arguments a) { return a[0]; }
Value size_of(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(static_cast<std::int64_t>(a[0].text().size()));
}

bool is_unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '*' ||
         c == '_';
}
Value url_encode(Evaluation& evaluation, const Bound&, Arguments a) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : a[0].text()) {
    if (is_unreserved(c))
      out += c;
    else if (c == ' ')
      out += '+';
    else
      (out += '%') += {kDigits[static_cast<unsigned char>(c) >> 4],
                       kDigits[static_cast<unsigned char>(c) & 15]};
  }
  return evaluation.text(out);
}
std::optional<std::string> decode_url(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      unsigned byte = 0;
      if (i + 2 >= text.size()) return std::nullopt;
      const auto parsed = std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
      if (parsed.ptr != text.data() + i + 3) return std::nullopt;
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}
Value url_decode(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto decoded = decode_url(a[0].text());
  if (!decoded)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "URLDecoder: Incomplete trailing escape (%) pattern");
  return evaluation.text(*decoded);
}

/// The parts of scheme://authority/path?query#fragment.
struct Url {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};
std::optional<Url> parse_url(std::string_view text) {
  if (text.find_first_of(" <>\"{}|\\^`") != std::string_view::npos) return std::nullopt;
  Url url;
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    url.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    url.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (const auto colon = text.find(':');
      colon != std::string_view::npos &&
      text.substr(0, colon).find('/') == std::string_view::npos) {
    url.scheme = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    const std::size_t slash = std::min(text.find('/'), text.size());
    std::string_view authority = text.substr(0, slash);
    text.remove_prefix(slash);
    if (const auto at = authority.find('@'); at != std::string_view::npos)
      authority.remove_prefix(at + 1);
    const std::size_t colon = authority.rfind(':');
    if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
      url.port = authority.substr(colon + 1);
      authority = authority.substr(0, colon);
    }
    url.host = authority;
  }
  url.path = text;
  return url;
}
template <std::string_view Url::*part>
Value url_part(Evaluation&, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  return url ? Value::of_text((*url).*part) : Value();
}
Value url_query(Evaluation&, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  return url ? Value::of_text(url->query.value_or("")) : Value();
}
Value url_fragment(Evaluation&, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  return url ? Value::of_text(url->fragment.value_or("")) : Value();
}
Value url_port(Evaluation&, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  if (!url || url->port.empty()) return {};
  return Value::of_integer(std::atoll(std::string(url->port).c_str()));
}
Value url_parameter(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto url = parse_url(a[0].text());
  if (!url || !url->query) return {};
  std::string_view rest = *url->query;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equal = std::min(pair.find('='), pair.size());
    const auto name = decode_url(pair.substr(0, equal));
    if (name && *name == a[1].text()) {
      const auto value = decode_url(equal < pair.size() ? pair.substr(equal + 1) : "");
      return value ? evaluation.text(*value) : Value();
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

const Function kRows[] = {
    {"md5", "varbinary", "varbinary", digest<EVP_md5>, 0, "The MD5 hash.",
     "to_hex(md5(to_utf8('a'))) = '0CC175B9C0F1B6A831C399E269772661'"},
    {"sha1", "varbinary", "varbinary", digest<EVP_sha1>, 0, "The SHA-1 hash.",
     "to_hex(sha1(to_utf8('abc'))) = 'A9993E364706816ABA3E25717850C26C9CD0D89D'"},
    {"sha256", "varbinary", "varbinary", digest<EVP_sha256>, 0, "The SHA-256 hash.",
     "length(to_hex(sha256(to_utf8('a')))) = 64"},
    {"sha512", "varbinary", "varbinary", digest<EVP_sha512>, 0, "The SHA-512 hash.",
     "length(to_hex(sha512(to_utf8('a')))) = 128"},
    {"to_hex", "varbinary", "varchar", to_hex, 0, "Hexadecimal digits.",
     "to_hex(to_utf8('a')) = '61'"},
    {"from_hex", "varchar(x)", "varbinary", from_hex, kMayFail, "Bytes of hexadecimal digits.",
     "from_utf8(from_hex('61')) = 'a'"},
    {"to_base64", "varbinary", "varchar", to_base64, 0, "Base 64.",
     "to_base64(to_utf8('ab')) = 'YWI='"},
    {"from_base64", "varchar(x)", "varbinary", from_base64, kMayFail, "Bytes of base 64.",
     "from_utf8(from_base64('YWI=')) = 'ab'"},
    {"to_utf8", "varchar(x)", "varbinary", same, 0, "The bytes of a text.",
     "to_hex(to_utf8('é')) = 'C3A9'"},
    {"from_utf8", "varbinary", "varchar", same, 0, "The text of bytes.",
     "from_utf8(to_utf8('a')) = 'a'"},
    {"length", "varbinary", "bigint", size_of, 0, "Counts bytes.", "length(to_utf8('é')) = 2"},
    {"url_encode", "varchar(x)", "varchar", url_encode, 0, "Escapes for a URL.",
     "url_encode('a b&') = 'a+b%26'"},
    {"url_decode", "varchar(x)", "varchar", url_decode, kMayFail, "Undoes url_encode.",
     "url_decode('a+b%26') = 'a b&'"},
    {"url_extract_host", "varchar(x)", "varchar(x)", url_part<&Url::host>, 0, "The host.",
     "url_extract_host('https://a.example/x') = 'a.example'"},
    {"url_extract_path", "varchar(x)", "varchar(x)", url_part<&Url::path>, 0, "The path.",
     "url_extract_path('https://a.example/x?y') = '/x'"},
    {"url_extract_protocol", "varchar(x)", "varchar(x)", url_part<&Url::scheme>, 0, "The protocol.",
     "url_extract_protocol('https://a.example') = 'https'"},
    {"url_extract_query", "varchar(x)", "varchar(x)", url_query, 0, "The query.",
     "url_extract_query('https://a.example/x?y=1') = 'y=1'"},
    {"url_extract_fragment", "varchar(x)", "varchar(x)", url_fragment, 0, "The fragment.",
     "url_extract_fragment('https://a.example/#z') = 'z'"},
    {"url_extract_port", "varchar(x)", "bigint", url_port, 0, "The port.",
     "url_extract_port('https://a.example:8443/') = 8443"},
    {"url_extract_parameter", "varchar(x), varchar(y)", "varchar(x)", url_parameter, 0,
     "A parameter of the query.", "url_extract_parameter('https://a.example/?y=1', 'y') = '1'"},
};

}  // namespace

std::span<const Function> binary_functions() { return kRows; }

}  // namespace trailpond::sql
