// The page at work: figures are drawn to its width, tables and downloads stand behind them, the forest is sorted and
// filtered, parts open where a link leads, items are searched, and their texts shown when the reader asks. Without
// scripts every table stays open, and parts open at a click.
"use strict";
(() => {
  const x = xylem;
  const { all, make } = shared;

  // ---- controls ----
  function selectOf(label, options, chosen) {
    const select = make("select");
    for (const [value, text] of options) select.append(new Option(text, value, false, value === chosen));
    return [make("label", {}, label, select), select];
  }

  // ---- the address: "#PLACE?KEY=VALUE&…": where it leads, and what was chosen ----
  const address = (() => {
    let place = "";
    let fields = new URLSearchParams();
    function read() {
      const [before, after] = location.hash.slice(1).split("?");
      place = before;
      if (after !== undefined) fields = new URLSearchParams(after); // a link names a place alone
    }
    read();
    return {
      read,
      get place() { return place; },
      get: (key, otherwise = "") => fields.get(key) ?? otherwise,
      // What is as it was at first does not stand there.
      keep(chosen, initial) {
        for (const [key, value] of Object.entries(chosen)) {
          if (value === initial[key]) fields.delete(key);
          else fields.set(key, value);
        }
        const query = fields.toString();
        history.replaceState(null, "", `${location.pathname}${location.search}` +
          (place || query ? `#${place}${query && `?${query}`}` : ""));
      },
    };
  })();

  // ---- the forest ----
  const forest = document.querySelector("figure[data-figure=forest]");
  const verdictNames = Object.keys(x.verdicts);
  const view = { benchmark: "", measure: "", step: "", cells: "crossed", sort: "value", text: "",
    verdicts: new Set(verdictNames) };
  const steps = x.measures.filter((row) => row.verdict && row.against !== "");
  const most = 150;

  const groups = {
    all: (row) => row.identity === "all" && row.theme === "all",
    identities: (row) => row.identity !== "all" && row.theme === "all",
    themes: (row) => row.identity === "all" && row.theme !== "all",
    crossed: (row) => row.identity !== "all" && row.theme !== "all",
    every: () => true,
  };
  const sorts = {
    value: (a, b) => b.value - a.value,
    size: (a, b) => Math.abs(b.value) - Math.abs(a.value),
    q: (a, b) => (a.q ?? 2) - (b.q ?? 2),
    identity: (a, b) => a.identity.localeCompare(b.identity) || a.theme.localeCompare(b.theme),
    theme: (a, b) => a.theme.localeCompare(b.theme) || a.identity.localeCompare(b.identity),
    verdict: (a, b) => verdictNames.indexOf(a.verdict) - verdictNames.indexOf(b.verdict)
      || b.value - a.value,
  };
  const stepKey = (row) => `${row.against} → ${row.stage}`;

  function chosenRows() {
    const wanted = view.text.toLowerCase();
    return steps.filter((row) => row.benchmark === view.benchmark && row.measure === view.measure
      && stepKey(row) === view.step &&
      groups[view.cells](row) && view.verdicts.has(row.verdict) && (row.identity + " " +
        row.theme).toLowerCase().includes(wanted))
      .sort(sorts[view.sort]);
  }

  function listForest(rows, output) {
    const body = forest.querySelector("tbody");
    const lines = new Map(all("tr", body).map((line) => [Number(line.dataset.row), line]));
    for (const line of lines.values()) line.hidden = true;
    for (const row of rows) {
      const line = lines.get(row.row);
      if (!line) continue;
      line.hidden = false;
      body.append(line);
    }
    const count = (n) => d3.format(",")(n);
    output.textContent = `${count(rows.length)} of ${count(lines.size)} step effects` +
      (rows.length > most ? `; the figure draws the first ${most}, the table lists all` : "");
  }

  function forestControls() {
    if (!forest || !steps.length) return null;
    const named = x.distinct(steps, "benchmark");
    const bar = make("div", { className: "controls", id: "forest-controls" });
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "What the forest plot shows");
    const output = make("output");
    const [benchmarkLabel, benchmark] = selectOf("Benchmark", named.map((name) => [name, name]), named[0]);
    const [measureLabel, measure] = selectOf("Change of", [], "");
    const [stepLabel, step] = selectOf("Step", [], "");
    const [cellsLabel, cells] = selectOf("Rows", [["crossed", "identity × theme"], ["identities", "identities"],
      ["themes", "themes"],
      ["all", "all items"], ["every", "all of these"]], view.cells);
    const [sortLabel, sort] = selectOf("Sort by", [["value", "effect, largest first"], ["size", "size of effect"],
      ["q", "q"],
      ["identity", "identity"], ["theme", "theme"], ["verdict", "verdict"]], view.sort);
    const search = make("input", { type: "search", size: 14 });
    const searchLabel = make("label", {}, "Identity or theme has", search);
    const verdicts = make("fieldset", {}, make("legend", { textContent: "Verdict" }));
    for (const name of verdictNames) {
      const box = make("input", { type: "checkbox", checked: true, value: name });
      box.addEventListener("change", () => {
        if (box.checked) view.verdicts.add(name);
        else view.verdicts.delete(name);
        update();
      });
      verdicts.append(make("label", {}, box, x.marked(name)));
    }
    bar.append(benchmarkLabel, measureLabel, stepLabel, cellsLabel, sortLabel, searchLabel, verdicts, output);
    forest.insertBefore(bar, forest.querySelector(".plot"));

    const boxes = all("input", verdicts);
    // What the address keeps of it. A benchmark's own measure and step are not told.
    let initial = {};
    const chosen = () => ({ benchmark: view.benchmark, measure: view.measure, step: view.step, rows: view.cells,
      sort: view.sort, find: view.text,
      without: verdictNames.filter((name) => !view.verdicts.has(name)).join(",") });
    function update(kept = true) {
      listForest(chosenRows(), output);
      draw(forest);
      if (kept) address.keep(chosen(), initial);
    }
    function setFilters(find, hidden) {
      search.value = view.text = find;
      view.verdicts = new Set(verdictNames.filter((name) => !hidden.includes(name)));
      for (const box of boxes) box.checked = view.verdicts.has(box.value);
    }
    // As the address has it.
    function restore() {
      const wanted = address.get("benchmark", initial.benchmark);
      if (named.includes(wanted)) benchmark.value = wanted;
      view.measure = address.get("measure", initial.measure);
      cells.value = view.cells = address.get("rows", initial.rows) in groups ? address.get("rows", initial.rows) : "every";
      sort.value = view.sort = address.get("sort", initial.sort) in sorts ? address.get("sort", initial.sort) : "value";
      setFilters(address.get("find"), address.get("without").split(","));
      settle(address.get("step") || undefined);
      update(false);
    }
    // Lists a row alone with those of its step that are as whole as it, and marks it.
    function lead(row) {
      benchmark.value = row.benchmark;
      view.measure = row.measure;
      cells.value = view.cells = Object.keys(groups).find((name) => groups[name](row));
      setFilters("", []);
      settle(stepKey(row));
      update();
    }
    function refill(select, values, wanted, text = (value) => value) {
      select.replaceChildren(...values.map((value) => new Option(text(value), value)));
      select.value = values.includes(wanted) ? wanted : values[0];
      select.parentElement.hidden = values.length < 2;
    }
    // What a benchmark has follows from the benchmark: its measures and steps.
    function settle(wanted) {
      view.benchmark = benchmark.value;
      const rows = steps.filter((row) => row.benchmark === view.benchmark);
      refill(measure, x.distinct(rows, "measure"), view.measure, (name) => x.kindOf(name).label);
      view.measure = measure.value;
      const names = [...new Set(rows.filter((row) => row.measure === view.measure).map(stepKey))];
      const parents = rows.filter(x.isStep);
      refill(step, names, wanted ?? (names.includes(view.step) ? view.step
        : stepKey(parents[parents.length - 1] ?? rows[0])));
      view.step = step.value;
      if (!steps.some((row) => row.benchmark === view.benchmark
        && groups[view.cells](row))) cells.value = view.cells = "every";
    }
    benchmark.addEventListener("change", () => { settle(); update(); });
    measure.addEventListener("change", () => { view.measure = measure.value; settle(); update(); });
    step.addEventListener("change", () => { view.step = step.value; update(); });
    cells.addEventListener("change", () => { view.cells = cells.value; update(); });
    sort.addEventListener("change", () => { view.sort = sort.value; update(); });
    search.addEventListener("input", () => { view.text = search.value; update(); });
    settle();
    initial = chosen();
    listForest(chosenRows(), output);
    return { update, restore, lead };
  }

  // ---- drawing ----
  let onPaper = null; // while printing: a little more than an A4 page within its margins, so that two panels stand side by side
  function draw(figure) {
    const kind = figure.dataset.figure;
    figure.querySelector(".plot").replaceChildren();
    // Figures of a closed fold have no width in some browsers: the section's is theirs.
    const width = onPaper ?? Math.max(figure.clientWidth || figure.closest("section, header").clientWidth, 240);
    figure.rows = kind === "forest" ? x.figures.forest(figure, width, chosenRows().slice(0, most))
      : x.figures[kind](figure, width);
    // What scrolls must be reached by keyboard.
    const plot = figure.querySelector(".plot");
    const svg = plot.querySelector("svg"); // on paper two that are not tall share a page
    if (svg) svg.classList.toggle("long", svg.viewBox.baseVal.height > 760);
    if (plot.scrollWidth > plot.clientWidth + 1) {
      plot.tabIndex = 0;
      plot.setAttribute("role", "group");
      plot.setAttribute("aria-label", "Figure, scrolls sideways");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) plot.removeAttribute(name);
    }
    x.tips.attach(plot);
    return figure.rows !== null;
  }

  function addTools(figure) {
    const svg = make("button", { type: "button", textContent: "Download SVG" });
    const csv = make("button", { type: "button", textContent: "Download CSV" });
    const name = (end) => `${document.body.dataset.family}-${figure.id}.${end}`.replace(/[^\w.-]+/g, "-");
    const title = figure.querySelector(".title").textContent;
    svg.setAttribute("aria-label", `Download SVG: ${title}`);
    csv.setAttribute("aria-label", `Download CSV: ${title}`);
    svg.addEventListener("click", () =>
      x.download(name("svg"), "image/svg+xml", x.svgText(figure.querySelector(".plot svg"))));
    csv.addEventListener("click", () => x.download(name("csv"), "text/csv",
      x.csvText(figure.dataset.figure === "forest" ? chosenRows() : figure.rows)));
    figure.append(make("div", { className: "tools" }, svg, csv));
  }

  const controls = forestControls();
  const figures = all("figure[data-figure]");
  for (const figure of figures) {
    const drawn = draw(figure);
    // A figure stands for its table until the reader asks for it.
    figure.querySelector("details.table").open = !drawn;
    if (drawn) addTools(figure);
  }
  if (controls) controls.restore();
  let drawnAt = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === drawnAt) return;
    drawnAt = window.innerWidth;
    figures.forEach(draw);
  });

  // ---- folds ----
  const folds = all("details.fold");
  const foldsOver = (element) => folds.filter((fold) => fold.contains(element));
  const unfold = (list, open = true) => {
    for (const fold of list) fold.open = open;
  };
  // Where the address or a link leads inside, what is around opens; figures that are drawn then do not push it away.
  let led = null;
  const show = () => led.scrollIntoView({ behavior: "instant" });
  function reveal(place) {
    const target = place !== "" ? document.getElementById(place) : null;
    for (const one of all(".led")) one.classList.remove("led");
    const row = target?.dataset.row && steps.find((one) => one.row === Number(target.dataset.row));
    if (row && controls) { // a row of the forest: alone with its like, in the open table, marked
      controls.lead(row);
      target.closest("details").open = true;
      target.classList.add("led");
      target.scrollIntoView({ behavior: "instant", block: "center" });
      return;
    }
    if (!target || !foldsOver(target).length) return;
    led = target;
    unfold(foldsOver(target));
    show();
  }
  const opened = () => folds.filter((fold) => fold.open).map((fold) => fold.querySelector(".within")?.id)
    .filter(Boolean).join(",");
  const openAtFirst = opened();
  if (folds.length) {
    const button = make("button", { type: "button", id: "all-folds" });
    const parts = folds.filter((fold) => !fold.closest("#top")); // findings do not close with the rest
    const label = () => {
      button.textContent = parts.every((fold) => fold.open) ? "Close all parts" : "Open all parts";
    };
    button.addEventListener("click", () => {
      if (button.textContent.startsWith("Open")) unfold(folds);
      else unfold(parts, false);
    });
    document.querySelector("nav ol").append(make("li", {}, button));
    for (const fold of folds) {
      fold.addEventListener("toggle", () => {
        label();
        if (onPaper === null) address.keep({ open: opened() }, { open: openAtFirst });
        if (!fold.open) return;
        figures.filter((figure) => fold.contains(figure)).forEach(draw);
        if (led && fold.contains(led)) show();
        led = null;
      });
    }
    label();
    // Where the address is the one that is there already, nothing else tells of the click.
    for (const link of all("a[href^='#']")) {
      link.addEventListener("click", () => { if (link.hash === location.hash) reveal(address.place); });
    }
    window.addEventListener("hashchange", () => { address.read(); reveal(address.place); });
    let closed = [];
    window.addEventListener("beforeprint", () => {
      closed = folds.filter((fold) => !fold.open);
      unfold(closed);
      onPaper = 760;
      figures.forEach(draw);
    });
    window.addEventListener("afterprint", () => {
      unfold(closed, false);
      onPaper = null;
      figures.forEach(draw);
    });
    for (const id of address.get("open").split(",")) unfold(foldsOver(document.getElementById(id) ?? document.body));
    reveal(address.place);
  }

  // ---- items ----
  const texts = all("#items details.text");
  const lists = all(".item-list");
  const bar = document.getElementById("item-controls");
  if (bar && texts.length) {
    const { button, label } = shared.showTexts(texts, {
      name: "xylem-shown",
      keyOf: (details) => details.querySelector("code").textContent + details.closest(".item-list").dataset.stage,
      listed: () => texts.filter((one) => !one.closest("li").hidden && !one.closest(".item-list").hidden),
      opening: (list) => unfold(list.flatMap(foldsOver)),
    });
    const [benchmarkLabel, benchmark] = selectOf("Benchmark", [["", "all"],
      ...new Set(lists.map((list) => list.dataset.benchmark))]
      .map((one) => (Array.isArray(one) ? one : [one, one])), "");
    const [stageLabel, stage] = selectOf("Stage", [["", "all"], ...new Set(lists.map((list) => list.dataset.stage))]
      .map((one) => (Array.isArray(one) ? one : [one, one])), "");
    const search = make("input", { type: "search", size: 18, id: "item-search" });
    const output = make("output");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Which items are listed");
    bar.append(make("label", {}, "Identity, theme, text or id has", search), benchmarkLabel, stageLabel, button,
      output);
    bar.hidden = false;
    function filter() {
      const wanted = search.value.toLowerCase();
      let n = 0;
      for (const list of lists) {
        let any = 0;
        for (const item of all("li", list)) {
          item.hidden = !item.textContent.toLowerCase().includes(wanted);
          any += !item.hidden;
        }
        list.hidden = any === 0 || (benchmark.value !== "" && list.dataset.benchmark !== benchmark.value) ||
          (stage.value !== "" && list.dataset.stage !== stage.value);
        if (!list.hidden) n += any;
        if (!list.hidden && wanted) unfold(foldsOver(list.querySelector("li")));
      }
      output.textContent = `${n} of ${texts.length} items`;
      label();
    }
    const kept = { "items-find": search, "items-benchmark": benchmark, "items-stage": stage };
    for (const [key, control] of Object.entries(kept)) {
      const at = address.get(key);
      if (control === search || [...control.options].some((option) => option.value === at)) control.value = at;
      control.addEventListener("input", () => {
        filter();
        address.keep({ [key]: control.value }, { [key]: "" });
      });
    }
    filter();
  }
})();
