#pragma once
#include "sql/operators/row_stream.hpp"

namespace trailpond::sql {

/// Finds the first rows of a stream in an order; of equal rows those that came first. Most rows are
/// left out by the first terms alone, as they come behind the last of the best so far.
class TopRows {
 public:
  TopRows(const OperatorTop& planned, RowStream& stream);
  /// Reads the whole stream.
  void run();
  /// The rows, in their order.
  const Tuples& tuples() const { return best_; }

 private:
  /// A term of the order. Its keys are numbers that ascend as it wants them, or codes of texts.
  struct Term {
    const OperatorSort* sort;
    RowReader* reader;
    bool is_text;
    bool is_coded;                             // the codes of texts are at hand
    std::vector<std::int64_t> best = {};       // the keys of the best rows so far
    std::vector<std::int64_t> some = {};       // of the rows at hand
    std::vector<std::string_view> texts = {};  // of the rows at hand, where they have no codes
    std::int64_t bound = 0;                    // of the last of the best
    std::vector<std::uint8_t> is_behind = {};  // by code: it is known to come behind the bound

    /// Whether rows are compared by their texts, as codes would first have to be given.
    bool has_texts() const { return is_text && !is_coded; }
  };
  /// How a row compares with the bound by the terms that were read.
  enum class Standing : std::uint8_t { kBehind, kEqual, kBefore };

  void take(Tuples& tuples);
  void read(Term& term, const Tuples& tuples);
  void compare(Term& term);
  Standing compare_text(Term& term, std::size_t at);
  void drop_behind(Tuples& tuples, std::size_t terms);
  void give_codes(Term& term);
  int order_of(const Term& term, std::int64_t left, std::int64_t right) const;
  bool is_before(std::uint32_t left, std::uint32_t right);
  void cut();
  std::vector<std::uint32_t> first_places();
  void put(const std::vector<std::uint32_t>& places);
  void count_memory();

  const OperatorTop& planned_;
  RowStream& stream_;
  OperatorScans& scans_;
  std::vector<Term> terms_;
  Tuples best_;
  bool has_bound_ = false;
  std::vector<Standing> standings_;  // of the rows at hand
  std::vector<std::uint8_t> marks_;
  std::size_t compared_ = 0;
  MemoryUse use_;
};

}  // namespace trailpond::sql
