#include "server/watch/journal.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <map>

#include "base/text.hpp"
#include "server/admin/verification.hpp"
#include "server/admin/waiting.hpp"

/// The journal: what was called, and what was answered.
namespace trailpond::admin {

namespace json = boost::json;
using watch::Entry;
using watch::EntryPointer;

namespace {

constexpr std::string_view kOrders[] = {"oldest", "newest"};

std::string print_milliseconds(std::int64_t nanoseconds) {
  const auto micros = nanoseconds / 1000;
  const std::string rest = std::to_string(1000 + micros % 1000);
  return std::to_string(micros / 1000) + "." + rest.substr(1);
}

/// Writes a body: JSON as it is, where it is whole and nothing else; else its text.
void write_body(JsonWriter& writer, std::string_view name, std::string_view text, bool is_cut) {
  boost::system::error_code error;
  if (!is_cut && !text.empty()) {
    json::parse_options options;
    options.max_depth = 64;
    const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
    if (!error && value.is_object()) {
      writer.key(name);
      writer.json(text);
      return;
    }
  }
  writer.member(name, text);
}

/// The scripts of queries, by their ids.
using Scripts = std::map<std::string, std::string, std::less<>>;

Scripts list_scripts(const Context& context) {
  Scripts scripts;
  for (const auto& query : context.engine.all_queries()) {
    if (!query->script.empty()) {
      scripts[query->key.id] = query->script;
    }
  }
  return scripts;
}

/// The script of the query that a call has started; empty without one.
std::string_view script_of(const Scripts& scripts, const Entry& entry) {
  constexpr std::string_view kBefore = "\"QueryId\":\"";
  constexpr std::size_t kIdLength = 36;
  const auto at = entry.answer().find(kBefore);
  if (entry.operation() != "StartQuery" || at == std::string_view::npos) {
    return {};
  }
  const auto found = scripts.find(entry.answer().substr(at + kBefore.size(), kIdLength));
  return found == scripts.end() ? std::string_view() : std::string_view(found->second);
}

void write_entry(JsonWriter& writer, const Entry& entry, std::string_view script) {
  writer.open_object();
  writer.member("id", static_cast<std::int64_t>(entry.id()));
  writer.member("time", state::print_instant(entry.time()));
  writer.member("operation", entry.operation());
  writer.member("account", entry.account());
  writer.member("region", entry.region());
  writer.member("request_id", entry.request_id());
  writer.member("status", std::int64_t{entry.status()});
  if (!entry.error().empty()) {
    writer.member("error", entry.error());
  }
  if (!entry.fault().empty()) {
    writer.member("fault", entry.fault());
  }
  if (!script.empty()) {
    writer.member("script", script);
  }
  writer.key("milliseconds");
  writer.json(print_milliseconds(entry.duration()));
  write_body(writer, "request", entry.request(), entry.is_request_cut());
  write_body(writer, "answer", entry.answer(), entry.is_answer_cut());
  if (entry.is_request_cut() || entry.is_answer_cut()) {
    writer.key("cut");
    writer.open_list();
    if (entry.is_request_cut()) {
      writer.text("request");
    }
    if (entry.is_answer_cut()) {
      writer.text("answer");
    }
    writer.close_list();
  }
  writer.close_object();
}

bool contains(std::string_view text, const std::string& lower_part) {
  return ascii_lower(text).find(lower_part) != std::string::npos;
}

/// What ?operation=, ?error=, ?text= and the like ask for.
class Filter {
 public:
  explicit Filter(const Context& context)
      : context_(context), text_(ascii_lower(context.arguments.text("text"))) {}

  bool fits(const Entry& entry) const {
    const Arguments& wanted = context_.arguments;
    return wanted.find("operation").value_or(entry.operation()) == entry.operation() &&
           wanted.find("error").value_or(entry.error()) == entry.error() &&
           is_asked_for(context_, entry.account(), entry.region()) &&
           (text_.empty() || contains(entry.request(), text_) || contains(entry.answer(), text_));
  }

