-- The log files of a trail as CloudTrail delivers them, for Trino 476 and later: each is one JSON object with the array
-- Records. (Athena reads them by an input format of Amazon's own, com.amazon.emr.cloudtrail.CloudTrailInputFormat, which Trino
-- does not know: a table of the Glue catalog that names it cannot be read by Trino.)
-- Put your bucket, account and Region into the two places that are marked. The catalog needs hive.ignore-absent-partitions=true,
-- for days without logs.
CREATE SCHEMA IF NOT EXISTS lake.logs;

CREATE TABLE lake.logs.files (
  records array(row(
    eventversion varchar,
    useridentity row(
      type varchar, principalid varchar, arn varchar, accountid varchar, invokedby varchar, accesskeyid varchar, username varchar,
      identityprovider varchar, onbehalfof row(userid varchar, identitystorearn varchar),
      inscopeof row(sourcearn varchar, sourceaccount varchar, issuertype varchar, credentialsissuedto varchar),
      sessioncontext row(
        attributes row(mfaauthenticated varchar, creationdate varchar),
        sessionissuer row(type varchar, principalid varchar, arn varchar, accountid varchar, username varchar),
        ec2roledelivery varchar, ec2issuedinvpc varchar, sourceidentity varchar,
        webidfederationdata row(federatedprovider varchar, attributes map(varchar, varchar)))),
    eventtime varchar, eventsource varchar, eventname varchar, awsregion varchar, sourceipaddress varchar, useragent varchar,
    errorcode varchar, errormessage varchar, requestparameters varchar, responseelements varchar, additionaleventdata varchar,
    requestid varchar, eventid varchar, readonly varchar, resources array(row(arn varchar, accountid varchar, type varchar)),
    eventtype varchar, apiversion varchar, managementevent varchar, recipientaccountid varchar, serviceeventdetails varchar,
    sharedeventid varchar, vpcendpointid varchar, vpcendpointaccountid varchar, eventcategory varchar,
    addendum row(reason varchar, updatedfields varchar, originalrequestid varchar, originaleventid varchar),
    sessioncredentialfromconsole varchar, edgedevicedetails varchar,
    tlsdetails row(tlsversion varchar, ciphersuite varchar, clientprovidedhostheader varchar))),
  "timestamp" varchar WITH (
    partition_projection_type = 'DATE', partition_projection_format = 'yyyy/MM/dd',
    partition_projection_range = ARRAY['2020/01/01', 'NOW'], partition_projection_interval = 1,
    partition_projection_interval_unit = 'DAYS'))
WITH (
  format = 'OPENX_JSON',
  partitioned_by = ARRAY['timestamp'],
  external_location = 's3://BUCKET/AWSLogs/ACCOUNT/CloudTrail/REGION', -- here
  partition_projection_enabled = true,
  partition_projection_location_template = 's3://BUCKET/AWSLogs/ACCOUNT/CloudTrail/REGION/${timestamp}' -- and here
);

-- One row for each event, with the columns that Athena's table has.
CREATE OR REPLACE VIEW lake.logs.events AS
SELECT record.*, files."timestamp"
FROM lake.logs.files CROSS JOIN UNNEST(records) AS record;
