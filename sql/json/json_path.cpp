#include "sql/json/json_path.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace trailpond::sql {
namespace {

using Kind = PathNode::Kind;

PathPointer make(Kind kind, std::string name = {}) {
  return std::make_unique<const PathNode>(PathNode{.kind = kind, .name = std::move(name)});
}
template <class... Children>
PathPointer make_of(Kind kind, std::string name, Children... children) {
  PathNode node{.kind = kind, .name = std::move(name)};
  (node.children.push_back(std::move(children)), ...);
  return std::make_unique<const PathNode>(std::move(node));
}

/// Reads paths from left to right. Mistakes are thrown and caught where a path begins.
class PathParser {
 public:
  PathParser(std::string_view text, bool lenient) : text_(text), lenient_(lenient) {}

  SqlJsonPath path() {
    SqlJsonPath path;
    skip_blanks();
    if (accept_word("strict"))
      path.strict = true;
    else if (!accept_word("lax"))
      fail_at_start();
    path.root = arithmetic(0);
    skip_blanks();
    if (at_ < text_.size()) fail("mismatched input '" + shown() + "' expecting <EOF>");
    path.variables = std::move(variables_);
    return path;
  }

  PathPointer condition() {
    auto node = predicate(0);
    skip_blanks();
    if (at_ < text_.size()) fail("mismatched input '" + shown() + "'");
    return node;
  }

 private:
  [[noreturn]] void fail(std::string message, ErrorName name = ErrorName::kSyntaxError) {
    throw PathMistake{{name, std::move(message), {}},
                      static_cast<std::int32_t>(count_code_points(text_.substr(0, at_)))};
  }
  [[noreturn]] void fail_at_start() {
    if (text_.substr(at_).starts_with('$')) fail("missing {'lax', 'strict'} at '$'");
    fail("mismatched input '" + shown() + "' expecting {'lax', 'strict'}");
  }
  void check_depth(int depth) {
    if (depth > kMaxPathDepth) fail("JSON path is nested too deeply");
  }

  // ---- tokens

  static bool is_name_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  /// The word or sign at hand, for messages.
  std::string shown() const {
    if (at_ >= text_.size()) return "<EOF>";
    std::size_t end = at_;
    while (end < text_.size() && is_name_byte(text_[end])) ++end;
    return std::string(text_.substr(at_, std::max<std::size_t>(end - at_, 1)));
  }
  bool accept(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  void expect(std::string_view sign) {
    if (!accept(sign)) {
      fail("mismatched input '" + shown() + "' expecting '" + std::string(sign) + "'");
    }
  }
  bool is_word(std::string_view word) {
    skip_blanks();
    return text_.substr(at_).starts_with(word) && !is_name_byte(peek(word.size()));
  }
  bool accept_word(std::string_view word) {
    if (!is_word(word)) return false;
    at_ += word.size();
    return true;
  }
  std::string name() {
    skip_blanks();
    if (peek() == '"' || (lenient_ && peek() == '\'')) return quoted();
    const std::size_t start = at_;
    while (is_name_byte(peek())) ++at_;
    if (at_ == start) fail("mismatched input '" + shown() + "' expecting a member's name");
    return std::string(text_.substr(start, at_ - start));
  }
  /// A quoted text: two quotes are one; Lake's paths also escape by a backslash.
  std::string quoted() {
    const char quote = text_[at_++];
    std::string value;
    while (true) {
      if (at_ >= text_.size()) fail("mismatched input '<EOF>' expecting a quote");
      if (text_[at_] == quote) {
        if (peek(1) != quote) break;
        ++at_;
      } else if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      }
      value += text_[at_++];
    }
    ++at_;
    return value;
  }

  // ---- values

  PathPointer arithmetic(int depth) {
    check_depth(depth);
    auto left = term(depth + 1);
    for (int links = 0;; check_depth(++links)) {
      if (accept("+"))
        left = make_of(Kind::kArithmetic, "+", std::move(left), term(depth + 1));
      else if (accept("-"))
        left = make_of(Kind::kArithmetic, "-", std::move(left), term(depth + 1));
      else
        return left;
    }
  }
  PathPointer term(int depth) {
    auto left = unary(depth + 1);
    for (int links = 0;; check_depth(++links)) {
      skip_blanks();
      const char sign = peek();
      if (sign != '*' && sign != '/' && sign != '%') return left;
      ++at_;
      left = make_of(Kind::kArithmetic, std::string(1, sign), std::move(left), unary(depth + 1));
    }
  }
  PathPointer unary(int depth) {
    check_depth(depth);
    if (accept("-")) return make_of(Kind::kNegate, "", unary(depth + 1));
    if (accept("+")) return make_of(Kind::kPlus, "", unary(depth + 1));
    return accessors(primary(depth + 1), depth + 1);
  }

