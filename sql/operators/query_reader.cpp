#include "sql/operators/query_reader.hpp"

#include <sqlite3.h>

#include <array>
#include <cmath>
#include <numeric>

#include "sql/operators/key_coding.hpp"
#include "sql/operators/query_rows.hpp"
#include "sql/operators/tuples.hpp"
#include "sql/planning/columns.hpp"

namespace trailpond::sql {
namespace {

Error least_bigint() { return {ErrorName::kNumericValueOutOfRange, kHasLeastBigint, {}}; }

/// The text lives as long as the reader, and that as long as a statement can run.
void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

/// The word of a scalar; texts get a number.
Word word_of(const Scalar& value, WordKind kind, TextNumbers& texts) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return texts.add_copy(*text);
  if (const auto* real = std::get_if<double>(&value)) return real_word(*real);
  const auto* integer = std::get_if<std::int64_t>(&value);
  if (!integer) return kNullWord;
  if (kind == WordKind::kReal) return real_word(static_cast<double>(*integer));
  if (static_cast<Word>(*integer) == kNullWord) throw OperatorFailure{least_bigint(), true};
  return static_cast<Word>(*integer);
}

}  // namespace

/// The rows, by column. The texts of all columns share their numbers.
struct QueryTable::Rows {
  std::vector<std::vector<Word>> columns = {};
  std::size_t count = 0;
  TextNumbers texts = {};
  struct Last {
    const char* data = nullptr;
    Word number = 0;
  };
  std::array<Last, 4096> lasts = {};
  MemoryUse use = {};

  void add(const QueryRows& from, std::span<const TypePointer> types) {
    for (std::size_t at = 0; at < columns.size(); ++at) {
      const Scalar value = from.value(types[at], at);
      const auto* text = std::get_if<std::string_view>(&value);
      columns[at].push_back(text ? number_of(*text)
                                 : word_of(value, word_kind_of(types[at]), texts));
    }
    if (++count % kTuples == 0) count_memory();
    if (count >= kNoRow) throw OperatorFailure{exhausted()};
  }
  /// Most texts lie in a dictionary: the same text mostly stands at the same place.
  Word number_of(std::string_view text) {
    constexpr int kIgnoredBits = 3;
    const auto place = reinterpret_cast<std::uintptr_t>(text.data()) >> kIgnoredBits;
    Last& last = lasts[place % lasts.size()];
    if (last.data == text.data() && texts.copy(last.number) == text) return last.number;
    last = {text.data(), texts.add_copy(text)};
    return last.number;
  }
  void count_memory() {
    use.raise_to(count * columns.size() * sizeof(Word) + texts.memory_bytes());
  }
};

QueryTable::QueryTable(sqlite3* connection, std::string sql, std::vector<TypePointer> types,
                       const Watch& watch)
    : connection_(connection),
      sql_(std::move(sql)),
      types_(std::move(types)),
      watch_(watch),
      rows_(std::make_unique<Rows>()) {
  rows_->columns.resize(types_.size());
}

QueryTable::~QueryTable() = default;

const QueryTable::Rows& QueryTable::rows() {
  if (is_filled_) return *rows_;
  QueryRows found(connection_, sql_, watch_);
  while (found.next()) {
    rows_->add(found, types_);
    if (rows_->count % kTuples == 0) watch_.check();
  }
  rows_->count_memory();
  is_filled_ = true;
  return *rows_;
}

class QueryTable::Reader final : public RowReader {
 public:
  Reader(std::shared_ptr<QueryTable> table, const std::vector<ScanRequest>& columns)
      : table_(std::move(table)) {
    for (const ScanRequest& request : columns) columns_.push_back({request});
  }
  const std::shared_ptr<QueryTable>& table() const { return table_; }

  std::uint32_t row_count() const override {
    return static_cast<std::uint32_t>(table_->rows().count);
  }
  std::size_t select(std::uint32_t begin, std::uint32_t end, std::uint32_t* out) override {
    std::iota(out, out + (end - begin), begin);
    return end - begin;
  }
  WordKind kind(std::size_t column) const override {
    const ScanRequest& request = columns_[column].request;
    return request.computation ? request.result : word_kind_of(type(request));
  }
  Word code_limit(std::size_t) const override { return 0; }
  bool is_coded(std::size_t) const override { return true; }
  const void* coding(std::size_t column) const override {
    return columns_[column].request.computation ? nullptr : &table_->rows_->texts;
  }
  std::optional<RowBounds> bounds(std::size_t) override { return std::nullopt; }

