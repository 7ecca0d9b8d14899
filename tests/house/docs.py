#!/usr/bin/env python3
"""The documentation against the tree: what docs/adding.md shows of the sources is theirs, docs/files.md names every
member of docs/results.schema.json, and CHANGELOG.md says nothing twice.

usage: docs.py SOURCE (TAP on standard output)
"""
import glob
import json
import os
import re
import sys


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def plain(text):
    """White space aside: a block may stand indented, or wrapped elsewhere."""
    return " ".join(text.split())


def strangers(source):
    """Parts of adding.md's blocks of C that no source has; a block shows a file, or several parts of one."""
    tree = plain("\n".join(read(name) for name in glob.glob(os.path.join(source, "src", "**", "*.[ch]"), recursive=True)))
    for block in re.findall(r"^```c\n(.*?)^```$", read(source, "docs", "adding.md"), re.M | re.S):
        yield from (part for part in block.split("\n\n") if plain(part) not in tree)


def members(schema):
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else []:
        yield from members(part)


def unnamed(source):
    files = read(source, "docs", "files.md")
    for member in sorted(set(members(json.loads(read(source, "docs", "results.schema.json"))))):
        if not re.search(rf"`[^`\n]*\b{re.escape(member)}\b[^`\n]*`", files):
            yield member


def repeated(source):
    entries = [plain(entry) for entry in re.split(r"^- ", read(source, "CHANGELOG.md"), flags=re.M)]
    yield from (entry for i, entry in enumerate(entries) if entry in entries[:i])


def main():
    checks = ((strangers, "adding.md shows the sources as they are"), (unnamed, "files.md names every member of results.json"),
              (repeated, "the changelog repeats no entry"))
    for i, (check, what) in enumerate(checks):
        found = list(check(sys.argv[1]))
        print(f"{'not ok' if found else 'ok'} {i + 1} - {what}")
        for line in "\n".join(found).splitlines():
            print("# " + line)
    print(f"1..{len(checks)}")


if __name__ == "__main__":
    main()