 private:
  const Context& context_;
  const std::string text_;
};

std::uint64_t since_of(const Context& context) {
  return static_cast<std::uint64_t>(context.arguments.integer("since", 0));
}

void write_entries(JsonWriter& writer, const std::vector<EntryPointer>& entries,
                   const Scripts& scripts = {}) {
  writer.key("entries");
  writer.open_list();
  for (const EntryPointer& entry : entries) {
    write_entry(writer, *entry, script_of(scripts, *entry));
  }
  writer.close_list();
}

std::optional<Failure> get_journal(Context& context, http::Response& response) {
  const Filter filter(context);
  auto all = context.watch.journal.list(since_of(context));
  std::erase_if(all, [&](const EntryPointer& entry) { return !filter.fits(*entry); });
  const bool newest_first = context.arguments.text("order") == "newest";
  if (newest_first) {
    std::reverse(all.begin(), all.end());
  }
  const auto page = cut_page(context, std::move(all), [&](const EntryPointer& entry) {
    const auto id = static_cast<std::int64_t>(entry->id());
    return print_key(newest_first ? std::numeric_limits<std::int64_t>::max() - id : id);
  });
  const auto size = context.watch.journal.size();
  JsonWriter writer(response.body);
  writer.open_object();
  write_entries(writer, page.items, list_scripts(context));
  writer.member("last_id", static_cast<std::int64_t>(size.last_id));
  writer.member("dropped", static_cast<std::int64_t>(size.dropped));
  if (!page.next.empty()) {
    writer.member("next", page.next);
  }
  writer.close_object();
  return std::nullopt;
}

std::optional<Failure> delete_journal(Context& context, http::Response& response) {
  JsonWriter writer(response.body);
  writer.open_object();
  writer.member("cleared", static_cast<std::int64_t>(context.watch.journal.clear()));
  writer.close_object();
  return std::nullopt;
}

/// Waits until so many calls are in the journal.
class CallsWaiting final : public Waiting {
 public:
  explicit CallsWaiting(const Context& context)
      : Waiting(context, watch::Topic::kJournal, {}),
        wanted_(static_cast<std::size_t>(context.arguments.integer("count", 1))),
        seen_(since_of(context)) {}

 protected:
  bool try_answer(bool is_late, http::Response& response) override {
    constexpr std::size_t kMostShown = 100;
    const Context asked = context();
    const Filter filter(asked);
    for (const EntryPointer& entry : asked.watch.journal.list(seen_)) {
      seen_ = entry->id();
      if (filter.fits(*entry)) {
        ++count_;
        if (found_.size() < kMostShown) {
          found_.push_back(entry);
        }
      }
    }
    if (count_ < wanted_ && !is_late) {
      return false;
    }
    JsonWriter writer(response.body);
    writer.open_object();
    writer.member("reached", count_ >= wanted_);
    writer.member("count", static_cast<std::int64_t>(count_));
    write_entries(writer, found_);
    writer.close_object();
    return true;
  }

