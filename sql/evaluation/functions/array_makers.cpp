#include <random>

#include "sql/evaluation/tables.hpp"
#include "sql/times/datetime.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/encoding.hpp"

/// Functions that make arrays out of numbers, dates and other arrays.
/// Source: https://trino.io/docs/current/functions/array.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

Value repeat(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].is_null()) return {};
  const std::int64_t count = a[1].integer();
  if (count > kMaxArrayLength) {
    return refuse(evaluation,
                  "count argument of repeat function must be less than or equal to 10000");
  }
  if (count < 0) {
    return refuse(evaluation,
                  "count argument of repeat function must be greater than or equal to 0");
  }
  const auto items = evaluation.arena().values(static_cast<std::size_t>(count));
  std::ranges::fill(items, a[0]);
  return Value::of_items(items);
}

// ---- sequences ------------------------------------------------------------------------------

/// Counts the steps from start to stop, both included; fails as Trino does when the step leads away
/// or there are too many.
std::optional<std::size_t> count_steps(Evaluation& evaluation, std::int64_t start,
                                       std::int64_t stop, std::int64_t step) {
  if (step == 0) {
    refuse(evaluation, "step must not be zero");
    return std::nullopt;
  }
  if ((step > 0) != (start <= stop) && start != stop) {
    refuse(evaluation,
           "sequence stop value should be greater than or equal to start value if step is greater "
           "than zero otherwise stop should be less than or equal to start");
    return std::nullopt;
  }
  const Int128 count = (static_cast<Int128>(stop) - start) / step + 1;
  if (count > kMaxArrayLength) {
    refuse(evaluation, "result of sequence function must not have more than 10000 entries");
    return std::nullopt;
  }
  return static_cast<std::size_t>(count);
}

Value sequence(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::int64_t start = a[0].integer();
  const std::int64_t stop = a[1].integer();
  const std::int64_t step = a.size() > 2 ? a[2].integer() : start <= stop ? 1 : -1;
  const auto count = count_steps(evaluation, start, stop, step);
  if (!count) return {};
  const auto items = evaluation.arena().values(*count);
  for (std::size_t i = 0; i < items.size(); ++i)
    items[i] = Value::of_integer(start + step * static_cast<std::int64_t>(i));
  return Value::of_items(items);
}

Value date_sequence(Evaluation& evaluation, const Bound& node, Arguments a) {
  constexpr std::int64_t kMillisPerDay = 86'400'000;
  if (a[2].integer() % kMillisPerDay != 0) {
    return refuse(evaluation,
                  "sequence step must be a day interval if start and end values are dates");
  }
  const Value days[3] = {a[0], a[1], Value::of_integer(a[2].integer() / kMillisPerDay)};
  return sequence(evaluation, node, days);
}

Value timestamp_sequence(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::int64_t start = a[0].moment().micros;
  std::int64_t step = 0;
  if (__builtin_mul_overflow(a[2].integer(), kMicrosPerMilli, &step))
    return refuse(evaluation, "interval is too large");
  const auto count = count_steps(evaluation, start, a[1].moment().micros, step);
  if (!count) return {};
  const auto items = evaluation.arena().values(*count);
  for (std::size_t i = 0; i < items.size(); ++i) {
    Moment moment = a[0].moment();
    moment.micros = start + step * static_cast<std::int64_t>(i);
    items[i] = Value::of_moment(moment);
  }
  return Value::of_items(items);
}

/// Steps of months: each is counted from the start, so that the 31st comes back after February.
template <class At>
Value month_sequence(Evaluation& evaluation, std::int64_t step, std::int64_t start,
                     std::int64_t stop, At&& at) {
  if (step == 0) return refuse(evaluation, "step must not be zero");
  if ((step > 0) != (start <= stop) && start != stop) {
    return refuse(evaluation,
                  "sequence stop value should be greater than or equal to start value if step is "
                  "greater than zero otherwise stop should be less than or equal to start");
  }
  std::vector<Value> items;
  for (std::int64_t i = 0;; ++i) {
    const auto [place, value] = at(step * i);
    if (step > 0 ? place > stop : place < stop) break;
    if (static_cast<std::int64_t>(items.size()) == kMaxArrayLength) {
      return refuse(evaluation,
                    "result of sequence function must not have more than 10000 entries");
    }
    items.push_back(value);
  }
  return evaluation.items(items);
}
Value date_month_sequence(Evaluation& evaluation, const Bound&, Arguments a) {
  return month_sequence(evaluation, a[2].integer(), a[0].integer(), a[1].integer(),
                        [&](std::int64_t months) {
                          const std::int64_t days = add_months(a[0].integer(), months);
                          return std::pair(days, Value::of_integer(days));
                        });
}
Value timestamp_month_sequence(Evaluation& evaluation, const Bound&, Arguments a) {
  const Moment first = a[0].moment();
  return month_sequence(
      evaluation, a[2].integer(), first.micros, a[1].moment().micros, [&](std::int64_t months) {
        Moment moment = first;
        moment.micros =
            add_months(floor_divide(first.micros, kMicrosPerDay), months) * kMicrosPerDay +
            floor_modulo(first.micros, kMicrosPerDay);
        return std::pair(moment.micros, Value::of_moment(moment));
      });
}

