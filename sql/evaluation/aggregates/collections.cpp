#include "sql/evaluation/aggregates/accumulators.hpp"
#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/ordering.hpp"
#include "sql/values/encoding.hpp"

/// Aggregate functions that give arrays, maps and texts of many values.
/// Source: https://trino.io/docs/current/functions/aggregate.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

class ArrayAgg final : public Accumulator {
 public:
  explicit ArrayAgg(TypePointer type) : type_(type) {}
  void add(Evaluation&, Arguments a) override { items_.push_back(keeper_.keep(type_, a[0])); }
  Value finish(Evaluation&) override { return items_.empty() ? Value() : Value::of_items(items_); }

 private:
  TypePointer type_;
  Keeper keeper_;
  std::vector<Value> items_;
};

/// Entries of a map under construction: each key once, in the order in which they came.
class Entries {
 public:
  explicit Entries(TypePointer key) : key_(key) {}
  /// The place of a key's value; `fresh` when the key came for the first time.
  std::pair<std::size_t, bool> place(const Value& key) {
    std::string encoded;
    encode_value(key_, key, true, encoded);
    const auto [found, fresh] = places_.try_emplace(std::move(encoded), items_.size() + 1);
    if (fresh) {
      items_.push_back(keeper_.keep(key_, key));
      items_.push_back({});
    }
    return {found->second, fresh};
  }
  Value& at(std::size_t place) { return items_[place]; }
  Keeper& keeper() { return keeper_; }
  bool empty() const { return items_.empty(); }
  std::span<const Value> items() const { return items_; }

 private:
  TypePointer key_;
  Keeper keeper_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<Value> items_;
};

/// map_agg: the first value of each key.
class MapAgg final : public Accumulator {
 public:
  explicit MapAgg(const BoundAggregate& of)
      : value_(of.arguments[1]->type), entries_(of.arguments[0]->type) {}
  void add(Evaluation&, Arguments a) override {
    if (a[0].is_null()) return;
    const auto [place, fresh] = entries_.place(a[0]);
    if (fresh) entries_.at(place) = entries_.keeper().keep(value_, a[1]);
  }
  Value finish(Evaluation&) override {
    return entries_.empty() ? Value() : Value::of_items(entries_.items());
  }

 private:
  TypePointer value_;
  Entries entries_;
};

/// map_union: the first value of each key of any map.
class MapUnion final : public Accumulator {
 public:
  explicit MapUnion(TypePointer map) : value_(map->children[1]), entries_(map->children[0]) {}
  void add(Evaluation&, Arguments a) override {
    any_ = true;
    const auto items = a[0].items();
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      const auto [place, fresh] = entries_.place(items[i]);
      if (fresh) entries_.at(place) = entries_.keeper().keep(value_, items[i + 1]);
    }
  }
  Value finish(Evaluation&) override { return any_ ? Value::of_items(entries_.items()) : Value(); }

 private:
  TypePointer value_;
  Entries entries_;
  bool any_ = false;
};

/// multimap_agg: all values of each key, in the order in which they came.
class MultimapAgg final : public Accumulator {
 public:
  explicit MultimapAgg(const BoundAggregate& of)
      : value_(of.arguments[1]->type), entries_(of.arguments[0]->type) {}
  void add(Evaluation&, Arguments a) override {
    if (a[0].is_null()) return;
    const auto [place, fresh] = entries_.place(a[0]);
    if (fresh) lists_.emplace_back();
    lists_[place / 2].push_back(entries_.keeper().keep(value_, a[1]));
  }
  Value finish(Evaluation& evaluation) override {
    if (entries_.empty()) return {};
    for (std::size_t i = 0; i < lists_.size(); ++i)
      entries_.at(i * 2 + 1) = Value::of_items(lists_[i]);
    return evaluation.items(entries_.items());
  }

 private:
  TypePointer value_;
  Entries entries_;
  std::vector<std::vector<Value>> lists_;
};

/// histogram: how often each value came.
class Histogram final : public Accumulator {
 public:
  explicit Histogram(TypePointer type) : entries_(type) {}
  void add(Evaluation&, Arguments a) override {
    const auto [place, fresh] = entries_.place(a[0]);
    entries_.at(place) = Value::of_integer(fresh ? 1 : entries_.at(place).integer() + 1);
  }
  Value finish(Evaluation&) override {
    return entries_.empty() ? Value() : Value::of_items(entries_.items());
  }

 private:
  Entries entries_;
};

