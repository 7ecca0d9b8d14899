// What the figures share: the data that the page carries, numbers as text, pieces of SVG, and downloads. Nothing is
// computed here but places on the screen.
"use strict";
const xylem = (() => {
  const results = JSON.parse(document.getElementById("xylem-results").textContent);
  const { columns, texts, names, rows: packed } = results.measures;
  const isText = columns.map((column) => texts.includes(column));
  const measures = packed.map((row) =>
    Object.fromEntries(columns.map((column, i) => [column, isText[i] ? names[row[i]] : row[i]])));
  const stages = results.stages.map((stage) => stage.name);
  const parentOf = new Map(results.stages.map((stage) => [stage.name, stage.parent]));
  const benchmarks = results.benchmarks;
  const { verdicts } = results;
  const marked = (verdict, depends) => `${verdicts[verdict]?.mark ?? ""} ${verdict}${depends ? " †" : ""}`;

  // What a measure is. Names that the long table does not have are values of items, in nats.
  const kindOf = (measure) => results.kinds[measure] ?? { unit: "nats", change: false, parity: null };
  const isRate = (measure) => ["share", "points"].includes(kindOf(measure).unit);
  const isStep = (row) => row.against !== "" && row.against === parentOf.get(row.stage);
  const distinct = (rows, key) => [...new Set(rows.map((row) => row[key]))];
  const rowsOf = (benchmark, measure) =>
    measures.filter((row) => row.benchmark === benchmark && row.measure === measure && row.value !== null);
  const cellName = (row) =>
    row.identity === "all" ? (row.theme === "all" ? "all items" : row.theme)
      : row.theme === "all" ? row.identity : `${row.identity} · ${row.theme}`;

  // ---- numbers: as results/number.c writes them ----
  const unitOf = (measure) => (isRate(measure) ? (kindOf(measure).change ? " pp" : "%") : "");
  const shown = (measure, value) => (isRate(measure) ? 100 * value : value);
  const twoDigits = (value) => Math.max(1 - Math.floor(Math.log10(value)), 0);
  function decimalsOf(row) {
    let decimals = isRate(row.measure) ? 1 : 3;
    if (row.low === null || row.low === undefined) return decimals;
    const ends = [shown(row.measure, row.low), shown(row.measure, row.high)];
    const half = (ends[1] - ends[0]) / 2;
    if (!isRate(row.measure) && half > 0) {
      const asked = twoDigits(half);
      decimals = half >= 10 ? 0 : half >= 1 ? 1 : Math.min(6, Math.max(2, half * 10 ** asked >= 35.5 ? asked - 1 : asked));
    }
    for (let more = 0; more < 2; more++) {
      if (ends.some((end) => end !== 0 && Math.abs(end) < 0.5 * 10 ** -decimals)) decimals++;
    }
    return decimals;
  }
  function digits(measure, value, decimals) {
    const text = Math.abs(shown(measure, value)).toFixed(decimals);
    if (Number(text) === 0) return text;
    return (value < 0 ? "−" : !isRate(measure) || kindOf(measure).change ? "+" : "") + text;
  }
  function format(measure, value) {
    if (value === null || value === undefined) return "–";
    return digits(measure, value, isRate(measure) ? 1 : 3) + unitOf(measure);
  }
  // A row's value, and with its interval, in the digits that the interval allows.
  const valueOf = (row) => (row.value === null ? "–"
    : digits(row.measure, row.value, decimalsOf(row)) + unitOf(row.measure));
  const estimateOf = (row) => valueOf(row) + (row.low === null ? "" : " ["
    + [row.low, row.high].map((end) => digits(row.measure, end, decimalsOf(row))).join(", ") + "]");
  const tick = (measure) => (value) => {
    const text = isRate(measure)
      ? (kindOf(measure).change ? d3.format("+.0f")(100 * value) : d3.format(".0f")(100 * value) + "%")
      : d3.format("+.6~f")(value); // the digits that the place needs: a gap per byte is small
    return (Math.abs(value) < 1e-12 ? text.replace("+", "") : text).replace("-", "−");
  };
  // The smallest detectable effect.
  function detectable(row) {
    if (row.detectable === null) return "none";
    const size = shown(row.measure, row.detectable);
    return `±${size.toFixed(size > 0 ? Math.min(100, twoDigits(size)) : 1)}${isRate(row.measure) ? " pp" : ""}`;
  }
  const qText = (q) => (q === null ? "" : q < 0.001 ? "q < 0.001" : `q ${q.toFixed(3)}`);

  function describe(row) {
    return `${row.against && isStep(row) ? row.against + " → " : ""}${row.stage}, ${cellName(row)}: ` +
      `${estimateOf(row)}, ${row.n} items in ${row.clusters} clusters` +
      `${row.q === null ? "" : ", " + qText(row.q)}${row.verdict ? ", " + row.verdict : ""}` +
      `${row.depends ? ", depends on the " + row.depends : ""}${row.level ? "; " + row.level : ""}`;
  }

  // ---- marks: shapes and colours as results/marks.c has them ----
  const { verdictMarks, stageMarks, sumMark, plainMark } = results;
  const stageMark = (stage) => stageMarks[Math.max(0, stages.indexOf(stage)) % stageMarks.length];
  const style = (stage) => stageMark(stage).style;
  const verdictMark = (verdict) => verdictMarks[verdict] ?? plainMark;
  function drawMark(group, mark, at, y, r = 5) {
    group.append("path").attr("class", `shape ${mark.style}${mark.hollow ? " hollow" : ""}`).attr("d", mark.path)
      .attr("stroke-width", mark.hollow ? 1.5 / r : 0).attr("transform", `translate(${at},${y}) scale(${r})`);
  }
  const tone = (verdict) => verdicts[verdict]?.tone ?? "even";

  // ---- SVG ----
  const measurer = document.createElement("canvas").getContext("2d");
  function textWidth(text, strong = false) {
    measurer.font = `${strong ? "650 " : ""}13px ${getComputedStyle(document.body).fontFamily}`;
    return measurer.measureText(text).width;
  }
  const widest = (list) => d3.max(list, (text) => textWidth(text)) ?? 0;

  // One picture per figure, with its title and what it shows in words.
  function newSvg(figure, width, height, described) {
    const title = figure.querySelector(".title").textContent;
    const svg = d3.select(figure).select(".plot").append("svg").attr("xmlns", "http://www.w3.org/2000/svg")
      .attr("width", width).attr("height", height).attr("viewBox", `0 0 ${width} ${height}`)
      .attr("role", "group").attr("aria-labelledby", `${figure.id}-title ${figure.id}-desc`);
    svg.append("title").attr("id", `${figure.id}-title`).text(title);
    const most = 60;
    svg.append("desc").attr("id", `${figure.id}-desc`).text(`${figure.dataset.alt} ` +
      described.slice(0, most).map(describe).join("; ") +
      (described.length > most ? `; and ${described.length - most} more, in the table.` : "."));
    return svg;
  }

  function drawAxis(svg, x, top, bottom, parity, tickFormat, every = 70) {
    const axis = svg.append("g").attr("aria-hidden", "true");
    const count = Math.max(2, Math.floor(Math.abs(x.range()[1] - x.range()[0]) / every));
    for (const at of x.ticks(count)) {
      axis.append("line").attr("class", "grid").attr("x1", x(at)).attr("x2", x(at)).attr("y1", top).attr("y2", bottom);
      axis.append("text").attr("class", "soft").attr("x", x(at)).attr("y", bottom + 16)
        .attr("text-anchor", "middle").text(tickFormat(at));
    }
    if (parity !== null) {
      axis.append("line").attr("class", "parity").attr("x1", x(parity)).attr("x2", x(parity))
        .attr("y1", top).attr("y2", bottom);
    }
  }

  function drawInterval(group, x, y, low, high, kind = "whisker") {
    group.append("line").attr("class", kind).attr("x1", x(low)).attr("x2", x(high)).attr("y1", y).attr("y2", y);
    for (const end of [low, high]) {
      group.append("line").attr("class", kind).attr("x1", x(end)).attr("x2", x(end)).attr("y1", y - 3.5)
        .attr("y2", y + 3.5);
    }
  }

  // A label at the left of a row, or on narrow screens above it. Lines do not cross it: it stands on the ground, or on
  // the band that lies under every other row.
  const onBand = (i) => (i % 2 === 0 ? " on-band" : "");
  function drawLabel(svg, text, x, y, end, strong, ground = "") {
    return svg.append("text").attr("class", `label${ground}${strong ? " strong" : ""}`).attr("x", x).attr("y", y)
      .attr("text-anchor", end ? "end" : "start").text(text);
  }

  function drawLegend(svg, list, x, y, width) {
    let at = x;
    let row = y;
    for (const name of list) {
      const wide = textWidth(name) + 36;
      if (at + wide > x + width && at > x) {
        at = x;
        row += 20;
      }
      drawMark(svg, stageMark(name), at + 7, row - 4);
      svg.append("text").attr("x", at + 18).attr("y", row).text(name);
      at += wide;
    }
    return row;
  }
  function legendHeight(list, width) {
    let at = 0;
    let lines = 1;
    for (const name of list) {
      const wide = textWidth(name) + 36;
      if (at + wide > width && at > 0) {
        at = 0;
        lines++;
      }
      at += wide;
    }
    return 20 * lines + 6;
  }

  // The domain of an axis: every interval, and the line of no effect.
  function domainOf(rows, parity) {
    const values = rows.flatMap((row) => [row.value, row.low ?? row.value, row.high ?? row.value]);
    const [low, high] = d3.extent(parity === null ? values : values.concat(parity));
    return low === high ? [low - 1, high + 1] : [low, high];
  }

  // Columns of panels that fit, and the width of each.
  function panels(n, width, least = 320, gap = 28) {
    const fit = Math.max(1, Math.min(n, Math.floor((width + gap) / (least + gap))));
    const columns = Math.ceil(n / Math.ceil(n / fit)); // lines of equal length
    return { columns, gap, width: (width - gap * (columns - 1)) / columns };
  }

  // ---- downloads ----
  // Properties that a picture takes from the style sheet, with the values that go without saying.
  const kept = [["fill", ""], ["fill-opacity", "1"], ["stroke", "none"], ["stroke-width", "1px"],
    ["stroke-dasharray", "none"], ["stroke-linejoin", "miter"], ["paint-order", "normal"], ["font-family", ""],
    ["font-size", ""], ["font-weight", "400"]];
  const shapes = ["path", "line", "rect", "circle", "text"];
  function svgText(svg) {
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll("*")];
    const to = [copy, ...copy.querySelectorAll("*")];
    from.forEach((element, i) => {
      const computed = getComputedStyle(element);
      to[i].removeAttribute("class");
      if (!shapes.includes(element.tagName)) return;
      for (const [name, initial] of kept) {
        const value = computed.getPropertyValue(name);
        const matters = value !== initial && (element.tagName === "text" || !name.startsWith("font")) &&
          (computed.stroke !== "none" || !name.startsWith("stroke-"));
        if (matters) to[i].setAttribute(name, value);
      }
    });
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    ground.setAttribute("width", "100%");
    ground.setAttribute("height", "100%");
    ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
    copy.insertBefore(ground, copy.querySelector("desc").nextSibling);
    return new XMLSerializer().serializeToString(copy);
  }
  function csvText(rows) {
    const heads = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => name !== "row");
    const cell = (value) => {
      const plain = value === null || value === undefined ? "" : String(Array.isArray(value) ? value.join(" ") : value);
      // A text, not a number, that a spreadsheet would run as a formula.
      const text = typeof value !== "number" && /^[=+\-@\t\r\n＝＋－＠]/.test(plain) ? "'" + plain : plain;
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return [heads.join(","), ...rows.map((row) => heads.map((name) => cell(row[name])).join(","))].join("\r\n") +
      "\r\n";
  }
  function download(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000); // not before the browser has read it
  }

  const whole = (row) => row.identity === "all" && row.theme === "all";
  // Where panel p of a grid stands.
  const placed = (grid, p, top) => `translate(${(p % grid.columns) * (grid.width + grid.gap)},${top})`;

  // All items, then identities, then themes, as a benchmark's rows have them.
  function cellsOf(rows) {
    const cells = [];
    const add = (identity, theme) => {
      const all = identity === "all" && theme === "all";
      if (rows.some((row) => row.identity === identity && row.theme === theme)) {
        cells.push({ identity, theme, all, name: all ? "all items" : theme === "all" ? identity : theme });
      }
    };
    add("all", "all");
    for (const identity of distinct(rows, "identity")) if (identity !== "all") add(identity, "all");
    for (const theme of distinct(rows, "theme")) if (theme !== "all") add("all", theme);
    return cells;
  }

  return { results, measures, stages, parentOf, benchmarks, verdicts, marked, kindOf, isStep, distinct, rowsOf,
    cellName, format, valueOf, estimateOf, tick, detectable, describe, style, stageMark, verdictMark,
    sumMark, drawMark, tone, textWidth, widest, newSvg, drawAxis,
    drawInterval, onBand, drawLabel, drawLegend, legendHeight, domainOf, panels, whole, placed, cellsOf, svgText, csvText,
    download };
})();