  void read(std::size_t column, std::span<const std::uint32_t> rows, Word* out) override {
    ReadColumn& from = columns_[column];
    if (from.request.computation) {
      for (const std::uint32_t row : rows) *out++ = row == kNoRow ? kNullWord : computed(from, row);
      return;
    }
    const std::vector<Word>& words = whole(from.request.input);
    for (const std::uint32_t row : rows) *out++ = row == kNoRow ? kNullWord : words[row];
  }

  void read_texts(std::size_t column, std::span<const std::uint32_t> rows,
                  std::string_view* out) override {
    std::vector<Word> words(rows.size());
    read(column, rows, words.data());
    for (const Word word : words)
      *out++ = word == kNullWord ? std::string_view() : text(column, word);
  }

  std::string_view text(std::size_t column, Word code) const override {
    const bool computed = columns_[column].request.computation != nullptr;
    return (computed ? texts_ : table_->rows_->texts).copy(code);
  }

  Word code_of(std::size_t, std::string_view text) override { return texts_.add_copy(text); }

  void give(sqlite3_context* context, std::size_t column, std::uint32_t row) override {
    if (row == kNoRow) return;
    Word word = kNullWord;
    read(column, {&row, 1}, &word);
    if (error_) return sqlite3_result_error(context, error_->data(), -1);
    if (word == kNullWord) return;
    switch (kind(column)) {
      case WordKind::kCode:
        return give_text(context, text(column, word));
      case WordKind::kReal:
        if (std::isnan(real_of(word))) return give_text(context, "NaN");  // base/encoding.hpp
        return sqlite3_result_double(context, real_of(word));
      default:
        sqlite3_result_int64(context, static_cast<std::int64_t>(word));
    }
  }

  void find_elements(std::span<const std::uint32_t>, std::vector<std::uint32_t>&,
                     std::vector<std::uint32_t>&) override {}

  std::size_t memory_bytes() const override {
    std::size_t bytes = texts_.memory_bytes();
    for (const ReadColumn& column : columns_) bytes += column.results.size() * (sizeof(Word) + 1);
    return bytes;
  }
  const std::string* error() const override { return error_ ? &*error_ : nullptr; }

 private:
  struct ReadColumn {
    ScanRequest request;
    std::vector<Word> results = {};          // of a computation, by row
    std::vector<std::uint8_t> is_done = {};  // whether a result is there
  };

  TypePointer type(const ScanRequest& request) const { return type(request.input); }
  TypePointer type(const ScanInput& input) const { return table_->types_[input.path[0]]; }
  const std::vector<Word>& whole(const ScanInput& input) const {
    return table_->rows().columns[input.path[0]];
  }

  Scalar scalar(const ScanInput& input, std::uint32_t row) const {
    const Word word = whole(input)[row];
    if (word == kNullWord) return {};
    switch (word_kind_of(type(input))) {
      case WordKind::kCode:
        return table_->rows_->texts.copy(word);
      case WordKind::kReal:
        return real_of(word);
      default:
        return static_cast<std::int64_t>(word);
    }
  }

  Word computed(ReadColumn& column, std::uint32_t row) {
    if (column.results.empty()) {
      column.results.resize(table_->rows().count);
      column.is_done.resize(table_->rows().count, 0);
    }
    if (column.is_done[row] != 0) return column.results[row];
    std::vector<Scalar> inputs = {scalar(column.request.input, row)};
    for (const ScanInput& input : column.request.more) inputs.push_back(scalar(input, row));
    const Computed result = column.request.computation(inputs);
    if (result.error) {
      if (!error_) error_ = result.error;
      return kNullWord;
    }
    const Scalar value = std::visit(
        [](const auto& held) -> Scalar {
          using Held = std::decay_t<decltype(held)>;
          if constexpr (std::is_same_v<Held, std::string>)
            return std::string_view(held);
          else
            return held;
        },
        result.value);
    column.results[row] = word_of(value, column.request.result, texts_);
    column.is_done[row] = 1;
    return column.results[row];
  }

  std::shared_ptr<QueryTable> table_;
  std::vector<ReadColumn> columns_ = {};
  TextNumbers texts_ = {};  // of computations
  std::optional<std::string> error_ = {};
};

std::unique_ptr<RowReader> QueryTable::open(std::shared_ptr<QueryTable> table,
                                            const std::vector<ScanRequest>& columns) {
  return std::make_unique<Reader>(std::move(table), columns);
}

std::shared_ptr<QueryTable> QueryTable::of(const RowReader& reader) {
  return dynamic_cast<const Reader&>(reader).table();
}

}  // namespace trailpond::sql
