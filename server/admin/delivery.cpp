#include "base/json_writer.hpp"
#include "server/admin/admin.hpp"

namespace trailpond::admin {
namespace {

std::optional<Failure> get_delivery(Context& context, http::Response& response) {
  const auto objects = context.engine.objects();
  JsonWriter json(response.body);
  json.open_object();
  if (objects) {
    json.member(objects->is_remote() ? "s3_endpoint" : "export_dir",
                std::string_view(objects->place()));
  }
  json.member("waiting_log_files", static_cast<std::int64_t>(context.engine.count_waiting_logs()));
  json.close_object();
  return std::nullopt;
}

constexpr Field kDeliveryFields[] = {
    {"export_dir", FieldType::kText, "The folder that stands for S3, where one does."},
    {"s3_endpoint", FieldType::kText, "The endpoint of S3, where there is one."},
    {"waiting_log_files", FieldType::kInteger, "Log files of trails that are not delivered yet.",
     true},
};
constexpr Fields kDelivery = {"Delivery", kDeliveryFields};

constexpr Route kRoutes[] = {
    {.path = "delivery",
     .help = "Tells what is S3: the folder that stands for it, the endpoint, or nothing.",
     .handler = get_delivery,
     .answer = &kDelivery},
};

}  // namespace

std::span<const Route> delivery_routes() { return kRoutes; }

}  // namespace trailpond::admin
