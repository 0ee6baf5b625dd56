#pragma once
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "events/schema.hpp"

/// The schema of a kind as a flat list of nodes, which is how columns are numbered in memory.
namespace trailpond::events {

using NodeId = std::uint16_t;
inline constexpr NodeId kRootNode = 0;
inline constexpr NodeId kNoNode = 0xffff;

/// How the text of a varchar node is kept.
enum class TextForm : std::uint8_t {
  kCoded,      // by the dictionary of the node
  kPlain,      // as it is: nearly every value is different
  kEventJson,  // the event's own text
  kNever,      // always NULL (eventjsonchecksum)
};

/// A member name found among the fields of a row.
struct Member {
  NodeId node = kNoNode;
  std::uint8_t ordinal = 0;  // which child of its row
  bool exact = false;        // spelled as documented, not only equal in another letter case
};

/// Finds fields of one row by the names of JSON members, in any letter case.
class MemberTable {
 public:
  void add(std::string_view json_name, NodeId node, std::uint8_t ordinal);
  /// Answers kNoNode in `node` where the schema has no such member.
  Member find(std::string_view name) const;

 private:
  /// Both take names of any letter case as the same.
  struct Hash {
    std::size_t operator()(std::string_view name) const;
  };
  struct Equal {
    bool operator()(std::string_view left, std::string_view right) const;
  };
  struct Place {
    NodeId node = kNoNode;
    std::uint8_t ordinal = 0;
  };
  boost::unordered_flat_map<std::string_view, Place, Hash, Equal> places_;
};

struct Node {
  std::string_view name;
  FieldType type = FieldType::kRow;
  TextForm form = TextForm::kCoded;
  NodeId parent = kNoNode;
  NodeId array = kNoNode;   // the nearest around it
  std::uint8_t arrays = 0;  // how many are around it
  std::vector<NodeId> children = {};
  MemberTable members = MemberTable();  // of a row
};

/// The nodes of one kind; node 0 is the event itself, a row whose children are the columns.
class Layout {
 public:
  static const Layout& of(StoreKind kind);
  const Node& node(NodeId id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  /// The column that says when an event happened.
  NodeId time() const { return time_; }
  /// Finds the node of a path of child indices; kNoNode where it leaves the schema or enters an
  /// array. `into_array`: it goes through one array, whose elements are child 0.
  NodeId find(std::span<const std::uint16_t> path, bool into_array = false) const;

 private:
  explicit Layout(StoreKind kind);
  template <StoreKind kind>
  static const Layout& made_for();
  void add_children(NodeId parent, std::span<const Field> fields);
  std::vector<Node> nodes_;
  NodeId time_ = kNoNode;
};

}  // namespace trailpond::events
