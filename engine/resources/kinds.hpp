#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/enums.hpp"
#include "engine/error.hpp"

/// The kinds of resources that have an ARN, and what is the same for all operations on one.
namespace trailpond::engine {

BOOST_DEFINE_FIXED_ENUM_CLASS(ResourceKind, std::uint8_t, kTrail, kEventDataStore, kChannel,
                              kDashboard)

/// What the last part of an ARN is.
enum class IdForm : std::uint8_t { kUuid, kName };

struct ResourceRow {
  ResourceKind kind;
  std::string_view word;  // in the ARN: arn:aws:cloudtrail:REGION:ACCOUNT:WORD/ID
  std::string_view noun;  // for messages
  IdForm id_form;
  ErrorKind not_found;
  ErrorKind arn_invalid;
  ErrorKind already_exists;
  ErrorKind limit_exceeded;
  std::size_t limit;  // per account and Region
  bool is_taggable;
  bool may_have_policy;
};

/// Sources: AWS user guide, "Quotas in AWS CloudTrail"; AWS API reference, AddTags (what can be
/// tagged), PutResourcePolicy (what a policy can be attached to), errors of each operation.
inline constexpr std::array kResourceKinds = {
    ResourceRow{ResourceKind::kTrail, "trail", "trail", IdForm::kName, ErrorKind::kTrailNotFound,
                ErrorKind::kCloudTrailArnInvalid, ErrorKind::kTrailAlreadyExists,
                ErrorKind::kMaximumNumberOfTrailsExceeded, 5, true, false},
    ResourceRow{ResourceKind::kEventDataStore, "eventdatastore", "event data store", IdForm::kUuid,
                ErrorKind::kEventDataStoreNotFound, ErrorKind::kEventDataStoreArnInvalid,
                ErrorKind::kEventDataStoreAlreadyExists, ErrorKind::kEventDataStoreMaxLimitExceeded,
                10, true, true},
    ResourceRow{ResourceKind::kChannel, "channel", "channel", IdForm::kUuid,
                ErrorKind::kChannelNotFound, ErrorKind::kChannelArnInvalid,
                ErrorKind::kChannelAlreadyExists, ErrorKind::kChannelMaxLimitExceeded, 25, true,
                true},
    ResourceRow{ResourceKind::kDashboard, "dashboard", "dashboard", IdForm::kName,
                ErrorKind::kResourceNotFound, ErrorKind::kInvalidParameter, ErrorKind::kConflict,
                ErrorKind::kServiceQuotaExceeded, 100, true, true},
};
static_assert(kResourceKinds.size() == kValuesOf<ResourceKind>.size());

constexpr const ResourceRow& row_of(ResourceKind kind) {
  return kResourceKinds[static_cast<std::size_t>(kind)];
}
static_assert([] {
  for (const ResourceRow& row : kResourceKinds) {
    if (&row_of(row.kind) != &row) {
      return false;
    }
  }
  return true;
}());

/// Finds the kind of a word in an ARN.
constexpr std::optional<ResourceKind> find_resource_kind(std::string_view word) {
  for (const ResourceRow& row : kResourceKinds) {
    if (row.word == word) {
      return row.kind;
    }
  }
  return std::nullopt;
}

/// The refusals of a kind, with the text that says which resource is meant.
Error resource_not_found(ResourceKind kind, std::string_view name);
Error resource_arn_invalid(ResourceKind kind, std::string_view name);
Error resource_limit_exceeded(ResourceKind kind, std::string_view region);
Error resource_already_exists(ResourceKind kind, std::string_view name);

}  // namespace trailpond::engine
