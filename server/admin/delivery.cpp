#include "base/json_writer.hpp"
#include "server/admin/admin.hpp"

namespace trailpond::admin {

/// {"export_dir": "/tmp/s3", "s3_endpoint": null, "waiting_log_files": 0}; both null where nothing
/// is S3.
void get_delivery(Context& context, http::Response& response) {
  const auto objects = context.engine.objects();
  JsonWriter json(response.body);
  const auto write_place = [&](std::string_view name, bool remote) {
    json.key(name);
    if (objects && objects->is_remote() == remote) {
      json.text(objects->place());
    } else {
      json.null();
    }
  };
  json.open_object();
  write_place("export_dir", false);
  write_place("s3_endpoint", true);
  json.member("waiting_log_files", static_cast<std::int64_t>(context.engine.count_waiting_logs()));
  json.close_object();
}

}  // namespace trailpond::admin
