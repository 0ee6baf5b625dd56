#include "sql/operators/row_stream.hpp"

#include <algorithm>

#include "base/tuple_table.hpp"
#include "sql/operators/query_reader.hpp"
#include "sql/operators/query_rows.hpp"

namespace trailpond::sql {
namespace {

/// The keys as columns of the scan whose rows are looked up and columns outside; that scan is the
/// right one, or the left one where they are turned.
std::vector<std::pair<ColumnPlace, ColumnPlace>> inside_first(const std::vector<OperatorKey>& keys,
                                                              bool turned) {
  std::vector<std::pair<ColumnPlace, ColumnPlace>> pairs;
  for (const OperatorKey& key : keys)
    pairs.emplace_back(turned ? key.left : key.right, turned ? key.right : key.left);
  return pairs;
}

}  // namespace

/// What happens to tuples on their way.
class RowStream::Step {
 public:
  virtual ~Step() = default;
  virtual void apply(Tuples& tuples) = 0;
  /// Hands over the tuples that it did not take the last time, as their partners are too many to
  /// be held together; false where there are none.
  virtual bool take_rest(Tuples&) { return false; }
  /// Hands over tuples of its own, some at a time, after the last ones have come; false where there
  /// are none.
  virtual bool take_last(Tuples&) { return false; }
  virtual void restart() {}
  /// Whether what it looks up is there.
  virtual bool is_ready() const { return true; }
  /// The same for another stream; this is ready and outlives it.
  virtual std::unique_ptr<Step> made_for(RowStream& stream) const = 0;
};

/// Adds a scan's rows to tuples.
class RowStream::Join final : public Step {
 public:
  Join(RowStream& stream, const OperatorJoin& join, std::size_t scan, bool turned)
      : stream_(stream),
        scan_(scan),
        outer_(join.outer),
        full_(join.full),
        partners_(stream.scans_, scan, inside_first(join.keys, turned), join.conditions) {}
  Join(RowStream& stream, const Join& other)
      : stream_(stream),
        scan_(other.scan_),
        outer_(other.outer_),
        partners_(stream.scans_, other.partners_) {}
  /// Which rows of a FULL join have partners is known to one stream alone.
  bool is_ready() const override { return partners_.is_filled() && !full_; }
  std::unique_ptr<Step> made_for(RowStream& stream) const override {
    return std::make_unique<Join>(stream, *this);
  }
  /// The rows of the scan, where they are known already.
  void set_rows(std::vector<std::uint32_t> rows) { rows_ = std::move(rows); }

  void apply(Tuples& tuples) override {
    fill();
    Tuples joined;
    joined.rows.resize(tuples.rows.size());
    std::vector<std::uint8_t> matched(outer_ ? tuples.size() : 0, 0);
    const std::size_t taken =
        partners_.look_up(tuples, stream_.evaluation_,
                          [&](const Tuples& found, std::span<const std::uint32_t> origins) {
                            joined.append(found);
                            if (full_) mark_partners(found.rows[scan_]);
                            if (!outer_) return;
                            for (const std::uint32_t origin : origins) matched[origin] = 1;
                          });
    add_unmatched(tuples, std::span(matched).first(outer_ ? taken : 0), joined);
    if (taken < tuples.size()) {
      rest_ = std::move(tuples);
      rest_.drop(taken);
    }
    tuples = std::move(joined);
  }

  bool take_rest(Tuples& tuples) override {
    if (rest_.size() == 0) return false;
    tuples = std::exchange(rest_, {});
    return true;
  }

  /// The rows of a FULL join that have no partners.
  bool take_last(Tuples& tuples) override {
    if (!full_) return false;
    if (!rows_) rows_ = stream_.all_rows(scan_);
    tuples.rows.resize(stream_.tree_.scans.size());
    tuples.clear();
    auto& rows = tuples.rows[scan_];
    for (; last_ < rows_->size() && rows.size() < kTuples; ++last_) {
      const std::uint32_t row = (*rows_)[last_];
      if (row >= has_partner_.size() || !has_partner_[row]) rows.push_back(row);
    }
    // Scans are joined from the left.
    for (std::size_t scan = 0; scan < scan_; ++scan) tuples.rows[scan].assign(rows.size(), kNoRow);
    return !rows.empty();
  }