/// approx_most_frequent(buckets, value, capacity), exactly: the values that came most often.
class MostFrequent final : public Accumulator {
 public:
  explicit MostFrequent(const BoundAggregate& of) : entries_(of.arguments[1]->type) {}
  void add(Evaluation& evaluation, Arguments a) override {
    if (a[0].is_null() || a[1].is_null() || a[2].is_null()) return;
    buckets_ = a[0].integer();
    if (buckets_ < 2) {
      refuse(evaluation,
             "approx_most_frequent bucket count must be greater than one, input bucket "
             "count: " +
                 std::to_string(buckets_));
      return;
    }
    const auto [place, fresh] = entries_.place(a[1]);
    entries_.at(place) = Value::of_integer(fresh ? 1 : entries_.at(place).integer() + 1);
  }
  Value finish(Evaluation& evaluation) override {
    if (entries_.empty()) return {};
    const auto all = entries_.items();
    std::vector<std::pair<Value, Value>> ranked;
    for (std::size_t i = 0; i < all.size(); i += 2) ranked.emplace_back(all[i], all[i + 1]);
    std::ranges::stable_sort(ranked, std::greater<>(),
                             [](const auto& entry) { return entry.second.integer(); });
    ranked.resize(std::min(ranked.size(), static_cast<std::size_t>(buckets_)));
    std::vector<Value> items;
    for (const auto& [value, count] : ranked) items.insert(items.end(), {value, count});
    return evaluation.items(items);
  }

 private:
  Entries entries_;
  std::int64_t buckets_ = 0;
};

/// max(x, n), min(x, n), max_by(x, y, n), min_by(x, y, n): the values beside the extreme keys.
class ExtremeMany final : public Accumulator {
 public:
  ExtremeMany(const BoundAggregate& of, int sign)
      : value_type_(of.arguments[0]->type),
        by_key_(of.arguments.size() == 3),
        key_type_(of.arguments[by_key_ ? 1 : 0]->type),
        sign_(sign) {}

  void add(Evaluation& evaluation, Arguments a) override {
    const Value& key = a[by_key_ ? 1 : 0];
    const Value& count = a.back();
    if (key.is_null() || count.is_null()) return;
    if (!check(evaluation, count.integer())) return;
    wanted_ = static_cast<std::size_t>(count.integer());
    const auto better = [&](const Value& left, const Value& right) {
      return beats(evaluation, key_type_, left, right, sign_);
    };
    if (best_.size() >= wanted_ && !better(key, best_.back().key)) return;
    const auto place = std::ranges::upper_bound(best_, key, better, &Entry::key);
    best_.insert(place, {keeper_->keep(key_type_, key), keeper_->keep(value_type_, a[0])});
    if (best_.size() > wanted_) best_.pop_back();
    // Rows that come in order replace each other: what fell out is forgotten now and then.
    constexpr std::size_t kSpare = 1'024;
    if (++kept_ > 2 * wanted_ + kSpare) keep_anew();
  }
  Value finish(Evaluation& evaluation) override {
    if (best_.empty()) return {};
    std::vector<Value> items;
    for (const Entry& entry : best_) items.push_back(entry.value);
    return evaluation.items(items);
  }

 private:
  struct Entry {
    Value key;
    Value value;
  };

  bool check(Evaluation& evaluation, std::int64_t count) const {
    const std::string name = sign_ > 0 ? "max" : "min";
    const std::string place =
        by_key_ ? "third argument of " + name + "_by" : "second argument of " + name + "_n";
    if (count <= 0)
      refuse(evaluation, place + (by_key_ ? " must be a positive integer" : " must be positive"));
    if (count > kMaxArrayLength) {
      refuse(evaluation,
             place + " must be less than or equal to 10000; found " + std::to_string(count));
    }
    return !evaluation.failed();
  }

  void keep_anew() {
    auto fresh = std::make_unique<Keeper>();
    for (Entry& entry : best_) {
      entry = {fresh->keep(key_type_, entry.key), fresh->keep(value_type_, entry.value)};
    }
    keeper_ = std::move(fresh);
    kept_ = best_.size();
  }

  TypePointer value_type_;
  bool by_key_;
  TypePointer key_type_;
  int sign_;
  std::unique_ptr<Keeper> keeper_ = std::make_unique<Keeper>();
  std::size_t kept_ = 0;
  std::size_t wanted_ = 0;
  std::vector<Entry> best_;  // the best first
};

