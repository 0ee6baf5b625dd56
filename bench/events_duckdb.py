#!/usr/bin/env python3
"""Compare our times with DuckDB on the same rows and one thread, in one run.

  events_duckdb.py PROGRAM FOLDER    run PROGRAM (events_bench) into FOLDER, then compare its times.txt
  events_duckdb.py --times FOLDER    compare FOLDER/sql_times.txt, which engine_sql_bench left there

The Python environment needs duckdb.
"""
import subprocess
import sys
import time

import duckdb

# name: the most that ours may take of DuckDB's time
LIMITS = {"count": 1.0, "group": 4.0, "who": 4.0, "group two, order": 4.0, "like": 4.0, "errors": 4.0, "distinct": 4.0,
          "per day": 4.0, "in": 4.0}
ROUNDS = 5
COLUMNS = {
    "eventtime": "BIGINT", "eventsource": "VARCHAR", "eventname": "VARCHAR",
    "awsregion": "VARCHAR", "sourceipaddress": "VARCHAR", "useragent": "VARCHAR",
    "errorcode": "VARCHAR", "principal": "VARCHAR", "account": "VARCHAR",
    "readonly": "INTEGER", "requestid": "VARCHAR", "eventid": "VARCHAR",
}


def best(connection, sql):
    """Gives the least time of several runs in milliseconds."""
    least = None
    for _ in range(ROUNDS):
        start = time.perf_counter()
        connection.execute(sql).fetchall()
        took = (time.perf_counter() - start) * 1000
        least = took if least is None else min(least, took)
    return least


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, name = sys.argv[2], "sql_times.txt"
    if sys.argv[1] != "--times":
        name = "times.txt"
        subprocess.run([sys.argv[1], folder], check=True)
    connection = duckdb.connect()
    connection.execute("SET threads=1")
    connection.execute(
        f"CREATE TABLE events AS SELECT * FROM read_csv('{folder}/events.csv', "
        f"header=false, columns={COLUMNS})")
    print("DuckDB", duckdb.__version__)
    with open(f"{folder}/{name}", encoding="utf-8") as times:
        for line in times:
            query, ours, sql = line.rstrip("\n").split("\t")
            theirs = best(connection, sql)
            limit = f" (limit {LIMITS[query]})" if query in LIMITS else ""
            print(f"{query:24} {float(ours):8.2f} ms   DuckDB {theirs:8.2f} ms   "
                  f"ratio {float(ours) / theirs:.2f}{limit}")


if __name__ == "__main__":
    main()
