#!/usr/bin/env python3
"""Check that the folders include each other only along the arrows of ARCHITECTURE.md."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# folder: the folders whose headers it may include, besides its own
ARROWS = {
    "base": set(),
    "events": {"base"},
    # The rooms of sql/: each knows those below it here. The door alone is for the other folders.
    "sql": {"base", "sql/running", "sql/planning", "sql/analysis", "sql/syntax", "sql/evaluation", "sql/bound", "sql/types"},
    "sql/running": {"base", "sql/operators", "sql/planning", "sql/evaluation", "sql/evaluation/aggregates", "sql/bound", "sql/values",
                    "sql/types"},
    "sql/operators": {"base", "sql/planning", "sql/evaluation", "sql/bound", "sql/values", "sql/types"},
    "sql/planning": {"base", "sql/evaluation", "sql/bound", "sql/values", "sql/types"},
    "sql/analysis": {"base", "sql/syntax", "sql/evaluation", "sql/evaluation/functions", "sql/bound", "sql/json",
                     "sql/times", "sql/values", "sql/types"},
    "sql/syntax": {"base", "sql/types"},
    "sql/evaluation/functions": {"base", "sql/evaluation", "sql/bound", "sql/json", "sql/times", "sql/values",
                                 "sql/types"},
    "sql/evaluation/aggregates": {"base", "sql/evaluation", "sql/bound", "sql/values", "sql/types"},
    "sql/evaluation": {"base", "sql/bound", "sql/json", "sql/times", "sql/values", "sql/types"},
    "sql/bound": {"base", "sql/values", "sql/types"},
    "sql/json": {"base", "sql/values", "sql/types"},
    "sql/times": {"base", "sql/values", "sql/types"},
    "sql/values": {"base", "sql/types"},
    "sql/types": {"base"},
    "state": {"base"},
    "outbound": {"base"},
    "s3": {"base", "outbound"},
    "trino": {"base", "outbound", "sql"},
    "engine": {"base", "events", "outbound", "s3", "sql", "state", "trino"},
    "fixtures": {"base", "engine", "events", "state"},
    "server/http": {"base"},
    "server/cli": {"base", "engine", "events", "fixtures", "outbound", "s3", "trino", "server/http", "sql", "state"},
    "server/api": {"base", "engine", "events", "state", "server/http", "server"},
    "server/watch": {"base", "engine", "state"},
    "server/console": {"base", "server/http"},
    "server/admin": {"base", "engine", "events", "fixtures", "s3", "sql", "state", "server/http", "server/api", "server/watch", "server"},
    "server": {"base", "engine", "events", "fixtures", "outbound", "s3", "state", "trino", "server/http", "server/api", "server/admin",
               "server/console", "server/watch", "server/cli"},
}
# Headers between the few files of the wire, for nobody else: these alone may know Beast and Asio.
WIRE = {"server/http/session.hpp": "server/http", "server/http/request_parser.hpp": "server/http",
        "outbound/connection.hpp": "outbound", "outbound/loop_parts.hpp": "outbound",
        "outbound/lookup.hpp": "outbound"}
# Headers that must not stand in our headers: they are slow to compile.
HEAVY = re.compile(r"#include <(boost/json\.hpp|boost/beast|boost/asio|yaml-cpp)")


def folder_of(path):
    parts = path.split("/")
    for length in (3, 2, 1):
        name = "/".join(parts[:length])
        if name in ARROWS:
            return name
    return None


def knows_beast(name, texts, seen):
    """Whether a file includes Beast, itself or through our headers."""
    if name in seen or name not in texts:
        return False
    seen.add(name)
    return "#include <boost/beast" in texts[name] or any(
        knows_beast(there, texts, seen) for there in re.findall(r'#include "([^"]+)"', texts[name]))


def circles(texts):
    """Headers that include themselves through others."""
    below = {name: [there for there in re.findall(r'#include "([^"]+)"', text) if there in texts]
             for name, text in texts.items()}
    done, found = set(), []

    def walk(name, path):
        if name in path:
            found.append(" → ".join(path[path.index(name):] + [name]))
        elif name not in done:
            for there in below[name]:
                walk(there, path + [name])
            done.add(name)

    for name in below:
        walk(name, [])
    return found


def main():
    wrong, texts = [], {}
    for path in sorted(ROOT.rglob("*.[ch]pp")):
        name = path.relative_to(ROOT).as_posix()
        here = folder_of(name)
        if here is None or name.startswith(("build/", "tests/", "bench/")):
            continue
        text = texts[name] = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            match = re.match(r'#include "([^"]+)"', line)
            if match:
                there = folder_of(match.group(1))
                if here != WIRE.get(match.group(1), here):
                    wrong.append(f"{name}:{number}: {match.group(1)} is for {WIRE[match.group(1)]} alone")
                if there not in (here, None) and there not in ARROWS[here]:
                    wrong.append(f"{name}:{number}: {here} must not include {match.group(1)}")
            if name.endswith(".hpp") and name not in WIRE and not name.endswith("precompiled.hpp") and HEAVY.match(line):
                wrong.append(f"{name}:{number}: a heavy header in a header: {line}")
    wrong += [f"a circle: {circle}" for circle in circles(texts)]
    beast = [name for name in texts if name.endswith(".cpp") and knows_beast(name, texts, set())]
    if len(beast) > 4:
        wrong.append("Beast in more than three translation units of the server and one of the client of other servers: " + ", ".join(beast))
    for forbidden in ("utils", "helpers", "common"):
        wrong += [f"{path.relative_to(ROOT)}: a file named {forbidden}"
                  for path in ROOT.rglob(f"{forbidden}.*pp") if "build" not in path.parts]
    print("\n".join(wrong) if wrong else "arrows: as drawn")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
