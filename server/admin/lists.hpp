#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.hpp"
#include "server/admin/route.hpp"

/// What all lists of records have in common.
namespace trailpond::admin {

/// Writes a page: its items in a list under a key, and where the next one begins.
template <class Item, class Write>
void write_page(http::Response& response, std::string_view key, const Page<Item>& page,
                const Write& write_item) {
  JsonWriter json(response.body);
  json.open_object();
  json.key(key);
  json.open_list();
  for (const Item& item : page.items) {
    write_item(json, item);
  }
  json.close_list();
  if (!page.next.empty()) {
    json.member("next", page.next);
  }
  json.close_object();
}

/// What a kind of record is called where there is none, or more than one.
struct Nouns {
  std::string_view one;   // "query"
  std::string_view many;  // "queries"
  const Code* not_found;
};

/// Finds the record of the id in the path, among those of the account and Region asked for.
template <class Record, class IdOf>
std::optional<Failure> find_one(const Context& context,
                                std::vector<std::shared_ptr<const Record>> all,
                                std::shared_ptr<const Record>& found, const Nouns& nouns,
                                const IdOf& id_of) {
  const std::string id(context.arguments.text("id"));
  for (auto& candidate : all) {
    if (id_of(*candidate) != id ||
        !is_asked_for(context, candidate->owner(), candidate->region_name())) {
      continue;
    }
    if (found) {
      return Failure{&kAmbiguousId, "Several " + std::string(nouns.many) + " have the id " + id +
                                        ": say ?account= and ?region=."};
    }
    found = std::move(candidate);
  }
  return found ? std::nullopt
               : std::optional(Failure{nouns.not_found, "There is no " + std::string(nouns.one) +
                                                            " with the id " + id + "."});
}

}  // namespace trailpond::admin
