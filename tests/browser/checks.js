// Checks of a page as a whole, run inside it: names, landmarks, headings, text size, contrast. What axe-core looks for,
// as far as this page needs it. Each returns a list of what is wrong.
(() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const brief = (element) =>
    `${element.tagName.toLowerCase()}#${element.closest("[id]")?.id}: ${element.textContent.trim().slice(0, 40)}`;

  function nameOf(element) {
    const label = element.getAttribute("aria-label");
    if (label) return label;
    const by = element.getAttribute("aria-labelledby");
    if (by) return by.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
    if (element.labels?.length) return [...element.labels].map((one) => one.textContent).join(" ").trim();
    return element.textContent.trim();
  }

  function names() {
    const wanted = "a[href], button, input, select, summary, svg[role=img], nav, [role=region], [role=group]";
    const wrong = all(wanted).filter((element) => !nameOf(element)).map((one) => `no name: ${brief(one)}`);
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    wrong.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `id twice: ${id}`));
    for (const one of document.querySelectorAll("a[href^='#']")) {
      const to = one.getAttribute("href");
      if (!document.getElementById(to.slice(1))) wrong.push(`leads nowhere: ${to}`);
    }
    for (const one of document.querySelectorAll("[aria-labelledby]")) {
      for (const id of one.getAttribute("aria-labelledby").split(" ")) {
        if (!document.getElementById(id)) wrong.push(`labelled by nothing: ${id}`);
      }
    }
    return wrong;
  }

  function structure() {
    const wrong = [];
    for (const tag of ["header", "nav", "main", "footer"]) {
      if (all(tag).length !== 1) wrong.push(`${all(tag).length} ${tag}`);
    }
    if (!document.documentElement.lang) wrong.push("no language");
    const levels = all("h1, h2, h3, h4, h5, h6").map((one) => Number(one.tagName[1]));
    if (levels.filter((level) => level === 1).length !== 1) wrong.push("not one h1");
    levels.forEach((level, i) => {
      if (i > 0 && level > levels[i - 1] + 1) wrong.push(`h${levels[i - 1]} is followed by h${level}`);
    });
    for (const one of document.querySelectorAll("th")) if (!one.scope) wrong.push(`th without scope: ${brief(one)}`);
    for (const one of all("*")) {
      const style = getComputedStyle(one);
      const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY) &&
        (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
      if (scrolls && one !== document.documentElement
        && one.tabIndex < 0) wrong.push(`scrolls without keyboard: ${brief(one)}`);
    }
    return wrong;
  }

  // Elements with text of their own.
  const lettered = () => all("body *").filter((one) => !["SCRIPT", "STYLE", "TITLE", "DESC", "title", "desc",
    "OPTION"].includes(one.tagName) &&
    !one.closest(".unseen, .skip") && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));

  function sizes() {
    return lettered().filter((one) => parseFloat(getComputedStyle(one).fontSize) < 12)
      .map((one) => `${getComputedStyle(one).fontSize}: ${brief(one)}`);
  }

  const parse = (text) => {
    const parts = (text.match(/[\d.]+/g) ?? []).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : parts.length ? 1 : 0 };
  };
  const over = (top, share, below) => top.map((value, i) => share * value + (1 - share) * below[i]);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const c = value / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };

  function groundOf(element) {
    for (let at = element; at; at = at.parentElement) {
      const ground = parse(getComputedStyle(at).backgroundColor);
      if (ground.alpha === 1) return ground.rgb;
    }
    return [255, 255, 255];
  }

  // What may lie under a text of a figure: the page, a band, and the rectangle of its own group.
  function groundsOf(text) {
    const svg = text.closest("svg");
    const ground = groundOf(svg);
    const grounds = [ground, ...[...svg.querySelectorAll(".band, .box")].slice(0,
      1).map((one) => parse(getComputedStyle(one).fill).rgb)];
    const cell = text.parentElement.querySelector(".cell");
    if (cell) {
      const style = getComputedStyle(cell);
      grounds.push(over(parse(style.fill).rgb, Number(style.fillOpacity), ground));
    }
    return grounds;
  }

  function contrast() {
    const wrong = [];
    for (const one of lettered()) {
      const style = getComputedStyle(one);
      const inFigure = one.namespaceURI.endsWith("svg");
      const colour = parse(inFigure ? style.fill : style.color).rgb;
      const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66
        && Number(style.fontWeight) >= 700);
      const worst = Math.min(...(inFigure ? groundsOf(one) : [groundOf(one)]).map((ground) => ratio(colour, ground)));
      if (worst < (large ? 3 : 4.5)) wrong.push(`${worst.toFixed(2)}: ${brief(one)}`);
    }
    return [...new Set(wrong)];
  }

  window.checks = { names, structure, sizes, contrast };
})();
