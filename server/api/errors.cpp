#include "server/api/errors.hpp"

#include "base/json_writer.hpp"

namespace trailpond::api {

namespace {

/// The status on AWS's APIs: 400, but for a service in trouble.
unsigned wire_status(engine::ErrorKind kind) {
  const unsigned status = engine::row_of(kind).status;
  return status >= 500 ? status : 400;
}

}  // namespace

void write_error(http::Response& response, engine::ErrorKind kind, std::string_view message) {
  response.status = wire_status(kind);
  response.content_type = kJsonContentType;
  response.body.clear();
  JsonWriter json(response.body);
  json.open_object();
  json.member("__type", engine::name_of(kind));
  json.member("message", message);
  json.member("Message", message);
  json.close_object();
}

void write_rest_error(http::Response& response, engine::ErrorKind kind, std::string_view message) {
  response.status = wire_status(kind);
  response.fields = "x-amzn-ErrorType: " + std::string(engine::name_of(kind)) + "\r\n";
  response.body.clear();
  JsonWriter json(response.body);
  json.open_object();
  json.member("message", message);
  json.close_object();
}

}  // namespace trailpond::api
