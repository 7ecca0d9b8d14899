#!/usr/bin/env python3
"""docs/adding.md, carried out: its blocks for a toy measure and a toy task are put into a copy of the tree, which is
built; an audit must then have both in its long table and on its page, and the documentation check must ask for them
until docs/measures.md has them. So the page's promise that no other file has to change is tested, not told.

A block of the page is marked by a comment in front of it:

    <!-- file: PATH -->                  the block is a new file
    <!-- in: PATH, after: TEXT -->       its lines follow the first line of PATH that holds TEXT
    <!-- in: PATH, docs, after: TEXT --> the same, put in last: without it the documentation check must fail

usage: adding.py SOURCE (TAP on standard output)
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

MARK = re.compile(r"<!-- (file|in): (\S+?)(, docs)?(?:, after: (.+?))? -->\n+```\w*\n(.*?)```", re.S)
CHECK = "tests/test_results_kinds"


def blocks(page):
    with open(page, encoding="utf-8") as file:
        return [match.groups() for match in MARK.finditer(file.read())]


def put(tree, kind, path, after, text):
    target = os.path.join(tree, path)
    if kind == "file":
        with open(target, "x", encoding="utf-8") as file:
            file.write(text)
        return
    with open(target, encoding="utf-8") as file:
        lines = file.read().splitlines(keepends=True)
    place = next((i for i, line in enumerate(lines) if after in line), None)
    if place is None:
        raise SystemExit(f"Bail out! {path}: no line holds {after!r}")
    lines.insert(place + 1, text)
    with open(target, "w", encoding="utf-8") as file:
        file.writelines(lines)


def copy(source, tree):
    files = subprocess.run(["git", "-C", source, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                           capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, files):
        if not os.path.exists(os.path.join(source, name)):
            continue
        os.makedirs(os.path.dirname(os.path.join(tree, name)), exist_ok=True)
        shutil.copy2(os.path.join(source, name), os.path.join(tree, name))


class Tap:
    def __init__(self):
        self.n = 0

    def __call__(self, good, what, more=""):
        self.n += 1
        print(f"{'ok' if good else 'not ok'} {self.n} - {what}", flush=True)
        if not good and more:
            print("\n".join("# " + line for line in more[-3000:].splitlines()))
        return good


def run(command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def build(tree, tap, what):
    code, text = run(["ninja", "-C", "build", "xylem", CHECK], tree)
    return tap(code == 0, what, text)


def main():
    source, tap = os.path.abspath(sys.argv[1]), Tap()
    if not os.path.isdir(os.path.join(source, ".git")) and not os.path.isfile(os.path.join(source, ".git")):
        print("1..0 # SKIP no git checkout")
        return
    found = blocks(os.path.join(source, "docs", "adding.md"))
    with tempfile.TemporaryDirectory(prefix="xylem adding ") as tree:
        copy(source, tree)
        for kind, path, docs, after, text in found:
            if not docs:
                put(tree, kind, path, after, text)
        run(["git", "init", "-q", "."], tree)
        code, text = run(["meson", "setup", "build", "-Dbuildtype=plain"], tree)
        if tap(code == 0, "the tree is set up", text) and build(tree, tap, "it builds with a toy measure and task"):
            audit(tree, tap)
            documentation(tree, tap, found)
    print(f"1..{tap.n}")


def audit(tree, tap):
    program = os.path.join(tree, "build", "xylem")
    code, text = run([program, "audit", "seedling", "--benchmark", "affirmation", "--benchmark", "toy.yaml", "--draws", "100",
                      "--quiet"], tree)
    if not tap(code == 0, "an audit runs", text):
        return
    with open(os.path.join(tree, "runs/seedling/results.json"), encoding="utf-8") as file:
        rows = json.load(file)["measures"]
    with open(os.path.join(tree, "runs/seedling/report.html"), encoding="utf-8") as file:
        page = file.read()
    for measure in ("toy_gap", "toy_rate"):
        tap(any(row["measure"] == measure for row in rows), f"the long table has {measure}")
        tap(measure in page, f"the page has {measure}")
    tap(any(row["benchmark"] == "toy" for row in rows), "the long table has the toy task's benchmark")


def documentation(tree, tap, found):
    check = [os.path.join(tree, "build", CHECK)]
    environment = dict(os.environ, XYLEM_ROOT=tree, CMOCKA_MESSAGE_OUTPUT="TAP")
    before = subprocess.run(check, capture_output=True, text=True, env=environment)
    tap(before.returncode != 0 and "toy_gap" in before.stdout + before.stderr,
        "the documentation check asks for the toy measure", before.stdout + before.stderr)
    for kind, path, docs, after, text in found:
        if docs:
            put(tree, kind, path, after, text)
    after = subprocess.run(check, capture_output=True, text=True, env=environment)
    tap(after.returncode == 0, "it is content once docs/measures.md has the rows", after.stdout + after.stderr)


if __name__ == "__main__":
    main()
