#include "sql/operators/top_rows.hpp"

#include <algorithm>
#include <numeric>

#include "sql/operators/arranging.hpp"
#include "sql/operators/sort_order.hpp"

namespace trailpond::sql {
namespace {

/// Twice the rows that are wanted and so many more are gathered before the best are chosen.
constexpr std::size_t kMoreRows = 256;
/// So many rows are compared between looks at whether the run must end.
constexpr std::size_t kComparisons = 1 << 16;

constexpr auto kNullCode = static_cast<std::int64_t>(kNullWord);

int sign_of_nulls(const OperatorSort& sort, bool left, bool right) {
  if (left == right) return 0;
  return left == sort.nulls_first ? -1 : 1;
}

int sign_of_texts(const OperatorSort& sort, std::string_view left, std::string_view right) {
  const int sign = left.compare(right);
  return sort.descending ? -sign : sign;
}

}  // namespace

TopRows::TopRows(const OperatorTop& planned, RowStream& stream)
    : planned_(planned), stream_(stream), scans_(stream.scans()) {
  for (const OperatorSort& sort : planned.order) {
    RowReader& reader = scans_.at(sort.column);
    const bool is_text = reader.kind(sort.column.column) == WordKind::kCode;
    terms_.push_back({&sort, &reader, is_text, reader.is_coded(sort.column.column)});
  }
}

void TopRows::run() {
  if (planned_.count == 0) return;
  Tuples some;
  while (stream_.next(some)) {
    take(some);
    if (best_.size() >= 2 * planned_.count + kMoreRows) cut();
    count_memory();
  }
  std::vector<std::uint32_t> places = first_places();
  std::ranges::sort(places, [this](auto left, auto right) { return is_before(left, right); });
  put(places);
}

/// Adds rows to the best, but for those that do not come before the bound.
void TopRows::take(Tuples& tuples) {
  standings_.assign(tuples.size(), Standing::kEqual);
  for (std::size_t at = 0; at < terms_.size() && tuples.size() > 0; ++at) {
    read(terms_[at], tuples);
    if (!has_bound_) continue;
    compare(terms_[at]);
    if (at + 1 == terms_.size()) {
      // Of equal rows those that came first are the best.
      for (Standing& standing : standings_)
        if (standing == Standing::kEqual) standing = Standing::kBehind;
    }
    drop_behind(tuples, at + 1);
  }
  if (tuples.size() == 0) return;
  best_.append(tuples);
  for (Term& term : terms_) {
    if (term.has_texts()) give_codes(term);
    term.best.insert(term.best.end(), term.some.begin(), term.some.end());
  }
}

void TopRows::read(Term& term, const Tuples& tuples) {
  const ColumnPlace& place = term.sort->column;
  const auto& rows = tuples.rows[place.scan];
  term.some.resize(rows.size());
  if (term.has_texts()) {
    term.texts.resize(rows.size());
    term.reader->read_texts(place.column, rows, term.texts.data());
    scans_.check(*term.reader);
    return;
  }
  std::vector<Word> words(rows.size());
  scans_.read(place, rows, words.data());
  if (term.is_text) {
    std::ranges::copy(words, term.some.begin());
  } else {
    number_keys(words, *term.sort, term.some.data());
  }
}

/// Compares rows that were equal so far.
void TopRows::compare(Term& term) {
  const std::int64_t bound = term.bound;
  for (std::size_t at = 0; at < standings_.size(); ++at) {
    if (standings_[at] != Standing::kEqual) continue;
    if (term.is_text) {
      standings_[at] = compare_text(term, at);
    } else if (term.some[at] != bound) {
      standings_[at] = term.some[at] < bound ? Standing::kBefore : Standing::kBehind;
    }
  }
}

TopRows::Standing TopRows::compare_text(Term& term, std::size_t at) {
  int sign = 0;
  if (term.is_coded) {
    const std::int64_t code = term.some[at];
    if (code == term.bound) return Standing::kEqual;
    const auto place = static_cast<std::size_t>(code);
    if (code != kNullCode && place < term.is_behind.size() && term.is_behind[place] != 0)
      return Standing::kBehind;
    sign = order_of(term, code, term.bound);
    if (sign > 0 && code != kNullCode) {
      if (place >= term.is_behind.size()) term.is_behind.resize(place + 1, 0);
      term.is_behind[place] = 1;
    }
  } else {
    const std::string_view text = term.texts[at];
    const bool null = !text.data();
    const bool null_bound = term.bound == kNullCode;
    sign = null || null_bound ? sign_of_nulls(*term.sort, null, null_bound)
                              : sign_of_texts(*term.sort, text,
                                              term.reader->text(term.sort->column.column,
                                                                static_cast<Word>(term.bound)));
  }
  return sign == 0 ? Standing::kEqual : sign < 0 ? Standing::kBefore : Standing::kBehind;
}

/// Leaves rows out, of which so many terms were read.
void TopRows::drop_behind(Tuples& tuples, std::size_t terms) {
  marks_.resize(standings_.size());
  bool any = false;
  for (std::size_t at = 0; at < marks_.size(); ++at) {
    marks_[at] = static_cast<std::uint8_t>(standings_[at] != Standing::kBehind);
    any |= marks_[at] == 0;
  }
  if (!any) return;
  tuples.keep(marks_);
  keep_marked(standings_, marks_);
  for (std::size_t at = 0; at < terms; ++at) {
    keep_marked(terms_[at].some, marks_);
    if (terms_[at].has_texts()) keep_marked(terms_[at].texts, marks_);
  }
}

void TopRows::give_codes(Term& term) {
  for (std::size_t at = 0; at < term.some.size(); ++at) {
    const std::string_view text = term.texts[at];
    term.some[at] =
        text.data()
            ? static_cast<std::int64_t>(term.reader->code_of(term.sort->column.column, text))
            : kNullCode;
  }
}

int TopRows::order_of(const Term& term, std::int64_t left, std::int64_t right) const {
  if (left == right) return 0;
  if (!term.is_text) return left < right ? -1 : 1;
  if (left == kNullCode || right == kNullCode)
    return sign_of_nulls(*term.sort, left == kNullCode, right == kNullCode);
  const std::size_t column = term.sort->column.column;
  return sign_of_texts(*term.sort, term.reader->text(column, static_cast<Word>(left)),
                       term.reader->text(column, static_cast<Word>(right)));
}

/// Compares two of the best by their places.
bool TopRows::is_before(std::uint32_t left, std::uint32_t right) {
  if (++compared_ % kComparisons == 0) scans_.pause();
  for (const Term& term : terms_) {
    const int sign = order_of(term, term.best[left], term.best[right]);
    if (sign != 0) return sign < 0;
  }
  return left < right;
}

/// The places of the first rows among the best, the last of them at the end.
std::vector<std::uint32_t> TopRows::first_places() {
  std::vector<std::uint32_t> places(best_.size());
  std::iota(places.begin(), places.end(), 0u);
  if (places.size() <= planned_.count) return places;
  const auto last = places.begin() + static_cast<std::ptrdiff_t>(planned_.count) - 1;
  std::ranges::nth_element(places, last,
                           [this](auto left, auto right) { return is_before(left, right); });
  places.resize(planned_.count);
  return places;
}

/// Drops all but the first rows, and lets the last of them bound what comes.
void TopRows::cut() {
  std::vector<std::uint32_t> places = first_places();
  bool same_terms = true;
  for (Term& term : terms_) {
    const std::int64_t bound = term.best[places.back()];
    // What was behind stays behind only as long as the terms before are bounded as they were.
    if (!same_terms) term.is_behind.clear();
    same_terms = same_terms && has_bound_ && bound == term.bound;
    term.bound = bound;
  }
  has_bound_ = true;
  std::ranges::sort(places);  // equal rows stay in the order in which they came
  put(places);
}

void TopRows::put(const std::vector<std::uint32_t>& places) {
  Tuples chosen;
  chosen.take(best_, places, best_.rows.size());
  best_ = std::move(chosen);
  for (Term& term : terms_) {
    std::vector<std::int64_t> keys;
    keys.reserve(places.size());
    for (const std::uint32_t place : places) keys.push_back(term.best[place]);
    term.best = std::move(keys);
  }
}

void TopRows::count_memory() {
  std::size_t bytes = best_.size() * best_.rows.size() * sizeof(std::uint32_t);
  for (const Term& term : terms_)
    bytes += term.best.capacity() * sizeof(std::int64_t) + term.is_behind.size();
  use_.raise_to(bytes);
}

}  // namespace trailpond::sql
