#include "server/api/calls.hpp"

#include "server/http/sigv4.hpp"

namespace trailpond::api {

engine::Call describe_call(std::string_view operation, const engine::Caller& caller,
                           const http::Request& request) {
  engine::Call call = {.operation = operation, .caller = caller};
  if (const auto scope = http::find_credential_scope(request)) {
    call.access_key_id = scope->access_key_id;
  }
  call.address = request.address;
  call.user_agent = request.find("User-Agent");
  call.host = request.find("Host");
  call.request_id = request.id;
  return call;
}

}  // namespace trailpond::api
