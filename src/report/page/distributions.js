// The figures of single items: how their values are distributed, and one against another. As in figures.js.
"use strict";
Object.assign(xylem.figures, (() => {
  const x = xylem;
  const { results, stages, whole, placed, cellsOf } = x;

  // ---- ridgelines ----
  function ridges(figure, width) {
    const { benchmark, measure } = figure.dataset;
    const list = (results.distributions ?? []).filter((row) => row.benchmark === benchmark && row.measure === measure);
    if (!list.length) return null;
    const shown = stages.filter((stage) => list.some((row) => row.stage === stage));
    const cells = cellsOf(list);
    const grid = x.panels(shown.length, width, 300);
    const labels = Math.min(200, x.widest(cells.map((cell) => cell.name)) + 14);
    const above = grid.width - labels < 180;
    const line = above ? 44 : 30;
    const height = cells.length * line;
    const panelHeight = height + 74;
    const svg = x.newSvg(figure, width, Math.ceil(shown.length / grid.columns) * panelHeight, []);
    svg.select("desc").text(`${figure.dataset.alt} ` + list.filter(whole).map((row) =>
      `${row.stage}, all items: median ${x.format(measure, row.median)}, quartiles ` +
      `${x.format(measure, row.lower)} and ${x.format(measure, row.upper)}, ${row.n} items`).join("; ") + ".");
    const domain = [d3.min(list, (row) => row.start), d3.max(list, (row) => row.start + row.step * row.counts.length)];
    shown.forEach((stage, p) => {
      const panel = svg.append("g").attr("transform", placed(grid, p, Math.floor(p / grid.columns) * panelHeight));
      x.drawMark(panel, x.stageMark(stage), 7, 10);
      panel.append("text").attr("class", "strong").attr("x", 20).attr("y", 14).text(stage);
      const plot = panel.append("g").attr("transform", "translate(0,40)");
      const scale = d3.scaleLinear().domain(domain).range([above ? 14 : labels, grid.width - 16]);
      x.drawAxis(plot, scale, -8, height, 0, x.tick(measure), 60);
      cells.forEach((cell, i) => {
        const row = list.find((one) => one.stage === stage && one.identity === cell.identity
          && one.theme === cell.theme);
        const base = (i + 1) * line - 4;
        const name = x.drawLabel(plot, cell.name, above ? 2 : labels - 10, above ? base - line + 18 : base - 3,
          !above, cell.all);
        if (!row) return;
        const rise = d3.scaleLinear().domain([0, d3.max(row.counts)]).range([0, line - (above ? 16 : -4)]);
        const edges = row.counts.flatMap((count, k) => [
          [row.start + k * row.step, count], [row.start + (k + 1) * row.step, count]]);
        const outline = [[row.start, 0], ...edges, [row.start + row.counts.length * row.step, 0]];
        const group = plot.append("g").attr("class", "mark");
        group.append("title").text(`${stage}, ${cell.name}: median ${x.format(measure, row.median)}, quartiles ` +
          `${x.format(measure, row.lower)} to ${x.format(measure, row.upper)}, ${row.n} items`);
        group.append("path").attr("class", `ridge ${x.style(stage)}`)
          .attr("d", d3.line().x((one) => scale(one[0])).y((one) => base - rise(one[1]))(outline) + "Z");
        group.append("line").attr("class", "whisker").attr("x1", scale(row.median)).attr("x2", scale(row.median))
          .attr("y1", base).attr("y2", base - 11).attr("stroke-width", 2);
        name.raise();
      });
    });
    return list;
  }

  // ---- scatter ----
  function scatter(figure, width) {
    const { benchmark, measure } = figure.dataset;
    const list = (results.scatters ?? []).filter((one) => one.benchmark === benchmark);
    if (!list.length) return null;
    const correlations = x.rowsOf(benchmark, measure).filter(whole);
    const grid = x.panels(list.length, Math.min(width, list.length * 470), 280);
    const side = Math.min(grid.width, 440);
    const height = Math.round(side * 0.72);
    const panelHeight = height + 84;
    const svg = x.newSvg(figure, width, Math.ceil(list.length / grid.columns) * panelHeight,
      list.map((one) => correlations.find((row) => row.stage === one.stage)).filter(Boolean));
    const left = 52;
    const across = d3.extent(list.flatMap((one) => one.reference_gap).concat(0));
    const up = d3.extent(list.flatMap((one) => one.margin).concat(0));
    list.forEach((one, p) => {
      const panel = svg.append("g").attr("transform", placed(grid, p, Math.floor(p / grid.columns) * panelHeight));
      panel.append("text").attr("class", "strong").attr("y", 14).text(`${one.stage} against ${one.against}`);
      const row = correlations.find((other) => other.stage === one.stage);
      if (row) {
        panel.append("text").attr("class", "soft").attr("y", 31).text(
          `rank correlation ${x.estimateOf(row)}`);
      }
      const plot = panel.append("g").attr("transform", "translate(0,42)");
      const sx = d3.scaleLinear().domain(across).range([left, side - 6]).nice();
      const sy = d3.scaleLinear().domain(up).range([height, 4]).nice();
      x.drawAxis(plot, sx, 4, height, 0, x.tick(), 60);
      for (const at of sy.ticks(5)) {
        plot.append("line").attr("class", "grid").attr("x1", left).attr("x2", side - 6).attr("y1", sy(at))
          .attr("y2", sy(at));
        plot.append("text").attr("class", "soft").attr("x", left - 6).attr("y", sy(at) + 4).attr("text-anchor", "end")
          .text(x.tick()(at));
      }
      plot.append("line").attr("class", "parity").attr("x1", left).attr("x2", side - 6).attr("y1", sy(0))
        .attr("y2", sy(0));
      plot.append("text").attr("class", "soft").attr("x", (left + side) / 2).attr("y", height + 34)
        .attr("text-anchor", "middle")
        .text(`gap of ${one.against} (nats)`);
      plot.append("text").attr("class", "soft").attr("transform", `translate(10,${height / 2}) rotate(-90)`)
        .attr("text-anchor", "middle")
        .text("margin (nats)");
      one.margin.forEach((margin, i) => {
        plot.append("circle").attr("class", `mark dot ${x.style(one.stage)}`).attr("r", 2.6)
          .attr("cx", sx(one.reference_gap[i]).toFixed(1)).attr("cy", sy(margin).toFixed(1));
      });
    });
    return list.flatMap((one) => one.margin.map((margin, i) => ({ benchmark, stage: one.stage, against: one.against,
      identity: one.identities[one.identity[i]], theme: one.themes[one.theme[i]], reference_gap: one.reference_gap[i],
        margin })));
  }

  return { ridges, scatter };
})());
