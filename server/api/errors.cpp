#include "server/api/errors.hpp"

#include "base/json_writer.hpp"

namespace trailpond::api {

void write_error(http::Response& response, engine::ErrorKind kind, std::string_view message) {
  const unsigned status = engine::row_of(kind).status;
  response.status = status >= 500 ? status : 400;
  response.content_type = kJsonContentType;
  response.body.clear();
  JsonWriter json(response.body);
  json.open_object();
  json.member("__type", engine::name_of(kind));
  json.member("message", message);
  json.member("Message", message);
  json.close_object();
}

}  // namespace trailpond::api
