#include "events/give.hpp"

#include <sqlite3.h>

#include <bit>

#include "events/encode.hpp"

namespace trailpond::events {
namespace {

void give_text(sqlite3_context* context, std::string_view text) {
  // Static: the declaration holds the snapshot for as long as a statement can run.
  const char* data = text.empty() ? "" : text.data();
  sqlite3_result_text(context, data, static_cast<int>(text.size()), SQLITE_STATIC);
}

/// Text that does not stay is copied.
void give_text(sqlite3_context* context, std::string_view text, bool stays) {
  if (stays) return give_text(context, text);
  sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

void give_code(sqlite3_context* context, const Dictionary& dictionary, Code code) {
  if (code == kNullCode) return;
  give_text(context, dictionary.at(code));
}

void give_result(sqlite3_context* context, const Computed& result, bool stays) {
  if (result.error) {
    sqlite3_result_error(context, result.error->c_str(), static_cast<int>(result.error->size()));
  } else if (const auto* text = std::get_if<std::string>(&result.value)) {
    give_text(context, *text, stays);
  } else if (const auto* integer = std::get_if<std::int64_t>(&result.value)) {
    sqlite3_result_int64(context, *integer);
  } else if (const auto* real = std::get_if<double>(&result.value)) {
    sqlite3_result_double(context, *real);
  }
}

}  // namespace

void give_cell(sqlite3_context* context, ScanSource& source, std::size_t segment, std::size_t row,
               std::string& scratch) {
  const ColumnView& view = source.view(segment);
  switch (view.shape) {
    case Shape::kPending:
    case Shape::kNull:
      return;
    case Shape::kCode8:
      return give_code(context, *source.dictionary(),
                       static_cast<const std::uint8_t*>(view.codes)[row]);
    case Shape::kCode16:
      return give_code(context, *source.dictionary(),
                       static_cast<const std::uint16_t*>(view.codes)[row]);
    case Shape::kCode32:
      return give_code(context, *source.dictionary(),
                       static_cast<const std::uint32_t*>(view.codes)[row]);
    case Shape::kBoolean: {
      const Code code = view.code(row);
      if (code != kNullCode) sqlite3_result_int(context, code == kTrueCode);
      return;
    }
    case Shape::kInteger:
      if (view.numbers[row] != kNullNumber) sqlite3_result_int64(context, view.numbers[row]);
      return;
    case Shape::kDouble:
      if (view.numbers[row] != kNullDouble) {
        sqlite3_result_double(context, std::bit_cast<double>(view.numbers[row]));
      }
      return;
    case Shape::kPlain:
    case Shape::kEntry:
      if (view.code(row) != kNullCode) give_text(context, view.own_text(row));
      return;
    case Shape::kJson:
      return give_text(context, view.own_text(row), view.texts->stays());
    case Shape::kNested:
      if (view.code(row) == kNullCode) return;
      scratch.clear();
      encode_value(*source.snapshot().dictionaries(), *view.segment, source.node(), row, scratch);
      return sqlite3_result_blob64(context, scratch.data(), scratch.size(), SQLITE_TRANSIENT);
    case Shape::kComputed: {
      bool stays = false;
      const Computed& result = source.result_for_now(segment, row, stays);
      return give_result(context, result, stays);
    }
  }
}

}  // namespace trailpond::events
