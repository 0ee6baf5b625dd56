#include "server/cli/sql_command.hpp"

#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>

#include "base/text.hpp"
#include "engine/catalog.hpp"
#include "engine/engine.hpp"
#include "server/cli/row_printer.hpp"
#include "sql/profile.hpp"
#include "sql/why.hpp"
#include "state/ids.hpp"

namespace trailpond::cli {
namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;

std::string read_all(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The tables of a scenario; for checking also those that it does not have: a `.sql` file in a
/// repository names the stores of its account, and what is asked is whether it is right.
class CheckCatalog final : public sql::Catalog {
 public:
  explicit CheckCatalog(const sql::Catalog& known) : known_(known) {}
  std::shared_ptr<const sql::Table> find_table(std::string_view name) const override {
    if (auto table = known_.find_table(name)) {
      return table;
    }
    const auto slash = name.rfind('/');
    const std::string_view id = slash == std::string_view::npos ? name : name.substr(slash + 1);
    if (!state::is_uuid(id)) {
      return nullptr;
    }
    constexpr auto kKind = events::StoreKind::kCloudTrail;
    return engine::make_table(kKind, events::EventStore(kKind).snapshot());
  }

 private:
  const sql::Catalog& known_;
};

/// A statement's mistake, with the line it is in and a caret under the place.
void print_error(std::ostream& out, const std::string& source, std::string_view text,
                 const sql::Error& error) {
  const sql::Position at = error.position;
  out << source;
  if (at.line > 0) {
    out << ':' << at.line << ':' << at.column;
  }
  out << ": " << error.message << '\n';
  if (at.line == 0) {
    return;
  }
  for (std::int32_t line = 1; line < at.line; ++line) {
    const auto end = text.find('\n');
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  // Tabs stay tabs, so that the caret stands right however wide they are.
  std::string below;
  std::int32_t column = 1;
  for (const char c : line) {
    if (is_continuation(c)) {
      continue;  // within a code point
    }
    if (column++ == at.column) {
      break;
    }
    below += c == '\t' ? '\t' : ' ';
  }
  out << "  " << line << "\n  " << below << "^\n";
}

class SqlCommand {
 public:
  SqlCommand(const SqlOptions& options, engine::Engine& engine, engine::Caller caller,
             Streams streams)
      : options_(options), streams_(streams), catalog_(engine.catalog(caller)) {
    prepare_options_.require_table = false;
    prepare_options_.now_micros = engine.clock().now;
  }

  int run() {
    if (options_.action == SqlAction::kCheck) {
      int status = kGood;
      for (const std::string& file : options_.files) {
        status = std::max(status, check(file));
      }
      return status;
    }
    std::string text = options_.query;
    const auto prepared = prepare(text, *catalog_);
    if (!prepared) {
      print_error(streams_.error, "query", text, prepared.error());
      return kFailed;
    }
    switch (options_.action) {
      case SqlAction::kExplain:
        return explain(**prepared);
      case SqlAction::kWhy:
        return why(text);
      default:
        return print_rows(**prepared);
    }
  }

 private:
  /// Fills in the parameters, then prepares: the two steps of StartQuery.
  sql::Result<std::shared_ptr<const sql::Statement>> prepare(std::string& text,
                                                             const sql::Catalog& catalog) const {
    if (!options_.parameters.empty()) {
      auto filled = sql::substitute_parameters(text, options_.parameters);
      if (!filled) {
        return filled.error();
      }
      text = std::move(*filled);
    }
    return sql::prepare(text, catalog, prepare_options_);
  }

  int fail(const sql::Error& error) const {
    streams_.error << "query: " << error.text() << '\n';
    return kFailed;
  }

  int check(const std::string& file) const {
    std::string text;
    if (file == "-") {
      text = read_all(streams_.in);
    } else {
      std::ifstream in(file, std::ios::binary);
      text = read_all(in);
      if (!in) {
        streams_.error << file << ": cannot be read\n";
        return kFailed;
      }
    }
    const auto prepared = prepare(text, CheckCatalog(*catalog_));
    if (!prepared) {
      print_error(streams_.error, file, text, prepared.error());
      return kFailed;
    }
    streams_.out << file << ": ok\n";
    for (const sql::OutputColumn& column : (*prepared)->columns()) {
      streams_.out << "  " << column.name << ' ' << sql::to_string(column.type) << '\n';
    }
    return kGood;
  }

  int explain(const sql::Statement& statement) const {
    const auto explained = statement.explain();
    if (!explained) {
      return fail(explained.error());
    }
    streams_.out << "-- tree: every name resolved, every type known [line:column]\n"
                 << explained->tree << "\n-- what SQLite runs\n"
                 << explained->sqlite
                 << "\n\n-- the plan: operators over columns, then SQLite's steps\n";
    for (const std::string& step : explained->steps) {
      streams_.out << step << '\n';
    }
    return options_.analyze ? analyze(statement) : kGood;
  }

  int analyze(const sql::Statement& statement) const {
    const auto lines = sql::profile(statement, {}, {});
    if (!lines) {
      return fail(lines.error());
    }
    streams_.out << "\n-- the run\n";
    for (const std::string& line : *lines) {
      streams_.out << line << '\n';
    }
    return kGood;
  }

  int why(const std::string& text) const {
    const auto clauses = sql::explain_rows(text, *catalog_, prepare_options_, {}, {});
    if (!clauses) {
      return fail(clauses.error());
    }
    streams_.out << sql::print(*clauses);
    return kGood;
  }

  int print_rows(const sql::Statement& statement) const {
    const auto printer = make_row_printer(options_.format, statement.columns(), streams_.out);
    sql::Result<sql::RunStatistics> ran = sql::RunStatistics{};
    if (options_.format == RowFormat::kJson) {
      ran = statement.run_canonical({}, {}, [&](std::span<const std::optional<std::string>> cells) {
        printer->row(cells);
        return streams_.out.good();
      });
    } else {
      std::vector<std::optional<std::string>> row;
      ran = statement.run({}, {}, [&](std::span<const std::string_view> cells) {
        row.assign(cells.begin(), cells.end());
        printer->row(row);
        return streams_.out.good();
      });
    }
    if (!ran) {
      return fail(ran.error());
    }
    printer->finish();
    return kGood;
  }

  const SqlOptions& options_;
  Streams streams_;
  std::unique_ptr<const sql::Catalog> catalog_;
  sql::PrepareOptions prepare_options_ = {};
};

}  // namespace

int run_sql(const SqlOptions& options, fixtures::Scenario scenario, Streams streams) {
  engine::EngineOptions engine_options;
  engine_options.workers = 1;
  engine_options.executor = engine::make_sql_executor();
  auto engine = engine::Engine::open(std::move(engine_options));
  if (!engine) {
    streams.error << "trailpond: " << engine.error() << '\n';
    return kFailed;
  }
  engine::Caller caller;
  if (!scenario.event_data_stores.empty()) {
    const auto& store = scenario.event_data_stores.front().store;
    caller = {store.account, store.region};
  }
  if (!options.account.empty()) {
    caller.account = options.account;
  }
  if (!options.region.empty()) {
    caller.region = options.region;
  }
  const auto applied = fixtures::apply(scenario, **engine);
  for (const events::BadEvent& bad : applied.events.bad) {
    streams.error << "trailpond: " << bad.source << ':' << bad.line << ": " << bad.reason << '\n';
  }
  return SqlCommand(options, **engine, std::move(caller), streams).run();
}

}  // namespace trailpond::cli
