#include "engine/queries/trino_statement.hpp"

namespace trailpond::engine {
namespace {

sql::Result<sql::RunStatistics> read_ending(const trino::Ending& ending,
                                            const sql::ForeignStatement& statement) {
  using sql::ErrorName;
  switch (ending.kind) {
    case trino::EndKind::kFinished:
      return sql::RunStatistics{ending.rows, ending.rows_scanned, ending.bytes_scanned};
    case trino::EndKind::kTooLarge:
      return sql::Error{ErrorName::kExceededLimit, "Query response is too large", {}};
    case trino::EndKind::kTooLong:
      return sql::exhausted();
    case trino::EndKind::kRefused:
      return read_trino_error(ending.error, statement);
    case trino::EndKind::kLost:
      return sql::Error{ErrorName::kInternal, "Trino was lost: " + ending.reason, {}};
    case trino::EndKind::kStopped:
      return sql::Error{ErrorName::kCancelled, "The query was stopped.", {}};
  }
  return sql::Error{ErrorName::kInternal, "The query ended in an unknown way.", {}};
}

class TrinoRun final : public RemoteRun {
 public:
  explicit TrinoRun(std::shared_ptr<trino::Run> run) : run_(std::move(run)) {}
  void cancel() override { run_->cancel(); }

 private:
  std::shared_ptr<trino::Run> run_;
};

class TrinoStatement final : public RemoteStatement,
                             public std::enable_shared_from_this<TrinoStatement> {
 public:
  TrinoStatement(std::shared_ptr<trino::Client> client, sql::ForeignStatement statement)
      : client_(std::move(client)), statement_(std::move(statement)) {}

  std::shared_ptr<RemoteRun> start(const sql::RunLimits& limits,
                                   RemoteWatcher watcher) const override {
    trino::Observer observer;
    observer.on_running = std::move(watcher.on_running);
    observer.on_row = std::move(watcher.on_row);
    observer.on_end = [self = shared_from_this(),
                       on_end = std::move(watcher.on_end)](const trino::Ending& ending) {
      on_end(read_ending(ending, self->statement_));
    };
    return std::make_shared<TrinoRun>(client_->start(
        statement_.text, statement_.columns, {limits.result_rows, limits.result_bytes, limits.time},
        std::move(observer)));
  }

 private:
  std::shared_ptr<trino::Client> client_;
  sql::ForeignStatement statement_;
};

}  // namespace

sql::Error read_trino_error(const trino::ServerError& error,
                            const sql::ForeignStatement& statement) {
  if (error.type == "INSUFFICIENT_RESOURCES") {
    return sql::exhausted();
  }
  sql::Error ours{sql::ErrorName::kInternal, std::string(error.plain_message()), {}};
  if (error.type == "USER_ERROR") {
    ours.position = statement.find_place({error.line, error.column});
    return ours;
  }
  ours.message = "Trino failed: " + ours.message + " (" + error.name + ")";
  return ours;
}

std::shared_ptr<const RemoteStatement> make_trino_statement(std::shared_ptr<trino::Client> client,
                                                            sql::ForeignStatement statement) {
  return std::make_shared<const TrinoStatement>(std::move(client), std::move(statement));
}

}  // namespace trailpond::engine
