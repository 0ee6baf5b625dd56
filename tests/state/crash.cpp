#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <string>
#include <thread>

#include "state/state.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond::state;

namespace {

/// The page of a result that holds a row.
std::optional<ResultPage> page_of(State& state, const QueryKey& key, std::int64_t row) {
  Writing writing(state);
  return ResultPages::find(writing, key, row);
}

Query numbered(int number) {
  Query query;
  query.key = {"123456789012", "us-east-1", std::to_string(number)};
  query.statement = "SELECT " + std::to_string(number);
  query.created_at = number;
  return query;
}

/// Writes queries from `next` on, and says of each that it is written, until it is killed.
[[noreturn]] void write_until_killed(const std::string& directory, int next, int answers) {
  const auto state = State::open(directory);
  if (!state) {
    _exit(1);
  }
  while (true) {
    {
      Writing writing(**state);
      (*state)->queries().put(writing, numbered(next));
      ResultPages::append(writing, numbered(next).key, {0, 1, "rows"});
      writing.commit();
    }
    if (write(answers, &next, sizeof next) != sizeof next) {
      _exit(2);
    }
    ++next;
  }
}

/// Reads answers until the pipe ends; the last one, or -1.
int last_answer(int answers) {
  int last = -1;
  int number = 0;
  while (read(answers, &number, sizeof number) == sizeof number) {
    last = number;
  }
  return last;
}

}  // namespace

TEST_CASE("kill -9 at any moment loses nothing that was answered") {
  const TemporaryDirectory directory;
  int next = 0;
  for (int round = 0; round < 15; ++round) {
    int ends[2] = {};
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      close(ends[0]);
      write_until_killed(directory.path(), next, ends[1]);
    }
    close(ends[1]);
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + 7 * round));
    REQUIRE(kill(child, SIGKILL) == 0);
    waitpid(child, nullptr, 0);
    const int last = last_answer(ends[0]);
    close(ends[0]);

    const auto state = State::open(directory.path());
    REQUIRE(state.has_value());
    for (int number = 0; number <= last; ++number) {
      CAPTURE(number);
      const auto found = (*state)->queries().find(numbered(number).key);
      REQUIRE(found);
      CHECK(found->statement == numbered(number).statement);
      CHECK(page_of(**state, numbered(number).key, 0));
    }
    // At most the one that was under way when the signal came is there beyond the answered.
    const int count = static_cast<int>((*state)->queries().list_all().size());
    CHECK(count >= last + 1);
    next = count;
  }
  CHECK(next > 0);
}
