// The items' pages at work: a search within a page or over the index's labels, kept in the address, and texts that are
// shown when the reader asks. Without scripts every item and label is listed, and texts open at a click.
"use strict";
(() => {
  const { all, make } = shared;
  const count = (n) => n.toLocaleString("en");

  // ---- the address: "#find=TEXT", or an item's id ----
  const foundIn = () => (location.hash.startsWith("#find=") ? decodeURIComponent(location.hash.slice(6)) : "");
  const keep = (text) => history.replaceState(null, "", text === "" ? location.pathname + location.search
    : `#find=${encodeURIComponent(text)}`);

  // A field whose text the rows must have; `told` follows what is listed.
  function searchOver(bar, label, rows, what, told) {
    const field = make("input", { type: "search", size: 18, id: "item-search" });
    const output = make("output");
    function filter() {
      const wanted = field.value.toLowerCase();
      let n = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        n += !row.hidden;
      }
      output.textContent = `${count(n)} of ${count(rows.length)} ${what}`;
      told();
    }
    field.addEventListener("input", () => { keep(field.value); filter(); });
    window.addEventListener("hashchange", () => { read(); filter(); });
    const read = () => {
      if (location.hash.startsWith("#find=") || field.value !== "") field.value = foundIn();
    };
    bar.prepend(make("label", {}, label, field));
    bar.append(output);
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "What is listed");
    bar.hidden = false;
    read();
    filter();
  }

  const labels = document.getElementById("label-controls");
  if (labels) {
    const sections = all("main section");
    searchOver(labels, "Label has", all("main tbody tr"), "labels", () => {
      for (const section of sections) section.hidden = all("tbody tr", section).every((row) => row.hidden);
    });
    return;
  }

  // ---- texts ----
  const texts = all("details.text");
  const { button, label } = shared.showTexts(texts, {
    name: `xylem-shown ${location.pathname}`,
    keyOf: (details) => details.closest("li").id,
    listed: () => texts.filter((one) => !one.closest("li").hidden),
  });
  const bar = document.getElementById("item-controls");
  bar.append(button);
  searchOver(bar, "Identity, theme, text or id has", all("#item-list > li"), "items", label);
})();
