#include "base/text.hpp"
#include "sql/evaluation/tables.hpp"

/// How texts sound and differ, and digits that check themselves.
/// Source: https://trino.io/docs/current/functions/string.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

Value levenshtein(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::u32string left = code_points_of(a[0].text());
  const std::u32string right = code_points_of(a[1].text());
  constexpr std::size_t kMostComparisons = 1'000'000;
  if (!left.empty() && right.size() > kMostComparisons / left.size() + 1) {
    return refuse(evaluation, "The combined inputs for Levenshtein distance are too large");
  }
  std::vector<std::int64_t> row(right.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = static_cast<std::int64_t>(j);
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::int64_t diagonal = row[0];
    row[0] = static_cast<std::int64_t>(i);
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::int64_t above = row[j];
      row[j] =
          std::min({above + 1, row[j - 1] + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)});
      diagonal = above;
    }
    if (!evaluation.step(static_cast<std::int64_t>(right.size()))) return {};
  }
  return Value::of_integer(row.back());
}

Value hamming(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::u32string left = code_points_of(a[0].text());
  const std::u32string right = code_points_of(a[1].text());
  if (left.size() != right.size()) {
    return refuse(evaluation,
                  "The input strings to hamming_distance function must have the same length");
  }
  std::int64_t count = 0;
  for (std::size_t i = 0; i < left.size(); ++i) count += left[i] == right[i] ? 0 : 1;
  return Value::of_integer(count);
}

/// The American Soundex: a letter and three digits.
Value soundex(Evaluation& evaluation, const Bound&, Arguments a) {
  constexpr std::string_view kDigits = "01230120022455012623010202";  // of A … Z
  constexpr std::size_t kLength = 4;
  std::string out;
  char last = '0';
  for (char32_t c : code_points_of(a[0].text())) {
    if (c >= U'a' && c <= U'z') c = c - U'a' + U'A';
    const bool is_latin_1_letter = c >= 0xC0 && c <= 0xFF && c != 0xD7 && c != 0xF7;
    if (c < U'A' || (c > U'Z' && !is_latin_1_letter && c < 0x100)) continue;  // no letter
    if (c > U'Z') {
      if (c >= 0xE0 && c <= 0xFE) c -= 0x20;  // its capital
      std::string shown;
      append_utf8(shown, c);
      return refuse(evaluation, "The character is not mapped: " + shown +
                                    " (index=" + std::to_string(c - U'A') + ")");
    }
    const char digit = kDigits[c - U'A'];
    if (out.empty()) {
      out += static_cast<char>(c);
      last = digit;
      continue;
    }
    // H and W do not part letters that sound the same.
    if (c == U'H' || c == U'W') continue;
    if (digit != '0' && digit != last && out.size() < kLength) out += digit;
    last = digit;
  }
  if (!out.empty()) out.resize(kLength, '0');
  return evaluation.text(out);
}

Value luhn_check(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view digits = a[0].text();
  int sum = 0;
  bool twice = false;
  for (std::size_t i = digits.size(); i > 0; --i, twice = !twice) {
    const char c = digits[i - 1];
    if (c < '0' || c > '9') return refuse(evaluation, "Input contains non-digit character");
    const int digit = (c - '0') * (twice ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return Value::of_boolean(!digits.empty() && sum % 10 == 0);
}

const Function kRows[] = {
    {"levenshtein_distance", "varchar(x), varchar(y)", "bigint", levenshtein, kMayFail,
     "Counts single-character edits.", "levenshtein_distance('kitten', 'sitting') = 3"},
    {"hamming_distance", "varchar(x), varchar(y)", "bigint", hamming, kMayFail,
     "Counts characters that differ.", "hamming_distance('karolin', 'kathrin') = 3"},
    {"soundex", "varchar(x)", "varchar(4)", soundex, kMayFail, "How a word sounds.",
     "soundex('Robert') = 'R163'"},
    {"luhn_check", "varchar", "boolean", luhn_check, kMayFail,
     "Whether the last digit checks the others.", "luhn_check('79927398713')"},
};

}  // namespace

std::span<const Function> word_functions() { return kRows; }

}  // namespace trailpond::sql
