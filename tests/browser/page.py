"""Looks at report.html in Debian's Chromium, driven by Playwright: every figure has its marks (counted from
results.json), filters change figure and table, parts fold, hurtful texts stay hidden until asked, nothing is logged,
nothing leaves the page, and a reader with a keyboard, a screen reader, a small screen, a dark one or no scripts gets
the same numbers.

usage: page.py XYLEM   (TAP). Skips by name where Playwright or Chromium is missing; tools/setup.sh browser installs them.
"""

import collections
import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback
import xml.etree.ElementTree

import benchmarks

ROOT = pathlib.Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv" / "bin" / "python"
BENCHMARKS = ["stigma", "affirmation", "binary-gender", "disability", "religion", "pronoun",
              str(ROOT / "tests/browser/data/hostile.yaml")]


# The rule that the page shows, by modality; gaps are shown in the mode of their benchmark, rewards in full.
SHOWN_RULE = {"choice": "three-way", "pronoun": "summed"}
CHANGES = {"pair": ("amplification",), "coref": ("amplification",), "choice": ("s_amb_change", "s_dis_change"),
           "pronoun": ("misgendering_rate_change", "binary_gap_change")}


# What the first screen tells levels in, by modality.
LEVEL = {"pair": "preference_rate", "coref": "preference_rate", "choice": "s_amb", "pronoun": "misgendering_rate"}


class Run:
    """One audit and its page."""

    def __init__(self, xylem, folder, name, names):
        command = [xylem, "audit", "seedling", "--runs", folder, "--name", name, "--quiet", "--draws", "500"]
        for one in names:
            command += ["--benchmark", one]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        self.xylem = xylem
        self.page = pathlib.Path(folder, name, "report.html")
        with open(self.page.with_name("results.json"), encoding="utf-8") as file:
            self.results = json.load(file)
        self.measures = self.results["measures"]
        self.stages = self.results["stages"]
        self.parent = {stage["name"]: stage["parent"] for stage in self.stages}

    def modality(self, benchmark):
        return next(b["modality"] for b in self.results["benchmarks"] if b["name"] == benchmark)

    def with_gaps(self):
        return [b["name"] for b in self.results["benchmarks"] if b["modality"] in ("pair", "coref")]

    def rows(self, benchmark, measure):
        (one,) = [b for b in self.results["benchmarks"] if b["name"] == benchmark]
        mode = SHOWN_RULE.get(one["modality"]) or one["gap_mode"]
        if measure.startswith("reward") or measure == "reinforcement":
            mode = "full"
        return [row for row in self.measures if row["benchmark"] == benchmark and row["measure"] == measure
                and row["mode"] == mode and row["value"] is not None]

    def ends(self):
        return [name for name, parent in self.parent.items() if parent and name not in self.parent.values()]

    def path(self, end):
        path = []
        while end:
            path.insert(0, end)
            end = self.parent[end]
        return path

    def expected_marks(self, figure):
        """The number of marks that a figure should have, from results.json alone."""
        kind, benchmark, measure = (figure[key] for key in ("figure", "benchmark", "measure"))
        whole = lambda row: row["identity"] == "all" and row["theme"] == "all"
        margin = lambda row: row["identity"] == "all" or row["theme"] == "all"
        step = lambda row: row["against"] and row["against"] == self.parent[row["stage"]]
        if kind == "lineage":
            return len(self.stages)
        if kind == "overview":  # as many panels as the screen has room for, the headline's benchmark first
            first = self.results["headline"]["benchmark"]
            names = sorted((b["name"] for b in self.results["benchmarks"]), key=lambda name: name != first)
            return sum(bool(whole(row) and not row["against"]) for name in names[:int(figure["panels"])]
                       for row in self.rows(name, LEVEL[self.modality(name)]))
        if kind == "waterfall":
            return sum(len(self.path(end)) + 1 for end in self.ends())
        if kind == "shares":
            cells = [row for row in self.rows(benchmark, "root_share") if margin(row)]
            return sum(len(self.path(end)) + 1 for end in self.ends() for row in cells if row["stage"] == end)
        if kind == "levels":
            return sum(margin(row) for row in self.rows(benchmark, measure))
        if kind == "ridges":
            return sum(row["benchmark"] == benchmark and row["measure"] == measure for row in self.results["distributions"])
        if kind == "scatter":
            return sum(len(one["margin"]) for one in self.results["scatters"] if one["benchmark"] == benchmark)
        if kind == "blind":
            return sum(bool(whole(row) and step(row)) for name in self.with_gaps()
                       for row in self.rows(name, "amplification"))
        if kind == "coverage":
            cells = {(row["identity"], row["theme"]) for row in self.rows(benchmark, measure) if step(row)}
            for column in (0, 1):  # a single name beside "all" is all items again
                if len({cell[column] for cell in cells}) == 2:
                    cells = {cell for cell in cells if cell[column] == "all"}
            return len(cells)
        if kind == "forest":
            first = self.results["benchmarks"][0]["name"]
            return len(self.forest_rows(first, self.ends()[-1], crossed=True))
        raise AssertionError(f"a figure of unknown kind: {kind}")

    def forest_rows(self, benchmark, stage, crossed):
        rows = [row for row in self.rows(benchmark, CHANGES[self.modality(benchmark)][0])
                if row["stage"] == stage and row["against"] == self.parent[stage]]
        of_both = [row for row in rows if row["identity"] != "all" and row["theme"] != "all"]
        return of_both if crossed and of_both else rows


