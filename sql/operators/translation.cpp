#include "sql/operators/translation.hpp"

#include <algorithm>

namespace trailpond::sql {

Translation::Translation(const OperatorScans& from, OperatorScans& to)
    : from_(from), to_(to), known_(from.readers.size()) {}

void Translation::apply(const ColumnPlace& place, std::span<Word> words) {
  const RowReader& from = *from_.readers[place.scan];
  RowReader& to = to_.at(place);
  const bool coded = to.coding(place.column) != nullptr;
  if (to.kind(place.column) != WordKind::kCode || coded) return;
  auto& columns = known_[place.scan];
  if (columns.size() <= place.column) columns.resize(place.column + 1);
  std::vector<Word>& known = columns[place.column];
  for (Word& word : words) {
    if (word == kNullWord) continue;
    if (word >= known.size())
      known.resize(std::max<std::size_t>(word + 1, known.size() * 2), kNullWord);
    if (known[word] == kNullWord)
      known[word] = to.code_of(place.column, from.text(place.column, word));
    word = known[word];
  }
}

}  // namespace trailpond::sql