  PathPointer accessors(PathPointer base, int depth) {
    for (int links = 0;; check_depth(++links)) {
      skip_blanks();
      if (accept("..")) {
        base = make_of(Kind::kDescendants, name(), std::move(base));
      } else if (accept(".")) {
        base = member(std::move(base));
      } else if (peek() == '[') {
        base = elements(std::move(base), depth);
      } else if (!lenient_ && accept("?")) {
        expect("(");
        auto condition = predicate(depth + 1);
        expect(")");
        base = make_of(Kind::kFilter, "", std::move(base), std::move(condition));
      } else {
        return base;
      }
    }
  }
  PathPointer member(PathPointer base) {
    if (accept("*")) return make_of(Kind::kAllMembers, "", std::move(base));
    const bool is_quoted = peek() == '"';
    std::string key = name();
    if (is_quoted || peek() != '(') return make_of(Kind::kMember, std::move(key), std::move(base));
    static constexpr std::string_view kMethods[] = {"type",  "size", "double",  "ceiling",
                                                    "floor", "abs",  "keyvalue"};
    if (std::ranges::find(kMethods, key) == std::end(kMethods)) {
      if (key == "datetime")
        fail("datetime method in JSON path is not yet supported", ErrorName::kNotSupported);
      fail("no viable alternative at input '" + key + "('");
    }
    ++at_;
    expect(")");
    return make_of(Kind::kMethod, std::move(key), std::move(base));
  }
  PathPointer elements(PathPointer base, int depth) {
    expect("[");
    skip_blanks();
    if (accept("*")) {
      expect("]");
      return make_of(Kind::kAllElements, "", std::move(base));
    }
    if (lenient_ && (peek() == '"' || peek() == '\'')) {
      auto node = make_of(Kind::kMember, quoted(), std::move(base));
      expect("]");
      return node;
    }
    PathNode node{.kind = Kind::kElements};
    node.children.push_back(std::move(base));
    do {
      node.children.push_back(arithmetic(depth + 1));
      node.children.push_back(accept_word("to") ? arithmetic(depth + 1) : nullptr);
    } while (accept(","));
    expect("]");
    return std::make_unique<const PathNode>(std::move(node));
  }

