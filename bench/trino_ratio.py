#!/usr/bin/env python3
"""StartQuery → all rows, GROUP BY over 10,000 events, three requests on one connection, beside a real Trino.

Trino must be up: `../shared/oracle/trino.py start` (a JDK of 24 or newer and Maven). Without it this says so and
leaves. Both engines hold the same two columns of the same events; the least of several runs counts.
"""
import http.client
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
TRINO = "http://127.0.0.1:8085"
LIMIT = 1 / 40
EVENTS = 10_000
ROUNDS = 30
STORE = "44444444-0000-4000-8000-000000000001"
STATEMENT = "SELECT eventSource, eventName, count(*) AS n FROM {} GROUP BY eventSource, eventName ORDER BY n DESC"


def make_events():
    dice = random.Random(7)
    events = []
    for _ in range(EVENTS):
        source = int(dice.random() ** 2 * 40)
        events.append((f"service{source}.amazonaws.com", f"Call{source * 8 + int(dice.random() ** 2 * 8)}"))
    return events


def ask_trino(sql):
    """Run one statement to its last row, as a client does: post, then follow nextUri."""
    headers = {"X-Trino-User": "bench", "X-Trino-Time-Zone": "UTC"}
    request = urllib.request.Request(TRINO + "/v1/statement", sql.encode(), headers)
    rows = []
    while request:
        answer = json.load(urllib.request.urlopen(request, timeout=120))
        rows += answer.get("data", [])
        if "error" in answer:
            sys.exit(answer["error"]["message"])
        request = urllib.request.Request(answer["nextUri"], headers=headers) if "nextUri" in answer else None
    return rows


def best(work):
    least, rows = None, None
    for _ in range(ROUNDS):
        start = time.perf_counter()
        rows = work()
        took = (time.perf_counter() - start) * 1000
        least = took if least is None else min(least, took)
    return least, rows


class Lake:
    """The three requests on one connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def call(self, operation, body):
        self.connection.request("POST", "/", json.dumps(body), {
            "X-Amz-Target": "CloudTrail_20131101." + operation, "Content-Type": "application/x-amz-json-1.1"})
        answer = self.connection.getresponse()
        return json.loads(answer.read())

    def rows(self):
        query = self.call("StartQuery", {"QueryStatement": STATEMENT.format(STORE)})["QueryId"]
        while self.call("DescribeQuery", {"QueryId": query})["QueryStatus"] in ("QUEUED", "RUNNING"):
            time.sleep(0.0005)  # the query wants the processor more than we want to ask
        rows, token = [], {}
        while True:
            page = self.call("GetQueryResults", {"QueryId": query, **token})
            rows += page["QueryResultRows"]
            if "NextToken" not in page:
                return rows
            token = {"NextToken": page["NextToken"]}


def start_lake(folder, events):
    with open(folder + "/events.ndjson", "w", encoding="utf-8") as out:
        for source, name in events:
            out.write(json.dumps({"eventSource": source, "eventName": name, "eventTime": "2024-05-01T00:00:00Z"}) + "\n")
    with open(folder + "/scenario.yaml", "w", encoding="utf-8") as out:
        out.write(f"event_data_stores:\n  - {{name: bench, id: {STORE}, kind: cloudtrail, "
                  "events: [{files: events.ndjson}]}\n")
    server = subprocess.Popen([str(ROOT / "build/release/trailpond"), "--port", "0", "--scenario", folder + "/scenario.yaml"],
                              stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        found = re.search(r"http://[^ ]*:(\d+)", line)
        if found:
            return server, int(found.group(1))
    sys.exit("trailpond did not start")


def main():
    try:
        urllib.request.urlopen(TRINO + "/v1/info", timeout=5)
    except OSError:
        print("no Trino at", TRINO, "(../shared/oracle/trino.py start): not measured")
        return
    events = make_events()
    ask_trino("DROP TABLE IF EXISTS memory.default.bench")
    ask_trino("CREATE TABLE memory.default.bench (eventsource varchar, eventname varchar)")
    for start in range(0, EVENTS, 1000):
        values = ", ".join(f"('{source}', '{name}')" for source, name in events[start:start + 1000])
        ask_trino("INSERT INTO memory.default.bench VALUES " + values)
    with tempfile.TemporaryDirectory() as folder:
        server, port = start_lake(folder, events)
        try:
            ours, our_rows = best(Lake(port).rows)
            theirs, their_rows = best(lambda: ask_trino(STATEMENT.format("memory.default.bench")))
        finally:
            server.terminate()
    mine = sorted(tuple(value for cell in row for value in cell.values()) for row in our_rows)
    if mine != sorted(tuple(str(value) for value in row) for row in their_rows):
        sys.exit("the two engines do not answer alike")
    print(f"{len(mine)} groups   ours {ours:.2f} ms   Trino {theirs:.2f} ms   ratio 1/{theirs / ours:.0f} "
          f"(limit 1/{1 / LIMIT:.0f})")


if __name__ == "__main__":
    main()
