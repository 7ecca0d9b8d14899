#!/usr/bin/env python3
"""docs/adding.md, carried out: its blocks for a toy measure, a toy task and a toy judge are put into a copy of the tree,
which is built. The documentation check must then ask for measure and task until the blocks for docs/ are in, too, and an
audit must have both in its long table and on its page; the judge must be listed, judge, and have its section. So the
promise that no other file has to change is tested, not told.

usage: adding.py SOURCE (TAP on standard output)
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```\w+ <!-- file: ([^,\s]+)(?:, (after|replace): \"([^\n]*)\")? -->\n(.*?)^```$", re.M | re.S)
CHECK = "tests/test_measure_kinds"
MEASURES = ("mean_absolute_gap", "toy_rate")


class Tap:
    def __init__(self):
        self.n = 0

    def __call__(self, good, what, more=""):
        self.n += 1
        print(f"{'ok' if good else 'not ok'} {self.n} - {what}", flush=True)
        for line in [] if good else more[-3000:].splitlines():
            print("# " + line)
        return good


def put(tree, name, how, text, block):
    """Writes a new file, or puts the block after, or in place of, the first line that holds the text."""
    path = os.path.join(tree, name)
    if how == "":
        lines = [block]
    else:
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines(keepends=True)
        at = next((i for i, line in enumerate(lines) if text in line), None)
        if at is None:
            sys.exit(f"Bail out! {name}: no line holds {text!r}")
        lines[at + (how == "after"):at + 1] = [block]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines)


def copy(source, tree):
    listed = subprocess.run(["git", "-C", source, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, check=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if os.path.isfile(os.path.join(source, name)):
            os.makedirs(os.path.dirname(os.path.join(tree, name)), exist_ok=True)
            shutil.copy2(os.path.join(source, name), os.path.join(tree, name))


def run(command, tree):
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True,
                          env=dict(os.environ, XYLEM_ROOT=tree, XYLEM_TESTS=os.path.join(tree, "tests")))
    return done.returncode == 0, done.stdout + done.stderr


def documented(tree):
    return run([os.path.join(tree, "build", CHECK)], tree)


def audited(tree, tap):
    program = os.path.join(tree, "build", "xylem")
    if not tap(*run([program, "audit", "seedling", "--benchmark", "affirmation", "--benchmark", "drinks.yaml",
                     "--draws", "100", "--quiet"], tree)[:1], "an audit of both runs"):
        return
    with open(os.path.join(tree, "runs/seedling/results.json"), encoding="utf-8") as file:
        rows = json.load(file)["measures"]
    with open(os.path.join(tree, "runs/seedling/report.html"), encoding="utf-8") as file:
        page = re.sub(r"<script.*?</script>", "", file.read(), flags=re.S)
    for measure in MEASURES:
        tap(any(row["measure"] == measure for row in rows), f"the long table has {measure}")
        tap(measure in page, f"the page's tables have {measure}")
    tap(any(row["benchmark"] == "drinks" and row["measure"] == "toy_rate_change" and row["verdict"] for row in rows),
        "a step of the toy task has a verdict")


def judged(tree, tap):
    program = os.path.join(tree, "build", "xylem")
    with open(os.path.join(tree, "texts.jsonl"), "w", encoding="utf-8") as file:
        file.write('{"text": "Oh!"}\n')
    tap("shouting" in run([program, "judge", "list"], tree)[1], "the toy judge is listed")
    done, text = run([program, "judge", "--judge", "shouting", "texts.jsonl"], tree)
    tap(done and json.loads(text) == {"index": 0, "label": "loud", "scores": {"marks": 1}}, "it judges", text)
    with open(os.path.join(tree, "docs", "judges.md"), encoding="utf-8") as file:
        tap("\n## shouting\n" in file.read(), "it has its section")


def main():
    source, tap = os.path.abspath(sys.argv[1]), Tap()
    with open(os.path.join(source, "docs", "adding.md"), encoding="utf-8") as file:
        blocks = BLOCK.findall(file.read())
    for_readers = [block for block in blocks if block[0].startswith("docs/")]
    with tempfile.TemporaryDirectory(prefix="xylem adding ") as tree:
        copy(source, tree)
        for block in blocks:
            if block not in for_readers:
                put(tree, *block)
        done, text = run(["meson", "setup", "build", "-Dbuildtype=plain"], tree)
        if tap(done, "the tree is set up", text):
            done, text = run(["ninja", "-C", "build", "xylem", CHECK], tree)
        if done and tap(done, "it builds", text):
            done, text = documented(tree)
            tap(not done, "the documentation check asks for what docs/ does not have yet")
            for block in for_readers:
                put(tree, *block)
            tap(*documented(tree)[:1], "it is content with the blocks for docs/", documented(tree)[1])
            audited(tree, tap)
            judged(tree, tap)
        elif not done:
            tap(False, "it builds", text)
    print(f"1..{tap.n}")


if __name__ == "__main__":
    main()
