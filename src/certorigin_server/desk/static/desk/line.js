// Says in sight that the line is down while a page asks or keeps by itself, and takes it back when an
// answer comes. It decides nothing and sends nothing of its own: decision 25.
(() => {
  const told = document.getElementById("no-line");
  const isProxy = (xhr) => [502, 503, 504].includes(xhr.status) && !xhr.getResponseHeader("HX-Retarget");
  const kept = () => document.getElementById("kept");
  const lost = () => { told.hidden = false; };
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (isProxy(event.detail.xhr)) { event.detail.shouldSwap = false; lost(); }
    else if (event.detail.target.id === "kept" || !kept()) { told.hidden = true; }
  });
  // What was typed meanwhile is kept as soon as the browser has a line again, or the server answers.
  const again = () => kept()?.closest("form").dispatchEvent(new Event("change", { bubbles: true }));
  window.addEventListener("online", again);
  setInterval(() => { if (!told.hidden) { again(); } }, 10000);
})();
