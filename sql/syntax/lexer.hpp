#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sql/types/error.hpp"

namespace trailpond::sql {

enum class TokenKind : std::uint8_t {
  kWord,       // an identifier or a keyword: `text` as typed
  kQuoted,     // "identifier": `text` without the quotes
  kStoreId,    // a bare event data store id (Lake): 8-4-4-4-12 hexadecimal digits
  kInteger,    // digits, also 0x1F, 0o17, 0b11
  kDecimal,    // 1.5
  kDouble,     // 1.5e0
  kString,     // 'text', also U&'…': `text` decoded
  kBinary,     // X'…': `text` the hexadecimal digits
  kOperator,   // punctuation, one or two characters
  kDigitWord,  // 12abc: what would be an identifier, did it not begin with a digit
  kUnknown,    // a character or an unfinished literal that no token begins with
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;         // see TokenKind
  std::string_view source;  // as it stands in the statement
  Position position;
  bool is_reserved = false;  // a word that is no identifier
};

/// Splits a statement into tokens; the last is kEnd. Comments (-- and /* */) and blanks are
/// dropped. Never fails: what is no token is a kUnknown one, for the parser to refuse by its place.
/// Trino page: https://trino.io/docs/current/language/reserved.html
std::vector<Token> lex(std::string_view statement);

/// Answers whether an upper-case word is reserved, so that it is no identifier unless quoted.
bool is_reserved_word(std::string_view upper);

}  // namespace trailpond::sql
