#include "engine/queries/sample_queries.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "engine/queries/event_search.hpp"
#include "engine/resources/arn.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"
#include "state/database.hpp"

namespace trailpond::engine {
namespace {

constexpr std::size_t kDefaultResults = 10;  // AWS API reference, SearchSampleQueries
/// Below this a sample is no answer to a prompt. Ours.
constexpr double kLeastRelevance = 0.55;
constexpr std::string_view kListing =
    "eventTime, userIdentity.arn, eventName, sourceIPAddress, errorCode";
constexpr std::string_view kNewestFirst = "ORDER BY eventTime DESC";

/// Words that say nothing about what is looked for.
const std::set<std::string_view>& empty_words() {
  static const std::set<std::string_view> words = {
      "a",     "all",   "an",   "and",   "any",       "are",   "at",      "by",     "can",
      "did",   "do",    "find", "for",   "from",      "get",   "give",    "has",    "have",
      "how",   "i",     "in",   "is",    "it",        "last",  "list",    "me",     "my",
      "of",    "on",    "or",   "past",  "show",      "since", "tell",    "that",   "the",
      "them",  "there", "this", "to",    "today",     "was",   "were",    "what",   "when",
      "where", "which", "who",  "with",  "yesterday", "query", "queries", "please", "week",
      "month", "day",   "days", "hours", "weeks",     "months"};
  return words;
}

/// The words of a phrase that a search goes by.
std::vector<std::string> words_of(std::string_view phrase) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(phrase) + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (word.size() > 1 && !empty_words().contains(ascii_lower(word))) {
      words.push_back(word);
    }
    word.clear();
  }
  return words;
}

/// The catalogue in SQLite's full-text index; made by the first search.
class SampleIndex {
 public:
  SampleIndex() {
    auto opened = state::Database::open("");
    if (!opened) {
      throw state::StorageError(opened.error());
    }
    database_ = std::move(*opened);
    database_->run(
        "CREATE VIRTUAL TABLE samples USING fts5(name, description, sql, tokenize='porter "
        "unicode61')");
    static const std::string kInsert =
        "INSERT INTO samples(rowid, name, description, sql) VALUES(?,?,?,?)";
    database_->run("BEGIN");
    std::int64_t number = 0;
    for (const SampleQuery& sample : sample_queries()) {
      const std::string sql = sample.print("");
      database_->use(kInsert)
          .bind(1, number++)
          .bind(2, sample.name)
          .bind(3, sample.description)
          .bind(4, sql)
          .step();
    }
    database_->run("COMMIT");
  }

  std::vector<FoundSample> find(const std::vector<std::string>& words) {
    // A word of the name weighs most; bm25 is the lower the better (SQLite, FTS5).
    static const std::string kFind =
        "SELECT rowid, CAST(bm25(samples, 10.0, 5.0, 1.0) * -1000000 AS INTEGER) FROM samples "
        "WHERE samples MATCH ? ORDER BY bm25(samples, 10.0, 5.0, 1.0), rowid";
    std::string match;
    for (const std::string& word : words) {
      match += (match.empty() ? "\"" : " OR \"") + word + "\"";
    }
    std::vector<FoundSample> found;
    if (match.empty()) {
      return found;
    }
    constexpr double kMillion = 1e6;
    constexpr double kHalf = 5.0;  // the score that counts as half
    const std::lock_guard lock(mutex_);
    state::Statement statement = database_->use(kFind);
    statement.bind(1, match);
    while (statement.step()) {
      const auto& sample = sample_queries()[static_cast<std::size_t>(statement.integer(0))];
      const double score = std::max(0.0, static_cast<double>(statement.integer(1)) / kMillion);
      found.push_back({&sample, score / (score + kHalf)});
    }
    return found;
  }

 private:
  std::mutex mutex_ = {};
  std::unique_ptr<state::Database> database_ = {};
};

// ---- what a prompt names ------------------------------------------------------------------------

state::Micros day_of(state::Micros at) { return at - at % state::kMicrosPerDay; }

/// A prompt means no more than seconds.
std::string print_seconds(state::Micros at) {
  return print_timestamp(at - at % state::kMicrosPerSecond);
}
std::string since(state::Micros at) { return "eventTime >= " + print_seconds(at); }
std::string before(state::Micros at) { return "eventTime < " + print_seconds(at); }

constexpr state::Micros kHour = 3600 * state::kMicrosPerSecond;

