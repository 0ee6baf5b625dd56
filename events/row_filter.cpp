#include "events/row_filter.hpp"

#include <simde/x86/sse2.h>

#include <algorithm>
#include <bit>
#include <numeric>

namespace trailpond::events {
namespace {

// What a memo knows about a code.
constexpr std::uint8_t kUndecided = 0;
constexpr std::uint8_t kFails = 1;
constexpr std::uint8_t kHolds = 2;

/// Keeps the selected rows that pass, without a branch on the outcome.
template <class Selection, class Passes>
void keep_if(Selection& selection, Passes&& passes) {
  std::uint32_t* rows = selection.rows;
  std::size_t kept = 0;
  if (selection.dense) {
    for (std::size_t at = 0; at < selection.count; ++at) {
      const auto row = static_cast<std::uint32_t>(selection.begin + at);
      rows[kept] = row;
      kept += passes(row) ? 1 : 0;
    }
  } else {
    for (std::size_t at = 0; at < selection.count; ++at) {
      const std::uint32_t row = rows[at];
      rows[kept] = row;
      kept += passes(row) ? 1 : 0;
    }
  }
  selection.count = kept;
  selection.dense = false;
}

/// Compares sixteen bytes of codes at once; a set bit for each byte that is equal.
template <class Width>
unsigned equal_bytes(const Width* codes, Width wanted) {
  const simde__m128i loaded = simde_mm_loadu_si128(reinterpret_cast<const simde__m128i*>(codes));
  if constexpr (sizeof(Width) == 1) {
    const simde__m128i all = simde_mm_set1_epi8(static_cast<char>(wanted));
    return static_cast<unsigned>(simde_mm_movemask_epi8(simde_mm_cmpeq_epi8(loaded, all)));
  } else if constexpr (sizeof(Width) == 2) {
    const simde__m128i all = simde_mm_set1_epi16(static_cast<short>(wanted));
    return static_cast<unsigned>(simde_mm_movemask_epi8(simde_mm_cmpeq_epi16(loaded, all)));
  } else {
    const simde__m128i all = simde_mm_set1_epi32(static_cast<int>(wanted));
    return static_cast<unsigned>(simde_mm_movemask_epi8(simde_mm_cmpeq_epi32(loaded, all)));
  }
}

/// Writes the rows from `begin` on whose code is `wanted`; answers how many.
template <class Width>
std::size_t select_equal(const Width* codes, std::uint32_t begin, std::size_t count, Width wanted,
                         std::uint32_t* out) {
  constexpr std::size_t kStep = 16 / sizeof(Width);
  constexpr unsigned kCodeBits = (1u << sizeof(Width)) - 1;
  std::size_t kept = 0;
  std::size_t at = 0;
  for (; at + kStep <= count; at += kStep) {
    unsigned equal = equal_bytes(codes + begin + at, wanted);
    while (equal != 0) {
      const auto byte = static_cast<unsigned>(std::countr_zero(equal));
      out[kept++] = static_cast<std::uint32_t>(begin + at + byte / sizeof(Width));
      equal &= ~(kCodeBits << byte);
    }
  }
  for (; at < count; ++at) {
    if (codes[begin + at] == wanted) out[kept++] = static_cast<std::uint32_t>(begin + at);
  }
  return kept;
}

/// Calls `body` with the codes of a view in their real width.
template <class Body>
void with_codes(const ColumnView& view, Body&& body) {
  switch (view.width) {
    case 1:
      return body(static_cast<const std::uint8_t*>(view.codes));
    case 2:
      return body(static_cast<const std::uint16_t*>(view.codes));
    default:
      return body(static_cast<const std::uint32_t*>(view.codes));
  }
}

bool is_null(const Operand& operand) { return std::holds_alternative<std::monostate>(operand); }

bool is_presence(Operator op) { return op == Operator::kIsNull || op == Operator::kIsNotNull; }

bool is_comparison(Operator op) { return op <= Operator::kGreaterOrEqual; }

}  // namespace

RowFilter::RowFilter(const Snapshot& snapshot, ScanSources& sources,
                     std::vector<Condition> conditions)
    : snapshot_(snapshot) {
  for (Condition& condition : conditions) {
    ScanSource* source = sources[static_cast<std::size_t>(condition.column)].get();
    tests_.push_back({std::move(condition), source});
    prepare(tests_.back());
  }
  // Computations may fail or be slow: they look only at rows that the other conditions left.
  std::ranges::stable_sort(tests_, {}, [](const Test& test) {
    return test.source->kind() == ValueKind::kComputed ? 2 : test.kind == Kind::kAny ? 1 : 0;
  });
}

void RowFilter::prepare(Test& test) {
  const Operator op = test.condition.op;
  const auto& operands = test.condition.operands;
  if ((is_comparison(op) || op == Operator::kLike) && is_null(operands.front())) never_ = true;
  if (op == Operator::kIn && std::ranges::all_of(operands, is_null)) never_ = true;
  if (never_) return;
  const ValueKind kind = test.source->kind();
  if (is_presence(op)) {
    if (kind != ValueKind::kComputed) test.kind = Kind::kPresent;
  } else if (kind == ValueKind::kInteger && is_comparison(op)) {
    test.kind = Kind::kRange;
    test.range = range_of(op, operands.front());
  } else if (kind == ValueKind::kText && test.source->dictionary()) {
    prepare_text(test);
  }
}

void RowFilter::prepare_text(Test& test) {
  const Dictionary& dictionary = *test.source->dictionary();
  const auto& operands = test.condition.operands;
  const auto code_of = [&](const Operand& operand) {
    const auto* text = std::get_if<std::string>(&operand);
    return text ? dictionary.find(*text) : kNullCode;
  };
  if (test.condition.op == Operator::kEqual) {
    test.kind = Kind::kCode;
    test.code = code_of(operands.front());
    never_ = never_ || test.code == kNullCode;
  } else if (test.condition.op == Operator::kIn) {
    test.memo.assign(dictionary.size(), kFails);
    bool any = false;
    for (const Operand& operand : operands) {
      const Code code = code_of(operand);
      if (code == kNullCode || code >= test.memo.size()) continue;
      test.memo[code] = kHolds;
      any = true;
    }
    never_ = never_ || !any;
  }
}

const Condition* RowFilter::find_indexed() const {
  for (const Test& test : tests_) {
    const auto& [condition, source, kind, code, range, memo] = test;
    if (condition.op != Operator::kEqual || !source->is_indexable()) continue;
    const Operand& operand = condition.operands.front();
    const bool text = std::holds_alternative<std::string>(operand);
    const bool integer = std::holds_alternative<std::int64_t>(operand);
    if (source->kind() == ValueKind::kText ? text : integer) return &condition;
  }
  return nullptr;
}

std::size_t RowFilter::select(std::size_t segment, std::uint32_t begin, std::uint32_t end,
                              std::uint32_t* out) {
  if (never_) return 0;
  Selection selection{out, end - begin, begin, true};
  if (const Column* times = find_hidden(segment)) {
    const HiddenTimes hidden = *snapshot_.hidden();
    const std::int64_t* numbers = times->numbers.data();
    keep_if(selection, [=](std::uint32_t row) { return !hidden.contains(numbers[row]); });
  }
  for (Test& test : tests_) {
    if (selection.count == 0 || error_) return 0;
    apply(test, segment, selection);
  }
  if (error_) return 0;
  if (selection.dense) std::iota(out, out + selection.count, begin);
  return selection.count;
}

const Column* RowFilter::find_hidden(std::size_t segment) const {
  const auto& hidden = snapshot_.hidden();
  if (!hidden) return nullptr;
  const Column& times = snapshot_.segments()[segment]->column(snapshot_.layout().time());
  const bool none = times.absent() || times.greatest < hidden->from || times.least >= hidden->until;
  return none ? nullptr : &times;
}

void RowFilter::apply(Test& test, std::size_t segment, Selection& selection) {
  const ColumnView& view = test.source->view(segment);
  switch (test.kind) {
    case Kind::kPresent: {
      const bool want_null = test.condition.op == Operator::kIsNull;
      if (view.shape == Shape::kNull || view.shape == Shape::kJson) {
        if (want_null != (view.shape == Shape::kNull)) selection.count = 0;
      } else if (view.shape == Shape::kInteger || view.shape == Shape::kDouble) {
        const std::int64_t null = view.shape == Shape::kDouble ? kNullDouble : kNullNumber;
        const std::int64_t* numbers = view.numbers;
        keep_if(selection, [=](std::uint32_t row) { return (numbers[row] == null) == want_null; });
      } else {
        with_codes(view, [&](const auto* codes) {
          keep_if(selection, [=](std::uint32_t row) { return (codes[row] == 0) == want_null; });
        });
      }
      return;
    }
    case Kind::kRange:
      return apply_range(test, view, selection);
    case Kind::kCode:
      return apply_code(test, view, selection);
    case Kind::kAny:
      return apply_any(test, segment, view, selection);
  }
}

void RowFilter::apply_range(const Test& test, const ColumnView& view, Selection& selection) {
  if (view.shape == Shape::kNull) {
    selection.count = 0;
    return;
  }
  const Column& column = *view.column;
  const std::int64_t* numbers = view.numbers;
  // The least value stands for NULL and is never within.
  const std::int64_t low = std::max(test.range.low, kNullNumber + 1);
  const std::int64_t high = test.range.high;
  if (test.range.outside) {
    keep_if(selection, [=](std::uint32_t row) {
      return numbers[row] != kNullNumber && (numbers[row] < low || numbers[row] > high);
    });
    return;
  }
  if (low > high || column.greatest < low || column.least > high) {
    selection.count = 0;
    return;
  }
  if (!column.has_null && column.least >= low && column.greatest <= high) return;
  keep_if(selection,
          [=](std::uint32_t row) { return (numbers[row] >= low) & (numbers[row] <= high); });
}

void RowFilter::apply_code(const Test& test, const ColumnView& view, Selection& selection) {
  const std::uint64_t codes_in_width = std::uint64_t{1} << (8 * view.width);
  if (view.shape == Shape::kNull || test.code >= codes_in_width) {
    selection.count = 0;
    return;
  }
  with_codes(view, [&]<class Width>(const Width* codes) {
    const auto wanted = static_cast<Width>(test.code);
    if (selection.dense) {
      selection.count =
          select_equal(codes, selection.begin, selection.count, wanted, selection.rows);
      selection.dense = false;
    } else {
      keep_if(selection, [=](std::uint32_t row) { return codes[row] == wanted; });
    }
  });
}

bool RowFilter::decide_code(Test& test, const Dictionary& dictionary, Code code) {
  const Cell cell = code == kNullCode ? Cell{} : Cell{dictionary.at(code)};
  const bool holds = test.condition.holds(cell);
  test.memo[code] = holds ? kHolds : kFails;
  return holds;
}

void RowFilter::apply_computed(Test& test, std::size_t segment, Selection& selection) {
  std::uint32_t* rows = selection.rows;
  if (selection.dense) std::iota(rows, rows + selection.count, selection.begin);
  codes_.resize(selection.count);
  test.source->result_codes(segment, {rows, selection.count}, codes_.data());
  if (test.memo.size() < test.source->result_count()) {
    test.memo.resize(test.source->result_count(), kUndecided);
  }
  std::size_t kept = 0;
  for (std::size_t at = 0; at < selection.count; ++at) {
    std::uint8_t& known = test.memo[codes_[at]];
    if (known == kUndecided) known = decide(test, segment, rows[at]) ? kHolds : kFails;
    rows[kept] = rows[at];
    kept += known == kHolds ? 1 : 0;
  }
  selection.count = kept;
  selection.dense = false;
}

bool RowFilter::decide(const Test& test, std::size_t segment, std::size_t row) {
  const std::string* error = nullptr;
  const Cell cell = test.source->cell(segment, row, &error);
  if (error && !error_) error_ = error;
  return test.condition.holds(cell);
}

void RowFilter::apply_any(Test& test, std::size_t segment, const ColumnView& view,
                          Selection& selection) {
  if (view.shape == Shape::kComputed) {
    apply_computed(test, segment, selection);
    return;
  }
  const Dictionary* dictionary = test.source->dictionary();
  if (!dictionary || view.shape == Shape::kNull) {
    keep_if(selection, [&](std::uint32_t row) { return decide(test, segment, row); });
    return;
  }
  if (test.memo.empty()) test.memo.assign(dictionary->size(), kUndecided);
  with_codes(view, [&](const auto* codes) {
    std::uint8_t* memo = test.memo.data();
    keep_if(selection, [&, memo](std::uint32_t row) {
      const auto code = static_cast<Code>(codes[row]);
      const std::uint8_t known = memo[code];
      return known == kUndecided ? decide_code(test, *dictionary, code) : known == kHolds;
    });
  });
}

bool RowFilter::holds(std::size_t segment, std::size_t row) {
  if (never_) return false;
  const Column* times = find_hidden(segment);
  if (times && snapshot_.hidden()->contains(times->numbers[row])) return false;
  for (const Test& test : tests_) {
    if (!decide(test, segment, row) || error_) return false;
  }
  return true;
}

}  // namespace trailpond::events
