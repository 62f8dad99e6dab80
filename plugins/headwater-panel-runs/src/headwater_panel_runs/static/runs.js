// What the pages of runs do beside htmx: logs that stay at their end, lines of a timeline that
// light up.
(() => {
  const lines = () => document.getElementById("log-lines");
  const follow = () => document.querySelector("[data-follow]");
  const toEnd = () => {
    const element = lines();
    if (element && follow()?.checked) element.scrollTop = element.scrollHeight;
  };
  const atEnd = (element) => element.scrollHeight - element.scrollTop - element.clientHeight < 24;
  let wanted = true;

  const begin = () => {
    const element = lines();
    if (!element || element.dataset.begun !== undefined) return;
    element.dataset.begun = "";
    const label = document.querySelector("[data-follow-label]");
    label.hidden = !document.getElementById("log-next");
    follow().checked = wanted;
    follow().addEventListener("change", () => {
      wanted = follow().checked;
      toEnd();
    });
    // Who scrolls up wants to read there; who comes back to the end wants to follow again.
    element.addEventListener("scroll", () => {
      if (!document.getElementById("log-next")) return;
      wanted = follow().checked = atEnd(element);
    });
    element.scrollTop = element.scrollHeight;
  };
  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:afterSettle", (event) => {
    begin();
    if (event.detail.elt.closest?.("#log-lines") || event.detail.target?.id === "log") toEnd();
    const label = document.querySelector("[data-follow-label]");
    if (label) label.hidden = !document.getElementById("log-next");
  });
  if (document.readyState !== "loading") begin();

  // Earlier lines push what is read down; keep it in its place.
  let height = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    height = event.detail.elt.id === "log-earlier" ? lines().scrollHeight - lines().scrollTop : null;
  });
  document.addEventListener("htmx:afterSwap", () => {
    if (height !== null && lines()) lines().scrollTop = lines().scrollHeight - height;
    height = null;
  });

  // What a row of the timeline was given, and what it gave.
  const light = (event) => {
    const row = event.target.closest?.(".gantt-rows li");
    if (!row && event.type === "mouseover" && !event.target.closest?.(".gantt")) return;
    for (const edge of document.querySelectorAll(".edges g"))
      edge.classList.toggle("lit", row != null && [edge.dataset.from, edge.dataset.to].includes(row.dataset.row));
  };
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
})();