  void restart() override { last_ = 0; }

 private:
  /// The table is made when it is first needed: what fails in it fails only then.
  void fill() {
    if (partners_.is_filled()) return;
    if (!rows_) rows_ = stream_.all_rows(scan_);
    partners_.fill(*rows_);
    if (full_) {
      has_partner_.resize(stream_.scans_.readers[scan_]->row_count());
      use_.grow(rows_->size() * sizeof(std::uint32_t) + has_partner_.size() / 8);
    } else {
      rows_.reset();
    }
  }

  void mark_partners(const std::vector<std::uint32_t>& rows) {
    for (const std::uint32_t row : rows) has_partner_[row] = true;
  }

  void add_unmatched(const Tuples& tuples, std::span<const std::uint8_t> matched,
                     Tuples& joined) const {
    for (std::size_t at = 0; at < matched.size(); ++at) {
      if (matched[at] != 0) continue;
      for (std::size_t scan = 0; scan < tuples.rows.size(); ++scan) {
        if (scan == scan_) {
          joined.rows[scan].push_back(kNoRow);
        } else if (!tuples.rows[scan].empty()) {
          joined.rows[scan].push_back(tuples.rows[scan][at]);
        }
      }
    }
  }

  RowStream& stream_;
  std::size_t scan_;
  bool outer_;
  bool full_ = false;
  Partners partners_;
  std::optional<std::vector<std::uint32_t>> rows_ = {};
  std::vector<bool> has_partner_ = {};  // of a FULL join, by row
  std::size_t last_ = 0;                // so many of rows_ were looked at in the end
  Tuples rest_ = {};
  MemoryUse use_ = {};
};

/// Adds the elements of an array to the tuples whose rows hold them.
class RowStream::Unnest final : public Step {
 public:
  Unnest(RowStream& stream, std::size_t scan)
      : stream_(stream), scan_(scan), holder_(stream.tree_.scans[scan].elements->scan) {}
  std::unique_ptr<Step> made_for(RowStream& stream) const override {
    return std::make_unique<Unnest>(stream, scan_);
  }

  void apply(Tuples& tuples) override {
    Tuples unnested;
    unnested.rows.resize(tuples.rows.size());
    std::vector<std::uint32_t> origins;
    stream_.scans_.readers[scan_]->find_elements(tuples.rows[holder_], unnested.rows[scan_],
                                                 origins);
    unnested.take(tuples, origins, scan_);
    tuples = std::move(unnested);
  }

 private:
  RowStream& stream_;
  std::size_t scan_;
  std::size_t holder_;
};

/// Keeps tuples that have partners in a scan, or those that have none.
class RowStream::ScanLookup final : public Step {
 public:
  ScanLookup(RowStream& stream, const SemiJoin& semi)
      : stream_(stream),
        scan_(semi.scan),
        negated_(semi.negated),
        partners_(stream.scans_, semi.scan, inside_first(semi.keys, false), semi.conditions,
                  semi.nulls_match) {}
  ScanLookup(RowStream& stream, const ScanLookup& other)
      : stream_(stream),
        scan_(other.scan_),
        negated_(other.negated_),
        partners_(stream.scans_, other.partners_) {}
  bool is_ready() const override { return partners_.is_filled(); }
  std::unique_ptr<Step> made_for(RowStream& stream) const override {
    return std::make_unique<ScanLookup>(stream, *this);
  }

  void apply(Tuples& tuples) override {
    if (!partners_.is_filled()) partners_.fill(stream_.all_rows(scan_));
    std::vector<std::uint8_t> marks(tuples.size(), 0);
    partners_.look_up(tuples, stream_.evaluation_, {}, marks);
    if (negated_) {
      for (std::uint8_t& mark : marks) mark ^= 1;
    }
    tuples.keep(marks);
  }

