#include "server/admin/waiting.hpp"

#include <algorithm>

namespace trailpond::admin {

std::chrono::milliseconds timeout_of(const Context& context) {
  constexpr std::chrono::milliseconds kUsual{30'000};
  constexpr std::chrono::milliseconds kLongest{600'000};
  const auto length = parse_length(context.arguments.find("timeout").value_or(""));
  return length ? std::min(kLongest, std::chrono::milliseconds(*length / 1000)) : kUsual;
}

bool is_last(std::string_view status) {
  constexpr std::string_view kLast[] = {"FINISHED",  "FAILED",    "CANCELLED",
                                        "TIMED_OUT", "COMPLETED", "STOPPED"};
  return std::find(std::begin(kLast), std::end(kLast), status) != std::end(kLast);
}

Waiting::Waiting(const Context& context, watch::Topic topic, std::string id)
    : engine_(context.engine),
      watch_(context.watch),
      files_(context.files),
      arguments_(context.arguments),
      topic_(topic),
      id_(std::move(id)),
      until_(std::chrono::steady_clock::now() + timeout_of(context)) {}

void Waiting::listen(std::function<void()> ring) {
  ringing_ = watch_.hub.ring_at(topic_, id_, std::move(ring));
}

http::Later::Step Waiting::go_on(http::Response& response) {
  return try_answer(std::chrono::steady_clock::now() >= until_, response) ? Step::kDone
                                                                          : Step::kWait;
}

std::chrono::milliseconds Waiting::patience() const {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until_ - std::chrono::steady_clock::now());
  return std::max(std::chrono::milliseconds(1), left + std::chrono::milliseconds(1));
}

}  // namespace trailpond::admin
