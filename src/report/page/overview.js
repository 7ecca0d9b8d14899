// The figure of the first screen: a panel per benchmark, as many as the screen has room for, the headline's first; in
// it a row per stage, whose bar leads from where the parent stands to where the stage stands. As in figures.js.
"use strict";
Object.assign(xylem.figures, (() => {
  const x = xylem;
  const { results, benchmarks, stages, parentOf, verdicts, whole, placed } = x;
  const line = 18;
  const around = 40; // a panel's name above, its axis below
  const gap = 6; // between caption and plot

  function panelOf(one) {
    const { measure, change } = one.headline ?? {};
    if (!measure) return null;
    const level = results.levels[one.name];
    const rows = x.rowsOf(one.name, level).filter((row) => whole(row) && row.against === "");
    const steps = x.rowsOf(one.name, change).filter((row) => whole(row) && x.isStep(row));
    const shown = stages.filter((stage) => rows.some((row) => row.stage === stage));
    const at = (stage) => rows.find((row) => row.stage === stage);
    return shown.length ? { name: one.name, level, shown, at, step: (stage) => steps.find((row) => row.stage === stage) }
      : null;
  }

  // Panels that fit between the top of the figure and the end of the first screen; at least one row of them.
  function fitting(figure, list, grid, height) {
    if (window.matchMedia("print").matches) return list;
    const top = figure.querySelector("figcaption").getBoundingClientRect().bottom + window.scrollY + gap;
    return list.slice(0, Math.max(1, Math.floor((window.innerHeight - top - 4) / height)) * grid.columns);
  }

  const nameOf = (stage) => (parentOf.get(stage) ? `${parentOf.get(stage)} → ${stage}` : stage);

  // What has no room leaves its parent out, and is cut.
  function fitted(stage, room) {
    const full = nameOf(stage);
    if (x.textWidth(full) <= room) return full;
    let name = parentOf.get(stage) ? `→ ${stage}` : stage;
    if (x.textWidth(name) <= room) return name;
    while (name.length > 2 && x.textWidth(`${name}…`) > room) name = name.slice(0, -1);
    return `${name}…`;
  }

  function drawRow(plot, panel, stage, y, scale, right) {
    const row = panel.at(stage);
    const step = panel.step(stage);
    const { parity } = x.kindOf(panel.level);
    const from = panel.at(parentOf.get(stage))?.value ?? parity ?? 0;
    const group = plot.append("g").attr("class", "mark");
    group.append("title").text(x.describe(row) + (step ? `; ${x.describe(step)}` : ""));
    group.append("rect").attr("class", x.style(stage)).attr("stroke", "none").attr("fill-opacity", 0.55)
      .attr("x", Math.min(scale(from), scale(row.value))).attr("y", y - 4)
      .attr("width", Math.max(1, Math.abs(scale(row.value) - scale(from)))).attr("height", 8);
    if (row.low !== null) x.drawInterval(group, scale, y, row.low, row.high);
    x.drawMark(group, x.stageMark(stage), scale(row.value), y, 4.5);
    const told = plot.append("text").attr("x", right).attr("y", y + 4).attr("text-anchor", "end").text(x.valueOf(row));
    if (step?.verdict) {
      told.append("tspan").attr("class", x.tone(step.verdict)).attr("stroke", "none")
        .text(` ${verdicts[step.verdict].mark}${step.depends ? "†" : ""}`);
    }
    return row;
  }

  function drawPanel(svg, panel, width, labels) {
    svg.append("text").attr("class", "strong").attr("y", 13).text(panel.name);
    const plot = svg.append("g").attr("transform", "translate(0,18)");
    const { parity, unit } = x.kindOf(panel.level);
    const rows = panel.shown.map(panel.at);
    const domain = unit === "share" ? [0, 1] : x.domainOf(rows, parity);
    const told = x.widest(rows.map((row) => `${x.valueOf(row)} ▲†`));
    const scale = d3.scaleLinear().domain(domain).range([labels, width - told - 8]);
    x.drawAxis(plot, scale, 0, panel.shown.length * line, parity, x.tick(panel.level), 55);
    return panel.shown.map((stage, i) => {
      x.drawLabel(plot, fitted(stage, labels - 10), labels - 10, i * line + 13, true, false).attr("stroke", "none");
      return drawRow(plot, panel, stage, i * line + 9, scale, width);
    });
  }

  function overview(figure, width) {
    const first = figure.dataset.measure;
    const list = [...benchmarks].sort((a, b) => (b.name === first) - (a.name === first)).map(panelOf).filter(Boolean);
    if (!list.length) return null;
    const grid = x.panels(list.length, width, 290);
    const height = d3.max(list, (panel) => panel.shown.length) * line + around;
    const shown = fitting(figure, list, grid, height);
    figure.dataset.panels = shown.length;
    const labels = Math.min(grid.width * 0.42, x.widest(stages.map(nameOf)) + 14);
    const described = shown.flatMap((panel) => panel.shown.map(panel.at));
    const svg = x.newSvg(figure, width, Math.ceil(shown.length / grid.columns) * height, described);
    return shown.flatMap((panel, p) => drawPanel(
      svg.append("g").attr("transform", placed(grid, p, Math.floor(p / grid.columns) * height)), panel, grid.width, labels));
  }

  return { overview };
})());
