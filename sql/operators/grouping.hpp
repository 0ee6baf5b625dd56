#pragma once
#include "base/tuple_table.hpp"
#include "sql/operators/group_states.hpp"
#include "sql/operators/row_stream.hpp"

namespace trailpond::sql {

/// Gathers the rows of a stream into groups.
class Grouping {
 public:
  Grouping(const OperatorGrouping& planned, RowStream& stream);
  /// Reads the whole stream.
  void run();
  std::size_t size() const { return group_count_; }
  Value key(std::size_t key, std::size_t group);
  Value aggregate(std::size_t aggregate, std::size_t group);

 private:
  struct Gathered {
    const OperatorAggregate* planned;
    std::unique_ptr<GroupStates> states;
    TupleTable seen;                          // DISTINCT: groups and arguments
    std::vector<std::size_t> arguments = {};  // among the columns that are read
  };
  /// A column that was read in the tuples at hand.
  struct ReadColumn {
    ColumnPlace place;
    std::vector<Word> words;
    bool is_read = false;
    bool has_null = false;
  };
  bool take_bounds();
  void gather();
  bool can_absorb() const;
  void gather_in_parts();
  void absorb(Grouping& other);
  Word key_word(std::size_t key, std::size_t group) const;
  void add(const Tuples& tuples);
  void number_groups(const Tuples& tuples);
  void number(const std::vector<const Word*>& keys, std::size_t count);
  void number_by_code(const std::vector<const Word*>& keys, std::size_t count);
  std::size_t slot_of(const ColumnPlace& place);
  const ReadColumn& read(std::size_t slot, const Tuples& tuples);
  void add_to(Gathered& gathered, const Tuples& tuples);
  void add_some(Gathered& gathered, const Tuples& tuples);
  bool select_rows(const Gathered& gathered, const Tuples& tuples);
  void drop_repeated(Gathered& gathered);
  template <class Keep>
  void keep_selected(Keep&& keep);
  void count_memory();

  const OperatorGrouping& planned_;
  RowStream& stream_;
  OperatorScans& scans_;
  std::size_t group_count_ = 0;
  std::vector<Gathered> aggregates_;

  /// Groups by their keys' words; where all keys have few codes, by one number made of them.
  TupleTable table_;
  std::vector<Word> limits_;             // of each key, one more for NULL; empty: not by code
  std::vector<std::uint32_t> by_code_;   // group + 1
  std::vector<Word> group_words_;        // the keys of each group, where by code
  std::vector<std::size_t> keys_;        // among the columns that are read
  std::vector<ReadColumn> columns_;      // each once, whoever reads it
  std::vector<std::uint32_t> groups_;    // of the tuples at hand
  std::vector<std::uint32_t> selected_;  // the groups of the rows that an aggregate takes
  Tuples selected_tuples_;
  std::vector<std::vector<Word>> arguments_;  // of the selected rows
  MemoryUse use_;
};

}  // namespace trailpond::sql