  PathPointer primary(int depth) {
    skip_blanks();
    if (accept_word("last")) return make(Kind::kLast);
    if (accept_word("null")) return literal({});
    if (accept_word("true")) return literal({.kind = JsonItem::Kind::kBoolean, .boolean = true});
    if (accept_word("false")) return literal({.kind = JsonItem::Kind::kBoolean});
    if (accept("@")) return make(Kind::kCurrent);
    if (accept("$")) {
      if (!is_name_byte(peek())) return make(Kind::kRoot);
      std::string variable = name();
      if (std::ranges::find(variables_, variable) == variables_.end())
        variables_.push_back(variable);
      return make(Kind::kVariable, std::move(variable));
    }
    if (peek() == '"' || (lenient_ && peek() == '\''))
      return literal({.kind = JsonItem::Kind::kString, .text = quoted()});
    if (peek() >= '0' && peek() <= '9') return number();
    if (accept("(")) {
      auto inner = arithmetic(depth + 1);
      expect(")");
      return inner;
    }
    fail("mismatched input '" + shown() + "'");
  }
  PathPointer literal(JsonItem item) {
    PathNode node{.kind = Kind::kLiteral};
    node.literal = std::move(item);
    return std::make_unique<const PathNode>(std::move(node));
  }
  /// 5 is an integer, 1.5 a decimal, 1e3 a double.
  PathPointer number() {
    const std::size_t start = at_;
    bool exponent = false;
    bool point = false;
    while ((peek() >= '0' && peek() <= '9') || (peek() == '.' && !point && peek(1) != '.') ||
           peek() == 'e' || peek() == 'E' ||
           ((peek() == '-' || peek() == '+') && exponent &&
            (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E'))) {
      point |= peek() == '.';
      exponent |= peek() == 'e' || peek() == 'E';
      ++at_;
    }
    const std::string_view digits = text_.substr(start, at_ - start);
    JsonItem item;
    if (exponent) {
      item.kind = JsonItem::Kind::kDouble;
      std::from_chars(digits.data(), digits.data() + digits.size(), item.real);
    } else if (point) {
      item.kind = JsonItem::Kind::kDecimal;
      constexpr std::size_t kMostDigits = 37;
      if (digits.size() > kMostDigits) fail("invalid number: " + std::string(digits));
      for (const char c : digits) {
        if (c != '.') item.decimal = item.decimal * 10 + (c - '0');
      }
      item.scale = static_cast<std::int32_t>(digits.size() - digits.find('.') - 1);
    } else {
      item.kind = JsonItem::Kind::kInteger;
      const auto parsed =
          std::from_chars(digits.data(), digits.data() + digits.size(), item.integer);
      if (parsed.ec != std::errc()) fail("invalid number: " + std::string(digits));
    }
    return literal(std::move(item));
  }

  // ---- predicates

  PathPointer predicate(int depth) {
    check_depth(depth);
    auto left = conjunction(depth + 1);
    for (int links = 0; accept("||"); check_depth(++links))
      left = make_of(Kind::kOr, "", std::move(left), conjunction(depth + 1));
    return left;
  }
  PathPointer conjunction(int depth) {
    auto left = negation(depth + 1);
    for (int links = 0; accept("&&"); check_depth(++links))
      left = make_of(Kind::kAnd, "", std::move(left), negation(depth + 1));
    return left;
  }
  PathPointer negation(int depth) {
    check_depth(depth);
    skip_blanks();
    if (peek() == '!' && peek(1) != '=') {
      ++at_;
      return make_of(Kind::kNot, "", negation(depth + 1));
    }
    return comparison(depth + 1);
  }
  PathPointer comparison(int depth) {
    skip_blanks();
    if (is_word("exists")) {
      at_ += 6;
      expect("(");
      auto inner = arithmetic(depth + 1);
      expect(")");
      return make_of(Kind::kExists, "", std::move(inner));
    }
    if (peek() == '(') {
      // A parenthesis holds a predicate, or a value that is compared.
      const std::size_t start = at_;
      try {
        ++at_;
        auto inner = predicate(depth + 1);
        expect(")");
        if (accept_word("is")) {
          if (!accept_word("unknown")) fail("mismatched input '" + shown() + "'");
          return make_of(Kind::kIsUnknown, "", std::move(inner));
        }
        return inner;
      } catch (const PathMistake&) {
        if (depth > kMaxPathDepth / 8) throw;  // trying both ways must stay cheap
        at_ = start;
      }
    }
    auto left = arithmetic(depth + 1);
    static constexpr std::pair<std::string_view, std::string_view> kSigns[] = {
        {"===", "=="}, {"!==", "<>"}, {"==", "=="}, {"!=", "<>"}, {"<>", "<>"},
        {"<=", "<="},  {">=", ">="},  {"<", "<"},   {">", ">"}};
    for (const auto& [sign, meaning] : kSigns) {
      if (sign.size() == 3 && !lenient_) continue;
      if (accept(sign))
        return make_of(Kind::kCompare, std::string(meaning), std::move(left),
                       arithmetic(depth + 1));
    }
    if (accept_word("starts")) {
      if (!accept_word("with")) fail("mismatched input '" + shown() + "' expecting 'with'");
      return make_of(Kind::kStartsWith, "", std::move(left), primary(depth + 1));
    }
    if (is_word("like_regex")) {
      // Trino points at the beginning of the literal, before its quote.
      throw PathMistake{
          {ErrorName::kNotSupported, "like_regex predicate in JSON path is not yet supported", {}},
          -1};
    }
    if (lenient_) return make_of(Kind::kExists, "", std::move(left));
    fail("mismatched input '" + shown() + "' expecting a comparison");
  }

  std::string_view text_;
  bool lenient_;
  std::size_t at_ = 0;
  std::vector<std::string> variables_;
};

}  // namespace

std::variant<SqlJsonPath, PathMistake> parse_sql_json_path(std::string_view text) {
  try {
    return PathParser(text, false).path();
  } catch (PathMistake& mistake) {
    return std::move(mistake);
  }
}

PathPointer parse_lenient_condition(std::string_view text) {
  try {
    return PathParser(text, true).condition();
  } catch (const PathMistake&) {
    return nullptr;
  }
}

}  // namespace trailpond::sql
