// The figures. Each function draws one <figure> at a width and returns the rows that it drew, for the CSV; null where
// the data have nothing to draw. Every mark that stands for a row carries the class "mark".
"use strict";
xylem.figures = (() => {
  const x = xylem;
  const { results, benchmarks, measures, stages, parentOf, verdicts, whole, placed, cellsOf } = x;
  const ends = stages.filter((stage) => parentOf.get(stage) && ![...parentOf.values()].includes(stage));

  function titled(group, row) {
    group.append("title").text(x.describe(row));
    return group;
  }

  // ---- lineage: a tree from left to right ----
  // The change of a benchmark that stands for it.
  const headlines = new Map(benchmarks.map((one) => [one.name, one.headline?.change]));
  const verdictsOf = (stage) => measures.filter((row) => row.stage === stage && x.isStep(row) && whole(row) &&
    row.verdict && row.measure === headlines.get(row.benchmark));

  function lineage(figure, width) {
    const root = d3.stratify().id((stage) => stage.name).parentId((stage) => stage.parent)(
      results.stages.filter((stage) => !stage.parent || stages.includes(stage.parent)));
    const depth = root.height;
    const listed = d3.max(root.descendants(), (node) => verdictsOf(node.id).length) ?? 0;
    // Wide enough for what stands below a box.
    const least = x.widest(root.descendants().flatMap((node) =>
      verdictsOf(node.id).map((row) => `${row.benchmark} ${x.valueOf(row)}`))) + 34;
    const narrow = width < Math.max(200, least) * (depth + 1);
    const line = 19;
    const boxHeight = 46;
    const cell = boxHeight + listed * line + 22;
    const drawn = [];
    const about = (stage) =>
      [stage.method, stage.beta === null ? "" : `β ${stage.beta}`].filter(Boolean).join(", ") || "root";
    const order = root.descendants();
    const preorder = [];
    root.eachBefore((node) => preorder.push(node));
    let height;
    const boxWidth = narrow ? Math.min(220, width - 28 * depth)
      : Math.min(Math.max(210, least), width / (depth + 1) - (depth > 0 ? 24 : 0));
    if (narrow) {
      preorder.forEach((node) => (node.px = node.depth * 28));
      let y = 0;
      for (const node of preorder) {
        node.py = y;
        y += boxHeight + verdictsOf(node.id).length * line + 18;
      }
      height = y;
    } else {
      const leaves = root.leaves();
      leaves.forEach((node, i) => (node.py = i * cell));
      root.eachAfter((node) => {
        if (node.children) node.py = node.children[0].py;
        node.px = node.depth * ((width - boxWidth) / Math.max(1, depth));
      });
      height = leaves.length * cell;
    }
    const svg = x.newSvg(figure, width, height, root.descendants().flatMap((node) => verdictsOf(node.id)));
    for (const node of order) {
      if (!node.parent) continue;
      const from = node.parent;
      const path = narrow
        ? `M${from.px + 5},${from.py + boxHeight}V${node.py + boxHeight / 2}H${node.px}`
        : `M${from.px + boxWidth},${from.py + boxHeight / 2}H${node.px - 24}V${node.py + boxHeight / 2}H${node.px}`;
      svg.append("path").attr("class", "edge").attr("d", path);
    }
    for (const node of order) {
      const group = svg.append("g").attr("class", "mark").attr("transform", `translate(${node.px},${node.py})`);
      group.append("rect").attr("class", "box").attr("width", boxWidth).attr("height", boxHeight).attr("rx", 4);
      x.drawMark(group, x.stageMark(node.id), 16, 17, 6);
      group.append("text").attr("class", "strong").attr("x", 30).attr("y", 21).text(node.id);
      group.append("text").attr("class", "soft").attr("x", 30).attr("y", 38).text(about(node.data));
      drawn.push({ stage: node.id, parent: node.data.parent, method: node.data.method, beta: node.data.beta });
      verdictsOf(node.id).forEach((row, i) => {
        titled(group.append("text").attr("class", x.tone(row.verdict)).attr("x", 16)
          .attr("y", boxHeight + 17 + i * line)
          .attr("text-anchor", "middle").text(verdicts[row.verdict]?.mark ?? ""), row);
        group.append("text").attr("x", 30).attr("y", boxHeight + 17 + i * line)
          .text(`${row.benchmark} ${x.valueOf(row)}${row.depends ? " †" : ""}`);
      });
    }
    return drawn;
  }

  // ---- from root to fruit ----
  // The figure names its measures: the root's share, a step's, and the gap that they sum to.
  function pathOf(figure, end, identity, theme) {
    const { benchmark } = figure.dataset;
    const [root, step, gap] = figure.dataset.measure.split(" ");
    const find = (measure, against) => measures.find((row) => row.benchmark === benchmark && row.measure === measure &&
      row.stage === end && row.identity === identity && row.theme === theme && (against === null
        || row.against === against));
    const steps = [];
    let at = end;
    for (let n = 0; parentOf.get(at) && n <= stages.length; n++) {
      steps.unshift(find(step, at));
      at = parentOf.get(at);
    }
    const rows = [find(root, null), ...steps, find(gap, "")];
    return rows.every(Boolean) ? rows : null;
  }
  // The stage that a share belongs to; a gap, which is against none, to its own.
  const owner = (row) => row.against || row.stage;

  function barsOf(rows) {
    let from = 0;
    return rows.map((row, i) => {
      const sum = i === rows.length - 1;
      const bar = { row, sum, offset: sum ? 0 : from, to: sum ? row.value : from + row.value };
      from = bar.to;
      return bar;
    });
  }
  const reach = (bars) => d3.extent(bars.flatMap((bar) => [0, bar.to, bar.offset + (bar.row.low ?? bar.row.value),
    bar.offset + (bar.row.high ?? bar.row.value)]));

  function waterfall(figure, width) {
    const paths = ends.map((end) => pathOf(figure, end, "all", "all")).filter(Boolean).map(barsOf);
    if (!paths.length) return null;
    const grid = x.panels(paths.length, width);
    const line = 44;
    const tallest = d3.max(paths, (bars) => bars.length) * line + 30;
    const rows = Math.ceil(paths.length / grid.columns);
    const panelHeight = tallest + 34;
    const all = paths.flatMap((bars) => bars.map((bar) => bar.row));
    const svg = x.newSvg(figure, width, rows * panelHeight, all);
    const domain = d3.extent(paths.flatMap(reach));
    paths.forEach((bars, p) => {
      const panel = svg.append("g").attr("transform", placed(grid, p, Math.floor(p / grid.columns) * panelHeight));
      const height = bars.length * line;
      const scale = d3.scaleLinear().domain(domain).range([14, grid.width - 16]).nice();
      panel.append("text").attr("class", "strong").attr("y", 14)
        .text(bars.slice(0, -1).map((bar) => owner(bar.row)).join(" → "));
      const plot = panel.append("g").attr("transform", "translate(0,28)");
      x.drawAxis(plot, scale, 0, height, 0, x.tick(all[0].measure));
      bars.forEach((bar, i) => {
        const y = i * line;
        const name = i === 0 ? `${owner(bar.row)} (root)` : bar.sum ? `= ${bar.row.stage}` : `+ ${owner(bar.row)}`;
        x.drawLabel(plot, name, 0, y + 14, false, bar.sum);
        x.drawLabel(plot, x.valueOf(bar.row), grid.width, y + 14, true, bar.sum);
        const group = titled(plot.append("g").attr("class", "mark"), bar.row);
        group.append("rect").attr("class", x.style(owner(bar.row)) + (bar.sum ? " sum" : ""))
          .attr("x", Math.min(scale(bar.offset), scale(bar.to))).attr("y", y + 21)
          .attr("width", Math.max(1, Math.abs(scale(bar.to) - scale(bar.offset)))).attr("height", 14);
        if (i > 0) {
          const joint = scale(bar.sum ? bar.to : bar.offset);
          plot.append("line").attr("class", "joint").attr("x1", joint).attr("x2", joint).attr("y1", y - 9)
            .attr("y2", y + 21);
        }
        if (bar.row.low !== null) {
          for (const kind of ["halo", "whisker"]) {
            x.drawInterval(group, scale, y + 28, bar.offset + bar.row.low, bar.offset + bar.row.high, kind);
          }
        }
      });
    });
    return all;
  }

  // A row per identity and theme: the root's bar and each step's below one another, then the sum.
  function shares(figure, width) {
    const cells = cellsOf(x.rowsOf(figure.dataset.benchmark, figure.dataset.measure.split(" ")[0]));
    const paths = ends.filter((end) => pathOf(figure, end, "all", "all"));
    if (!paths.length) return null;
    const perPanel = paths.map((end) => cells.map((cell) => {
      const rows = pathOf(figure, end, cell.identity, cell.theme);
      return { cell, bars: rows ? barsOf(rows) : [] };
    }));
    const all = perPanel.flat().flatMap((one) => one.bars.map((bar) => bar.row));
    const grid = x.panels(paths.length, width, 360);
    const labels = x.widest(cells.map((cell) => cell.name)) + 14;
    const above = grid.width - labels < 200;
    const lane = 6;
    const most = d3.max(perPanel.flat(), (one) => one.bars.length);
    const line = most * lane + 12 + (above ? 18 : 0);
    const height = cells.length * line;
    const used = paths.map((end) => x.distinct(all.filter((row) => row.stage === end), "against").filter(Boolean));
    const legends = stages.filter((stage) => used.flat().includes(stage));
    const top = x.legendHeight(legends, width) + 8;
    const panelHeight = height + 60;
    const svg = x.newSvg(figure, width, top + Math.ceil(paths.length / grid.columns) * panelHeight, all);
    x.drawLegend(svg, legends, 0, 14, width);
    const domain = d3.extent(perPanel.flat().flatMap((one) => reach(one.bars)));
    perPanel.forEach((list, p) => {
      const panel = svg.append("g")
        .attr("transform", placed(grid, p, top + Math.floor(p / grid.columns) * panelHeight));
      const scale = d3.scaleLinear().domain(domain).range([above ? 14 : labels, grid.width - 16]).nice();
      panel.append("text").attr("class", "strong").attr("y", 14).text(paths[p]);
      const plot = panel.append("g").attr("transform", "translate(0,26)");
      list.forEach((one, i) => {
        if (i % 2 === 0) plot.append("rect").attr("class", "band").attr("y", i * line).attr("width", grid.width)
          .attr("height", line);
      });
      x.drawAxis(plot, scale, 0, height, 0, x.tick(all[0].measure));
      list.forEach(({ cell, bars }, i) => {
        const y = i * line + (above ? 18 : 0);
        if (above) x.drawLabel(plot, cell.name, 4, i * line + 15, false, cell.all, x.onBand(i));
        else x.drawLabel(plot, cell.name, labels - 10, i * line + line / 2 + 4, true, cell.all).attr("stroke", "none");
        bars.forEach((bar, k) => {
          const group = titled(plot.append("g").attr("class", "mark"), bar.row);
          const middle = y + 6 + k * lane + lane / 2;
          if (bar.sum) {
            if (bar.row.low !== null) x.drawInterval(group, scale, middle, bar.row.low, bar.row.high);
            x.drawMark(group, x.sumMark, scale(bar.row.value), middle, 4.2);
          } else {
            group.append("rect").attr("class", x.style(owner(bar.row))).attr("stroke", "none")
              .attr("x", Math.min(scale(bar.offset), scale(bar.to))).attr("y", middle - lane / 2)
              .attr("width", Math.max(1, Math.abs(scale(bar.to) - scale(bar.offset)))).attr("height", lane);
          }
        });
      });
    });
    return all;
  }

  // ---- levels: a row per identity and theme, a mark per stage ----
  function levels(figure, width) {
    const { benchmark, measure } = figure.dataset;
    const rows = x.rowsOf(benchmark, measure).filter((row) => row.identity === "all" || row.theme === "all");
    if (!rows.length) return null;
    const cells = cellsOf(rows);
    const shown = stages.filter((stage) => rows.some((row) => row.stage === stage));
    const labels = Math.min(240, x.widest(cells.map((cell) => cell.name)) + 16);
    const above = width < 520;
    const lane = 13;
    const line = shown.length * lane + 9 + (above ? 18 : 0);
    const height = cells.length * line;
    const top = x.legendHeight(shown, width);
    const svg = x.newSvg(figure, width, top + height + 26, rows);
    x.drawLegend(svg, shown, 0, 14, width);
    const plot = svg.append("g").attr("transform", `translate(0,${top})`);
    const { parity, unit } = x.kindOf(measure);
    const domain = unit === "share" ? [0, 1] : x.domainOf(rows, parity);
    const scale = d3.scaleLinear().domain(domain).range([above ? 14 : labels, width - 18]);
    if (domain[1] !== 1 || domain[0] !== 0) scale.nice();
    cells.forEach((cell, i) => {
      if (i % 2 === 0) plot.append("rect").attr("class", "band").attr("y", i * line).attr("width", width)
        .attr("height", line);
    });
    x.drawAxis(plot, scale, 0, height, parity, x.tick(measure));
    const drawn = [];
    cells.forEach((cell, i) => {
      if (above) x.drawLabel(plot, cell.name, 4, i * line + 15, false, cell.all, x.onBand(i));
      else x.drawLabel(plot, cell.name, labels - 12, i * line + line / 2 + 4, true, cell.all).attr("stroke", "none");
      shown.forEach((stage, s) => {
        const row = rows.find((one) => one.stage === stage && one.identity === cell.identity
          && one.theme === cell.theme);
        if (!row) return;
        drawn.push(row);
        const y = i * line + (above ? 18 : 0) + lane * (s + 0.5) + 4;
        const group = titled(plot.append("g").attr("class", `mark ${x.style(stage)}`), row);
        if (row.low !== null) {
          group.append("line").attr("x1", scale(row.low)).attr("x2", scale(row.high)).attr("y1", y).attr("y2", y)
            .attr("stroke-width", 2);
        }
        x.drawMark(group, x.stageMark(stage), scale(row.value), y);
      });
    });
    return drawn;
  }

  // ---- forest ----
  // `rows` in the order in which they are to stand.
  function forest(figure, width, rows) {
    if (!rows.length) return [];
    const measure = rows[0].measure;
    const names = rows.map((row) => x.cellName(row));
    const verdict = x.textWidth("? undetermined †", true) + 10;
    const size = x.widest(["n / clusters", ...rows.map((row) => `${row.n} / ${row.clusters}`)]) + 22;
    const labels = Math.min(330, x.widest(["identity · theme", ...names]) + 16);
    const above = width < 620;
    const left = above ? 8 : labels + size;
    const line = above ? 42 : 23;
    const top = above ? 6 : 26;
    const height = rows.length * line;
    const svg = x.newSvg(figure, width, top + height + 26, rows);
    if (!above) {
      svg.append("text").attr("class", "soft").attr("x", labels - 8).attr("y", 14).attr("text-anchor", "end")
        .text("identity · theme");
      svg.append("text").attr("class", "soft").attr("x", left - 12).attr("y", 14).attr("text-anchor", "end")
        .text("n / clusters");
      svg.append("text").attr("class", "soft").attr("x", width - verdict + 10).attr("y", 14).text("verdict");
    }
    const plot = svg.append("g").attr("transform", `translate(0,${top})`);
    rows.forEach((row, i) => {
      if (i % 2 === 0) plot.append("rect").attr("class", "band").attr("y", i * line).attr("width", width)
        .attr("height", line);
    });
    const scale = d3.scaleLinear().domain(x.domainOf(rows, 0))
      .range([above ? 14 : left, above ? width - 16 : width - verdict]).nice();
    x.drawAxis(plot, scale, 0, height, 0, x.tick(measure));
    rows.forEach((row, i) => {
      const y = i * line + (above ? 31 : line / 2);
      const text = above ? i * line + 16 : y + 4;
      const word = x.marked(row.verdict, row.depends);
      if (above) {
        plot.append("text").attr("x", 4).attr("y", text)
          .attr("class", `label${x.onBand(i)}${whole(row) ? " strong" : ""}`).text(names[i]);
        plot.append("text").attr("x", width - 4).attr("y", text).attr("text-anchor", "end")
          .attr("class", `label${x.onBand(i)} ${x.tone(row.verdict)}`).text(word);
      } else {
        plot.append("text").attr("x", labels - 8).attr("y", text).attr("text-anchor", "end")
          .attr("class", whole(row) ? "strong" : "").text(names[i]);
        plot.append("text").attr("x", left - 12).attr("y", text).attr("text-anchor", "end").attr("class", "soft")
          .text(`${row.n} / ${row.clusters}`);
        plot.append("text").attr("x", width - verdict + 10).attr("y", text).attr("class", x.tone(row.verdict))
          .text(word);
      }
      const group = titled(plot.append("g").attr("class", "mark"), row);
      if (row.low !== null) x.drawInterval(group, scale, y, row.low, row.high);
      x.drawMark(group, x.verdictMark(row.verdict), scale(row.value), y);
    });
    return rows;
  }

  // ---- blind spots: a panel per axis, a row per step and benchmark, one scale ----
  function blind(figure, width) {
    const axisOf = new Map(benchmarks.map((one) => [one.name, one.axis || "other"]));
    const rows = measures.filter((row) => row.measure === figure.dataset.measure && whole(row) && x.isStep(row));
    if (!rows.length) return null;
    const axes = x.distinct(rows.map((row) => ({ axis: axisOf.get(row.benchmark) })), "axis");
    axes.sort((a, b) => results.axes.indexOf(a) - results.axes.indexOf(b));
    const domain = x.domainOf(rows, 0);
    const grid = x.panels(axes.length, width, 215);
    const steps = stages.filter((stage) => rows.some((row) => row.stage === stage));
    const line = 40;
    const head = 26;
    const rowsIn = (axis, stage) => rows.filter((row) => row.stage === stage && axisOf.get(row.benchmark) === axis);
    // Where panels stand side by side, a step begins at the same height in all of them.
    const aligned = grid.columns >= axes.length;
    const stepHeight = (axis, stage) => head + line * (aligned ? d3.max(axes, (one) => rowsIn(one, stage).length)
      : rowsIn(axis, stage).length);
    const heightOf = (axis) => d3.sum(steps, (stage) => stepHeight(axis, stage));
    const lines = d3.range(Math.ceil(axes.length / grid.columns)).map((i) =>
      d3.max(axes.slice(i * grid.columns, (i + 1) * grid.columns), heightOf) + 74);
    const svg = x.newSvg(figure, width, d3.sum(lines), rows);
    const bound = d3.max(rows, (row) => row.bound); // one mode, one bound
    axes.forEach((axis, p) => {
      const at = Math.floor(p / grid.columns);
      const panel = svg.append("g").attr("transform", placed(grid, p, d3.sum(lines.slice(0, at))));
      panel.append("text").attr("class", "strong").attr("y", 14).text(axis);
      const plot = panel.append("g").attr("transform", "translate(0,24)");
      const scale = d3.scaleLinear().domain(domain).range([14, grid.width - 16]).nice();
      const height = heightOf(axis);
      if (bound) {
        plot.append("rect").attr("class", "bound").attr("x", scale(-bound))
          .attr("width", scale(bound) - scale(-bound)).attr("height", height);
      }
      x.drawAxis(plot, scale, 0, height, 0, x.tick(rows[0].measure));
      let top = 0;
      for (const stage of steps) {
        x.drawLabel(plot, `${parentOf.get(stage)} → ${stage}`, 0, top + 18, false, true);
        rowsIn(axis, stage).forEach((row, i) => {
          const y = top + head + i * line;
          x.drawLabel(plot, row.benchmark, 0, y + 13, false, false);
          x.drawLabel(plot, x.marked(row.verdict, row.depends), grid.width, y + 13, true, false)
            .classed(x.tone(row.verdict), true);
          const group = titled(plot.append("g").attr("class", "mark"), row);
          if (row.low !== null) x.drawInterval(group, scale, y + 25, row.low, row.high);
          x.drawMark(group, x.verdictMark(row.verdict), scale(row.value), y + 25);
        });
        top += stepHeight(axis, stage);
      }
    });
    return rows;
  }

  // ---- coverage: identities down, themes across ----
  function coverage(figure, width) {
    const { benchmark, measure } = figure.dataset;
    const worst = new Map();
    for (const row of x.rowsOf(benchmark, measure)) {
      if (!x.isStep(row)) continue;
      const key = row.identity + "\n" + row.theme;
      const before = worst.get(key);
      if (!before || (row.detectable ?? Infinity) > (before.detectable ?? Infinity)) worst.set(key, row);
    }
    // a single name beside "all" has all items again, and the long table does not cross it
    const names = (column) => {
      const all = x.distinct([...worst.values()], column);
      return all.length === 2 && all[0] === "all" ? ["all"] : all;
    };
    const identities = names("identity");
    const themes = names("theme");
    const rows = [...worst.values()].filter((row) => identities.includes(row.identity) && themes.includes(row.theme));
    if (!rows.length) return null;
    const labels = x.widest(identities) + 14;
    const cell = 66;
    const wide = Math.min(96, Math.max(cell, (width - labels) / themes.length));
    const total = Math.max(width, labels + wide * themes.length);
    const line = 40;
    const slanted = d3.max(themes, (theme) => x.textWidth(theme)) > wide - 8;
    const top = slanted ? 18 + 0.75 * x.widest(themes) : 24;
    const svg = x.newSvg(figure, total, top + identities.length * line + 6, rows);
    const values = rows.map((row) => row.detectable).filter((value) => value !== null);
    const shade = d3.scaleLinear().domain(d3.extent(values)).range([0.42, 0.06]);
    themes.forEach((theme, t) => {
      const at = labels + t * wide + wide / 2;
      svg.append("text").attr("class", theme === "all" ? "strong" : "").attr("text-anchor", slanted ? "start"
        : "middle")
        .attr("transform", `translate(${at - (slanted ? 6 : 0)},${top - 8})${slanted ? " rotate(-45)" : ""}`)
        .text(theme);
    });
    identities.forEach((identity, i) => {
      svg.append("text").attr("class", identity === "all" ? "strong" : "").attr("x", labels - 10)
        .attr("y", top + i * line + line / 2 + 4).attr("text-anchor", "end").text(identity);
      themes.forEach((theme, t) => {
        const row = worst.get(identity + "\n" + theme);
        const place = svg.append("g").attr("transform", `translate(${labels + t * wide},${top + i * line})`);
        if (!row) {
          place.append("rect").attr("class", "frame").attr("width", wide - 2).attr("height", line - 2);
          return;
        }
        const group = titled(place.attr("class", "mark"), row);
        group.append("rect").attr("class", "cell").attr("width", wide - 2).attr("height", line - 2)
          .attr("fill-opacity", row.detectable === null ? 0 : shade(row.detectable));
        group.append("text").attr("x", wide / 2).attr("y", 16).attr("text-anchor", "middle").text(row.n);
        group.append("text").attr("x", wide / 2).attr("y", 32).attr("text-anchor", "middle")
          .text(x.detectable(row));
      });
    });
    return rows;
  }

  return { lineage, waterfall, shares, levels, forest, blind, coverage };
})();
