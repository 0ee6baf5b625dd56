#include "events/layout.hpp"

#include <algorithm>
#include <utility>

namespace trailpond::events {
namespace {

char lower_ascii(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// Ids that nearly never repeat gain nothing from a dictionary.
bool is_unique_id(std::string_view name) {
  return name == "eventid" || name == "requestid" || name == "sharedeventid";
}

TextForm form_of(const Field& field, bool top_level) {
  if (!top_level) return TextForm::kCoded;
  if (field.name == "eventjson") return TextForm::kEventJson;
  if (field.name == "eventjsonchecksum") return TextForm::kNever;
  return is_unique_id(field.name) ? TextForm::kPlain : TextForm::kCoded;
}

}  // namespace

/// Takes length and three letters: enough to tell the names of one row apart.
std::size_t MemberTable::Hash::operator()(std::string_view name) const {
  if (name.empty()) return 0;
  const auto letter = [&](std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(lower_ascii(name[at])));
  };
  return name.size() * 7 + letter(0) * 31 + letter(name.size() / 2) * 5 + letter(name.size() - 1);
}

bool MemberTable::Equal::operator()(std::string_view left, std::string_view right) const {
  return left == right || std::ranges::equal(left, right, {}, lower_ascii, lower_ascii);
}

void MemberTable::add(std::string_view json_name, NodeId node, std::uint8_t ordinal) {
  places_.emplace(json_name, Place{node, ordinal});
}

Member MemberTable::find(std::string_view name) const {
  const auto found = places_.find(name);
  if (found == places_.end()) return {};
  return {found->second.node, found->second.ordinal, found->first == name};
}

Layout::Layout(StoreKind kind) {
  nodes_.push_back({.name = "event"});
  add_children(kRootNode, schema_of(kind));
  for (const NodeId column : nodes_[kRootNode].children) {
    if (nodes_[column].name == "eventtime") time_ = column;
  }
}

void Layout::add_children(NodeId parent, std::span<const Field> fields) {
  for (const Field& field : fields) {
    const auto id = static_cast<NodeId>(nodes_.size());
    const TextForm form = form_of(field, parent == kRootNode);
    nodes_.push_back({.name = field.name, .type = field.type, .form = form, .parent = parent});
    Node& above = nodes_[parent];
    const bool in_array = above.type == FieldType::kArray;
    nodes_[id].array = in_array ? parent : above.array;
    nodes_[id].arrays = static_cast<std::uint8_t>(above.arrays + (in_array ? 1 : 0));
    const auto ordinal = static_cast<std::uint8_t>(above.children.size());
    above.children.push_back(id);
    // eventjson and its checksum are made here, never read from a member of that name.
    if (form == TextForm::kCoded || form == TextForm::kPlain) {
      above.members.add(field.json_name, id, ordinal);
    }
    add_children(id, field.children);
  }
}

template <StoreKind kind>
const Layout& Layout::made_for() {
  static const Layout layout(kind);
  return layout;
}

const Layout& Layout::of(StoreKind kind) {
  // Each is made when it is first asked for: most servers hold one kind.
  switch (kind) {
    case StoreKind::kCloudTrail:
      return made_for<StoreKind::kCloudTrail>();
    case StoreKind::kInsights:
      return made_for<StoreKind::kInsights>();
    case StoreKind::kConfig:
      return made_for<StoreKind::kConfig>();
    case StoreKind::kEvidence:
      return made_for<StoreKind::kEvidence>();
    case StoreKind::kActivity:
      break;
  }
  return made_for<StoreKind::kActivity>();
}

NodeId Layout::find(std::span<const std::uint16_t> path, bool into_array) const {
  if (path.empty()) return kNoNode;
  NodeId at = kRootNode;
  for (const std::uint16_t child : path) {
    const Node& above = nodes_[at];
    const bool enters = above.type == FieldType::kArray && std::exchange(into_array, false);
    if ((above.type != FieldType::kRow && !enters) || child >= above.children.size())
      return kNoNode;
    at = above.children[child];
  }
  return into_array ? kNoNode : at;  // it went through none
}

}  // namespace trailpond::events
