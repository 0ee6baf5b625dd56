#pragma once
#include <chrono>

#include "base/json_writer.hpp"
#include "server/admin/admin.hpp"

/// Long polls: an answer that is given once something is so, or time is over. No thread waits.
namespace trailpond::admin {

inline constexpr Field kTimeoutParameter = {
    "timeout", FieldType::kLength,
    "How long to wait, by the machine's time: 30s without it, 10m at most."};
inline constexpr Field kReached = {"reached", FieldType::kBoolean,
                                   "Whether it came to that; false: it cannot any more, or time is "
                                   "over.",
                                   true};

/// How long a request waits at most: by its parameter `timeout`.
std::chrono::milliseconds timeout_of(const Context& context);
/// Tells whether a status is one that nothing leads out of.
bool is_last(std::string_view status);

/// An answer that is waited for.
class Waiting : public http::Later {
 public:
  Waiting(const Context& context, watch::Topic topic, std::string id);

  void listen(std::function<void()> ring) override;
  Step go_on(http::Response& response) override;
  std::chrono::milliseconds patience() const override;

 protected:
  /// Fills in the answer where it is time for that; `is_late` says that time is over.
  virtual bool try_answer(bool is_late, http::Response& response) = 0;
  /// What was asked, with views of this object's own.
  Context context() const { return {engine_, watch_, request_, files_, arguments_}; }

 private:
  engine::Engine& engine_;
  watch::Watch& watch_;
  const fixtures::FilesOf& files_;
  const http::Request request_ = {};
  const Arguments arguments_;
  const watch::Topic topic_;
  const std::string id_;
  const std::chrono::steady_clock::time_point until_;
  std::shared_ptr<void> ringing_ = {};
};

/// Waits for the status of a record that `find` finds.
template <class Record>
class StatusWaiting final : public Waiting {
 public:
  using Find = std::optional<Failure> (*)(const Context& context,
                                          std::shared_ptr<const Record>& record);
  using Write = void (*)(JsonWriter& json, const Record& record);

  StatusWaiting(const Context& context, watch::Topic topic, std::string_view name, Find find,
                Write write)
      : Waiting(context, topic, std::string(context.arguments.text("id"))),
        name_(name),
        find_(find),
        write_(write),
        wanted_(context.arguments.find("status").value_or(
            topic == watch::Topic::kStore ? "ENABLED" : "ENDED")) {}

 protected:
  bool try_answer(bool is_late, http::Response& response) override {
    std::shared_ptr<const Record> record;
    if (const auto failure = find_(context(), record)) {
      refuse(response, *failure, false);
      return true;
    }
    const std::string_view status = state::name_of(record->status);
    const bool reached = status == wanted_ || (wanted_ == "ENDED" && is_last(status));
    // Nothing leads to QUEUED: what has left it does not come back.
    const bool never = !reached && (is_last(status) || wanted_ == "QUEUED");
    if (!reached && !is_late && !never) {
      return false;
    }
    JsonWriter json(response.body);
    json.open_object();
    json.member("reached", reached);
    json.key(name_);
    write_(json, *record);
    json.close_object();
    return true;
  }

 private:
  const std::string_view name_;
  const Find find_;
  const Write write_;
  const std::string wanted_;
};

/// Answers by a wait for a status; what is not there is refused at once.
template <class Record>
std::optional<Failure> wait_for(Context& context, http::Response& response, watch::Topic topic,
                                std::string_view name, typename StatusWaiting<Record>::Find find,
                                typename StatusWaiting<Record>::Write write) {
  std::shared_ptr<const Record> record;
  if (auto failure = find(context, record)) {
    return failure;
  }
  response.later = std::make_shared<StatusWaiting<Record>>(context, topic, name, find, write);
  return std::nullopt;
}

}  // namespace trailpond::admin
