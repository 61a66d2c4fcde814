// Takes what was typed along when a page changes its language: decision 26. A form with rows is shown
// again by the server; of others this tab keeps what was typed until the page is back, and no longer.
"use strict";

(() => {
  const KEY = "certorigin.typed";
  const chooser = document.querySelector("form.language");
  const main = document.querySelector("main");
  // Nothing that belongs to one sending, no secret, and no file: a browser lets nobody put one back.
  const LEFT = "button, [type=hidden], [type=submit], [type=password], [type=file]";
  const ROWS = "button[value^='add:'], button[value^='remove:'], button[value^='open:']";
  if (!chooser) return;

  // Every field of the page, by the turn of its form, its name, and its turn among those of one name.
  function fields() {
    const found = new Map();
    main.querySelectorAll("form").forEach((form, place) => {
      const turns = {};
      for (const one of form.elements) {
        if (!one.name || one.matches(LEFT)) continue;
        turns[one.name] = (turns[one.name] ?? 0) + 1;
        found.set(`${place} ${one.name} ${turns[one.name]}`, one);
      }
    });
    return found;
  }

  const isBox = (one) => one.type === "checkbox" || one.type === "radio";

  function isTyped(one) {
    if (main.dataset.answer) return true; // what was sent and refused is kept nowhere
    if (isBox(one)) return one.checked !== one.defaultChecked;
    if (!one.options) return one.value !== one.defaultValue;
    return one.selectedIndex !== Math.max([...one.options].findIndex((choice) => choice.defaultSelected), 0);
  }

  // A comma stands before decimals in all our languages but English.
  function figure(one, language) {
    const isFigure = one.inputMode === "decimal" && /^-?[\d\s]+[.,]\d+$/.test(one.value);
    return isFigure ? one.value.replace(/[.,]/, language === "en" ? "." : ",") : one.value;
  }

  async function showAgain(form, language) {
    const body = new FormData(chooser);
    try {
      await fetch(chooser.action, { method: "POST", body, redirect: "manual" });
    } catch {
      document.getElementById("no-line").hidden = false;
      return;
    }
    for (const one of form.elements) if (one.inputMode === "decimal") one.value = figure(one, language);
    const order = Object.assign(document.createElement("button"), { name: "order", value: "show" });
    order.formNoValidate = order.hidden = true;
    form.append(order);
    form.requestSubmit(order);
  }

  function keep(typed, language) {
    const said = typed.map(([name, one]) => [name, isBox(one) ? one.checked : figure(one, language)]);
    sessionStorage.setItem(KEY, JSON.stringify({ path: chooser.elements.next.value, said }));
  }

  chooser.addEventListener("submit", (event) => {
    const typed = [...fields()].filter(([, one]) => isTyped(one));
    const files = [...main.querySelectorAll("[type=file]")].some((one) => one.files.length);
    const rows = typed.map(([, one]) => one.form).find((form) => form.querySelector(ROWS));
    const language = chooser.elements.language.value;
    if (files && !window.confirm(chooser.dataset.files)) {
      event.preventDefault();
      chooser.reset();
    } else if (rows) {
      event.preventDefault();
      showAgain(rows, language);
    } else if (typed.length) {
      keep(typed, language);
    }
  });

  function give(one, said) {
    if (isBox(one)) one.checked = said;
    else if (!one.options || [...one.options].some((choice) => choice.value === said)) one.value = said;
    const folded = one.closest("details");
    if (folded) folded.open = true;
  }

  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (kept?.path !== location.pathname + location.search) return;
  const here = fields();
  const given = kept.said.filter(([name]) => here.has(name));
  for (const [name, said] of given) give(here.get(name), said);
  const forms = new Set(given.map(([name]) => here.get(name).form));
  const tell = (form) => form.dispatchEvent(new Event("change", { bubbles: true }));
  window.addEventListener("load", () => forms.forEach(tell)); // by then htmx listens
})();
