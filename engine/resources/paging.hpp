#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/service.hpp"
#include "state/repository.hpp"

/// Lists that come in pages, all in one way: filter, order, token.
namespace trailpond::engine {

/// What a request says of the page that it wants. The scope is everything that a token is bound to:
/// another request's token does not open.
struct PageRequest {
  std::string scope = {};
  std::optional<std::string> next_token = {};
  std::size_t limit = 0;
};

template <class Record>
struct Page {
  std::vector<std::shared_ptr<const Record>> records = {};
  std::optional<std::string> next_token = {};
};

/// What a filter says of a record. kEnd: neither this one nor any behind it.
enum class Pick : std::uint8_t { kTake, kPass, kEnd };

/// A token holds the place of the last record that was shown: it holds when that is gone.
std::string print_place(const state::Place& place);
std::optional<state::Place> parse_place(std::string_view text);

/// Picks the records of an account and Region for a page. Fails with kInvalidNextToken.
template <class Record, class Filter>
Result<Page<Record>> paginate(const Context& context, const state::Repository<Record>& records,
                              std::string_view account, std::string_view region, state::Order order,
                              const PageRequest& request, Filter&& filter) {
  std::optional<state::Place> after;
  if (request.next_token) {
    const auto text = context.service.tokens.open(request.scope, *request.next_token);
    after = text ? parse_place(*text) : std::nullopt;
    if (!after) {
      return invalid_token();
    }
  }
  Page<Record> page;
  records.visit(account, region, order, after, [&](const std::shared_ptr<const Record>& record) {
    const Pick pick = filter(*record);
    if (pick != Pick::kTake) {
      return pick == Pick::kPass;
    }
    if (page.records.size() == request.limit) {
      const std::string place = print_place(page.records.back()->place());
      page.next_token = context.service.tokens.make(request.scope, place);
      return false;
    }
    page.records.push_back(record);
    return true;
  });
  return page;
}

}  // namespace trailpond::engine