 private:
  RowStream& stream_;
  std::size_t scan_;
  bool negated_;
  Partners partners_;
};

/// x [NOT] IN (a query): its values are looked up.
class RowStream::QueryLookup final : public Step {
 public:
  QueryLookup(RowStream& stream, const SemiJoin& semi)
      : stream_(stream),
        semi_(semi),
        place_(semi.keys[0].left),
        negated_(semi.negated),
        is_text_(stream.scans_.at(place_).kind(place_.column) == WordKind::kCode),
        coding_(nullptr) {}
  QueryLookup(RowStream& stream, const QueryLookup& other) : QueryLookup(stream, other.semi_) {
    use(other.found_);
  }
  bool is_ready() const override { return found_ != nullptr; }
  std::unique_ptr<Step> made_for(RowStream& stream) const override {
    return std::make_unique<QueryLookup>(stream, *this);
  }

  void apply(Tuples& tuples) override {
    if (!found_) fill();
    const auto& rows = tuples.rows[place_.scan];
    words_.resize(rows.size());
    RowReader& reader = stream_.scans_.at(place_);
    coding_.probe(reader, place_.column, rows, words_.data());
    stream_.scans_.check(reader);
    std::vector<std::uint8_t> marks(rows.size());
    if (is_text_) {
      // Only texts of the query have a number.
      for (std::size_t at = 0; at < rows.size(); ++at)
        marks[at] = static_cast<std::uint8_t>(passes(words_[at] != kNullWord, words_[at]));
    } else {
      std::vector<std::uint32_t> numbers(rows.size());
      const Word* column = words_.data();
      found_->values.find({&column, 1}, rows.size(), numbers.data());
      for (std::size_t at = 0; at < rows.size(); ++at)
        marks[at] = static_cast<std::uint8_t>(passes(numbers[at] != TupleTable::kNone, words_[at]));
    }
    // A text that has no number may still be no NULL.
    if (negated_ && is_text_ && !found_->is_empty && !found_->has_null)
      unmark_nulls(reader, rows, marks);
    tuples.keep(marks);
  }

 private:
  /// What the query answers; never changed once it is complete.
  struct Values {
    TupleTable values = TupleTable(1);             // of numbers
    std::shared_ptr<TextNumbers> texts = nullptr;  // of texts
    bool is_empty = true;
    bool has_null = false;
    MemoryUse use = {};

    void add(const Scalar& value) {
      is_empty = false;
      Word word = kNullWord;
      if (const auto* text = std::get_if<std::string_view>(&value)) word = texts->add_copy(*text);
      if (const auto* integer = std::get_if<std::int64_t>(&value))
        word = static_cast<Word>(*integer);
      if (word == kNullWord) has_null = true;
      if (word == kNullWord || texts) return;
      const Word* column = &word;
      std::uint32_t number = 0;
      values.add({&column, 1}, 1, &number);
    }
    void count_memory() {
      use.raise_to(values.memory_bytes() + (texts ? texts->memory_bytes() : 0));
    }
  };

  void fill() {
    const auto found = std::make_shared<Values>();
    if (is_text_) found->texts = std::make_shared<TextNumbers>();
    QueryRows rows(stream_.connection_, semi_.sql, *stream_.scans_.watch);
    for (std::size_t count = 1; rows.next(); ++count) {
      found->add(rows.value(semi_.type));
      if (count % kTuples == 0) found->count_memory();
    }
    found->count_memory();
    use(found);
  }

  void use(std::shared_ptr<const Values> found) {
    coding_ = KeyCoding(found->texts);
    found_ = std::move(found);
  }

  bool passes(bool found, Word word) const {
    if (!negated_) return found;
    if (found_->is_empty) return true;
    return !found && !found_->has_null && (is_text_ || word != kNullWord);
  }

  void unmark_nulls(RowReader& reader, std::span<const std::uint32_t> rows,
                    std::span<std::uint8_t> marks) const {
    std::vector<std::string_view> texts(rows.size());
    reader.read_texts(place_.column, rows, texts.data());
    for (std::size_t at = 0; at < rows.size(); ++at) {
      if (!texts[at].data()) marks[at] = 0;
    }
  }

  RowStream& stream_;
  const SemiJoin& semi_;
  ColumnPlace place_;
  bool negated_;
  bool is_text_;
  KeyCoding coding_;
  std::shared_ptr<const Values> found_ = {};
  std::vector<Word> words_;
};

/// Keeps the tuples for which a condition holds.
class RowStream::Filter final : public Step {
 public:
  Filter(RowStream& stream, const OperatorCondition& condition)
      : stream_(stream), check_(condition) {}
  std::unique_ptr<Step> made_for(RowStream& stream) const override {
    return std::make_unique<Filter>(stream, check_.condition());
  }
  void apply(Tuples& tuples) override {
    std::vector<std::uint8_t> marks(tuples.size(), 1);
    check_.apply(stream_.scans_, stream_.evaluation_, tuples, marks);
    tuples.keep(marks);
  }