class Browser:
    """Pages in fresh contexts; what they log and ask for is kept."""

    def __init__(self, playwright, run):
        self.run = run
        self.browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])

    def open(self, width=1024, scheme="light", scripts=True, folded=True, at="", run=None, height=900, touch=False):
        context = self.browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                           java_script_enabled=scripts, accept_downloads=True, has_touch=touch,
                                           reduced_motion="reduce")  # links jump, so that nothing waits for them
        page = context.new_page()
        page.set_default_timeout(20000)
        page.logged, page.asked = [], []
        page.on("console", lambda message: page.logged.append(message.text))
        page.on("pageerror", lambda error: page.logged.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("dialog", lambda dialog: (page.logged.append("dialog " + dialog.message), dialog.dismiss()))
        page.goto((run or self.run).page.as_uri() + at)
        if not folded:
            page.locator("#all-folds").click()
        return page


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


FIGURES = "[...document.querySelectorAll('figure')].map(f => ({...f.dataset, id: f.id, marks: f.querySelectorAll('.plot .mark').length}))"


def equal(found, expected, what):
    assert found == expected, f"{what}: found {found!r}, expected {expected!r}"


# ---- cases ----


def count_marks(page, run):
    figures = page.evaluate(FIGURES)
    for figure in figures:
        figure.setdefault("benchmark", "")
        figure.setdefault("measure", "")
        equal(figure["marks"], run.expected_marks(figure), figure["id"])
        assert figure["marks"] > 0, figure["id"]
    return figures


def every_figure_has_its_marks(browser, run):
    page = browser.open()
    figures = count_marks(page, run)
    kinds = collections.Counter(figure["figure"] for figure in figures)
    pairs = len(run.with_gaps())
    for kind in ("waterfall", "shares", "scatter"):
        equal(kinds[kind], pairs, kind)
    equal(kinds["coverage"], len(run.results["benchmarks"]), "coverage")
    for kind in ("overview", "lineage", "forest", "blind"):
        equal(kinds[kind], 1, kind)
    equal(kinds["ridges"], pairs + 1, "ridgelines: every benchmark")
    bad = page.evaluate("[...document.querySelectorAll('.plot *')].filter(e => [...e.attributes].some("
                        "a => /NaN|undefined|Infinity/.test(a.value))).length")
    equal(bad, 0, "marks without a place")
    page.context.close()


def choice_and_coreference_have_their_figures(browser, run):
    run = run.other
    page = browser.open(folded=False, run=run)
    figures = count_marks(page, run)
    ids = {figure["id"] for figure in figures}
    choice, coref = "bbq-2ddrinks", "winobias-2dtype1"
    for wanted in ("levels-" + choice, "levels-s_dis-" + choice, "ridges-" + choice, "coverage-" + choice,
                   "waterfall-" + coref, "shares-" + coref, "levels-" + coref, "scatter-" + coref, "ridges-" + coref):
        assert wanted in ids, f"no {wanted} among {sorted(ids)}"
    assert not ids & {"waterfall-" + choice, "scatter-" + choice}, "a gap of a choice benchmark"
    controls = page.locator("#forest-controls")
    controls.get_by_label("Benchmark").select_option("bbq-drinks")
    for label, measure in (("s_amb", "s_amb_change"), ("s_dis", "s_dis_change")):
        controls.get_by_label("Change of").select_option(label=label)
        controls.get_by_label("Step").select_option("base → dpo")
        controls.get_by_label("Rows").select_option("every")
        rows = [row for row in run.rows("bbq-drinks", measure) if (row["stage"], row["against"]) == ("dpo", "base")]
        assert rows, measure
        equal(sorted(page.evaluate(SHOWN)), sorted(run.measures.index(row) for row in rows), f"{measure}: rows listed")
    text = page.locator("#path-" + choice).inner_text()
    for row in run.rows("bbq-drinks", "accuracy_ambiguous"):
        assert f"{100 * row['value']:.1f}%" in text, row
    labels = page.evaluate("[...document.querySelectorAll('#items .side')].map(e => e.textContent)")
    assert {"Answer of the stereotype", "Target"} <= set(labels), set(labels)
    equal((page.evaluate(OPEN), page.logged), (0, []), "texts open, console")
    page.context.close()


BOXES = """(selector) => [...document.querySelectorAll(selector)].map((element) => {
  const box = element.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
})"""


def the_first_screen_answers(browser, run):
    for width, height in ((360, 740), (768, 1024), (1280, 800)):
        page = browser.open(width=width, height=height)
        answers = page.locator(".answer").all_inner_texts()
        equal(answers, [run.results["headline"][key] for key in ("where", "how_much")], "the two sentences")
        title = page.locator("h1").inner_text()
        assert run.results["family"]["name"] in title and run.results["benchmarks"][0]["name"] in title, title
        boxes = page.evaluate(BOXES, ".answer, #overview .plot svg")
        equal(len(boxes), 3, "both sentences and the figure")
        for left, top, right, bottom in boxes:
            assert left >= 0 and top >= 0 and right <= width and bottom <= height, f"{width}: {left, top, right, bottom}"
        for *_, bottom in page.evaluate(BOXES, ".example, .limit"):
            assert bottom <= 2 * height, f"{width}: the pair and the limit end at {bottom}"
        equal(page.locator(".limit").inner_text(), run.results["headline"]["cannot_tell"], "the limit")
        names = page.evaluate("[...document.querySelectorAll('#overview .plot .label')].map(e => e.textContent)")
        assert {"base", "base → dpo"} <= set(names), f"the root and a step among {names}"
        example = page.locator(".example")
        assert not example.locator("q").first.is_visible(), "the texts of the pair are hidden"
        example.get_by_text("Show the texts").click()
        equal(example.locator("q").first.inner_text(), run.results["example"]["target_text"], "and shown when asked for")
        page.context.close()


# Of each section: words of the list that its prose uses outside of links, headings and quoted or typed text before, or
# without, a link to their meaning; and the links that are no first use.
UNEXPLAINED = """() => [...document.querySelectorAll('header, section')].flatMap(section => {
  const told = new Set(), wrong = [];
  const skipped = 'a:not(dfn a), button, code, dl, h1, h2, h3, h4, option, pre, q, script, svg, .plot, .controls, ' +
    'details.table, .words, details:not(.rest) > summary, .tools';
  const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const link = node.parentElement.closest('dfn a');
    if (link) {
      if (told.has(link.hash)) wrong.push('twice: ' + link.textContent);
      told.add(link.hash);
    } else if (!node.parentElement.closest(skipped)) {
      for (const dt of document.querySelectorAll('.words dt')) {
        const used = new RegExp('(?<![\\\\w-])' + dt.textContent.replace(/ .low, high./, '') + '(?![\\\\w-])', 'i');
        if (!told.has('#' + dt.id) && used.test(node.data)) wrong.push('not explained: ' + dt.textContent + ' in ' + node.data);
      }
    }
  }
  return wrong;
})"""


def terms_are_explained_at_first_use(browser, run):
    page = browser.open()
    listed = page.evaluate("[...document.querySelectorAll('.words dt')].map(e => e.textContent)")
    assert {"gap", "statement part", "nats", "cluster", "q", "beyond controls", "implicit reward"} <= set(listed), listed
    equal(page.evaluate(UNEXPLAINED), [], "terms")
    linked = page.evaluate("[...document.querySelectorAll('section')].map(s => s.querySelectorAll('dfn').length)")
    assert sum(n > 0 for n in linked) >= 6, f"terms linked in {linked}"
    meaning = page.locator(".words dt", has_text="nats").locator("+ dd").text_content()
    term = page.locator("header dfn a", has_text="nats")
    tip = page.locator("#tip")
    term.focus()
    equal(tip.inner_text(), meaning, "what is said under the keyboard")
    page.keyboard.press("Escape")
    assert not tip.is_visible(), "Escape closes it"
    term.click()
    page.wait_for_timeout(200)
    assert page.locator(".words dt", has_text="nats").is_visible(), "a click leads to the list"
    page.context.close()
    page = browser.open(width=360, touch=True)
    page.locator("header dfn a", has_text="nats").tap()
    equal((tip := page.locator("#tip")).inner_text(), meaning, "what is said under a finger")
    assert not page.locator(".words dt", has_text="nats").is_visible(), "and the page stays where it is"
    box = tip.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360, box
    page.context.close()


def every_figure_says_what_it_is(browser, run):
    page = browser.open()
    wrong = page.evaluate("""[...document.querySelectorAll('figure')].flatMap(f => {
      const svg = f.querySelector('.plot svg'), bad = [];
      if (!f.querySelector('.title').textContent.trim()) bad.push('title');
      if (!f.querySelector('.units').textContent.trim()) bad.push('units');
      if (!svg || svg.getAttribute('role') !== 'group' || !svg.querySelector(':scope > title').textContent ||
          svg.querySelector(':scope > desc').textContent.length < 60) bad.push('text alternative');
      if (!f.querySelector('details.table').textContent.trim()) bad.push('table');
      if (f.querySelector('details.table').open) bad.push('table open');
      if (f.dataset.figure !== 'lineage' && f.querySelectorAll('details.table tbody tr').length === 0) bad.push('rows');
      if (f.querySelectorAll('.tools button').length !== 2) bad.push('downloads');
      const words = svg ? [...svg.querySelectorAll('text, title')] : [];
      if (words.some(t => /(^|[\\s(\\[])-[.]?\\d/.test(t.textContent))) bad.push('a hyphen as minus');
      return bad.map(what => f.id + ': ' + what);
    })""")
    equal(wrong, [], "figures")
    page.context.close()


def cells_say_what_the_table_says(browser, run):
    page = browser.open(folded=False)
    pairs = page.evaluate("""[...document.querySelectorAll('figure[data-figure=coverage]')].map(f => [
      [...f.querySelectorAll('.plot .mark text:last-of-type')], [...f.querySelectorAll('tbody .ci')]
    ].map(list => list.map(e => e.textContent).filter(text => text.startsWith('±')).sort()))""")
    assert len(pairs) == len(run.results["benchmarks"]) and any(cells for cells, _ in pairs), pairs
    for cells, table in pairs:
        equal(cells, table, "smallest changes that could be seen")
    page.context.close()


def taken(page, figure, label):
    """The bytes that a button gives."""
    with page.expect_download() as caught:
        figure.get_by_role("button", name=label).click()
    return pathlib.Path(caught.value.path()).read_bytes()


def figures_can_be_taken_along(browser, run):
    page = browser.open(folded=False)
    for place, identifier in enumerate(("lineage", "shares-stigma", "forest", "ridges-stigma", "scatter-stigma",
                                        "coverage-pronoun")):
        if place == 5:  # Chromium drops what a page asks for after ten downloads in a second; no person is so fast
            page.wait_for_timeout(1100)
        figure = page.locator(f"#{identifier}")
        text = taken(page, figure, "Download SVG").decode("utf-8")
        tree = xml.etree.ElementTree.fromstring(text)
        assert tree.tag.endswith("svg") and "var(--" not in text, identifier
        text = taken(page, figure, "Download CSV").decode("utf-8")
        rows = list(csv.DictReader(io.StringIO(text), strict=True))
        drawn = page.evaluate(f"document.querySelectorAll('#{identifier} .plot .mark').length")
        equal(len(rows), drawn, f"{identifier}: lines of the CSV")
    page.context.close()


SHOWN = "[...document.querySelectorAll('#forest tbody tr')].filter(r => !r.hidden).map(r => Number(r.dataset.row))"


def filters_change_figure_and_table(browser, run):
    page = browser.open()
    stage = run.ends()[-1]
    places = {json.dumps(row, sort_keys=True): i for i, row in enumerate(run.measures)}

    def expect(rows, what):
        wanted = [places[json.dumps(row, sort_keys=True)] for row in rows]
        equal(page.evaluate(SHOWN), wanted, f"{what}: rows of the table")
        equal(page.evaluate("document.querySelectorAll('#forest .plot .mark').length"), min(len(rows), 150), f"{what}: marks")

    rows = run.forest_rows("stigma", stage, crossed=True)
    expect(sorted(rows, key=lambda row: -row["value"]), "at first")
    controls = page.locator("#forest-controls")
    controls.get_by_label("Sort by").select_option("q")
    equal([run.measures[i]["q"] for i in page.evaluate(SHOWN)], sorted(row["q"] for row in rows), "sorted by q")
    controls.get_by_label("Sort by").select_option("value")
    controls.get_by_label("undetermined").uncheck()
    rows = [row for row in rows if row["verdict"] != "undetermined"]
    expect(sorted(rows, key=lambda row: -row["value"]), "without undetermined")
    controls.get_by_label("Identity or theme has").fill("threat")
    rows = [row for row in rows if "threat" in row["identity"] + " " + row["theme"]]
    expect(sorted(rows, key=lambda row: -row["value"]), "with 'threat'")
    assert f"{len(rows)} of " in controls.locator("output").inner_text()
    controls.get_by_label("Identity or theme has").fill("no such group")
    expect([], "nothing left")
    controls.get_by_label("Identity or theme has").fill("")
    controls.get_by_label("undetermined").check()
    controls.get_by_label("Rows").select_option("every")
    rows = run.forest_rows("stigma", stage, crossed=False)
    expect(sorted(rows, key=lambda row: -row["value"]), "all rows")
    controls.get_by_label("Benchmark").select_option("pronoun")
    shown = [run.measures[i] for i in page.evaluate(SHOWN)]
    assert shown and all(row["benchmark"] == "pronoun" for row in shown), "another benchmark"
    page.context.close()


def a_link_opens_exactly_its_row(browser, run):
    step = next(row for row in run.rows("religion", "amplification")
                if (row["stage"], row["against"], row["identity"], row["theme"]) == ("dpo", "base", "all", "all"))
    place = run.measures.index(step)
    seen = ("(e => e.checkVisibility() && e.getBoundingClientRect().top > 0 && e.getBoundingClientRect().bottom < "
            "innerHeight && getComputedStyle(e.cells[1]).backgroundColor !== getComputedStyle(document.body).backgroundColor)"
            f"(document.getElementById('row-{place}'))")
    page = browser.open()
    page.locator(f"a[href='#row-{place}']").first.click()
    page.wait_for_timeout(300)
    equal(page.evaluate(SHOWN), [place], "rows of the table")
    assert page.evaluate(seen), "the row is in sight and marked"
    links = page.evaluate("[...document.querySelectorAll('.findings a')].map(a => a.getAttribute('href'))")
    for finding in run.results["findings"]:  # each finding on a step leads to the row that it speaks of
        found = [run.measures.index(row) for row in run.rows(finding["benchmark"], finding["measure"] or "")
                 if (row["stage"], row["against"], row["identity"], row["theme"])
                 == (finding["stage"], finding["against"], "all", "all")] if finding["benchmark"] else []
        if finding["kind"] in ("amplification", "attenuation") and found:
            assert f"#row-{found[0]}" in links, finding["text"]
    page.context.close()
    for scripts in (True, False):
        page = browser.open(at=f"#row-{place}", scripts=scripts)
        page.wait_for_timeout(300)
        assert page.evaluate(seen), f"by the address, scripts: {scripts}"
        page.context.close()


DRAWN = """(kinds) => [...document.querySelectorAll(kinds)].map((figure) => [figure.dataset.figure,
  [...figure.querySelectorAll(".plot .shape")].map((e) => {
    const style = getComputedStyle(e);
    return [e.getAttribute("d"), e.classList.contains("hollow") ? style.stroke : style.fill];
  })])"""
TABLE = """(() => {
  const probe = document.body.appendChild(document.createElement("i"));
  const told = (mark) => {
    probe.style.color = getComputedStyle(document.documentElement).getPropertyValue("--" + mark.style);
    return [mark.path, getComputedStyle(probe).color, mark.hollow];
  };
  const { verdictMarks, stageMarks, sumMark, plainMark } = xylem.results;
  return { verdicts: Object.values(verdictMarks).map(told), stages: stageMarks.map(told), sum: told(sumMark),
    plain: told(plainMark) };
})()"""


def rgb(color):
    return f"rgb({int(color[1:3], 16)}, {int(color[3:5], 16)}, {int(color[5:7], 16)})"


def marks_are_those_of_one_table(browser, run):
    page = browser.open(folded=False)
    table = page.evaluate(TABLE)
    verdicts, stages, plain = table["verdicts"], table["stages"], table["plain"]
    shapes = [mark[0] for mark in stages + verdicts + [table["sum"]]]
    equal(len(set(shapes)), len(shapes), "shapes, no two alike")
    colours = [{mark[1] for mark in marks} for marks in (verdicts, stages, [table["sum"]])]
    assert not colours[0] & colours[1] and not colours[2] & (colours[0] | colours[1]), colours
    of_stages = {tuple(mark[:2]) for mark in stages}
    of_verdicts = {tuple(mark[:2]) for mark in verdicts + [plain]}
    allowed = {"lineage": of_stages, "levels": of_stages, "overview": of_stages, "ridges": of_stages,
               "shares": of_stages | {tuple(table["sum"][:2])}, "forest": of_verdicts, "blind": of_verdicts}
    for kind, drawn in page.evaluate(DRAWN, "figure"):
        assert {tuple(mark) for mark in drawn} <= allowed.get(kind, set()), f"{kind}: {drawn}"
        assert drawn or kind not in allowed, f"{kind} has no mark of the table"
    page.context.close()
    folder = run.page.parent / "paper"
    subprocess.run([run.xylem, "figures", "--out", str(folder), str(run.page.parent)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name, marks in (("shares-stigma", {(*table["sum"][:2],)}), ("waterfall-stigma", {(*table["sum"][:2],)}),
                        ("steps-stigma", of_verdicts)):
        tree = xml.etree.ElementTree.parse(folder / f"{name}.svg")
        paths = [e for e in tree.iter("{http://www.w3.org/2000/svg}path") if e.get("transform")]
        drawn = {(e.get("d"), rgb(e.get("stroke") or e.get("fill"))) for e in paths}
        assert drawn and drawn <= marks, f"{name}: {drawn}"
        if name != "steps-stigma":  # bars have the colours of stages
            fills = {e.get("fill") for e in tree.iter("{http://www.w3.org/2000/svg}rect")} - {"#fff"}
            assert len(fills) == 4 and {rgb(fill) for fill in fills} <= {mark[1] for mark in stages}, fills


def marks_are_told_to_fingers_and_keyboards(browser, run):
    page = browser.open(folded=False)
    tip = page.locator("#tip")
    untold = page.evaluate("""[...document.querySelectorAll(".plot svg :not(svg) > title")].map(e => e.parentElement)
      .filter(e => !e.hasAttribute("tabindex") || e.getAttribute("aria-label") !== e.querySelector("title").textContent)
      .length""")
    equal((untold, tip.is_visible()), (0, False), "marks with a tooltip that cannot be reached; the tip at first")
    page.locator("#blindspots").scroll_into_view_if_needed()
    stops = page.locator("#blindspots .plot [tabindex='0'][aria-label^='base']")
    equal(stops.count(), 1, "one stop of the Tab key in a figure")
    page.locator("#blindspots details.table summary").focus()
    page.keyboard.press("Shift+Tab")
    first = page.locator("#blindspots .plot .mark").first.get_attribute("aria-label")
    equal((tip.is_visible(), tip.inner_text()), (True, first), "told by the Tab key")
    page.keyboard.press("ArrowRight")
    second = page.locator("#blindspots .plot .mark").nth(1).get_attribute("aria-label")
    equal((tip.inner_text(), second != first), (second, True), "the next by an arrow")
    page.keyboard.press("Escape")
    equal(tip.is_visible(), False, "closed by Escape")
    page.context.close()
    context = browser.browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True,
                                          reduced_motion="reduce")
    page = context.new_page()
    page.goto(run.page.as_uri())
    tip = page.locator("#tip")
    for figure in ("#overview", "#blindspots"):
        mark = page.locator(f"{figure} .plot .mark").nth(1)
        mark.scroll_into_view_if_needed()
        box = mark.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 2)
        equal((tip.is_visible(), tip.inner_text()), (True, mark.get_attribute("aria-label")), f"{figure}: tapped")
        left, top, right, bottom = page.evaluate(BOXES, "#tip")[0]
        assert left >= 0 and right <= 360 and top >= 0 and bottom <= 740, (left, top, right, bottom)
    page.touchscreen.tap(2, 2)
    equal(tip.is_visible(), False, "closed by a tap elsewhere")
    equal(page.evaluate("document.documentElement.scrollWidth"), 360, "the page's width")
    context.close()


def steps_stand_beside_what_controls_leave(browser, run):
    page = browser.open(scripts=False)
    heads = page.locator("#forest thead th").all_inner_texts()
    beyond = {(row["benchmark"], row["stage"], row["against"]): row for row in run.measures
              if row["measure"] == "beyond_controls_change" and row["identity"] == row["theme"] == "all"}
    assert beyond, "no benchmark with controls"
    for row in run.rows("stigma", "amplification") + run.rows("affirmation", "amplification"):
        if row["identity"] != "all" or row["theme"] != "all":
            continue
        line = page.locator(f"#row-{run.measures.index(row)} > *").all_inner_texts()
        equal(len(line), len(heads), "cells of a row")
        cell = line[heads.index("Beyond controls")]
        wanted = beyond.get((row["benchmark"], row["stage"], row["against"]))
        if wanted is None:
            equal(cell, "–", f"{row['benchmark']}: without controls")
        else:
            assert f"{abs(wanted['value']):.1f}"[:2] in cell and "[" in cell, (cell, wanted["value"])
    assert "beyond controls" in page.locator(".glance").inner_text()
    page.context.close()


def what_was_chosen_stands_in_the_address(browser, run):
    page = browser.open()
    controls = page.locator("#forest-controls")
    controls.get_by_label("Benchmark").select_option("affirmation")
    controls.get_by_label("Rows").select_option("identities")
    controls.get_by_label("Sort by").select_option("q")
    controls.get_by_label("undetermined").uncheck()
    controls.get_by_label("Identity or theme has").fill("gender")
    page.locator("#path summary", has_text="disability").first.click()
    page.locator("#item-search").evaluate("e => e.scrollIntoView()")
    page.locator("#item-search").fill("threat")
    page.wait_for_timeout(300)
    state = ("[[...document.querySelectorAll('#forest-controls select, #forest-controls input, #item-controls select, "
             "#item-search')].map(e => e.type === 'checkbox' ? e.checked : e.value), " + SHOWN + ", " + UNFOLDED + "]")
    before, url = page.evaluate(state), page.url
    assert "#" in url and "affirmation" in url, url
    other = page.context.new_page()
    other.goto(url)
    other.wait_for_timeout(300)
    equal(other.evaluate(state), before, "the same address, the same view")
    page.context.close()


# The ids of parts that are closed, and of those that are open; the groups of findings have none.
FOLDED = "[...document.querySelectorAll('details.fold:not([open]) > .within')].map(e => e.id)"
UNFOLDED = "[...document.querySelectorAll('details.fold[open] > .within')].map(e => e.id)"


def parts_fold_and_open(browser, run):
    page = browser.open(width=1280)
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height < 20000, f"a page of {len(run.results['benchmarks'])} benchmarks is {height} pixels long"
    equal(page.evaluate(UNFOLDED), [], "open at first")
    assert not page.evaluate("!!document.querySelector('.lead-findings, .glance, #lineage').closest('details')")
    parts = page.evaluate(FOLDED)
    for name in run.results["benchmarks"]:
        for prefix in ("path-", "seen-"):
            assert any(part.startswith(prefix + name["name"][:5].replace("<", "")) for part in parts), name["name"]
    page.locator("#all-folds").click()
    equal((page.evaluate(FOLDED), page.evaluate(OPEN)), ([], 0), "all opened, but no texts")
    equal(page.locator("#all-folds").inner_text(), "Close all parts", "the control")
    page.locator("#all-folds").click()
    equal(page.evaluate(UNFOLDED), [], "all closed")
    # A figure that was drawn in a closed part stands at its width.
    page.locator("#path .fold > summary", has_text="disability").first.click()
    drawn = page.evaluate("[...document.querySelectorAll('#path-disability figure')].map("
                          "f => f.querySelector('svg').clientWidth - f.clientWidth)")
    assert drawn and not any(drawn), drawn
    page.locator("a", has_text="Figure: implicit reward").first.click()
    equal(page.evaluate(UNFOLDED), ["path-disability", "reward-stigma"], "opened by a link")
    page.context.close()
    seen = "(e => e.checkVisibility() && e.getBoundingClientRect().top < innerHeight)(document.getElementById('%s'))"
    for scripts in (True, False):
        for name, part in (("shares-religion", "path-religion"), ("seen-pronoun", "seen-pronoun")):
            page = browser.open(at="#" + name, scripts=scripts)
            page.wait_for_timeout(300)
            equal(page.evaluate(UNFOLDED), [part], f"opened by the address, scripts: {scripts}")
            assert page.evaluate(seen % name), f"{name} in sight, scripts: {scripts}"
            page.context.close()
    page = browser.open(at="#seen-religion")  # from part to part, each above the last one: figures are drawn on the way
    for name in ("reward-stigma", "path-religion", "path-disability"):
        page.evaluate("name => { location.hash = name; }", name)
        page.wait_for_timeout(300)
        top = page.evaluate("name => document.getElementById(name).getBoundingClientRect().top", name)
        assert 0 <= top < 150, f"{name}: {top} px below the window's top"
    page.context.close()


def everything_is_printed(browser, run):
    hidden = ("[...document.querySelectorAll('figure, .within')].filter(e => !e.checkVisibility("
              "{contentVisibilityAuto: true}) || e.getBoundingClientRect().height < 20).length")
    for scripts in (True, False):
        page = browser.open(scripts=scripts)
        assert page.evaluate(hidden) > 10, "folded on the screen"
        page.emulate_media(media="print")
        equal(page.evaluate(hidden), 0, f"parts that paper would not show, scripts: {scripts}")
        page.context.close()
    page = browser.open()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    equal((page.evaluate(FOLDED), page.evaluate(OPEN)), ([], 0), "opened before printing, but no texts")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    equal(page.evaluate(UNFOLDED), [], "closed again")
    page.context.close()


class Skip(Exception):
    """What a case needs is not here."""


def fill(pdf):
    """How far down each page of a PDF something is printed, from 0 to 1 of what its margins leave."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", "20", "-gray", pdf, folder + "/p"], check=True)
        for path in sorted(pathlib.Path(folder).iterdir()):
            _, size, _, pixels = path.read_bytes().split(b"\n", 3)
            width, height = map(int, size.split())
            margin = round(12 / 25.4 * 20)
            printed = [y for y in range(height) if min(pixels[y * width:(y + 1) * width]) < 215]
            yield (max(printed, default=margin) - margin) / (height - 2 * margin)


def pages_are_printed_full(browser, run):
    if shutil.which("pdftoppm") is None:
        raise Skip("pdftoppm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        one = Run(run.xylem, folder, "one", ["stigma", "affirmation", "binary-gender"])
        for paper, most in (("A4", 0), ("Letter", 2)):
            page = browser.open(run=one)
            page.pdf(path=folder + "/p.pdf", format=paper)
            *full, _ = fill(folder + "/p.pdf")
            assert len(full) > 20, f"{len(full) + 1} pages"
            half = [(i, round(part, 2)) for i, part in enumerate(full, 1) if part < 0.5]
            assert len(half) <= most and min(full) > 0.33, f"pages of {paper} that are half empty: {half}"
            page.context.close()


OPEN = "document.querySelectorAll('details.text[open]').length"


def texts_stay_hidden_until_asked(browser, run):
    page = browser.open(folded=False)
    items = len(run.results["items"])
    visible = "[...document.querySelectorAll('details.text q')].filter(q => q.checkVisibility()).length"
    equal(page.evaluate("document.querySelectorAll('#items details.text').length"), items, "items")
    equal((page.evaluate(OPEN), page.evaluate(visible)), (0, 0), "at first")
    page.locator("#items details.text summary").first.click()
    equal((page.evaluate(OPEN), page.evaluate(visible)), (1, 2), "one opened")
    page.wait_for_timeout(200)  # the event that remembers comes after the click
    page.reload()
    equal(page.evaluate(OPEN), 1, "remembered in the session")
    page.locator("#all-texts").click()
    equal(page.evaluate(OPEN), items, "all asked for")
    page.locator("#all-texts").click()
    equal(page.evaluate(OPEN), 0, "all hidden again")
    search = page.locator("#item-search")
    word = run.results["items"][0]["target_text"].split()[-1]
    search.fill(word)
    listed = page.evaluate("[...document.querySelectorAll('.item-list li')].filter(i => i.checkVisibility()).length")
    assert 0 < listed < items, f"search for '{word}' lists {listed}"
    equal(page.evaluate(OPEN), 0, "searched, still hidden")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.emulate_media(media="print")
    equal(page.evaluate(visible), 0, "printed")
    page.context.close()
    page = browser.open()
    equal(page.evaluate(OPEN), 0, "another session")
    page.context.close()


def nothing_is_logged_and_nothing_leaves(browser, run):
    page = browser.open()
    page.locator("#all-texts").click()
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_timeout(200)
    equal(page.logged, [], "console")
    equal([url for url in page.asked if url != run.page.as_uri() and not url.startswith("blob:")], [], "requests")
    equal(page.evaluate("performance.getEntriesByType('resource').length"), 0, "resources")
    page.context.close()


def the_policy_lets_nothing_in(browser, run):
    page = browser.open()
    blocked = page.evaluate("""new Promise(resolve => {
      const seen = [];
      document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective));
      const image = new Image();
      image.src = 'https://example.invalid/a.png';
      document.body.append(image);
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      fetch('https://example.invalid/').catch(() => {});
      setTimeout(() => resolve([...new Set(seen)].sort().join(' ') + ' ' + (window.ran === true)), 500);
    })""")
    equal(blocked, "connect-src img-src script-src-elem false", "what was tried")
    page.context.close()


def hostile_labels_stand_as_text(browser, run):
    page = browser.open()
    page.locator("#all-texts").click()
    equal(page.evaluate("document.querySelectorAll('img, u, textarea, main i').length"), 0, "elements from labels")
    text = page.evaluate("document.querySelector('main').textContent")
    for part in ("<u>late", "a&b<i>", "</script><script>alert(4)</script>", "<img src=x onerror=alert(1)>"):
        assert part in text, part
    equal(page.logged, [], "console")
    page.context.close()


LISTED = "[...document.querySelectorAll('#item-list > li')].filter(i => !i.hidden).length"


def every_item_has_a_page(browser, run):
    folder = run.page.parent / "items"
    page = browser.open()
    page.locator("#items a[href='items/index.html']").click()
    equal(page.url, (folder / "index.html").as_uri(), "the report's link")
    page.get_by_label("Label has").fill("pathologised")
    equal(page.evaluate("[...document.querySelectorAll('main tbody tr')].filter(r => r.checkVisibility()).length"), 1,
          "labels with 'pathologised'")
    page.locator("main tbody tr:not([hidden]) a").first.click()
    page.wait_for_load_state()
    expected = sum(row["n"] for row in run.rows("stigma", "mean_gap")
                   if (row["stage"], row["identity"], row["theme"]) == ("base", "all", "pathologised"))
    equal(page.evaluate(LISTED), expected, "items of a label")
    assert page.url.endswith("stigma-1.html#find=pathologised"), page.url
    page.locator("#item-search").fill("mentally ill")
    shown = page.evaluate(LISTED)
    assert 0 < shown < expected, f"found in hidden texts: {shown}"
    equal((page.evaluate(OPEN), page.url.split("#")[1]), (0, "find=mentally%20ill"), "still hidden; the address")
    page.reload()
    equal(page.evaluate(LISTED), shown, "the address keeps the search")
    page.locator("#all-texts").click()
    equal(page.evaluate(OPEN), shown, "texts asked for")
    page.locator("#item-search").fill("")
    equal((page.evaluate(OPEN), page.logged), (shown, []), "the others stay hidden; console")
    page.context.close()
    page = browser.open()  # an item at an end leads to its place
    link = page.locator("#items .item-list li > a").first
    item = run.results["items"][0]
    page.evaluate("document.querySelectorAll('#items details.fold').forEach(d => d.open = true)")
    link.click()
    page.wait_for_load_state()
    equal(page.locator("li:target code").inner_text(), item["item"], "an item's address")
    assert page.locator("li:target").is_visible() and page.evaluate(OPEN) == 0
    page.context.close()


def hostile_items_stand_as_text(browser, run):
    page = browser.open()
    page.goto((run.page.parent / "items" / "hostile-1.html").as_uri())
    page.locator("#all-texts").click()
    equal(page.evaluate("document.querySelectorAll('img, u, textarea, main i').length"), 0, "elements from labels")
    text = page.evaluate("document.querySelector('main').textContent")
    for part in ("<u>late", "a&b<i>", "</script><script>alert(4)</script>", "<img src=x onerror=alert(3)>"):
        assert part in text, part
    equal((page.evaluate("document.scripts.length"), page.logged), (2, []), "scripts, console")
    page.context.close()


def items_pages_read_well(browser, run):
    for name in ("index.html", "stigma-1.html", "pronoun-1.html"):
        for width, scheme in ((360, "light"), (1280, "dark")):
            page = browser.open(width=width, scheme=scheme)
            page.goto((run.page.parent / "items" / name).as_uri())
            page.evaluate("document.querySelectorAll('#item-list > li:nth-child(n+40)').forEach(i => i.remove())")
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            equal(page.evaluate("document.documentElement.scrollWidth"), width, f"{name}: width at {width}")
            page.evaluate((ROOT / "tests/browser/checks.js").read_text(encoding="utf-8"))
            for what in ("names", "sizes", "contrast"):
                equal(page.evaluate(f"checks.{what}()")[:10], [], f"{name}: {what} at {width}")
            page.context.close()


SIDEWAYS = """[document.documentElement.scrollWidth,
  [...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1 &&
    /auto|scroll/.test(getComputedStyle(e).overflowX)).length]"""


def the_survey_never_scrolls_sideways(browser, run):
    page = browser.open()
    page.goto((run.page.parent / "survey.html").as_uri())
    for width in range(320, 1921, 80):
        page.set_viewport_size({"width": width, "height": 900})
        equal(page.evaluate(SIDEWAYS), [width, 0], f"width of the page, and parts that scroll, at {width}")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        text = page.locator("main").inner_text()
        for part in ("InstructGPT", "2023-03", "CrowS-Pairs", "Community"):
            assert part in text, f"{part} at {width}"
    page.context.close()


def check_whole(browser, scheme):
    page = browser.open(scheme=scheme)
    page.locator("#all-texts").click()
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # As the browser's own script, not the page's: the policy forbids those.
    page.evaluate((ROOT / "tests/browser/checks.js").read_text(encoding="utf-8"))
    return page


def names_structure_and_sizes(browser, run):
    page = check_whole(browser, "light")
    for what in ("names", "structure", "sizes"):
        equal(page.evaluate(f"checks.{what}()")[:10], [], what)
    page.context.close()


def contrast_in_light(browser, run):
    page = check_whole(browser, "light")
    equal(page.evaluate("checks.contrast()")[:10], [], "contrast")
    page.context.close()


def contrast_in_dark(browser, run):
    page = check_whole(browser, "dark")
    equal(page.evaluate("checks.contrast()")[:10], [], "contrast")
    page.context.close()


def small_and_large_screens(browser, run):
    for width in (360, 1024, 1600):
        page = browser.open(width=width)
        equal(page.evaluate("document.documentElement.scrollWidth"), width, f"width at {width}")
        page.locator("#all-folds").click()
        page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
        equal(page.evaluate("document.documentElement.scrollWidth"), width, f"width at {width}, all parts open")
        page.evaluate((ROOT / "tests/browser/checks.js").read_text(encoding="utf-8"))
        for what in ("structure", "sizes"):
            equal(page.evaluate(f"checks.{what}()")[:10], [], f"{what} at {width}")
        marks = page.evaluate(FIGURES)
        assert all(figure["marks"] > 0 for figure in marks), f"marks at {width}"
        page.context.close()


def a_keyboard_is_enough(browser, run):
    page = browser.open()
    page.keyboard.press("Tab")
    equal(page.evaluate("document.activeElement.getAttribute('href')"), "#top", "first stop: the skip link")
    part = page.locator("#path details.fold summary").first
    part.focus()
    page.keyboard.press("Enter")
    equal(page.evaluate(UNFOLDED), ["path-stigma"], "a part opened by Enter")
    page.locator("#all-folds").focus()
    page.keyboard.press("Enter")
    equal(page.evaluate(FOLDED), [], "all parts opened by Enter")
    summary = page.locator("#items details.text summary").first
    summary.focus()
    page.keyboard.press("Enter")
    equal(page.evaluate(OPEN), 1, "opened by Enter")
    box = page.locator("#forest-controls input[type=checkbox]").first
    before = page.evaluate("document.querySelectorAll('#forest .plot .mark').length")
    box.focus()
    page.keyboard.press("Space")
    after = page.evaluate("document.querySelectorAll('#forest .plot .mark').length")
    assert after < before, "a filter by Space"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "focus can be seen"
    page.context.close()


def without_scripts_tables_and_findings_stand(browser, run):
    page = browser.open(scripts=False)
    text = page.locator("main").inner_text()
    for finding in run.results["findings"]:
        assert finding["text"].split(". ")[0] in page.locator("main").text_content(), finding["text"][:80]
    assert "Every step at a glance" in text
    figures = page.locator("figure")
    tables = page.locator("figure details.table[open]")
    equal(tables.count(), figures.count(), "open tables")
    rows = page.locator("#forest tbody tr").count()
    step = [row for b in run.results["benchmarks"] for m in CHANGES[b["modality"]] for row in run.rows(b["name"], m)]
    equal(rows, len(step), "rows of the forest's table")
    assert not page.locator("#item-controls").is_visible() and page.locator("details.text[open]").count() == 0
    assert not page.locator(".plot").first.is_visible(), "no empty plots"
    page.context.close()


def the_page_is_small(browser, run):
    size = run.page.stat().st_size
    assert size < 3_000_000, f"{size} bytes"


CASES = [the_first_screen_answers, every_figure_has_its_marks, choice_and_coreference_have_their_figures,
         terms_are_explained_at_first_use, every_figure_says_what_it_is,
         cells_say_what_the_table_says, figures_can_be_taken_along, filters_change_figure_and_table,
         a_link_opens_exactly_its_row, marks_are_those_of_one_table, marks_are_told_to_fingers_and_keyboards,
         steps_stand_beside_what_controls_leave, what_was_chosen_stands_in_the_address,
         parts_fold_and_open, everything_is_printed, pages_are_printed_full,
         texts_stay_hidden_until_asked, nothing_is_logged_and_nothing_leaves, the_policy_lets_nothing_in,
         hostile_labels_stand_as_text, every_item_has_a_page, hostile_items_stand_as_text, items_pages_read_well,
         the_survey_never_scrolls_sideways, names_structure_and_sizes, contrast_in_light, contrast_in_dark,
         small_and_large_screens, a_keyboard_is_enough, without_scripts_tables_and_findings_stand, the_page_is_small]


def skip_all(why):
    print(f"1..{len(CASES)}")
    for i, case in enumerate(CASES, 1):
        print(f"ok {i} - {case.__name__} # SKIP {why}")


def main(xylem):
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        if VENV.exists() and os.environ.get("XYLEM_BROWSER_VENV") is None:
            os.environ["XYLEM_BROWSER_VENV"] = "1"
            os.execv(VENV, [str(VENV), *sys.argv])
        return skip_all("Playwright is not installed: tools/setup.sh browser")
    if chromium() is None:
        return skip_all("Chromium is not installed: tools/setup.sh browser")
    print(f"1..{len(CASES)}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = Run(xylem, folder, "page", BENCHMARKS)
        run.other = Run(xylem, folder, "other", ["winobias=" + str(benchmarks.sentences(folder)),
                                                 "bbq=" + str(benchmarks.questions(folder))])
        browser = Browser(playwright, run)
        for i, case in enumerate(CASES, 1):
            try:
                case(browser, run)
                print(f"ok {i} - {case.__name__}", flush=True)
            except Skip as why:
                print(f"ok {i} - {case.__name__} # SKIP {why}", flush=True)
            except Exception as error:  # pylint: disable=broad-except
                print(f"not ok {i} - {case.__name__}", flush=True)
                for line in (str(error) or traceback.format_exc()).splitlines()[:20]:
                    print(f"# {line}", flush=True)
        browser.browser.close()
    return None


if __name__ == "__main__":
    main(sys.argv[1])
