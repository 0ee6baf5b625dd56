#include "server/watch/hub.hpp"

#include <algorithm>

namespace trailpond::watch {

std::string_view name_of(Topic topic) {
  switch (topic) {
    case Topic::kQuery:
      return "query";
    case Topic::kStore:
      return "event_data_store";
    case Topic::kImport:
      return "import";
    case Topic::kClock:
      return "clock";
    case Topic::kJournal:
      return "journal";
  }
  return "";
}

void Subscription::listen(std::function<void()> ring) {
  const std::lock_guard lock(mutex_);
  ring_ = std::move(ring);
}

bool Subscription::take(std::string& out) {
  const std::lock_guard lock(mutex_);
  for (const auto& text : waiting_) {
    out += *text;
  }
  waiting_.clear();
  bytes_ = 0;
  return !gone_;
}

bool Subscription::wants(Topic topic, std::string_view account, std::string_view region) const {
  return (filter_.type.empty() || filter_.type == name_of(topic)) &&
         (filter_.account.empty() || account.empty() || filter_.account == account) &&
         (filter_.region.empty() || region.empty() || filter_.region == region);
}

bool Subscription::push(const std::shared_ptr<const std::string>& text) {
  const std::lock_guard lock(mutex_);
  if (gone_) {
    return true;
  }
  if (bytes_ + text->size() > kMaxBehindBytes) {
    gone_ = true;
    waiting_.clear();
    bytes_ = 0;
  } else {
    waiting_.push_back(text);
    bytes_ += text->size();
  }
  if (ring_) {
    ring_();
  }
  return !gone_;
}

std::shared_ptr<Subscription> Hub::subscribe(Subscription::Filter filter) {
  const std::lock_guard lock(mutex_);
  if (counts_.clients >= kMaxClients) {
    return nullptr;
  }
  std::shared_ptr<Subscription> client(new Subscription(std::move(filter)),
                                       [this](Subscription* gone) {
                                         delete gone;
                                         const std::lock_guard turn(mutex_);
                                         --counts_.clients;
                                         --listeners_;
                                       });
  std::erase_if(clients_, [](const auto& known) { return known.expired(); });
  clients_.push_back(client);
  ++counts_.clients;
  ++listeners_;
  return client;
}

std::shared_ptr<void> Hub::ring_at(Topic topic, std::string id, Ring ring) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Waiter> waiter(new Waiter{topic, std::move(id), std::move(ring)},
                                 [this](Waiter* gone) {
                                   delete gone;
                                   --listeners_;
                                 });
  std::erase_if(waiters_, [](const auto& known) { return known.expired(); });
  waiters_.push_back(waiter);
  ++listeners_;
  return waiter;
}

void Hub::publish(Topic topic, std::string_view id, std::string_view account,
                  std::string_view region, std::string_view data) {
  // Who is told is let go of after the lock: the last to hold one ends it.
  std::vector<std::shared_ptr<Subscription>> clients;
  std::vector<std::shared_ptr<Waiter>> waiters;
  const std::string_view name = name_of(topic);
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++counts_.published;
    for (const auto& known : clients_) {
      if (auto client = known.lock(); client && client->wants(topic, account, region)) {
        clients.push_back(std::move(client));
      }
    }
    for (const auto& known : waiters_) {
      auto waiter = known.lock();
      if (waiter && waiter->topic == topic &&
          (waiter->id.empty() || id.empty() || waiter->id == id)) {
        waiters.push_back(std::move(waiter));
      }
    }
  }
  for (const auto& waiter : waiters) {
    waiter->ring();
  }
  if (clients.empty()) {
    return;
  }
  const auto text = std::make_shared<const std::string>("id: " + std::to_string(number) +
                                                        "\nevent: " + std::string(name) +
                                                        "\ndata: " + std::string(data) + "\n\n");
  std::uint64_t let_go = 0;
  for (const auto& client : clients) {
    let_go += client->push(text) ? 0 : 1;
  }
  if (let_go > 0) {
    const std::lock_guard lock(mutex_);
    counts_.let_go += let_go;
  }
}

Hub::Counts Hub::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace trailpond::watch
