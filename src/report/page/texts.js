// What the report's page and the pages of its items share: elements, and texts that are shown when the reader asks and
// remembered until the window is closed.
"use strict";
const shared = (() => {
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Where the browser keeps nothing for pages from disk, nothing is remembered.
  function recall(name) {
    try {
      return new Set(JSON.parse(sessionStorage.getItem(name) ?? "[]"));
    } catch {
      return new Set();
    }
  }
  function remember(name, keys) {
    try {
      sessionStorage.setItem(name, JSON.stringify(keys));
    } catch {
      // kept for this view alone
    }
  }

  // Opens those of the texts that were open, by their keys under `name`, and makes the button that opens or closes what
  // `listed` says; `opening` is told of these before. `label` follows what is listed.
  function showTexts(texts, { name, keyOf, listed, opening = () => {} }) {
    const button = make("button", { type: "button", id: "all-texts" });
    function label() {
      const some = listed();
      button.textContent = some.length > 0 && some.every((one) => one.open) ? "Hide all texts" : "Show all texts";
    }
    button.addEventListener("click", () => {
      const open = button.textContent.startsWith("Show");
      if (open) opening(listed());
      for (const one of listed()) one.open = open;
      label();
    });
    const shown = recall(name);
    for (const one of texts) {
      if (shown.has(keyOf(one))) one.open = true;
      one.addEventListener("toggle", () => {
        remember(name, texts.filter((each) => each.open).map(keyOf));
        label();
      });
    }
    return { button, label };
  }

  return { all, make, showTexts };
})();
