"""An integration test as a user would write it; runs in compose.yaml's second container."""
import time

import boto3

lake = boto3.client("cloudtrail")
query = lake.start_query(
    QueryStatement="SELECT eventName FROM 33333333-0000-4000-8000-000000000001 WHERE eventName LIKE 'Delete%'"
)["QueryId"]
while lake.describe_query(QueryId=query)["QueryStatus"] in ("QUEUED", "RUNNING"):
    time.sleep(0.01)
rows = lake.get_query_results(QueryId=query)["QueryResultRows"]
assert rows == [[{"eventName": "DeleteTrail"}]], rows
print("1 passed, 0 failed")
