#!/usr/bin/env python3
"""Compares events_bench with DuckDB on the same rows and one thread, in one run.

Usage: build/venv/bin/python bench/events_duckdb.py build/release/events_bench
The venv needs `pip install duckdb`.
"""

import subprocess
import sys
import tempfile
import time

import duckdb

LIMITS = {"count": 1.0, "group": 4.0}
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
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        connection = duckdb.connect()
        connection.execute("SET threads=1")
        connection.execute(
            f"CREATE TABLE events AS SELECT * FROM read_csv('{folder}/events.csv', "
            f"header=false, columns={COLUMNS})")
        print("\nDuckDB", duckdb.__version__)
        with open(f"{folder}/times.txt", encoding="utf-8") as times:
            for line in times:
                name, ours, sql = line.rstrip("\n").split("\t")
                theirs = best(connection, sql)
                limit = f" (limit {LIMITS[name]})" if name in LIMITS else ""
                print(f"{name:24} {float(ours):8.2f} ms   DuckDB {theirs:8.2f} ms   "
                      f"ratio {float(ours) / theirs:.2f}{limit}")


if __name__ == "__main__":
    main()
