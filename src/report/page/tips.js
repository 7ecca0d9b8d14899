// What a mark of a figure says, for fingers and keyboards: a pointer that hovers is told by the browser, from the mark's
// <title>. A figure is one stop of the Tab key; arrows lead from mark to mark; a tap takes the nearest; Escape closes.
// And what a term means, where the text links it to the list of words.
"use strict";
xylem.tips = (() => {
  const reach = 16; // pixels that a finger may miss a mark by
  const tip = document.createElement("div");
  Object.assign(tip, { id: "tip", role: "tooltip", hidden: true });
  document.body.append(tip);
  const hide = () => { tip.hidden = true; };

  // Below the mark, or above it where the window ends.
  function show(mark, text = mark.getAttribute("aria-label")) {
    tip.textContent = text;
    tip.hidden = false;
    const at = mark.getBoundingClientRect();
    const box = tip.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left + at.width / 2 - box.width / 2, width - box.width - 8));
    const below = at.bottom + 8 + box.height <= window.innerHeight;
    tip.style.left = `${left + window.scrollX}px`;
    tip.style.top = `${(below ? at.bottom + 8 : Math.max(0, at.top - 8 - box.height)) + window.scrollY}px`;
  }

  const distance = (box, x, y) =>
    Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  function nearest(marks, x, y) {
    const away = marks.map((mark) => distance(mark.getBoundingClientRect(), x, y));
    const least = Math.min(...away);
    return least <= reach ? marks[away.indexOf(least)] : null;
  }

  const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

  function attach(plot) {
    hide();
    const marks = [...plot.querySelectorAll("svg :not(svg) > title")].map((title) => title.parentElement);
    const stop = (mark) => marks.forEach((one) => one.setAttribute("tabindex", one === mark ? 0 : -1));
    for (const mark of marks) {
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", mark.querySelector("title").textContent);
      mark.addEventListener("focus", () => { stop(mark); show(mark); });
      mark.addEventListener("blur", hide);
      mark.addEventListener("keydown", (event) => {
        if (!(event.key in moves)) return;
        event.preventDefault();
        const to = marks.indexOf(mark) + moves[event.key];
        marks[Math.max(0, Math.min(to, marks.length - 1))].focus();
      });
    }
    stop(marks[0]);
    plot.onscroll = hide;
    plot.onclick = (event) => {
      const mark = nearest(marks, event.clientX, event.clientY);
      if (mark) mark.focus({ preventScroll: true });
      if (mark && tip.hidden) show(mark); // the same again, after Escape
      if (!mark) hide();
    };
  }
  // A tap shows the meaning; a click and the Enter key lead to the list.
  for (const link of document.querySelectorAll("dfn a")) {
    const tell = () => {
      show(link, document.querySelector(`${link.hash} + dd`).textContent);
      link.setAttribute("aria-describedby", "tip");
    };
    const untell = () => {
      hide();
      link.removeAttribute("aria-describedby");
    };
    let touched = false;
    link.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    link.addEventListener("click", (event) => {
      if (!touched) return;
      event.preventDefault();
      tell();
    });
    for (const name of ["focus", "pointerenter"]) link.addEventListener(name, tell);
    for (const name of ["blur", "pointerleave"]) link.addEventListener(name, untell);
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  return { attach };
})();
