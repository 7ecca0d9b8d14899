"""Checks a run directory with eyes that are not ours: jsonschema for results.json, html.parser for report.html, csv for
tables. usage: check.py schema SCHEMA RESULTS | page PAGE hidden|open | items RUN hidden|open
| tables RESULTS FOLDER | readme README RESULTS | minus FILE.... Exit 77: a module is missing. tests/browser/ looks at the page in a browser."""

import base64
import copy
import csv
import hashlib
import html.parser
import json
import os
import re
import sys
import types


def check_schema(schema_path, results_path):
    try:
        import jsonschema
    except ImportError:
        sys.exit(77)
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    with open(results_path, encoding="utf-8") as file:
        results = json.load(file, parse_constant=lambda name: sys.exit(f"{name} is not JSON"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(results)

    def drop(path):
        return lambda d: at(d, path[:-1]).pop(path[-1])

    def put(path, value):
        return lambda d: at(d, path[:-1]).__setitem__(path[-1], value)

    def at(document, path):
        for key in path:
            document = document[key]
        return document

    optional = ("settings", "coverage", "distributions", "scatters", "items", "headline", "example")
    mutations = [drop([key]) for key in results if key not in optional]
    added = ("low90", "high90", "bound", "floor", "level", "depends", "ties")
    mutations += [drop(["measures", 0, key]) for key in results["measures"][0] if key not in added]
    older = copy.deepcopy(results)
    for row in older["measures"]:
        for key in added:
            row.pop(key)
    validator.validate(older)
    mutations += [drop(["stages", 0, "fingerprint"]), drop(["benchmarks", 0, "digest"]), drop(["run", "started"]),
                  drop(["family", "name"]), drop(["settings", "seed"]), drop(["findings", 0, "text"]),
                  put(["extra"], 1), put(["measures", 0, "extra"], 1), put(["stages", 0, "extra"], 1),
                  put(["benchmarks", 0, "extra"], 1), put(["run", "extra"], 1), put(["settings", "extra"], 1),
                  put(["measures", 0, "value"], "0.5"), put(["measures", 0, "n"], -1), put(["measures", 0, "n"], 1.5),
                  put(["measures", 0, "p"], 1.5), put(["measures", 0, "bound"], -1), put(["measures", 0, "verdict"], "worse"),
                  put(["measures", 0, "mode"], "fulll"), put(["measures", 0, "measure"], None),
                  put(["measures", 0, "identity"], ""), put(["stages", 0, "fingerprint"], "abc"),
                  put(["stages", 0, "beta"], 0), put(["settings", "confidence"], 95),
                  put(["benchmarks", 0, "modality"], "pairs"), put(["run", "started"], "yesterday"),
                  put(["stages"], []), put(["xylem"], 1),
                  put(["distributions", 0, "counts"], []), put(["distributions", 0, "step"], 0),
                  put(["distributions", 0, "measure"], "gap"), drop(["distributions", 0, "median"]),
                  put(["scatters", 0, "margin"], ["0"]), drop(["scatters", 0, "identities"]),
                  put(["items", 0, "end"], "top"), put(["items", 0, "rank"], 0), drop(["items", 0, "target_text"]),
                  drop(["headline", "where"]), put(["headline", "how_much"], ""), drop(["example", "values"]),
                  put(["example", "end"], "highest"), drop(["coverage", 0, "not_named"]), put(["findings", 0, "stage"], "")]
    brief = {key: value[:1] if isinstance(value, list) else value for key, value in results.items()}
    validator.validate(brief)  # mutations change first rows alone, and need no others
    for i, mutate in enumerate(mutations):
        broken = copy.deepcopy(brief)
        mutate(broken)
        if validator.is_valid(broken):
            sys.exit(f"mutation {i} still passes the schema")
    flat = all(not isinstance(cell, (dict, list)) for row in results["measures"] for cell in row.values())
    same = all(list(row) == list(results["measures"][0]) for row in results["measures"])
    if not (flat and same):
        sys.exit("the long table is not flat")


class Page(html.parser.HTMLParser):
    """Nesting, ids, links, headings, and the content of scripts and style."""

    void = {"meta", "br", "link", "img", "hr", "input"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.headings, self.raw, self.texts = [], [], [], [], [], 0
        self.policy = ""

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag not in self.void:
            self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if "href" in attributes:
            self.links.append(attributes["href"])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("script", "style"):
            self.raw.append([tag, attributes.get("type", ""), ""])
        if attributes.get("class") == "text" and tag == "details" and "open" in attributes:
            self.texts += 1
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policy = attributes["content"]
        for name in attributes:
            if name in ("src", "style", "srcset", "action") or name.startswith("on"):
                sys.exit(f"<{tag}> has {name}=")
        if tag == "th" and "scope" not in attributes:
            sys.exit("<th> without scope")
        if tag in ("link", "img", "iframe", "object", "form", "b<"):
            sys.exit(f"<{tag}> in the page")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            sys.exit(f"</{tag}> closes another element, line {self.getpos()[0]}")

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            self.raw[-1][2] += data


IDS = {}


def ids_of(path):
    """The ids of a page; of each page once."""
    if path not in IDS:
        page = Page()
        with open(path, encoding="utf-8") as file:
            page.feed(file.read())
        IDS[path] = set(page.ids)
    return IDS[path]


def check_links(path, page):
    """Every link leads to an element of this page, or to a page beside it and an element there. Only what a page of its
    own may lack: the other files of a run."""
    alone = not os.path.exists(os.path.join(os.path.dirname(path), "samples.jsonl")) and "items" not in path
    for link in page.links:
        to, _, name = link.partition("#")
        other = os.path.normpath(os.path.join(os.path.dirname(path), to)) if to else path
        if to and alone and to.startswith(("items/", "survey.html")):
            continue
        if ":" in to or not os.path.exists(other):
            sys.exit(f"{path}: a link leads nowhere or out: {link}")
        if name and not name.startswith("find=") and name not in ids_of(other):
            sys.exit(f"{path}: no such element: {link}")


def read_page(path, open_texts, scripts):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    page = Page()
    page.feed(text)
    page.close()
    if page.open:
        sys.exit(f"{path}: left open: {page.open}")
    if len(set(page.ids)) != len(page.ids):
        sys.exit(f"{path}: an id is used twice")
    check_links(path, page)
    if page.headings[0] != 1 or any(b > a + 1 for a, b in zip(page.headings, page.headings[1:])):
        sys.exit(f"{path}: headings skip a level: {page.headings}")
    if [kind for kind, _, _ in page.raw] != ["style"] + scripts * ["script"]:
        sys.exit(f"{path}: scripts and styles: {[entry[:2] for entry in page.raw]}")
    for kind, content_type, content in page.raw:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        if content_type != "application/json" and f"'sha256-{digest}'" not in page.policy:
            sys.exit(f"{path}: the policy forbids the page's own {kind}")
    if "unsafe" in page.policy or "default-src 'none'" not in page.policy:
        sys.exit(f"{path}: policy: {page.policy}")
    if page.texts > 0 and open_texts != "open":
        sys.exit(f"{path}: {page.texts} texts are open")
    return page


def check_page(path, open_texts):
    page = read_page(path, open_texts, 9)
    if page.texts == 0 and open_texts == "open":
        sys.exit("no text is open")
    data = json.loads(page.raw[1][2])
    table = data["measures"]
    measures = {table["names"][row[table["columns"].index("measure")]] for row in table["rows"]}
    if set(data["kinds"]) != measures:
        sys.exit(f"the page says what {sorted(data['kinds'])} are, and carries rows of {sorted(measures)}")


def check_items(run, open_texts):
    """items/ holds every item of samples.jsonl once, at most 500 a page, each with an id, all reached from the index."""
    with open(os.path.join(run, "samples.jsonl"), encoding="utf-8") as file:
        expected = list(dict.fromkeys((line["benchmark"], line["item"]) for line in map(json.loads, file)))
    folder = os.path.join(run, "items")
    index = read_page(os.path.join(folder, "index.html"), open_texts, 2)
    names = list(dict.fromkeys(link.partition("#")[0] for link in index.links if not link.startswith(("#", "..", "index"))))
    if sorted(names + ["index.html"]) != sorted(os.listdir(folder)):
        sys.exit(f"the index leads to {names}, and there are {os.listdir(folder)}")
    found = 0
    for name in names:
        page = read_page(os.path.join(folder, name), open_texts, 2)
        n = len(set(page.ids) - {"item-controls", "item-list"})
        if n > 500:
            sys.exit(f"{name}: {n} items")
        if (page.texts == n) != (open_texts == "open"):
            sys.exit(f"{name}: {page.texts} of {n} texts are open")
        found += n
    if found != len(expected):
        sys.exit(f"{found} items on pages, {len(expected)} in samples.jsonl")


def check_side_by_side(results, folder):
    """A row for every benchmark with a headline, whose cells are those of the long table."""
    with open(f"{folder}/side_by_side.csv", encoding="utf-8", newline="") as file:
        rows = {row["benchmark"]: row for row in csv.DictReader(file, strict=True)}
    headlines = {bench["name"]: bench for bench in results["benchmarks"] if "headline" in bench}
    if list(rows) != list(headlines):
        sys.exit(f"side_by_side.csv has {list(rows)}, expected {list(headlines)}")
    cells = {(row["benchmark"], row["measure"], row["mode"], row["stage"], row["against"]): row
             for row in results["measures"] if row["identity"] == row["theme"] == "all"}
    compared = 0
    for name, row in rows.items():
        headline = headlines[name]["headline"]
        for stage in results["stages"]:
            level = cells[name, headline["measure"], headline["mode"], stage["name"], None]
            expected = {stage["name"]: level["value"], f"{stage['name']} low": level["low"]}
            if stage["parent"] is not None:
                change = cells[name, headline["change"], headline["mode"], stage["name"], stage["parent"]]
                expected |= {f"{stage['name']} {key}": change[column] for key, column in (
                    ("change", "value"), ("change low", "low"), ("change high", "high"), ("q", "q"),
                    ("verdict", "verdict"))} | {
                        f"{stage['name']} mark": change["depends"] and "depends on the " + change["depends"] or ""}
            for key, value in expected.items():
                if (row[key] if isinstance(value, str) else float(row[key])) != value:
                    sys.exit(f"side_by_side.csv: {name}, {key}: {row[key]!r}, expected {value!r}")
                compared += 1
    if compared < 5 * len(results["stages"]):
        sys.exit(f"side_by_side.csv: only {compared} cells compared")


def check_tables(results_path, folder):
    with open(results_path, encoding="utf-8") as file:
        results = json.load(file)
    with open(f"{folder}/measures.csv", encoding="utf-8", newline="") as file:
        text = file.read()
    if "\n" in text.replace("\r\n", ""):
        sys.exit("a line ends without CR")
    with open(f"{folder}/measures.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    if len(rows) != len(results["measures"]):
        sys.exit(f"{len(rows)} rows, expected {len(results['measures'])}")
    for row, expected in zip(rows, results["measures"]):
        for key, value in expected.items():
            cell = row[key]
            same = cell == "" if value is None else cell == value if isinstance(value, str) else float(cell) == value
            if not same:
                sys.exit(f"{key}: {cell!r}, expected {value!r}")
    check_side_by_side(results, folder)
    for name in ("preference", "steps", "side_by_side"):
        with open(f"{folder}/{name}.csv", encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file, strict=True))
        if len(lines) < 2 or len({len(line) for line in lines}) != 1:
            sys.exit(f"{name}.csv is ragged")


def check_readme(readme, results_path):
    """The README's Python lines give one row for each step on each benchmark. They need no more of pandas than its name."""
    with open(readme, encoding="utf-8") as file:
        code = file.read().split("```python\n")[1].split("```")[0]
    sys.modules["pandas"] = types.SimpleNamespace(DataFrame=list)
    names = {}
    exec(code.replace("runs/mine/results.json", results_path), names)  # pylint: disable=exec-used
    found = [(row["benchmark"], row["against"], row["stage"]) for row in names["steps"]]
    expected = [(bench["name"], stage["parent"], stage["name"]) for bench in names["run"]["benchmarks"]
                for stage in names["run"]["stages"] if stage["parent"]]
    if sorted(found) != sorted(expected):
        sys.exit(f"the README's steps are {found}, expected {expected}")


class Visible(html.parser.HTMLParser):
    """What a reader sees or is read to: no scripts, no style."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.raw, self.texts = False, []

    def handle_starttag(self, tag, attributes):
        self.raw = tag in ("script", "style")
        self.texts += [value for name, value in attributes if name in ("title", "aria-label", "alt") and value]

    def handle_endtag(self, tag):
        self.raw = False

    def handle_data(self, data):
        if not self.raw:
            self.texts.append(data)


def check_minus(*paths):
    """Numbers below zero have a true minus sign: a hyphen before a digit is inside a name, a date or a range."""
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if path.endswith((".html", ".svg")):
            page = Visible()
            page.feed(text)
            text = "\n".join(page.texts)
        found = re.search(r"(^|[\s(\[{|,])-[.]?[0-9]", text)
        if found:
            sys.exit(f"{path}: a hyphen as minus: …{text[max(0, found.start() - 60):found.end() + 20]!r}")
        if not re.search(r"(−|\$-\$)[0-9]", text):
            sys.exit(f"{path}: no number below zero")


if __name__ == "__main__":
    {"readme": check_readme, "schema": check_schema, "page": check_page, "items": check_items, "tables": check_tables,
     "minus": check_minus}[sys.argv[1]](*sys.argv[2:])
