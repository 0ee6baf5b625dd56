"""Writes the queries of constructs.ndjson as the folder of goldens that compare.py reads.

Each line is a query of the kinds that people write for CloudTrail Lake, over the six stores of
shared/oracle, with the columns that a real Trino 476 answered and the hash of its rows (the rows
hold other people's data and stay out of this repository), or with its error.
"""

import json
import pathlib
import sys

lines, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
for number, line in enumerate(lines.read_text(encoding="utf-8").splitlines(), 1):
    golden = json.loads(line)
    name = f"constructs-{number:03}"
    (folder / f"{name}.sql").write_text(golden.pop("sql"), encoding="utf-8")
    golden.update(query_file=f"{name}.sql", ordered=False, first_rows=[])
    (folder / f"{name}.json").write_text(json.dumps(golden), encoding="utf-8")
