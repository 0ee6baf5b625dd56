#include "sql/syntax/lexer.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"

namespace trailpond::sql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word_start(char c) { return is_letter(c) || c == '_'; }
bool is_word(char c) { return is_word_start(c) || is_digit(c) || c == '@' || c == ':'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Sorted, for a binary search. Trino 476, "Reserved keywords".
constexpr auto kReserved = std::to_array<std::string_view>({"ALTER",        "AND",
                                                            "AS",           "BETWEEN",
                                                            "BY",           "CASE",
                                                            "CAST",         "CONSTRAINT",
                                                            "CREATE",       "CROSS",
                                                            "CUBE",         "CURRENT_CATALOG",
                                                            "CURRENT_DATE", "CURRENT_PATH",
                                                            "CURRENT_ROLE", "CURRENT_SCHEMA",
                                                            "CURRENT_TIME", "CURRENT_TIMESTAMP",
                                                            "CURRENT_USER", "DEALLOCATE",
                                                            "DELETE",       "DESCRIBE",
                                                            "DISTINCT",     "DROP",
                                                            "ELSE",         "END",
                                                            "ESCAPE",       "EXCEPT",
                                                            "EXECUTE",      "EXISTS",
                                                            "EXTRACT",      "FALSE",
                                                            "FOR",          "FROM",
                                                            "FULL",         "GROUP",
                                                            "GROUPING",     "HAVING",
                                                            "IN",           "INNER",
                                                            "INSERT",       "INTERSECT",
                                                            "INTO",         "IS",
                                                            "JOIN",         "JSON_ARRAY",
                                                            "JSON_EXISTS",  "JSON_OBJECT",
                                                            "JSON_QUERY",   "JSON_TABLE",
                                                            "JSON_VALUE",   "LEFT",
                                                            "LIKE",         "LISTAGG",
                                                            "LOCALTIME",    "LOCALTIMESTAMP",
                                                            "NATURAL",      "NORMALIZE",
                                                            "NOT",          "NULL",
                                                            "ON",           "OR",
                                                            "ORDER",        "OUTER",
                                                            "PREPARE",      "RECURSIVE",
                                                            "RIGHT",        "ROLLUP",
                                                            "SELECT",       "SKIP",
                                                            "TABLE",        "THEN",
                                                            "TRIM",         "TRUE",
                                                            "UESCAPE",      "UNION",
                                                            "UNNEST",       "USING",
                                                            "VALUES",       "WHEN",
                                                            "WHERE",        "WITH"});
static_assert(std::ranges::is_sorted(kReserved));

constexpr std::size_t kLongestReserved =
    std::ranges::max(kReserved, std::ranges::less(), &std::string_view::size).size();

/// The same as is_reserved_word, for a word as it is typed.
bool is_reserved(std::string_view word) {
  if (word.size() > kLongestReserved) return false;
  std::array<char, kLongestReserved> upper;
  std::ranges::transform(word, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return is_reserved_word({upper.data(), word.size()});
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {
    constexpr std::size_t kUsualToken = 4;  // bytes, with the blank behind it
    tokens_.reserve(text.size() / kUsualToken + 1);
  }

  std::vector<Token> run() {
    while (true) {
      skip_blanks_and_comments();
      if (at_ >= text_.size()) break;
      next();
    }
    add(TokenKind::kEnd, at_, "");
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  /// Moves on by n bytes, counting lines and code points.
  void advance(std::size_t n = 1) {
    for (; n > 0 && at_ < text_.size(); --n, ++at_) {
      if (text_[at_] == '\n') {
        ++place_.line;
        place_.column = 1;
      } else if (!is_continuation(text_[at_])) {
        ++place_.column;
      }
    }
  }

  void skip_blanks_and_comments() {
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        advance();
      } else if (c == '-' && peek(1) == '-') {
        while (at_ < text_.size() && peek() != '\n') advance();
      } else if (c == '/' && peek(1) == '*') {
        const std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return;  // an unfinished comment is no comment
        advance(end + 2 - at_);
      } else {
        return;
      }
    }
  }

  void add(TokenKind kind, std::size_t end, std::string text) {
    Token token{kind, std::move(text), text_.substr(at_, end - at_), place_};
    if (kind == TokenKind::kWord) token.is_reserved = is_reserved(token.text);
    advance(end - at_);
    tokens_.push_back(std::move(token));
  }

  void next() {
    const char c = peek();
    if (const std::size_t length = is_hex(c) ? store_id_length() : 0; length > 0) {
      return add(TokenKind::kStoreId, at_ + length, std::string(text_.substr(at_, length)));
    }
    if (c == '\'') return quoted('\'', TokenKind::kString, 0);
    if (c == '"') return quoted('"', TokenKind::kQuoted, 0);
    if ((c == 'X' || c == 'x') && peek(1) == '\'') return quoted('\'', TokenKind::kBinary, 1);
    if ((c == 'U' || c == 'u') && peek(1) == '&' && peek(2) == '\'') return unicode_string();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_word_start(c)) {
      std::size_t end = at_;
      while (end < text_.size() && is_word(text_[end])) ++end;
      // A colon belongs to no word of Trino's dialect; it is kept apart for the error's sake.
      const std::size_t colon = text_.substr(at_, end - at_).find_first_of(":@");
      if (colon != std::string_view::npos) end = at_ + colon;
      return add(TokenKind::kWord, end, std::string(text_.substr(at_, end - at_)));
    }
    operator_or_unknown();
  }

  /// The length of a bare store id at this place, or 0.
  std::size_t store_id_length() const {
    constexpr std::array<std::size_t, 5> kGroups = {8, 4, 4, 4, 12};
    std::size_t at = at_;
    for (std::size_t group = 0; group < kGroups.size(); ++group) {
      if (group > 0) {
        if (at >= text_.size() || text_[at] != '-') return 0;
        ++at;
      }
      for (std::size_t i = 0; i < kGroups[group]; ++i, ++at) {
        if (at >= text_.size() || !is_hex(text_[at])) return 0;
      }
    }
    if (at < text_.size() && is_word(text_[at])) return 0;
    return at - at_;
  }

  void quoted(char quote, TokenKind kind, std::size_t prefix) {
    std::string value;
    std::size_t at = at_ + prefix + 1;
    while (at < text_.size()) {
      if (text_[at] == quote) {
        if (at + 1 < text_.size() && text_[at + 1] == quote) {
          ++at;
        } else {
          return add(kind, at + 1, std::move(value));
        }
      }
      value += text_[at++];
    }
    add(TokenKind::kUnknown, at_ + prefix + 1, std::string(1, quote));
  }

  /// U&'…' [UESCAPE 'c']: the escapes are \\XXXX and \\+XXXXXX, or with c for the backslash.
  void unicode_string() {
    std::string body;
    std::size_t end = at_ + 3;
    bool closed = false;
    while (end < text_.size() && !closed) {
      const bool quote = text_[end] == '\'';
      const bool doubled = quote && end + 1 < text_.size() && text_[end + 1] == '\'';
      closed = quote && !doubled;
      if (!closed) body += text_[end];
      end += doubled ? 2 : 1;
    }
    if (!closed) return add(TokenKind::kUnknown, at_ + 1, "U");
    char escape = '\\';
    const std::size_t word = std::min(text_.find_first_not_of(" \t\r\n", end), text_.size());
    if (ascii_upper(text_.substr(word, 7)) == "UESCAPE") {
      const std::size_t quote = text_.find('\'', word);
      if (quote == std::string_view::npos || text_.substr(quote + 2, 1) != "'")
        return add(TokenKind::kUnknown, at_ + 1, "U");
      escape = text_[quote + 1];
      end = quote + 3;
    }
    auto value = without_escapes(body, escape);
    if (!value) return add(TokenKind::kUnknown, at_ + 1, "U");
    add(TokenKind::kString, end, std::move(*value));
  }

  static std::optional<std::string> without_escapes(std::string_view body, char escape) {
    std::string value;
    for (std::size_t i = 0; i < body.size();) {
      if (body[i] != escape) {
        value += body[i++];
      } else if (i + 1 < body.size() && body[i + 1] == escape) {
        value += escape;
        i += 2;
      } else {
        const bool is_long = i + 1 < body.size() && body[i + 1] == '+';
        const std::size_t digits = is_long ? 6 : 4;
        const std::size_t start = i + (is_long ? 2 : 1);
        const auto code = hexadecimal(body.substr(std::min(start, body.size()), digits), digits);
        const bool is_surrogate = code && *code >= 0xD800 && *code <= 0xDFFF;
        if (!code || is_surrogate || *code > 0x10FFFF) return std::nullopt;
        append_utf8(value, *code);
        i = start + digits;
      }
    }
    return value;
  }

  static std::optional<std::uint32_t> hexadecimal(std::string_view text, std::size_t digits) {
    if (text.size() != digits || !std::ranges::all_of(text, is_hex)) return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(std::string(text), nullptr, 16));
  }

  /// The end of digits from `begin` on, single underscores between them.
  template <class IsDigit>
  std::size_t digits_end(std::size_t begin, IsDigit is_one) const {
    std::size_t end = begin;
    while (end < text_.size()) {
      const bool separator = text_[end] == '_' && end > begin && text_[end - 1] != '_' &&
                             end + 1 < text_.size() && is_one(text_[end + 1]);
      if (!separator && !is_one(text_[end])) break;
      ++end;
    }
    return end;
  }

  /// 0xFF, 0o17, 0b101: the end of such a number; where it would begin if it is none.
  std::size_t based_number_end() const {
    if (peek() != '0') return at_;
    const char base = peek(1);
    std::size_t end = at_;
    if (base == 'x' || base == 'X') {
      end = digits_end(at_ + 2, is_hex);
    } else if (base == 'o' || base == 'O') {
      end = digits_end(at_ + 2, [](char c) { return c >= '0' && c <= '7'; });
    } else if (base == 'b' || base == 'B') {
      end = digits_end(at_ + 2, [](char c) { return c == '0' || c == '1'; });
    }
    return end > at_ + 2 ? end : at_;
  }

  void number() {
    TokenKind kind = TokenKind::kInteger;
    std::size_t end = std::max(based_number_end(), digits_end(at_, is_digit));
    std::size_t word = at_;  // a word that begins with a digit takes precedence when it is longer
    while (word < text_.size() && (is_word_start(text_[word]) || is_digit(text_[word]))) ++word;
    if (end < text_.size() && text_[end] == '.' &&
        !(end + 1 < text_.size() && is_word_start(text_[end + 1]) && text_[end + 1] != 'e' &&
          text_[end + 1] != 'E')) {
      kind = TokenKind::kDecimal;
      end = digits_end(end + 1, is_digit);
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      std::size_t exponent = end + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (exponent < text_.size() && is_digit(text_[exponent])) {
        kind = TokenKind::kDouble;
        end = digits_end(exponent, is_digit);
      }
    }
    if (word > end) return add(TokenKind::kDigitWord, word, "");
    std::string value(text_.substr(at_, end - at_));
    std::erase(value, '_');
    add(kind, end, std::move(value));
  }

  void operator_or_unknown() {
    static constexpr auto kTwo =
        std::to_array<std::string_view>({"<>", "!=", "<=", ">=", "||", "->", "=>"});
    for (const std::string_view two : kTwo) {
      if (text_.substr(at_, 2) == two) {
        return add(TokenKind::kOperator, at_ + 2, std::string(two));
      }
    }
    static constexpr std::string_view kOne = "+-*/%=<>()[],.;?:|";
    if (kOne.find(peek()) != std::string_view::npos) {
      return add(TokenKind::kOperator, at_ + 1, std::string(1, peek()));
    }
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_continuation(text_[end])) ++end;
    add(TokenKind::kUnknown, end, std::string(text_.substr(at_, end - at_)));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Position place_{1, 1};
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> lex(std::string_view statement) { return Lexer(statement).run(); }

bool is_reserved_word(std::string_view upper) {
  return std::ranges::binary_search(kReserved, upper);
}

}  // namespace trailpond::sql