 private:
  RowStream& stream_;
  ConditionCheck check_;
};

RowStream::RowStream(const OperatorTree& tree, sqlite3* connection, Watch& watch,
                     std::span<ScanTotals> totals)
    : tree_(tree), connection_(connection) {
  scans_.watch = &watch;
  evaluation_.set_stop(watch.stop);
  open_scans(totals, nullptr);
  add_joins();
  for (const OperatorCondition& condition : tree.conditions)
    add_step(std::make_unique<Filter>(*this, condition), "FILTER");
  add_lookups();
  for (const OperatorCondition& condition : tree.last_conditions)
    add_step(std::make_unique<Filter>(*this, condition), "FILTER");
  scan_profile_ = watch.new_step(tree.name + " SCAN s" + std::to_string(first_));
  find_end();
}

RowStream::RowStream(const RowStream& leader, RowRange rows, Watch& watch)
    : tree_(leader.tree_),
      connection_(nullptr),
      first_(leader.first_),
      listed_(leader.listed_),
      at_(rows.begin),
      end_(rows.end) {
  scans_.watch = &watch;
  evaluation_.set_stop(watch.stop);
  open_scans({}, &leader);
  for (const auto& step : leader.steps_) {
    steps_.push_back(step->made_for(*this));
    step_profiles_.push_back(nullptr);
  }
}

bool RowStream::is_ready() const {
  return std::ranges::all_of(steps_, [](const auto& step) { return step->is_ready(); });
}

void RowStream::find_end() {
  end_ = listed_ ? listed_->size() : scans_.readers[first_]->row_count();
}

/// IN and EXISTS.
void RowStream::add_lookups() {
  for (const SemiJoin& semi : tree_.semi_joins) {
    std::unique_ptr<Step> step;
    if (semi.query) {
      step = std::make_unique<QueryLookup>(*this, semi);
    } else {
      step = std::make_unique<ScanLookup>(*this, semi);
    }
    add_step(std::move(step), semi.negated ? "ANTI JOIN" : "SEMI JOIN");
  }
}

void RowStream::add_step(std::unique_ptr<Step> step, const std::string& name) {
  steps_.push_back(std::move(step));
  step_profiles_.push_back(scans_.watch->new_step(tree_.name + " " + name));
}

RowStream::~RowStream() = default;

void RowStream::open_scans(std::span<ScanTotals> totals, const RowStream* leader) {
  for (std::size_t scan = 0; scan < tree_.scans.size(); ++scan) {
    auto reader = open_scan(scan, totals.empty() ? nullptr : &totals[scan], leader);
    if (!reader) throw OperatorFailure{{ErrorName::kInternal, "a scan cannot be opened", {}}};
    scans_.readers.push_back(std::move(reader));
  }
}

std::unique_ptr<RowReader> RowStream::open_scan(std::size_t scan, ScanTotals* totals,
                                                const RowStream* leader) {
  const OperatorScan& planned = tree_.scans[scan];
  if (planned.elements)
    return planned.table->open_elements(planned.elements->path, planned.columns);
  if (!planned.is_query())
    return planned.table->open_rows(planned.columns, planned.conditions, totals);
  auto table =
      leader ? QueryTable::of(*leader->scans_.readers[scan])
             : std::make_shared<QueryTable>(connection_, planned.sql, planned.types, *scans_.watch);
  return QueryTable::open(std::move(table), planned.columns);
}

/// Joins from the left. Of two scans that one is kept in the table whose rows conditions bound on
/// both sides, else the one with fewer rows.
void RowStream::add_joins() {
  const bool two = tree_.joins.size() == 1 && !tree_.joins[0].outer && !tree_.scans[1].elements;
  if (two) {
    std::vector<std::uint32_t> left = all_rows(0);
    std::vector<std::uint32_t> right = all_rows(1);
    const auto& conditions = tree_.joins[0].conditions;
    const std::size_t bounds[] = {Partners::count_bounds(0, conditions),
                                  Partners::count_bounds(1, conditions)};
    const bool turned = bounds[0] != bounds[1] ? bounds[0] > bounds[1] : left.size() < right.size();
    if (turned) std::swap(left, right);
    first_ = turned ? 1 : 0;
    auto join = std::make_unique<Join>(*this, tree_.joins[0], turned ? 0 : 1, turned);
    join->set_rows(std::move(right));
    add_step(std::move(join), "HASH JOIN s0, s1");
    use_.grow(left.size() * sizeof(std::uint32_t));
    listed_ = std::make_shared<const std::vector<std::uint32_t>>(std::move(left));
    return;
  }
  for (std::size_t at = 0; at < tree_.joins.size(); ++at) add_join(at);
}

void RowStream::add_join(std::size_t at) {
  const std::size_t scan = at + 1;
  if (tree_.scans[scan].elements) {
    add_step(std::make_unique<Unnest>(*this, scan), "UNNEST s" + std::to_string(scan));
    return;
  }
  add_step(std::make_unique<Join>(*this, tree_.joins[at], scan, false),
           "HASH JOIN s" + std::to_string(scan));
}

std::vector<std::uint32_t> RowStream::all_rows(std::size_t scan) {
  RowReader& reader = *scans_.readers[scan];
  std::vector<std::uint32_t> rows;
  for (std::uint32_t begin = 0; begin < reader.row_count(); begin += kTuples) {
    const auto end = std::min(reader.row_count(), begin + static_cast<std::uint32_t>(kTuples));
    const std::size_t kept = rows.size();
    rows.resize(kept + (end - begin));
    rows.resize(kept + reader.select(begin, end, rows.data() + kept));
    scans_.check(reader);
    scans_.pause();
  }
  return rows;
}

bool RowStream::next_scanned(Tuples& tuples) {
  tuples.rows.resize(tree_.scans.size());
  tuples.clear();
  if (at_ >= end_) return false;
  auto& rows = tuples.rows[first_];
  const std::size_t begin = at_;
  at_ = std::min(end_, begin + kTuples);
  if (listed_) {
    rows.assign(listed_->begin() + static_cast<std::ptrdiff_t>(begin),
                listed_->begin() + static_cast<std::ptrdiff_t>(at_));
    return true;
  }
  RowReader& reader = *scans_.readers[first_];
  rows.resize(at_ - begin);
  rows.resize(reader.select(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_),
                            rows.data()));
  scans_.check(reader);
  return true;
}

