#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/queries/executor.hpp"

/// A stand-in for the SQL engine. Its statements are words: `SELECT <words> FROM <store> …`:
/// ROWS <n> gives n rows of two columns, BLOCK waits until it is stopped, PARTIAL <n> gives n rows
/// and then waits until it is stopped, GATE waits for open_gate(), FAIL fails when it runs, THROW
/// throws, WIDE <n> gives cells of n bytes; BAD is refused by the analysis.
class FakeExecutor final : public trailpond::engine::Executor {
 public:
  using Statement = trailpond::sql::Statement;

  trailpond::sql::Result<std::shared_ptr<const Statement>> prepare(
      std::string_view text, const trailpond::sql::Catalog& catalog,
      const trailpond::sql::PrepareOptions& /*options*/) const override {
    ++prepared;
    if (number_after(text, "BAD")) {
      return trailpond::sql::Error{
          trailpond::sql::ErrorName::kColumnNotFound, "Column 'bad' cannot be resolved", {1, 8}};
    }
    auto names = list_table_names(text);
    if (names.empty()) {
      return trailpond::sql::Error{
          trailpond::sql::ErrorName::kSyntaxError, "mismatched input", {1, 1}};
    }
    for (const std::string& name : names) {
      if (!catalog.find_table(name)) {
        return trailpond::sql::Error{trailpond::sql::ErrorName::kTableNotFound,
                                     "Table '" + name + "' does not exist",
                                     {1, 1}};
      }
    }
    return std::shared_ptr<const Statement>(
        std::make_shared<FakeStatement>(*this, std::string(text), std::move(names)));
  }

  trailpond::sql::Result<std::string> substitute_parameters(
      std::string_view text, std::span<const std::string> parameters) const override {
    std::string out;
    std::size_t used = 0;
    for (const char c : text) {
      if (c == '?' && used < parameters.size()) {
        out += parameters[used++];
      } else if (c == '?') {
        used = parameters.size() + 1;
      } else {
        out += c;
      }
    }
    if (used != parameters.size()) {
      return trailpond::sql::Error{trailpond::sql::ErrorName::kInvalidParameterUsage,
                                   "Incorrect number of parameters"};
    }
    return out;
  }

  std::string normalize(std::string_view text) const override { return std::string(text); }
  std::vector<std::string> list_table_names(std::string_view text) const override {
    static const std::regex kFrom("(?:FROM|JOIN) \"?([^ \";]+)\"?");
    std::vector<std::string> names;
    const std::string copy(text);
    for (std::sregex_iterator it(copy.begin(), copy.end(), kFrom); it != std::sregex_iterator();
         ++it) {
      names.push_back((*it)[1]);
    }
    return names;
  }

  void open_gate() {
    const std::lock_guard lock(mutex_);
    gate_open_ = true;
    gate_opened_.notify_all();
  }

  trailpond::sql::Result<std::vector<trailpond::sql::WhyClause>> explain_rows(
      std::string_view /*text*/, const trailpond::sql::Catalog& /*catalog*/,
      const trailpond::sql::PrepareOptions& /*options*/,
      const trailpond::sql::RunLimits& /*limits*/) const override {
    return std::vector<trailpond::sql::WhyClause>{{"WHERE", {1, 1}, 0}};
  }
  mutable std::atomic<int> prepared = 0;
  mutable std::atomic<int> started = 0;
  mutable std::atomic<int> stopped = 0;

 private:
  static std::optional<std::int64_t> number_after(std::string_view text, std::string_view word) {
    std::istringstream words{std::string(text)};
    std::string each;
    while (words >> each) {
      if (each == word) {
        std::int64_t number = 0;
        return words >> number ? number : 0;
      }
    }
    return std::nullopt;
  }

  class FakeStatement final : public Statement {
   public:
    FakeStatement(const FakeExecutor& owner, std::string text, std::vector<std::string> names)
        : owner_(owner), text_(std::move(text)), names_(std::move(names)) {}
    const std::vector<trailpond::sql::OutputColumn>& columns() const override {
      static const std::vector<trailpond::sql::OutputColumn> columns = {{"n", nullptr},
                                                                        {"text", nullptr}};
      return columns;
    }
    const std::vector<std::string>& table_names() const override { return names_; }
    trailpond::sql::Result<trailpond::sql::Explanation> explain() const override {
      return trailpond::sql::Explanation{};
    }

    trailpond::sql::Result<trailpond::sql::RunStatistics> run_canonical(
        const trailpond::sql::RunLimits& /*limits*/, std::stop_token /*stop*/,
        const trailpond::sql::CanonicalSink& /*sink*/) const override {
      return trailpond::sql::Error{trailpond::sql::ErrorName::kNotSupported, "not here"};
    }
    trailpond::sql::Result<trailpond::sql::RunStatistics> run(
        const trailpond::sql::RunLimits& /*limits*/, std::stop_token stop,
        const trailpond::sql::RowSink& sink) const override {
      ++owner_.started;
      if (number_after(text_, "FAIL")) {
        return trailpond::sql::Error{trailpond::sql::ErrorName::kDivisionByZero,
                                     "Division by zero"};
      }
      if (number_after(text_, "THROW")) {
        throw std::runtime_error("something broke");
      }
      const std::int64_t partial = number_after(text_, "PARTIAL").value_or(-1);
      const std::int64_t rows = partial >= 0 ? partial : number_after(text_, "ROWS").value_or(1);
      const std::string wide(static_cast<std::size_t>(number_after(text_, "WIDE").value_or(0)),
                             'w');
      for (std::int64_t i = 0; i < rows; ++i) {
        const std::string number = std::to_string(i);
        const std::string_view cells[] = {number, wide};
        if (!sink(cells)) {
          break;
        }
      }
      if (number_after(text_, "GATE")) {
        std::unique_lock lock(owner_.mutex_);
        owner_.gate_opened_.wait(lock, stop, [this] { return owner_.gate_open_; });
      }
      while ((number_after(text_, "BLOCK") || partial >= 0) && !stop.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (stop.stop_requested()) {
        ++owner_.stopped;
        return trailpond::sql::Error{trailpond::sql::ErrorName::kCancelled, "cancelled"};
      }
      return trailpond::sql::RunStatistics{rows, 1000, 23446};
    }

   private:
    const FakeExecutor& owner_;
    std::string text_;
    std::vector<std::string> names_;
  };

  mutable std::mutex mutex_;
  mutable std::condition_variable_any gate_opened_;
  bool gate_open_ = false;
};