state::Micros length_of(const std::string& unit) {
  if (unit.starts_with("minute")) {
    return kHour / 60;
  }
  if (unit.starts_with("hour")) {
    return kHour;
  }
  if (unit.starts_with("week")) {
    return 7 * state::kMicrosPerDay;
  }
  return (unit.starts_with("month") ? 30 : 1) * state::kMicrosPerDay;
}

/// The time that a prompt means, as conditions; dates count as days.
std::vector<std::string> times_of(const std::string& prompt, state::Micros now) {
  static const std::regex kLast(R"((?:last|past)\s+(\d{1,4})?\s*(minute|hour|day|week|month)s?)",
                                std::regex::icase);
  static const std::regex kDates(
      R"((since|from|after|before|until|between|and|to|on|in)?\s*(\d{4}-\d{2}-\d{2}))",
      std::regex::icase);
  const std::string lower = ascii_lower(prompt);
  std::smatch match;
  if (std::regex_search(prompt, match, kLast)) {
    const std::int64_t number = match[1].matched ? std::stoll(match[1].str()) : 1;
    return {since(now - number * length_of(ascii_lower(match[2].str())))};
  }
  if (lower.find("yesterday") != std::string::npos) {
    return {since(day_of(now) - state::kMicrosPerDay), before(day_of(now))};
  }
  if (lower.find("today") != std::string::npos) {
    return {since(day_of(now))};
  }
  std::vector<std::string> conditions;
  for (std::sregex_iterator it(prompt.begin(), prompt.end(), kDates), end; it != end; ++it) {
    const auto day = state::parse_instant((*it)[2].str());
    const std::string word = ascii_lower((*it)[1].str());
    if (!day) {
      continue;
    }
    if (word == "before" || word == "until" || word == "and" || word == "to") {
      conditions.push_back(before(*day + (word == "before" ? 0 : state::kMicrosPerDay)));
    } else {
      conditions.push_back(since(*day));
      if (word == "on" || word == "in" || word.empty()) {
        conditions.push_back(before(*day + state::kMicrosPerDay));
      }
    }
  }
  return conditions;
}

std::vector<std::string> matches_of(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
    found.push_back((*it)[1].str());
  }
  return found;
}

/// Names of calls: words such as DeleteTrail.
std::vector<std::string> event_names_of(const std::string& prompt) {
  static const std::regex kName(R"(\b([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)\b)");
  std::vector<std::string> names = matches_of(prompt, kName);
  std::erase_if(names, [](const std::string& name) {
    return name == "CloudTrail" || name == "CloudWatch" || name == "CloudFormation" ||
           name == "GuardDuty" || name == "DynamoDB";
  });
  return names;
}

/// Users, addresses, accounts and Regions that a prompt names, as conditions.
std::vector<std::string> things_of(const std::string& prompt) {
  struct Thing {
    std::string_view column;
    std::regex pattern;
  };
  static const std::array kThings = {
      Thing{"userIdentity.userName",
            std::regex(R"((?:(?:by|of|for)\s+(?:the\s+)?user|user\s+named)\s+['"]?([\w.@+-]+))",
                       std::regex::icase)},
      Thing{"sourceIPAddress", std::regex(R"(\b(\d{1,3}(?:\.\d{1,3}){3})\b)")},
      Thing{"recipientAccountId", std::regex(R"(\b(\d{12})\b)")},
      Thing{"awsRegion", std::regex(R"(\b((?:us|eu|ap|sa|ca|me|af|il)-[a-z]+-\d)\b)")},
  };
  std::vector<std::string> conditions;
  for (const Thing& thing : kThings) {
    const auto found = matches_of(prompt, thing.pattern);
    if (!found.empty()) {
      conditions.push_back(std::string(thing.column) + " = " + quote_text(found.front()));
    }
  }
  return conditions;
}

std::string join(const std::vector<std::string>& conditions) {
  std::string text;
  for (const std::string& condition : conditions) {
    text += (text.empty() ? "" : " AND ") + condition;
  }
  return text;
}

std::string print_names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "" : ", ") + quote_text(name);
  }
  return "eventName IN (" + list + ")";
}

/// The statement of the scenario for a prompt; white space and letters' case do not matter.
std::optional<std::string> find_pinned(const World& world, const std::string& prompt) {
  for (const auto& [pinned, statement] : world.generated_queries) {
    if (ascii_lower(pinned) == ascii_lower(prompt)) {
      return statement;
    }
  }
  return std::nullopt;
}

