// Keeps what somebody types while rows are being added or taken away: the answer that replaces the
// rows holds only what had been sent before. It sends and stores nothing: decision 27.
"use strict";

(() => {
  const sent = new WeakMap(); // what the fields held when a request left, by the request
  const held = new WeakMap(); // what was typed since, from just before the answer stands until it does
  const isBox = (one) => one.type === "checkbox" || one.type === "radio";
  const said = (one) => (isBox(one) ? one.checked : one.value);
  const isOrder = (detail) => detail.requestConfig.elt.matches("button[name='order']");

  // Every field of the rows, by its name and its turn among those of one name.
  function fields(rows) {
    const found = new Map();
    for (const one of rows.querySelectorAll("input[name], select[name], textarea[name]")) {
      let turn = 1;
      while (found.has(`${turn} ${one.name}`)) turn += 1;
      found.set(`${turn} ${one.name}`, one);
    }
    return found;
  }

  // Where a field stands after the order: rows behind one that went move up, and its own are gone.
  function moved(name, order) {
    const gone = /^remove:(.*)\[(\d+)\]$/.exec(order);
    const [turn, place] = [name.slice(0, name.indexOf(" ") + 1), name.slice(name.indexOf(" ") + 1)];
    if (!gone || !place.startsWith(`${gone[1]}[`)) return name;
    const rest = place.slice(gone[1].length + 1);
    const row = parseInt(rest, 10);
    if (row === Number(gone[2])) return "";
    return row < Number(gone[2]) ? name : `${turn}${gone[1]}[${row - 1}${rest.slice(rest.indexOf("]"))}`;
  }

  document.addEventListener("htmx:beforeSend", ({ detail }) => {
    if (!isOrder(detail)) return;
    const was = [...fields(detail.target)].map(([name, one]) => [name, said(one)]);
    sent.set(detail.xhr, new Map(was));
  });

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const was = sent.get(detail.xhr);
    if (!was || !detail.shouldSwap) return;
    const order = detail.requestConfig.elt.value;
    const typed = [...fields(detail.target)].filter(([name, one]) => was.get(name) !== said(one));
    held.set(detail.xhr, typed.map(([name, one]) => [moved(name, order), one, document.activeElement === one]));
  });

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const typed = held.get(detail.xhr) ?? [];
    const rows = document.getElementById(detail.target.id);
    if (!typed.length || !rows) return;
    const here = fields(rows);
    for (const [name, was, isAt] of typed) {
      const one = here.get(name);
      if (!one) continue;
      if (isBox(one)) one.checked = was.checked;
      else one.value = was.value;
      if (isAt) stay(rows, one, was);
    }
  });

  // Who types on stays where they type: the new row does not take the focus.
  function stay(rows, one, was) {
    for (const other of rows.querySelectorAll("[autofocus]")) other.removeAttribute("autofocus");
    one.focus({ preventScroll: true });
    if (typeof was.selectionStart === "number") one.setSelectionRange(was.selectionStart, was.selectionEnd);
  }
})();
