#pragma once
#include <map>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/background.hpp"
#include "engine/resources/imports.hpp"

namespace trailpond::engine {

struct Service;

/// What a file brings: events as NDJSON, or why it cannot be read.
struct FileEvents {
  std::string text = {};
  std::int64_t count = 0;
  std::string error_type = {};  // empty: none
  std::string error = {};
};

/// Carries out the imports that are under way, in the background: a file of each in turn. The
/// records say what is to be done, so that a restart goes on. Its thread begins with the first.
class ImportRunner {
 public:
  /// `loading`: who brings events shares it; a change of the world has it alone.
  ImportRunner(Service& service, std::shared_mutex& loading)
      : service_(service), loading_(loading) {}

  /// Tells that there may be something to do.
  void poke() { background_.poke(); }
  /// Begins where a restart finds imports under way.
  void resume();

 private:
  /// The files of one import, in order; those before `next` are done.
  struct Files {
    std::vector<std::string> keys = {};
    std::size_t next = 0;
    std::int64_t folders = 0;
    bool may_be_there = false;  // events of the next one: the process ended while it was taken
    std::optional<s3::Trouble> trouble = {};  // they could not be listed
  };

  bool step_all(const std::stop_token& stop);
  void begin(const Import& import, const std::stop_token& stop);
  void take_next(const Import& import, const std::stop_token& stop);
  void finish_file(Import& import, Files& files, FileEvents& found,
                   const state::EventDataStore& store, state::Writing& writing);
  Files list_files(const Import& import, const std::stop_token& stop) const;

  Service& service_;
  std::shared_mutex& loading_;
  std::map<std::string, Files> files_ = {};  // by the import's key; of the thread alone
  Background background_{[this](const std::stop_token& stop) { return step_all(stop); }};
};

}  // namespace trailpond::engine
