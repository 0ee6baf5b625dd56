#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "events/gzip.hpp"
#include "events/loader.hpp"

namespace trailpond::events {

/// What a stream may keep in memory. Ours.
struct IntakeLimits {
  /// Text that is gathered before it is loaded; a shorter stream is loaded at once.
  std::size_t part_bytes = std::size_t{16} << 20;
  /// A line, or an event laid out over many lines, so long ends the stream.
  std::size_t value_bytes = std::size_t{64} << 20;
};

/// Events that come as a stream in any accepted form (see EventStore::append): cut between two
/// events into parts that are loaded one after another, so that a stream of any length needs
/// little memory.
class Intake {
 public:
  /// Loads one part; called on the thread that feeds.
  using Load = std::function<LoadReport(std::string text, const Part& part)>;

  /// `source` names the stream in the report.
  Intake(std::string source, Load load, IntakeLimits limits = {})
      : source_(std::move(source)), load_(std::move(load)), limits_(limits) {}

  /// Makes room for a stream of about so many bytes; a claim that need not be true.
  void expect(std::uint64_t bytes);
  /// Takes the next piece, of any size.
  void feed(std::string_view piece);
  /// Loads what is left, and reports on the whole.
  LoadReport finish();
  /// Answers whether the rest is not worth sending: it could not be told where an event begins.
  bool is_lost() const { return lost_; }

 private:
  void take(std::string_view text);
  void load_whole_lines();
  void load_whole_events();
  void scan();
  void open(char bracket);
  void load(std::string text, const Part& part);
  void give_up();

  std::string source_;
  Load load_;
  IntakeLimits limits_;
  LoadReport report_ = {};
  bool began_ = false;
  bool lost_ = false;
  std::unique_ptr<GzipReader> gzip_ = {};
  std::string head_ = {};    // the first bytes, until it is known what they are
  std::string buffer_ = {};  // a list that was cut goes on behind its `opening_`
  Part part_ = {};           // of what the buffer holds

  // How far a document was looked through, and where it can be cut.
  std::size_t scanned_ = 0;
  int depth_ = 0;
  int list_depth_ = 0;           // of the elements' brackets; 0 outside a list of events
  std::size_t value_begin_ = 0;  // of the outermost value
  bool had_list_ = false;        // the outermost value's only list of events was seen
  bool in_string_ = false;
  bool escaped_ = false;
  std::string opening_ = {};  // what precedes the list's first element: `{"Records":[`
  std::size_t cut_ = 0;       // behind a value, or at the comma behind an element
  bool cut_in_list_ = false;
  std::size_t cut_index_ = 0;  // of the element behind the comma
  std::size_t index_ = 0;      // of the element that is being looked at
};

}  // namespace trailpond::events
