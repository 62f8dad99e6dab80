// What pages do beside htmx. All of them can be read without it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  // The theme.
  for (const toggle of document.querySelectorAll("[data-theme-toggle]")) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
      root.dataset.theme = now === "dark" ? "light" : "dark";
      try {
        localStorage.setItem("headwater-theme", root.dataset.theme);
      } catch {
        // Storage may be forbidden; then the theme holds for this page.
      }
    });
  }

  // Addresses of filters have what was chosen only.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "filters") return;
    const said = event.detail.formData;
    for (const name of new Set(said.keys())) {
      const values = said.getAll(name).filter((value) => value !== "");
      said.delete(name);
      for (const value of values) said.append(name, value);
    }
    // A chosen time goes with another choice.
    if (said.get("since") !== "chosen") for (const name of ["from", "until"]) said.delete(name);
  });

  // Times: how far they are goes on, exact ones are those of the reader's zone.
  const units = [[31536000, "year"], [2592000, "month"], [86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
  const ago = (seconds) => {
    const size = Math.abs(seconds);
    if (size < 5) return "just now";
    const [unit, name] = units.find(([unit]) => size >= unit);
    const count = Math.floor(size / unit);
    const words = `${count} ${name}${count === 1 ? "" : "s"}`;
    return seconds > 0 ? `${words} ago` : `in ${words}`;
  };
  const lasting = (seconds) => {
    if (seconds < 60) return `${seconds.toFixed(1)} s`;
    const whole = Math.floor(seconds);
    const pairs = [[86400, "d", 3600, "h"], [3600, "h", 60, "min"], [60, "min", 1, "s"]];
    const [unit, name, smaller, smallerName] = pairs.find(([unit]) => whole >= unit);
    const rest = Math.floor((whole % unit) / smaller);
    return `${Math.floor(whole / unit)} ${name}${rest ? ` ${rest} ${smallerName}` : ""}`;
  };
  const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const tick = () => {
    if (document.hidden) return;
    const now = Date.now();
    for (const time of document.querySelectorAll("time[data-ago]"))
      say(time, ago((now - Date.parse(time.dateTime)) / 1000));
    for (const span of document.querySelectorAll("[data-since]"))
      say(span, lasting(Math.max(0, Number(span.dataset.seconds) + (now - Date.parse(span.dataset.since)) / 1000)));
  };
  const two = (number, width = 2) => String(number).padStart(width, "0");
  const localise = (within) => {
    for (const time of within.querySelectorAll("time[data-clock]:not([data-local])")) {
      const moment = new Date(time.dateTime);
      say(time, `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}.${two(moment.getMilliseconds(), 3)}`);
      time.dataset.local = "";
    }
    for (const time of within.querySelectorAll("time[title]:not([data-exact])")) {
      time.title = `${new Date(time.dateTime).toLocaleString()} (${time.title})`;
      time.dataset.exact = "";
    }
  };
  localise(document);
  tick();
  setInterval(tick, 1000);

  // Live parts rest while nobody sees the page, and look at once when somebody does.
  const live = (element) => element instanceof Element && element.hasAttribute("data-live");
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && live(event.detail.elt)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    tick();
    for (const element of document.querySelectorAll("[data-live]")) htmx.trigger(element, "seen");
  });

  // A chart is one stop of the Tab key; arrows walk along its bars.
  const bars = (chart) => [...chart.querySelectorAll("a")];
  const rove = () => {
    for (const chart of document.querySelectorAll("svg[data-roving]:not([data-walks])")) {
      chart.dataset.walks = "";
      bars(chart).slice(0, -1).forEach((bar) => bar.setAttribute("tabindex", "-1"));
    }
  };
  document.addEventListener("keydown", (event) => {
    const chart = event.target.closest?.("svg[data-roving]");
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!chart || !step) return;
    const all = bars(chart), place = all.indexOf(event.target.closest("a"));
    const next = all[Math.min(all.length - 1, Math.max(0, place + step))];
    all.forEach((bar) => bar.setAttribute("tabindex", bar === next ? "0" : "-1"));
    next.focus();
    event.preventDefault();
  });
  document.addEventListener("htmx:afterSettle", rove);
  rove();

  // A card that failed shows its error. Other parts keep what they have, and the page says so.
  const notice = document.querySelector("[data-offline]");
  document.addEventListener("htmx:beforeSwap", (event) => {
    const body = event.detail.elt.closest?.(".card-body");
    if (body && event.detail.xhr.status >= 400) {
      event.detail.shouldSwap = true;
      event.detail.target = body;
      event.detail.swapOverride = "innerHTML";
    } else if (event.detail.shouldSwap) {
      remember();
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful, xhr } = event.detail;
    if (elt.closest?.(".card-body") && xhr?.status >= 400) return;
    if (notice) notice.hidden = successful;
  });

  // What is swapped stays open, scrolled and announced as it was.
  let kept = { open: [], scrolled: [], announced: "" };
  const announced = () => document.querySelector("[data-announce]")?.textContent.trim() ?? "";
  const remember = () => {
    kept = {
      open: [...document.querySelectorAll("details[id][open]")].map((element) => element.id),
      scrolled: [...document.querySelectorAll("[data-keep-scroll][id]")].map((element) => [element.id, element.scrollTop]),
      announced: announced(),
    };
  };
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of kept.open) document.getElementById(id)?.setAttribute("open", "");
    for (const [id, top] of kept.scrolled) {
      const element = document.getElementById(id);
      if (element && element.scrollTop !== top) element.scrollTop = top;
    }
    localise(document);
    tick();
    const announcer = document.querySelector("[data-announcer]");
    if (announcer && announced() !== kept.announced) say(announcer, announced());
  });
})();
