#include "sql/operators/tuples.hpp"

#include <algorithm>

#include "sql/evaluation/evaluator.hpp"
#include "sql/operators/arranging.hpp"
#include "sql/values/memory_use.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {

std::size_t Tuples::size() const {
  for (const auto& column : rows) {
    if (!column.empty()) return column.size();
  }
  return 0;
}

void Tuples::append(const Tuples& others) {
  rows.resize(others.rows.size());
  for (std::size_t scan = 0; scan < rows.size(); ++scan) {
    rows[scan].insert(rows[scan].end(), others.rows[scan].begin(), others.rows[scan].end());
  }
}

void Tuples::take(const Tuples& from, std::span<const std::uint32_t> origins,
                  std::size_t but_scan) {
  rows.resize(from.rows.size());
  for (std::size_t scan = 0; scan < rows.size(); ++scan) {
    if (scan == but_scan) continue;
    rows[scan].clear();
    if (from.rows[scan].empty()) continue;
    rows[scan].reserve(origins.size());
    for (const std::uint32_t origin : origins) rows[scan].push_back(from.rows[scan][origin]);
  }
}

void Tuples::drop(std::size_t count) {
  for (auto& column : rows) {
    if (!column.empty())
      column.erase(column.begin(), column.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

void Tuples::keep(std::span<const std::uint8_t> marks) {
  for (auto& column : rows) {
    if (!column.empty()) keep_marked(column, marks);
  }
}

void OperatorScans::check(const RowReader& reader) const {
  if (const std::string* error = reader.error()) {
    throw OperatorFailure{{ErrorName::kGenericUserError, *error, {}}, error == &kHasLeastBigint};
  }
}

void OperatorScans::pause() {
  watch->check();
  std::size_t bytes = 0;
  for (const auto& reader : readers) bytes += reader->memory_bytes();
  use.raise_to(bytes);
}

void OperatorScans::read(const ColumnPlace& place, std::span<const std::uint32_t> rows, Word* out) {
  RowReader& reader = *readers[place.scan];
  reader.read(place.column, rows, out);
  check(reader);
}

Value OperatorScans::value(const ColumnPlace& place, TypePointer type, Word word) {
  if (word == kNullWord) return {};
  const RowReader& reader = *readers[place.scan];
  switch (reader.kind(place.column)) {
    case WordKind::kCode:
      return Value::of_text(reader.text(place.column, word));
    case WordKind::kReal:
      return Value::of_real(real_of(word));
    case WordKind::kInteger:
      return from_integer(type, static_cast<std::int64_t>(word));
  }
  return {};
}

void ConditionCheck::apply(OperatorScans& scans, Evaluation& evaluation, const Tuples& tuples,
                           std::span<std::uint8_t> marks) {
  if (std::ranges::find(marks, 0) == marks.end()) return decide(scans, evaluation, tuples, marks);
  // What is not marked must not be read: a computation may fail in it.
  Tuples some = tuples;
  some.keep(marks);
  std::vector<std::uint8_t> holds(static_cast<std::size_t>(std::ranges::count(marks, 1)), 1);
  if (holds.empty()) return;
  decide(scans, evaluation, some, holds);
  std::size_t at = 0;
  for (std::uint8_t& mark : marks) {
    if (mark != 0) mark = holds[at++];
  }
}

void ConditionCheck::decide(OperatorScans& scans, Evaluation& evaluation, const Tuples& tuples,
                            std::span<std::uint8_t> marks) {
  words_.resize(condition_.inputs.size());
  for (std::size_t at = 0; at < words_.size(); ++at) {
    words_[at].resize(marks.size());
    scans.read(condition_.inputs[at], tuples.rows[condition_.inputs[at].scan], words_[at].data());
  }
  if (condition_.comparison) {
    compare(marks);
  } else if (condition_.test) {
    test(marks);
  } else if (!condition_.program) {
    for (std::size_t at = 0; at < marks.size(); ++at)
      marks[at] &= static_cast<std::uint8_t>(words_[0][at] == 1);
  } else {
    evaluate_program(scans, evaluation, marks);
  }
}

void ConditionCheck::compare(std::span<std::uint8_t> marks) const {
  const auto keep_if = [&](auto&& holds) {
    for (std::size_t at = 0; at < marks.size(); ++at) {
      const Word left = words_[0][at];
      const Word right = words_[1][at];
      const bool known = left != kNullWord && right != kNullWord;
      marks[at] &= static_cast<std::uint8_t>(
          known && holds(static_cast<std::int64_t>(left), static_cast<std::int64_t>(right)));
    }
  };
  switch (*condition_.comparison) {
    case Comparison::kEqual:
      return keep_if(std::equal_to<>());
    case Comparison::kNotEqual:
      return keep_if(std::not_equal_to<>());
    case Comparison::kLess:
      return keep_if(std::less<>());
    case Comparison::kLessEqual:
      return keep_if(std::less_equal<>());
    case Comparison::kGreater:
      return keep_if(std::greater<>());
    case Comparison::kGreaterEqual:
      return keep_if(std::greater_equal<>());
  }
}

void ConditionCheck::test(std::span<std::uint8_t> marks) const {
  const std::int64_t constant = condition_.constant;
  const auto keep_if = [&](auto&& holds) {
    for (std::size_t at = 0; at < marks.size(); ++at) {
      const Word word = words_[0][at];
      marks[at] &= static_cast<std::uint8_t>(word != kNullWord &&
                                             holds(static_cast<std::int64_t>(word), constant));
    }
  };
  switch (*condition_.test) {
    case Operator::kIsNull:
      for (std::size_t at = 0; at < marks.size(); ++at)
        marks[at] &= static_cast<std::uint8_t>(words_[0][at] == kNullWord);
      return;
    case Operator::kIsNotNull:
      return keep_if([](std::int64_t, std::int64_t) { return true; });
    case Operator::kEqual:
      return keep_if(std::equal_to<>());
    case Operator::kNotEqual:
      return keep_if(std::not_equal_to<>());
    case Operator::kLess:
      return keep_if(std::less<>());
    case Operator::kLessOrEqual:
      return keep_if(std::less_equal<>());
    case Operator::kGreater:
      return keep_if(std::greater<>());
    case Operator::kGreaterOrEqual:
      return keep_if(std::greater_equal<>());
    default:
      return keep_if([](std::int64_t, std::int64_t) { return false; });
  }
}

void ConditionCheck::evaluate_program(OperatorScans& scans, Evaluation& evaluation,
                                      std::span<std::uint8_t> marks) {
  for (std::size_t at = 0; at < marks.size(); ++at) {
    evaluation.arena().reset();
    const auto arguments = evaluation.arena().values(words_.size());
    for (std::size_t input = 0; input < words_.size(); ++input) {
      arguments[input] =
          scans.value(condition_.inputs[input], condition_.types[input], words_[input][at]);
    }
    evaluation.begin_row(arguments);
    const Value result = evaluate(evaluation, *condition_.program);
    if (auto error = evaluation.take_error()) throw OperatorFailure{std::move(*error)};
    marks[at] = static_cast<std::uint8_t>(!result.is_null() && result.boolean());
  }
}

}  // namespace trailpond::sql
