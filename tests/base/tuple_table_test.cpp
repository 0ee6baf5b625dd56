#include "base/tuple_table.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>

using namespace trailpond;

TEST_CASE("tuples are numbered in the order in which they first came") {
  std::mt19937_64 random(1);
  std::vector<Word> first;
  std::vector<Word> second;
  for (int at = 0; at < 20'000; ++at) {
    first.push_back(random() % 90 == 0 ? kNullWord : random() % 90);
    second.push_back(random() % 90 << 40);
  }
  const Word* columns[] = {first.data(), second.data()};
  TupleTable table(2);
  std::vector<std::uint32_t> numbers(first.size());
  table.add(columns, first.size(), numbers.data());
  std::map<std::pair<Word, Word>, std::uint32_t> expected;
  for (std::size_t at = 0; at < first.size(); ++at) {
    const auto next = static_cast<std::uint32_t>(expected.size());
    REQUIRE(numbers[at] == expected.try_emplace({first[at], second[at]}, next).first->second);
  }
  CHECK(table.size() == expected.size());
  CHECK(table.tuple(0)[0] == first[0]);
  CHECK(table.tuple(0)[1] == second[0]);
  std::vector<std::uint32_t> found(first.size());
  table.find(columns, first.size(), found.data());
  CHECK(found == numbers);
  const Word absent[] = {91, 92};
  const Word* missing[] = {&absent[0], &absent[1]};
  table.find(missing, 1, found.data());
  CHECK(found[0] == TupleTable::kNone);
  CHECK(table.size() == expected.size());
}

TEST_CASE("no double is the word of NULL, equal doubles have one word") {
  for (const double value :
       {0.0, 1.5, -1.5, 1e300, -1e-300, std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::denorm_min()}) {
    CHECK(real_word(value) != kNullWord);
    CHECK(real_of(real_word(value)) == value);
  }
  CHECK(real_word(-0.0) == real_word(0.0));
  const double nan = std::nan("1");
  CHECK(real_word(nan) == real_word(-nan));
  CHECK(real_word(nan) != kNullWord);
  CHECK(std::isnan(real_of(real_word(nan))));
}