// ---- arrays of arrays -----------------------------------------------------------------------

Value trim_array(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto items = a[0].items();
  const std::int64_t count = a[1].integer();
  if (count < 0) return refuse(evaluation, "size must not be negative: " + std::to_string(count));
  if (static_cast<std::uint64_t>(count) > items.size()) {
    return refuse(evaluation, "size must not exceed array cardinality " +
                                  std::to_string(items.size()) + ": " + std::to_string(count));
  }
  return Value::of_items(items.first(items.size() - static_cast<std::size_t>(count)));
}

Value combinations(Evaluation& evaluation, const Bound&, Arguments a) {
  constexpr std::int64_t kMostChosen = 5;
  constexpr std::size_t kMostResults = 100'000;
  const auto items = a[0].items();
  if (a[1].integer() < 0) {
    return refuse(evaluation,
                  "combination size must not be negative: " + std::to_string(a[1].integer()));
  }
  if (a[1].integer() > kMostChosen) {
    return refuse(evaluation,
                  "combination size must not exceed 5: " + std::to_string(a[1].integer()));
  }
  const auto size = static_cast<std::size_t>(a[1].integer());
  std::vector<Value> results;
  if (size > items.size()) return evaluation.items(results);
  std::vector<std::size_t> chosen(size);
  for (std::size_t i = 0; i < size; ++i) chosen[i] = i;
  while (true) {
    const auto one = evaluation.arena().values(size);
    for (std::size_t i = 0; i < size; ++i) one[i] = items[chosen[i]];
    results.push_back(Value::of_items(one));
    if (results.size() > kMostResults) return refuse(evaluation, "combinations exceed max size");
    // The last index that can still move does, and those behind it follow.
    std::size_t moved = size;
    while (moved > 0 && chosen[moved - 1] == items.size() - size + moved - 1) --moved;
    if (moved == 0) break;
    ++chosen[moved - 1];
    for (std::size_t i = moved; i < size; ++i) chosen[i] = chosen[i - 1] + 1;
  }
  return evaluation.items(results);
}

Value ngrams(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto items = a[0].items();
  if (a[1].integer() <= 0) return refuse(evaluation, "N must be positive");
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>(static_cast<std::uint64_t>(a[1].integer()), items.size()));
  std::vector<Value> results;
  for (std::size_t i = 0; i + size <= items.size(); ++i) {
    results.push_back(Value::of_items(items.subspan(i, size)));
    if (size == 0) break;
  }
  return evaluation.items(results);
}

Value zip(Evaluation& evaluation, const Bound&, Arguments a) {
  std::size_t longest = 0;
  for (const Value& array : a) longest = std::max(longest, array.items().size());
  const auto rows = evaluation.arena().values(longest);
  for (std::size_t i = 0; i < longest; ++i) {
    const auto fields = evaluation.arena().values(a.size());
    for (std::size_t f = 0; f < fields.size(); ++f) {
      if (i < a[f].items().size()) fields[f] = a[f].items()[i];
    }
    rows[i] = Value::of_items(fields);
  }
  return Value::of_items(rows);
}

Value shuffle(Evaluation& evaluation, const Bound&, Arguments a) {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  const auto items = evaluation.arena().values(a[0].items().size());
  std::ranges::copy(a[0].items(), items.begin());
  std::ranges::shuffle(items, engine);
  return Value::of_items(items);
}

// ---- numbers of arrays ----------------------------------------------------------------------

/// Adds up a function of the pairs of two arrays of one length; NULL when one holds NULL.
template <double (*of_pair)(double, double)>
std::optional<double> sum_of_pairs(Evaluation& evaluation, Arguments a) {
  const auto left = a[0].items();
  const auto right = a[1].items();
  if (left.size() != right.size()) {
    refuse(evaluation, "The arguments must have the same length");
    return std::nullopt;
  }
  double sum = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (left[i].is_null() || right[i].is_null()) return std::nullopt;
    sum += of_pair(left[i].real(), right[i].real());
  }
  return sum;
}
double product_of(double x, double y) { return x * y; }
double squared_difference(double x, double y) { return (x - y) * (x - y); }
Value dot_product(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto sum = sum_of_pairs<product_of>(evaluation, a);
  return sum ? Value::of_real(*sum) : Value();
}
Value euclidean_distance(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto sum = sum_of_pairs<squared_difference>(evaluation, a);
  return sum ? Value::of_real(std::sqrt(*sum)) : Value();
}

Value contains_sequence(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto items = a[0].items();
  const auto wanted = a[1].items();
  const TypePointer type = node.children[0]->type->children[0];
  for (std::size_t i = 0; i + wanted.size() <= items.size(); ++i) {
    std::size_t same = 0;
    while (same < wanted.size() && identical_values(type, items[i + same], wanted[same])) ++same;
    if (same == wanted.size()) return Value::of_boolean(true);
    if (!evaluation.step(static_cast<std::int64_t>(same) + 1)) return {};
  }
  return Value::of_boolean(false);
}

