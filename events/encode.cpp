#include "events/encode.hpp"

#include <bit>

#include "base/encoding.hpp"

namespace trailpond::events {
namespace {

class Encoder {
 public:
  Encoder(const DictionarySet& dictionaries, const Segment& segment, std::string& out)
      : dictionaries_(dictionaries), segment_(segment), writer_(out) {}

  void value(NodeId node, std::size_t row) {
    const Column& column = segment_.column(node);
    const Node& shape = dictionaries_.layout().node(node);
    switch (shape.type) {
      case FieldType::kVarchar:
        return text(node, shape, column, row);
      case FieldType::kBoolean: {
        const Code code = column.absent() ? kNullCode : column.codes.get(row);
        return code == kNullCode ? writer_.null() : writer_.boolean(code == kTrueCode);
      }
      case FieldType::kTimestamp:
      case FieldType::kInteger:
        if (column.absent() || column.numbers[row] == kNullNumber) return writer_.null();
        return writer_.integer(column.numbers[row]);
      case FieldType::kDouble:
        if (column.absent() || column.numbers[row] == kNullDouble) return writer_.null();
        return writer_.real(std::bit_cast<double>(column.numbers[row]));
      case FieldType::kMap:
      case FieldType::kRow:
      case FieldType::kArray:
        return nested(node, shape, column, row);
    }
  }

 private:
  void text(NodeId node, const Node& shape, const Column& column, std::size_t row) {
    if (shape.form == TextForm::kEventJson) return writer_.text(TextsReader().at(segment_, row));
    const Code code = column.absent() ? kNullCode : column.codes.get(row);
    if (code == kNullCode) return writer_.null();
    writer_.text(shape.form == TextForm::kPlain ? column.plain(row)
                                                : dictionaries_.texts(node).at(code));
  }

  void nested(NodeId node, const Node& shape, const Column& column, std::size_t row) {
    if (column.absent() || column.codes.get(row) == kNullCode) return writer_.null();
    if (shape.type == FieldType::kMap) return entries(node, column, row);
    std::size_t mark = 0;
    if (shape.type == FieldType::kRow) {
      mark = writer_.open_list(static_cast<std::uint32_t>(shape.children.size()));
      for (const NodeId child : shape.children) value(child, row);
    } else {
      const std::uint32_t begin = column.begin_of(row);
      mark = writer_.open_list(column.ends[row] - begin);
      for (std::uint32_t at = begin; at < column.ends[row]; ++at) value(shape.children[0], at);
    }
    writer_.close(mark);
  }

  void entries(NodeId node, const Column& column, std::size_t row) {
    const std::uint32_t begin = column.begin_of(row);
    const std::size_t mark = writer_.open_map(column.ends[row] - begin);
    for (std::uint32_t at = begin; at < column.ends[row]; ++at) {
      writer_.text(dictionaries_.keys(node).at(column.keys.get(at)));
      const Code code = column.values.get(at);
      if (code == kNullCode) {
        writer_.null();
      } else {
        writer_.text(column.value_text(dictionaries_.texts(node), code));
      }
    }
    writer_.close(mark);
  }

  const DictionarySet& dictionaries_;
  const Segment& segment_;
  encoding::Writer writer_;
};

}  // namespace

void encode_value(const DictionarySet& dictionaries, const Segment& segment, NodeId node,
                  std::size_t row, std::string& out) {
  Encoder(dictionaries, segment, out).value(node, row);
}

}  // namespace trailpond::events
