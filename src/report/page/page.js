// Charts of the report. They draw what results.json holds and compute no numbers; without this script the tables say
// the same. Widths follow the page, so that text keeps its size on small screens.
"use strict";
(() => {
  const results = JSON.parse(document.getElementById("xylem-results").textContent);
  const { columns, rows: table } = results.measures; // as in results.json, but names once
  const measures = table.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
  const stages = results.stages.map((stage) => stage.name);
  const parentOf = new Map(results.stages.map((stage) => [stage.name, stage.parent]));
  const headline = (results.settings || {}).mode;
  const symbols = [d3.symbolCircle, d3.symbolSquare, d3.symbolTriangle, d3.symbolDiamond, d3.symbolCross, d3.symbolStar];
  const marks = { amplified: "▲", attenuated: "▼", persists: "=", clear: "○", undetermined: "?" };
  const isRate = (measure) => /_rate$/.test(measure) || measure === "accuracy";
  const style = (stage) => "s" + (Math.max(0, stages.indexOf(stage)) % 6);
  const symbol = (stage) =>
    d3.symbol().type(symbols[Math.max(0, stages.indexOf(stage)) % symbols.length]).size(64)();

  // Rows of one benchmark and measure: in the headline mode, or in any where there is none in it.
  function rowsOf(benchmark, measure) {
    const all = measures.filter((row) => row.benchmark === benchmark && row.measure === measure);
    const main = all.filter((row) => row.mode === null || row.mode === headline);
    return (main.length ? main : all).filter((row) => row.value !== null);
  }

  // Steps compare a stage with its parent; other rows compare it with the root.
  const isStep = (row) => row.against === parentOf.get(row.stage);

  const distinct = (rows, key) => [...new Set(rows.map((row) => row[key]))];

  function format(measure, value) {
    if (value === null) return "–";
    const text = isRate(measure) ? d3.format(".1%")(value) : d3.format("+.3f")(value);
    return text.replace("-", "−");
  }

  function describe(row) {
    const interval =
      row.low === null ? "" : ` (${format(row.measure, row.low)} to ${format(row.measure, row.high)})`;
    return `${row.stage}, ${row.identity}, ${row.theme}: ${format(row.measure, row.value)}${interval}, ` +
      `${row.n} items in ${row.clusters} clusters${row.verdict ? ", " + row.verdict : ""}`;
  }

  function newSvg(parent, width, height, label) {
    return parent.append("svg").attr("width", width).attr("height", height).attr("role", "img").attr("aria-label", label);
  }

  function drawAxis(svg, x, top, bottom, parity, tickFormat) {
    const axis = svg.append("g").attr("aria-hidden", "true");
    const count = Math.max(2, Math.floor((x.range()[1] - x.range()[0]) / 70));
    for (const tick of x.ticks(count)) {
      axis.append("line").attr("class", "grid").attr("x1", x(tick)).attr("x2", x(tick)).attr("y1", top).attr("y2", bottom);
      axis.append("text").attr("class", "soft").attr("x", x(tick)).attr("y", bottom + 16)
        .attr("text-anchor", "middle").text(tickFormat(tick));
    }
    axis.append("line").attr("class", "parity").attr("x1", x(parity)).attr("x2", x(parity)).attr("y1", top).attr("y2", bottom);
  }

  const tickOf = (rate) => (tick) =>
    (rate ? d3.format(".0%")(tick) : d3.format("+.3~f")(tick).replace("+0.0", "0.0").replace(/^\+0$/, "0")).replace("-", "−");

  function drawMark(svg, row, x, y, withSymbol) {
    const group = svg.append("g").attr("class", style(row.stage));
    group.append("title").text(describe(row));
    if (row.low !== null && row.high !== null) {
      group.append("line").attr("x1", x(row.low)).attr("x2", x(row.high)).attr("y1", y).attr("y2", y).attr("stroke-width", 2);
    }
    if (withSymbol) {
      group.append("path").attr("d", symbol(row.stage)).attr("transform", `translate(${x(row.value)},${y})`)
        .attr("stroke", "none");
    }
  }

  function drawLegend(plot, names) {
    const list = plot.append("ul").attr("class", "legend wide").attr("aria-hidden", "true");
    for (const name of names) {
      const item = list.append("li");
      item.append("svg").attr("width", 14).attr("height", 14).append("path").attr("class", style(name))
        .attr("transform", "translate(7,7)").attr("d", symbol(name));
      item.append("span").text(name);
    }
  }

  // The domain of an axis: every interval, and the line of no effect.
  function domainOf(rows, parity) {
    const values = rows.flatMap((row) => [row.value, row.low ?? row.value, row.high ?? row.value]).concat(parity);
    const [low, high] = d3.extent(values);
    return low === high ? [low - 1, high + 1] : [low, high];
  }

  // One row per identity (or theme), one mark per stage.
  function drawDots(figure, plot, width) {
    const { benchmark, measure, by } = figure.dataset;
    const other = by === "identity" ? "theme" : "identity";
    const rows = rowsOf(benchmark, measure).filter((row) => row[other] === "all");
    if (!rows.length) return false;
    const rate = isRate(measure);
    const names = distinct(rows, by);
    const shown = stages.filter((stage) => rows.some((row) => row.stage === stage));
    const narrow = width < 560;
    const left = narrow ? 8 : Math.min(220, 24 + 7.2 * d3.max(names, (name) => name.length));
    const head = narrow ? 20 : 8;
    const step = 15;
    const band = head + shown.length * step + 8;
    const height = names.length * band;
    drawLegend(plot, shown);
    const svg = newSvg(plot.append("div").attr("class", "wide"), width, height + 24,
      `${measure.replaceAll("_", " ")} of ${benchmark} by ${by} and stage; the table below holds the numbers`);
    const x = d3.scaleLinear().domain(rate ? [0, 1] : domainOf(rows, 0)).range([left, width - 16]);
    if (!rate) x.nice();
    names.forEach((name, i) => {
      if (i % 2 === 0) svg.append("rect").attr("class", "band").attr("y", i * band).attr("width", width).attr("height", band);
    });
    drawAxis(svg, x, 0, height, rate ? 0.5 : 0, tickOf(rate));
    names.forEach((name, i) => {
      const label = svg.append("text").attr("class", name === "all" ? "strong" : "").text(name);
      if (narrow) label.attr("x", 6).attr("y", i * band + 15);
      else label.attr("x", left - 12).attr("y", i * band + band / 2 + 4).attr("text-anchor", "end");
      shown.forEach((stage, s) => {
        const row = rows.find((one) => one[by] === name && one.stage === stage);
        if (row) drawMark(svg, row, x, i * band + head + step * (s + 0.5), true);
      });
    });
    return true;
  }

  // One panel per step: overall, then identities, then themes; the verdict stands in words.
  function drawSteps(figure, plot, wide) {
    const { benchmark, measure } = figure.dataset;
    const rows = rowsOf(benchmark, measure)
      .filter((row) => isStep(row) && (row.identity === "all" || row.theme === "all"));
    if (!rows.length) return false;
    const domain = domainOf(rows, 0);
    const panels = distinct(rows, "stage");
    const columns = Math.max(1, Math.min(panels.length, Math.floor((wide + 24) / (21 * 16 + 24))));
    const width = (wide - 24 * (columns - 1)) / columns;
    for (const stage of panels) {
      const mine = rows.filter((row) => row.stage === stage);
      const groups = [
        ["", mine.filter((row) => row.identity === "all" && row.theme === "all")],
        ["By identity", mine.filter((row) => row.identity !== "all")],
        ["By theme", mine.filter((row) => row.theme !== "all")],
      ].filter((group) => group[1].length);
      const lines = groups.flatMap(([title, list]) => (title ? [{ title }] : []).concat(list.map((row) => ({ row }))));
      const line = 34;
      const height = lines.length * line;
      const panel = plot.append("div").attr("class", "panel");
      panel.append("h5").text(`${mine[0].against ?? ""} → ${stage}`);
      const svg = newSvg(panel, width, height + 24,
        `Change of the gap by the step to ${stage}; the table below holds the numbers and verdicts`);
      const x = d3.scaleLinear().domain(domain).range([10, width - 10]).nice();
      drawAxis(svg, x, 0, height, 0, tickOf(false));
      lines.forEach((entry, i) => {
        const y = i * line;
        if (entry.title) {
          svg.append("text").attr("class", "label soft strong").attr("y", y + 24).text(entry.title);
          return;
        }
        const row = entry.row;
        const name = row.identity !== "all" ? row.identity : row.theme !== "all" ? row.theme : "all items";
        svg.append("text").attr("class", name === "all items" ? "label strong" : "label").attr("y", y + 13).text(name);
        if (row.verdict) {
          const tone = row.verdict === "amplified" ? "up" : row.verdict === "attenuated" ? "down" : "soft";
          svg.append("text").attr("class", `label ${tone}`).attr("x", width).attr("y", y + 13).attr("text-anchor", "end")
            .text(`${marks[row.verdict] ?? ""} ${row.verdict}`);
        }
        drawMark(svg, row, x, y + 23, true);
      });
    }
    return true;
  }

  // From the root to each end of the lineage: the root's mean gap, what each step added, and the sum.
  function drawLineage(figure, plot, wide) {
    const { benchmark } = figure.dataset;
    const overall = (row) => row.identity === "all" && row.theme === "all";
    const gaps = rowsOf(benchmark, "mean_gap").filter(overall);
    const steps = rowsOf(benchmark, "amplification").filter((row) => overall(row) && isStep(row));
    const parents = new Set(results.stages.map((stage) => stage.parent));
    const paths = [];
    for (const end of stages.filter((stage) => !parents.has(stage) && parentOf.get(stage))) {
      const path = [];
      for (let at = end; at && path.length <= stages.length; at = parentOf.get(at)) path.unshift(at);
      const root = gaps.find((row) => row.stage === path[0]);
      const total = gaps.find((row) => row.stage === end);
      const added = path.slice(1).map((stage) => steps.find((row) => row.stage === stage));
      if (root && total && added.every(Boolean)) paths.push({ end, root, added, total });
    }
    if (!paths.length) return false;
    for (const path of paths) {
      let from = 0;
      path.bars = [path.root, ...path.added].map((row, i) => {
        const bar = { row, from, to: from + row.value, offset: from, name: i === 0 ? `${row.stage} (root)` : `+ ${row.stage}` };
        from = bar.to;
        return bar;
      });
      path.bars.push({ row: path.total, from: 0, to: path.total.value, offset: 0, name: `= ${path.end}` });
    }
    const bars = paths.flatMap((path) => path.bars);
    const domain = d3.extent(bars.flatMap((bar) =>
      [0, bar.to, bar.offset + (bar.row.low ?? bar.row.value), bar.offset + (bar.row.high ?? bar.row.value)]));
    const columns = Math.max(1, Math.min(paths.length, Math.floor((wide + 24) / (21 * 16 + 24))));
    const width = (wide - 24 * (columns - 1)) / columns;
    for (const path of paths) {
      const line = 40;
      const height = path.bars.length * line;
      const panel = plot.append("div").attr("class", "panel");
      panel.append("h5").text([path.root.stage, ...path.added.map((row) => row.stage)].join(" → "));
      const svg = newSvg(panel, width, height + 24,
        `Mean gap of ${path.end} as the root's gap and what each step added; the table below holds the numbers`);
      const x = d3.scaleLinear().domain(domain[0] === domain[1] ? [-1, 1] : domain).range([10, width - 10]).nice();
      drawAxis(svg, x, 0, height, 0, tickOf(false));
      path.bars.forEach((bar, i) => {
        const y = i * line;
        const group = svg.append("g");
        group.append("title").text(describe(bar.row));
        const sum = i === path.bars.length - 1;
        svg.append("text").attr("class", sum ? "label strong" : "label").attr("y", y + 13).text(bar.name);
        svg.append("text").attr("class", sum ? "label strong" : "label").attr("x", width).attr("y", y + 13)
          .attr("text-anchor", "end").text(format("", bar.row.value));
        group.append("rect").attr("class", style(bar.row.stage) + (sum ? " sum" : ""))
          .attr("x", Math.min(x(bar.from), x(bar.to))).attr("width", Math.max(1, Math.abs(x(bar.to) - x(bar.from))))
          .attr("y", y + 19).attr("height", 14);
        if (i > 0) {
          const joint = sum ? bar.to : bar.from;
          svg.append("line").attr("class", "parity").attr("x1", x(joint)).attr("x2", x(joint))
            .attr("y1", y - 7).attr("y2", y + 19);
        }
        if (bar.row.low !== null && bar.row.high !== null) {
          const [low, high] = [x(bar.offset + bar.row.low), x(bar.offset + bar.row.high)];
          for (const layer of ["halo", "whisker"]) {
            const whisker = svg.append("g").attr("class", layer);
            whisker.append("line").attr("x1", low).attr("x2", high).attr("y1", y + 26).attr("y2", y + 26);
            for (const end of [low, high]) {
              whisker.append("line").attr("x1", end).attr("x2", end).attr("y1", y + 22).attr("y2", y + 30);
            }
          }
        }
      });
    }
    return true;
  }

  const draw = { dots: drawDots, steps: drawSteps, lineage: drawLineage };

  function drawAll() {
    for (const figure of document.querySelectorAll("figure[data-chart]")) {
      const plot = d3.select(figure).select(".plot");
      plot.selectAll("*").remove();
      figure.drawn = draw[figure.dataset.chart](figure, plot, figure.clientWidth);
    }
  }

  drawAll();
  // A chart stands for its table until the reader asks for it.
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    figure.querySelector("details.table").open = !figure.drawn;
  }
  let drawnAt = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === drawnAt) return;
    drawnAt = window.innerWidth;
    drawAll();
  });
  window.addEventListener("beforeprint", () => {
    for (const table of document.querySelectorAll("details.table")) table.open = true;
  });

  const button = document.getElementById("all-texts");
  if (button && document.querySelector("details.text")) {
    const texts = () => [...document.querySelectorAll("details.text")];
    const label = () => (button.textContent = texts().every((one) => one.open) ? "Hide all texts" : "Show all texts");
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = !texts().every((one) => one.open);
      for (const one of texts()) one.open = open;
      label();
    });
    label();
  }
})();