/// Makes a statement for a prompt; empty where nothing fits.
std::string make_statement(const std::string& prompt, const std::string& store, state::Micros now) {
  std::vector<std::string> conditions = times_of(prompt, now);
  for (std::string& thing : things_of(prompt)) {
    conditions.push_back(std::move(thing));
  }
  std::vector<FoundSample> found = find_samples(prompt);
  std::erase_if(found, [](const FoundSample& each) {
    return each.sample->kind != events::StoreKind::kCloudTrail;
  });
  const SampleQuery* best =
      !found.empty() && found.front().relevance >= kLeastRelevance ? found.front().sample : nullptr;
  const auto names = event_names_of(prompt);
  const bool knows_them =
      best != nullptr && std::all_of(names.begin(), names.end(), [&](const auto& name) {
        return best->where.find(name) != std::string_view::npos;
      });
  if (!names.empty() && !knows_them) {
    conditions.push_back(print_names(names));
    return SampleQuery{{}, {}, kListing, {}, kNewestFirst}.print(store, join(conditions));
  }
  return best == nullptr ? std::string() : best->print(store, join(conditions));
}

}  // namespace

std::string SampleQuery::print(std::string_view store, std::string_view and_where) const {
  std::string sql = "SELECT " + std::string(columns) + " FROM " + std::string(store);
  if (!where.empty() || !and_where.empty()) {
    sql += " WHERE ";
    const bool both = !where.empty() && !and_where.empty();
    sql += both ? "(" + std::string(where) + ") AND " : std::string(where);
    sql += and_where;
  }
  return tail.empty() ? sql : sql + " " + std::string(tail);
}

std::vector<FoundSample> find_samples(std::string_view phrase) {
  static SampleIndex index;
  return index.find(words_of(phrase));
}

Result<SearchSampleQueriesAnswer> search_sample_queries(Context& context,
                                                        const SearchSampleQueriesRequest& request) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  const std::string scope = "samples " + request.phrase;
  std::size_t first = 0;
  if (request.next_token) {
    const auto place = context.service.tokens.open(scope, *request.next_token);
    const auto number = place ? parse_place_number(*place) : std::nullopt;
    if (!number) {
      return invalid_parameter("The NextToken is not valid.");
    }
    first = static_cast<std::size_t>(*number);
  }
  const auto limit =
      request.max_results ? static_cast<std::size_t>(*request.max_results) : kDefaultResults;
  const auto found = find_samples(request.phrase);
  SearchSampleQueriesAnswer answer;
  const std::size_t end = std::min(found.size(), first + limit);
  for (std::size_t i = first; i < end; ++i) {
    answer.results.push_back({found[i]});
  }
  if (end < found.size()) {
    answer.next_token = context.service.tokens.make(scope, std::to_string(end));
  }
  return answer;
}

Result<GenerateQueryAnswer> generate_query(Context& context, const GenerateQueryRequest& request) {
  const auto world = context.world();
  if (auto error = check_region(*world, context.caller)) {
    return *error;
  }
  if (request.event_data_stores.size() != 1) {
    return invalid_parameter("EventDataStores must name exactly one event data store.");
  }
  const auto store =
      find_event_data_store(context, request.event_data_stores.front(), Access{"GenerateQuery"});
  if (!store) {
    return store.error();
  }
  if (auto error = check_queryable(**store)) {
    return *error;
  }
  if ((*store)->kind != events::name_of(events::StoreKind::kCloudTrail)) {
    return invalid_parameter(
        "Queries can be generated only for event data stores of CloudTrail events.");
  }
  const state::Micros now = context.service.clock.now();
  std::string statement;
  if (auto pinned = find_pinned(*world, request.prompt)) {
    statement = std::move(*pinned);
    constexpr std::string_view kPlaceholder = "$EDS_ID";
    if (const auto at = statement.find(kPlaceholder); at != std::string::npos) {
      statement.replace(at, kPlaceholder.size(), (*store)->id);
    }
  } else {
    statement = make_statement(request.prompt, (*store)->id, now);
  }
  if (statement.empty()) {
    return Error{ErrorKind::kGenerateResponse,
                 "A query could not be generated for the prompt; say it in other words."};
  }
  state::Writing writing(context.reading);
  const auto& [account, region] = context.caller;
  const std::string alias =
      "AWSCloudTrail-" + context.service.ids.next("generated query " + account + " " + region);
  context.state().get<GeneratedQueries>().put(
      writing, {alias, account, region, statement, request.prompt, now});
  writing.commit();
  return GenerateQueryAnswer{statement, alias};
}

}  // namespace trailpond::engine
