#pragma once
#include "base/json_writer.hpp"
#include "events/intake.hpp"
#include "server/admin/route.hpp"

/// What was taken of a body or of files of events.
namespace trailpond::admin {

/// The members that write_report() writes, for the shapes of answers.
inline constexpr Field kBadEventFields[] = {
    {"source", FieldType::kText, "The file, or \"request\".", true},
    {"line", FieldType::kInteger, "From 1.", true},
    {"reason", FieldType::kText, "", true},
};
inline constexpr Fields kBadEvent = {"BadEvent", kBadEventFields};
inline constexpr Field kAccepted = {"accepted", FieldType::kInteger, "Events taken.", true};
inline constexpr Field kRejected = {"rejected", FieldType::kInteger, "Events refused.", true};
inline constexpr Field kBad = {.name = "bad",
                               .type = FieldType::kList,
                               .doc = "The first of them that were refused.",
                               .required = true,
                               .fields = &kBadEvent};

inline constexpr Field kReportFields[] = {kAccepted, kRejected, kBad};
inline constexpr Fields kReport = {"LoadReport", kReportFields};

void write_report(JsonWriter& json, const events::LoadReport& report);

}  // namespace trailpond::admin