void RowStream::restart() {
  at_ = 0;
  ended_ = 0;
  find_end();
  Tuples unused;
  for (const auto& step : steps_) {
    step->take_rest(unused);
    step->restart();
  }
}

/// Takes the tuples that were left over, of the last step that has some; answers the place behind
/// that step, 0 where none has.
std::size_t RowStream::step_with_rest(Tuples& tuples) {
  std::size_t step = steps_.size();
  while (step > 0 && !steps_[step - 1]->take_rest(tuples)) --step;
  return step;
}

/// Takes what steps give in the end; answers the place behind that step, 0 where none has any more.
std::size_t RowStream::step_behind_last(Tuples& tuples) {
  for (; ended_ < steps_.size(); ++ended_) {
    if (steps_[ended_]->take_last(tuples)) return ended_ + 1;
  }
  return 0;
}

bool RowStream::next(Tuples& tuples) {
  while (true) {
    const std::size_t rest = step_with_rest(tuples);
    std::size_t first = rest > 0 ? rest - 1 : 0;
    if (rest == 0) {
      StepTimer scanning(scan_profile_);
      if (next_scanned(tuples)) {
        scanning.end(tuples.size());
      } else {
        first = step_behind_last(tuples);
        if (first == 0) return false;
      }
    }
    scans_.pause();
    for (std::size_t step = first; step < steps_.size(); ++step) {
      if (tuples.size() == 0) break;
      StepTimer timer(step_profiles_[step]);
      steps_[step]->apply(tuples);
      timer.end(tuples.size());
    }
    if (tuples.size() > 0) return true;
  }
}

}  // namespace trailpond::sql