 private:
  const std::size_t wanted_;
  std::uint64_t seen_;
  std::size_t count_ = 0;
  std::vector<EntryPointer> found_ = {};
};

std::optional<Failure> wait_for_calls(Context& context, http::Response& response) {
  response.later = std::make_shared<CallsWaiting>(context);
  return std::nullopt;
}

constexpr Field kEntryFields[] = {
    {"id", FieldType::kInteger, "Counts the calls.", true},
    {"time", FieldType::kTime, "By the machine's clock.", true},
    {"operation", FieldType::kText, "Empty where there is no such operation.", true},
    {"account", FieldType::kText, "Of the caller.", true},
    {"region", FieldType::kText, "", true},
    {"request_id", FieldType::kText, "As in the field x-amzn-RequestId of the answer.", true},
    {"status", FieldType::kInteger, "Of HTTP.", true},
    {"error", FieldType::kText, "Its name; absent where there was none."},
    {"fault", FieldType::kText, "What made the call fail; absent where nothing did."},
    {"script", FieldType::kText, "Of StartQuery: the query script that its query got."},
    {"milliseconds", FieldType::kNumber, "How long it took.", true},
    {"request", FieldType::kAny, "As it was sent; a text where it was cut or is no JSON.", true},
    {"answer", FieldType::kAny, "As it was sent; a text where it was cut.", true},
    {"cut", FieldType::kList,
     "Which of both are not whole: a request over 16 KiB, an answer over 4 KiB."},
};
constexpr Fields kEntry = {"JournalEntry", kEntryFields};
constexpr Field kEntries = {
    .name = "entries", .type = FieldType::kList, .required = true, .fields = &kEntry};
constexpr Field kListFields[] = {
    kEntries,
    {"last_id", FieldType::kInteger, "Of the last call: what to send as `since`.", true},
    {"dropped", FieldType::kInteger, "Calls that had to make room for others.", true},
    {"next", FieldType::kText, "Absent on the last page."},
};
constexpr Fields kList = {"Journal", kListFields};
constexpr Field kClearedFields[] = {{"cleared", FieldType::kInteger, "Entries.", true}};
constexpr Fields kCleared = {"ClearedJournal", kClearedFields};
constexpr Field kAwaitedFields[] = {
    kReached,
    {"count", FieldType::kInteger, "Calls that fit.", true},
    kEntries,
};
constexpr Fields kAwaited = {"AwaitedCalls", kAwaitedFields};

constexpr Field kOperation = {"operation", FieldType::kText, "Only calls of this operation."};
constexpr Field kError = {"error", FieldType::kText, "Only calls with this error."};
constexpr Field kText = {"text", FieldType::kText,
                         "Only calls with this text in the request or the answer, in any case."};
constexpr Field kSince = {.name = "since",
                          .type = FieldType::kInteger,
                          .doc = "Only calls with a greater id.",
                          .least = 0,
                          .most = std::int64_t{1} << 53};
constexpr Field kFilters[] = {
    kOperation,
    kError,
    kText,
    kSince,
    {.name = "order", .doc = "Which come first; the oldest without it.", .words = kOrders},
};
constexpr Field kWaitParameters[] = {
    kOperation,
    kError,
    kText,
    kSince,
    {.name = "count",
     .type = FieldType::kInteger,
     .doc = "How many calls to wait for; 1 without it.",
     .least = 1,
     .most = 1'000'000},
    kTimeoutParameter,
};

constexpr Route kRoutes[] = {
    {.path = "journal",
     .help = "Lists the last calls of the CloudTrail API with their answers.",
     .handler = get_journal,
     .parameters = kFilters,
     .traits = kScoped | kPaged,
     .answer = &kList,
     .pool = http::Pool::kLong},
    {.method = "DELETE",
     .path = "journal",
     .help = "Forgets all calls.",
     .handler = delete_journal,
     .answer = &kCleared},
    {.path = "journal/wait",
     .help =
         "Answers once so many calls that fit are in the journal, or time is over: a long poll.",
     .handler = wait_for_calls,
     .parameters = kWaitParameters,
     .traits = kScoped,
     .answer = &kAwaited},
    {.method = "POST",
     .path = "journal/verify",
     .help = "Tells whether an operation was called as often as it should be, with such members; "
             "where not, which calls come nearest, and what is different.",
     .handler = verify_calls,
     .body = BodyKind::kJson,
     .body_fields = &kVerification,
     .answer = &kVerified,
     .errors = kVerificationErrors,
     .pool = http::Pool::kLong},
};

}  // namespace

std::span<const Route> journal_routes() { return kRoutes; }

}  // namespace trailpond::admin
