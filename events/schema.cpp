#include "events/schema.hpp"

#include <array>

namespace trailpond::events {
namespace {

using enum FieldType;

// The tables stand in the order of SELECT *. The children of a nested field come before it.

constexpr Field kSessionAttributes[] = {
    {"creationdate", "creationDate", kTimestamp},
    {"mfaauthenticated", "mfaAuthenticated", kVarchar},
};
constexpr Field kSessionIssuer[] = {
    {"type", "type", kVarchar},         {"principalid", "principalId", kVarchar},
    {"arn", "arn", kVarchar},           {"accountid", "accountId", kVarchar},
    {"username", "userName", kVarchar},
};
constexpr Field kWebIdFederationData[] = {
    {"federatedprovider", "federatedProvider", kVarchar},
    {"attributes", "attributes", kMap},
};
constexpr Field kSessionContext[] = {
    {"attributes", "attributes", kRow, kSessionAttributes},
    {"sessionissuer", "sessionIssuer", kRow, kSessionIssuer},
    {"webidfederationdata", "webIdFederationData", kRow, kWebIdFederationData},
    {"sourceidentity", "sourceIdentity", kVarchar},
    {"ec2roledelivery", "ec2RoleDelivery", kVarchar},
    {"ec2issuedinvpc", "ec2IssuedInVpc", kVarchar},
};
constexpr Field kOnBehalfOf[] = {
    {"userid", "userId", kVarchar},
    {"identitystorearn", "identityStoreArn", kVarchar},
};
constexpr Field kInScopeOf[] = {
    {"sourcearn", "sourceArn", kVarchar},
    {"sourceaccount", "sourceAccount", kVarchar},
    {"issuertype", "issuerType", kVarchar},
    // The page misspells the column; the member is spelled as it should be.
    {"credentiaisissuedto", "credentialsIssuedTo", kVarchar},
};
constexpr Field kUserIdentity[] = {
    {"type", "type", kVarchar},
    {"principalid", "principalId", kVarchar},
    {"arn", "arn", kVarchar},
    {"accountid", "accountId", kVarchar},
    {"accesskeyid", "accessKeyId", kVarchar},
    {"username", "userName", kVarchar},
    {"sessioncontext", "sessionContext", kRow, kSessionContext},
    {"onbehalfof", "onBehalfOf", kRow, kOnBehalfOf},
    {"inscopeof", "inScopeOf", kRow, kInScopeOf},
    {"invokedby", "invokedBy", kVarchar},
    {"identityprovider", "identityProvider", kVarchar},
};
constexpr Field kResource[] = {
    {"accountid", "accountId", kVarchar},
    {"type", "type", kVarchar},
    {"arn", "ARN", kVarchar},
    {"arnprefix", "ARNPrefix", kVarchar},
};
constexpr Field kResourceElement[] = {{"element", "element", kRow, kResource}};
constexpr Field kTlsDetails[] = {
    {"tlsversion", "tlsVersion", kVarchar},
    {"ciphersuite", "cipherSuite", kVarchar},
    {"clientprovidedhostheader", "clientProvidedHostHeader", kVarchar},
};
constexpr Field kResourceTags[] = {{"arn", "arn", kVarchar}, {"tags", "tags", kMap}};
constexpr Field kResourceTagsElement[] = {{"element", "element", kRow, kResourceTags}};
constexpr Field kTagContext[] = {
    {"principaltags", "principalTags", kMap},
    {"resourcetags", "resourceTags", kArray, kResourceTagsElement},
};
constexpr Field kEventContext[] = {
    {"tagcontext", "tagContext", kRow, kTagContext},
    {"requestcontext", "requestContext", kMap},
};
constexpr Field kCloudTrailColumns[] = {
    {"eventversion", "eventVersion", kVarchar},
    {"useridentity", "userIdentity", kRow, kUserIdentity},
    {"eventtime", "eventTime", kTimestamp},
    {"eventsource", "eventSource", kVarchar},
    {"eventname", "eventName", kVarchar},
    {"awsregion", "awsRegion", kVarchar},
    {"sourceipaddress", "sourceIPAddress", kVarchar},
    {"useragent", "userAgent", kVarchar},
    {"errorcode", "errorCode", kVarchar},
    {"errormessage", "errorMessage", kVarchar},
    {"requestparameters", "requestParameters", kMap},
    {"responseelements", "responseElements", kMap},
    {"additionaleventdata", "additionalEventData", kMap},
    {"requestid", "requestID", kVarchar},
    {"eventid", "eventID", kVarchar},
    {"readonly", "readOnly", kBoolean},
    {"resources", "resources", kArray, kResourceElement},
    {"eventtype", "eventType", kVarchar},
    {"apiversion", "apiVersion", kVarchar},
    {"managementevent", "managementEvent", kBoolean},
    {"recipientaccountid", "recipientAccountId", kVarchar},
    {"sharedeventid", "sharedEventID", kVarchar},
    {"annotation", "annotation", kVarchar},
    {"vpcendpointid", "vpcEndpointId", kVarchar},
    {"vpcendpointaccountid", "vpcEndpointAccountId", kVarchar},
    {"serviceeventdetails", "serviceEventDetails", kMap},
    {"addendum", "addendum", kMap},
    {"edgedevicedetails", "edgeDeviceDetails", kMap},
    {"insightdetails", "insightDetails", kMap},
    {"eventcategory", "eventCategory", kVarchar},
    {"tlsdetails", "tlsDetails", kRow, kTlsDetails},
    {"sessioncredentialfromconsole", "sessionCredentialFromConsole", kVarchar},
    {"eventjson", "eventJson", kVarchar},
    {"eventjsonchecksum", "eventJsonChecksum", kVarchar},
    {"eventcontext", "eventContext", kRow, kEventContext},
};

/// The columns that every other kind begins with.
constexpr Field kOuterColumns[] = {
    {"eventversion", "eventVersion", kVarchar},
    {"eventcategory", "eventCategory", kVarchar},
    {"eventtype", "eventType", kVarchar},
    {"eventid", "eventID", kVarchar},
    {"eventtime", "eventTime", kTimestamp},
    {"awsregion", "awsRegion", kVarchar},
    {"recipientaccountid", "recipientAccountId", kVarchar},
};

template <std::size_t kCount>
constexpr auto with_outer_columns(const Field (&own)[kCount]) {
  std::array<Field, std::size(kOuterColumns) + kCount> all{};
  std::size_t next = 0;
  for (const Field& field : kOuterColumns) all[next++] = field;
  for (const Field& field : own) all[next++] = field;
  return all;
}

constexpr Field kInsightValue[] = {{"value", "value", kVarchar}, {"average", "average", kDouble}};
constexpr Field kInsightValueElement[] = {{"element", "element", kRow, kInsightValue}};
constexpr Field kAttribution[] = {
    {"attribute", "attribute", kVarchar},
    {"insightvalue", "insightValue", kVarchar},
    {"insightaverage", "insightAverage", kDouble},
    {"baselinevalue", "baselineValue", kVarchar},
    {"baselineaverage", "baselineAverage", kDouble},
    {"insight", "insight", kArray, kInsightValueElement},
    {"baseline", "baseline", kArray, kInsightValueElement},
};
constexpr Field kAttributionElement[] = {{"element", "element", kRow, kAttribution}};
constexpr Field kInsightContext[] = {
    {"baselineaverage", "baselineAverage", kDouble},
    {"insightaverage", "insightAverage", kDouble},
    {"baselineduration", "baselineDuration", kInteger},
    {"insightduration", "insightDuration", kInteger},
    {"attributions", "attributions", kArray, kAttributionElement},
};
constexpr auto kInsightsColumns = with_outer_columns({
    {"sharedeventid", "sharedEventID", kVarchar},
    {"addendum", "addendum", kMap},
    {"insightsource", "insightSource", kVarchar},
    {"insightstate", "insightState", kVarchar},
    {"insighteventsource", "insightEventSource", kVarchar},
    {"insighteventname", "insightEventName", kVarchar},
    {"insighterrorcode", "insightErrorCode", kVarchar},
    {"insighttype", "insightType", kVarchar},
    {"insightcontext", "insightContext", kRow, kInsightContext},
    {"eventjson", "eventJson", kVarchar},
});

constexpr Field kRelationship[] = {
    {"name", "name", kVarchar},
    {"resourcetype", "resourceType", kVarchar},
    {"resourceid", "resourceId", kVarchar},
    {"resourcename", "resourceName", kVarchar},
};
constexpr Field kRelationshipElement[] = {{"element", "element", kRow, kRelationship}};
constexpr Field kConfigEventData[] = {
    {"configurationitemversion", "configurationItemVersion", kVarchar},
    {"configurationitemcapturetime", "configurationItemCaptureTime", kVarchar},
    {"configurationitemstatus", "configurationItemStatus", kVarchar},
    {"configurationitemstateid", "configurationItemStateId", kVarchar},
    {"accountid", "accountId", kVarchar},
    {"resourcetype", "resourceType", kVarchar},
    {"resourceid", "resourceId", kVarchar},
    {"resourcename", "resourceName", kVarchar},
    {"arn", "ARN", kVarchar},
    {"awsregion", "awsRegion", kVarchar},
    {"availabilityzone", "availabilityZone", kVarchar},
    {"resourcecreationtime", "resourceCreationTime", kVarchar},
    {"configuration", "configuration", kMap},
    {"supplementaryconfiguration", "supplementaryConfiguration", kMap},
    {"relatedevents", "relatedEvents", kVarchar},
    {"relationships", "relationships", kArray, kRelationshipElement},
    {"tags", "tags", kMap},
};
constexpr auto kConfigColumns = with_outer_columns({
    {"addendum", "addendum", kMap},
    {"eventdata", "eventData", kRow, kConfigEventData},
    {"eventjson", "eventJson", kVarchar},
});

constexpr Field kEvidenceEventData[] = {
    {"attributes", "attributes", kMap},
    {"awsaccountid", "awsAccountId", kVarchar},
    {"awsorganization", "awsOrganization", kVarchar},
    {"compliancecheck", "complianceCheck", kVarchar},
    {"datasource", "dataSource", kVarchar},
    {"eventname", "eventName", kVarchar},
    {"eventsource", "eventSource", kVarchar},
    {"evidenceawsaccountid", "evidenceAwsAccountId", kVarchar},
    {"evidencebytype", "evidenceByType", kVarchar},
    {"iamid", "iamId", kVarchar},
    {"evidenceid", "evidenceId", kVarchar},
    {"time", "time", kTimestamp},
    {"assessmentid", "assessmentId", kVarchar},
    {"controlsetid", "controlSetId", kVarchar},
    {"controlid", "controlId", kVarchar},
    {"controlname", "controlName", kVarchar},
    {"controldomainname", "controlDomainName", kVarchar},
    {"frameworkname", "frameworkName", kVarchar},
    {"frameworkid", "frameworkId", kVarchar},
    {"service", "service", kVarchar},
    {"servicecategory", "serviceCategory", kVarchar},
    {"resourcearn", "resourceArn", kVarchar},
    {"resourcetype", "resourceType", kVarchar},
    {"evidencefolderid", "evidenceFolderId", kVarchar},
    {"description", "description", kVarchar},
    {"manualevidences3resourcepath", "manualEvidenceS3ResourcePath", kVarchar},
    {"evidencefoldername", "evidenceFolderName", kVarchar},
    {"resourcecompliancecheck", "resourceComplianceCheck", kVarchar},
};
constexpr auto kEvidenceColumns = with_outer_columns({
    {"addendum", "addendum", kMap},
    {"eventdata", "eventData", kRow, kEvidenceEventData},
    {"eventjson", "eventJson", kVarchar},
});

constexpr Field kActivityAddendum[] = {
    {"reason", "reason", kVarchar},
    {"updatedfields", "updatedFields", kVarchar},
    {"originaluid", "originalUID", kVarchar},
    {"originaleventid", "originalEventID", kVarchar},
};
constexpr Field kActivityMetadata[] = {
    {"ingestiontime", "ingestionTime", kVarchar},
    {"channelarn", "channelARN", kVarchar},
};
constexpr Field kActivityUserIdentity[] = {
    {"type", "type", kVarchar},
    {"principalid", "principalId", kVarchar},
    {"details", "details", kMap},
};
constexpr Field kActivityEventData[] = {
    {"version", "version", kVarchar},
    {"useridentity", "userIdentity", kRow, kActivityUserIdentity},
    {"useragent", "userAgent", kVarchar},
    {"eventsource", "eventSource", kVarchar},
    {"eventname", "eventName", kVarchar},
    // Text here, a timestamp outside.
    {"eventtime", "eventTime", kVarchar},
    {"uid", "UID", kVarchar},
    {"requestparameters", "requestParameters", kMap},
    {"responseelements", "responseElements", kMap},
    {"errorcode", "errorCode", kVarchar},
    // The page misspells the column; the member is spelled as it should be.
    {"errormssage", "errorMessage", kVarchar},
    {"sourceipaddress", "sourceIPAddress", kVarchar},
    {"recipientaccountid", "recipientAccountId", kVarchar},
    {"additionaleventdata", "additionalEventData", kMap},
};
constexpr auto kActivityColumns = with_outer_columns({
    {"addendum", "addendum", kRow, kActivityAddendum},
    {"metadata", "metadata", kRow, kActivityMetadata},
    {"eventdata", "eventData", kRow, kActivityEventData},
    {"eventjson", "eventJson", kVarchar},
});

struct Kind {
  StoreKind kind;
  std::string_view name;
  std::span<const Field> columns;
};
constexpr Kind kKinds[] = {
    {StoreKind::kCloudTrail, "cloudtrail", kCloudTrailColumns},
    {StoreKind::kInsights, "insights", kInsightsColumns},
    {StoreKind::kConfig, "config", kConfigColumns},
    {StoreKind::kEvidence, "evidence", kEvidenceColumns},
    {StoreKind::kActivity, "activity", kActivityColumns},
};
static_assert([] {
  for (std::size_t at = 0; at < std::size(kKinds); ++at) {
    if (static_cast<std::size_t>(kKinds[at].kind) != at) return false;
  }
  return true;
}());

}  // namespace

std::span<const Field> schema_of(StoreKind kind) {
  return kKinds[static_cast<std::size_t>(kind)].columns;
}

std::string_view name_of(StoreKind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }

std::optional<StoreKind> find_kind(std::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return kind.kind;
  }
  return std::nullopt;
}

}  // namespace trailpond::events