/// listagg(value, separator) WITHIN GROUP (ORDER BY …); the analyser adds what ON OVERFLOW says:
/// whether to cut, the filler and whether to count.
class ListAgg final : public Accumulator {
 public:
  void add(Evaluation& evaluation, Arguments a) override {
    if (full_) {
      ++left_out_;
      return;
    }
    const std::size_t size = (any_ ? a[1].text().size() : 0) + a[0].text().size();
    if (text_.size() + size > kMostBytes) {
      if (!a[2].boolean()) {
        evaluation.fail(ErrorName::kExceededFunctionMemoryLimit,
                        "Concatenated string has the length in bytes larger than the maximum "
                        "output length 1048576");
        return;
      }
      full_ = true;
      left_out_ = 1;
      ending_ = std::string(a[1].text()) + std::string(a[3].text());
      counted_ = a[4].boolean();
      return;
    }
    if (any_) text_ += a[1].text();
    text_ += a[0].text();
    any_ = true;
  }
  Value finish(Evaluation& evaluation) override {
    if (!any_ && !full_) return {};
    if (!full_) return evaluation.text(text_);
    return evaluation.text(text_ + ending_ +
                           (counted_ ? "(" + std::to_string(left_out_) + ")" : ""));
  }

 private:
  static constexpr std::size_t kMostBytes = 1'048'576;  // Trino's limit
  std::string text_;
  std::string ending_;
  std::int64_t left_out_ = 0;
  bool any_ = false;
  bool full_ = false;
  bool counted_ = false;
};

/// reduce_agg(value, initial, input function, combine function). One group is folded by one thread,
/// so that the combine function is never needed.
class ReduceAgg final : public Accumulator {
 public:
  explicit ReduceAgg(const BoundAggregate& of)
      : type_(of.arguments[1]->type), input_(of.arguments[2]) {}
  void add(Evaluation& evaluation, Arguments a) override {
    const Value pair[2] = {any_ ? state_ : a[1], a[0]};
    const Value next = call_lambda(evaluation, *input_, pair);
    if (evaluation.failed()) return;
    any_ = true;
    state_ = keeper_.keep_only(type_, next);
  }
  Value finish(Evaluation&) override { return state_; }

 private:
  TypePointer type_;
  BoundPointer input_;
  Keeper keeper_;
  Value state_;
  bool any_ = false;
};

template <int sign>
MadeAccumulator make_extreme_many(const BoundAggregate& of) {
  return std::make_unique<ExtremeMany>(of, sign);
}

const AggregateFunction kRows[] = {
    {"array_agg", "T", "array(T)", make_of_first<ArrayAgg>, "", false, "All values as an array.",
     ""},
    {"map_agg", "K:comparable, V", "map(K,V)", make_of_arguments<MapAgg>, "", false,
     "A map of keys and values.", ""},
    {"map_union", "map(K,V)", "map(K,V)", make_of_first<MapUnion>, "", true,
     "The entries of all maps.", ""},
    {"multimap_agg", "K:comparable, V", "map(K,array(V))", make_of_arguments<MultimapAgg>, "",
     false, "A map of keys and all their values.", ""},
    {"histogram", "K:comparable", "map(K,bigint)", make_of_first<Histogram>, "", true,
     "How often each value came.", ""},
    {"approx_most_frequent", "bigint, bigint, bigint", "map(bigint,bigint)",
     make_of_arguments<MostFrequent>, "", false, "The values that came most often.", ""},
    {"approx_most_frequent", "bigint, varchar, bigint", "map(varchar,bigint)",
     make_of_arguments<MostFrequent>, "", false, "The values that came most often.", ""},
    {"max", "E:orderable, bigint", "array(E)", make_extreme_many<1>, "", true,
     "The greatest values.", ""},
    {"min", "E:orderable, bigint", "array(E)", make_extreme_many<-1>, "", true, "The least values.",
     ""},
    {"max_by", "V, K:orderable, bigint", "array(V)", make_extreme_many<1>, "", false,
     "The values beside the greatest keys.", ""},
    {"min_by", "V, K:orderable, bigint", "array(V)", make_extreme_many<-1>, "", false,
     "The values beside the least keys.", ""},
    {"listagg", "varchar, varchar, boolean, varchar, boolean", "varchar", make_accumulator<ListAgg>,
     "", true, "Texts joined in order.", ""},
    {"reduce_agg", "T, S, function(S, T, S), function(S, S, S)", "S", make_of_arguments<ReduceAgg>,
     "", true, "Folds values by a function.", ""},
};

}  // namespace

std::span<const AggregateFunction> collection_aggregates() { return kRows; }

}  // namespace trailpond::sql
