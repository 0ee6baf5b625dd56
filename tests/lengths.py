#!/usr/bin/env python3
"""Check that functions fit a screen: no more than 60 lines, from the name to the closing brace."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST = 60

# Functions that may be longer, because they are one flat switch or one table: file, function.
FLAT = {
    ("sql/analysis/expressions.cpp", "Analyser::expression"),  # a switch: kind → its function
    ("sql/evaluation/functions/formats.cpp", "pattern_of"),  # a switch: letter → pattern
    ("sql/evaluation/printing.cpp", "print_cell"),  # a switch: type → text
    ("sql/running/tree.cpp", "name_of"),  # a switch: kind → name
    ("sql/syntax/printer.cpp", "Printer::print_as_written"),  # a switch: kind → text
    ("sql/types/error.cpp", "name_of"),  # a switch: error → name
    ("sql/types/types.cpp", "describe"),  # a switch: type → text
    ("tests/engine/event_data_stores.cpp", "TEST_CASE"),  # a table of wrong selectors
}

# Texts, characters and comments, whose braces mean nothing.
NOISE = re.compile(r'R"(\w*)\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*(?:.|\n)*?\*/')
# What stands before the brace of a function: its parameters, what qualifies them, initializers.
HEAD = re.compile(r'([~\w:<>]+|operator[^\s\w(]+|operator\(\))\s*\((?:[^;{}]|\{[^;{}]*\})*\)\s*'
                  r'(?:const|noexcept|override|final|->[^;{}=]*|\s)*(?::[^;?]*)?$')
CONTROL = {"if", "for", "while", "switch", "catch", "return", "constexpr"}


def blanked(text):
    """The text without noise, each line where it was."""
    return NOISE.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def functions(text):
    """Name, first line and length of each function that stands in no other."""
    text = blanked(text)
    text = re.sub(r"(?m)^\s*#.*?(?:\\\n.*?)*$", lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)
    start, inside, depth = 0, None, 0
    for match in re.finditer(r"[{};]", text):
        at = match.start()
        if match.group(0) == "{":
            if inside is None:
                head = text[start:at]
                found = HEAD.search(head)
                if found and found.group(1) not in CONTROL and "=" not in head[:found.start()].split("\n")[-1]:
                    name_at = start + found.start(1)
                    inside = (found.group(1), text.count("\n", 0, name_at) + 1, depth)
            depth += 1
        elif match.group(0) == "}":
            depth -= 1
            if inside is not None and depth == inside[2]:
                after = text[at + 1:at + 40].lstrip()
                # An initializer's brace in front of the body: `: a_{1}, b_{2} {`.
                if not after.startswith((",", "{")):
                    yield inside[0], inside[1], text.count("\n", 0, at) + 2 - inside[1]
                    inside = None
        if inside is None:
            start = at + 1


def main():
    wrong, left = [], set(FLAT)
    for path in sorted(ROOT.rglob("*.[ch]pp")):
        file = path.relative_to(ROOT).as_posix()
        if file.startswith("build/"):
            continue
        for name, line, length in functions(path.read_text(encoding="utf-8")):
            if length <= MOST:
                continue
            if (file, name) in FLAT:
                left.discard((file, name))
            else:
                wrong.append(f"{file}:{line}: {name} has {length} lines")
    wrong += [f"{file}: {name} is short now: take it off FLAT" for file, name in sorted(left)]
    print("\n".join(wrong) if wrong else f"lengths: no function over {MOST} lines")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