Value array_histogram(Evaluation& evaluation, const Bound& node, Arguments a) {
  const TypePointer type = node.children[0]->type->children[0];
  std::vector<Value> entries;
  std::unordered_map<std::string, std::size_t> places;
  for (const Value& item : a[0].items()) {
    if (item.is_null()) continue;
    std::string key;
    encode_value(type, item, true, key);
    const auto [place, fresh] = places.try_emplace(std::move(key), entries.size() + 1);
    if (fresh) {
      entries.push_back(item);
      entries.push_back(Value::of_integer(0));
    }
    entries[place->second] = Value::of_integer(entries[place->second].integer() + 1);
  }
  return evaluation.items(entries);
}

#define TRAILPOND_MOMENT_SEQUENCE(type)                                          \
  {"sequence",                                                                   \
   type ", " type ", interval day to second",                                    \
   "array(" type ")",                                                            \
   timestamp_sequence,                                                           \
   kMayFail,                                                                     \
   "The times from one to another.",                                             \
   ""},                                                                          \
  {                                                                              \
    "sequence", type ", " type ", interval year to month", "array(" type ")",    \
        timestamp_month_sequence, kMayFail, "The times from one to another.", "" \
  }

const Function kRows[] = {
    {"repeat", "E, bigint", "array(E)", repeat, kMayFail | kCalledOnNull, "An element many times.",
     "repeat(1, 2) = ARRAY[1, 1]"},
    {"sequence", "bigint, bigint", "array(bigint)", sequence, kMayFail,
     "The numbers from one to another.", "sequence(1, 3) = ARRAY[1, 2, 3]"},
    {"sequence", "bigint, bigint, bigint", "array(bigint)", sequence, kMayFail,
     "The numbers from one to another by a step.", "sequence(1, 5, 2) = ARRAY[1, 3, 5]"},
    {"sequence", "date, date", "array(date)", sequence, kMayFail, "The days from one to another.",
     "cardinality(sequence(date '2024-02-28', date '2024-03-01')) = 3"},
    {"sequence", "date, date, interval day to second", "array(date)", date_sequence, kMayFail,
     "The days from one to another.", ""},
    {"sequence", "date, date, interval year to month", "array(date)", date_month_sequence, kMayFail,
     "The days from one to another.", ""},
    TRAILPOND_MOMENT_SEQUENCE("timestamp(p)"),
    {"trim_array", "array(E), bigint", "array(E)", trim_array, kMayFail,
     "An array without its last elements.", "trim_array(ARRAY[1, 2, 3], 1) = ARRAY[1, 2]"},
    {"combinations", "array(E), bigint", "array(array(E))", combinations, kMayFail,
     "Every choice of so many elements.", "cardinality(combinations(ARRAY[1, 2, 3], 2)) = 3"},
    {"ngrams", "array(E), bigint", "array(array(E))", ngrams, kMayFail,
     "Every run of so many neighbours.", "cardinality(ngrams(ARRAY[1, 2, 3], 2)) = 2"},
    {"zip", "array(A), array(B)", "array(row(A,B))", zip, 0, "Rows of elements at one place.",
     "cardinality(zip(ARRAY[1, 2], ARRAY['a'])) = 2"},
    {"zip", "array(A), array(B), array(C)", "array(row(A,B,C))", zip, 0,
     "Rows of elements at one place.", ""},
    {"zip", "array(A), array(B), array(C), array(D)", "array(row(A,B,C,D))", zip, 0,
     "Rows of elements at one place.", ""},
    {"zip", "array(A), array(B), array(C), array(D), array(E)", "array(row(A,B,C,D,E))", zip, 0,
     "Rows of elements at one place.", ""},
    {"shuffle", "array(E)", "array(E)", shuffle, kNondeterministic, "The elements in any order.",
     "cardinality(shuffle(ARRAY[1, 2])) = 2"},
    {"dot_product", "array(double), array(double)", "double", dot_product, kMayFail,
     "The sum of the products.", "dot_product(ARRAY[1, 2], ARRAY[3, 4]) = 11e0"},
    {"euclidean_distance", "array(double), array(double)", "double", euclidean_distance, kMayFail,
     "The distance of two points.", "euclidean_distance(ARRAY[0, 0], ARRAY[3, 4]) = 5e0"},
    {"contains_sequence", "array(E:comparable), array(E)", "boolean", contains_sequence, 0,
     "Whether elements come one after another.", "contains_sequence(ARRAY[1, 2, 3], ARRAY[2, 3])"},
    {"array_histogram", "array(E:comparable)", "map(E,bigint)", array_histogram, 0,
     "How often each element comes.", "element_at(array_histogram(ARRAY[1, 1, 2]), 1) = 2"},
};

#undef TRAILPOND_MOMENT_SEQUENCE

}  // namespace

std::span<const Function> array_maker_functions() { return kRows; }

}  // namespace trailpond::sql
