// Keeps the part of a page inside #live up to date: told by server-sent events, else by asking every few seconds.
// Only while the page can be seen, so that hidden tabs hold no connection; a ticket that waits is told all the same.
import { morph } from "./morph.js";

const live = document.getElementById("live");
const main = document.querySelector("[data-watch]");
const POLL_MS = 6000, LONGEST_MS = 30000, SLOW_MS = 30000, RETRY_MS = 30000, ANSWER_MS = 8000, PATIENCE = 2;
// Pages that many people keep open say how long they wait at least between two questions.
const GAP_MS = Number(main?.dataset.gap || 0);
// While very many look, the hall says how long it wants everybody to wait (X-Next-Look, in seconds).
let poll = POLL_MS;
let source = null, timer = 0, soon = 0, asked = -Infinity, retry = 0, running = false, again = false, failures = 0, shown = "", goodAt = document.body.dataset.at;

function away() {
  return document.hidden && !(main?.dataset.ticket && document.querySelector("[data-waits]"));
}

export async function refresh() {
  if (!live || away()) return;
  if (running) { again = true; return; }
  running = true;
  asked = performance.now();
  try {
    const answer = await fetch(location.href, { headers: { "X-Part": "live" }, cache: "no-cache", redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.type === "opaqueredirect" || answer.status === 401) { location.reload(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (text !== shown) { shown = text; morph(live, text); live.dispatchEvent(new CustomEvent("shown", { bubbles: true })); }
    failures = 0;
    poll = Math.min(LONGEST_MS, Math.max(POLL_MS, 1000 * Number(answer.headers.get("X-Next-Look") || 0)));
    goodAt = answer.headers.get("X-Hall-Time") || goodAt;
    delete document.body.dataset.stale;
  } catch {
    failures += 1;
    if (failures >= PATIENCE) {
      for (const said of document.querySelectorAll("[data-good-at]")) said.textContent = goodAt;
      document.body.dataset.stale = "";
    }
  } finally {
    running = false;
    if (again) { again = false; refresh(); }
  }
}

function refreshSoon() {
  const wait = asked + GAP_MS - performance.now();
  if (wait <= 0) { refresh(); return; }
  soon ||= setTimeout(() => { soon = 0; refresh(); }, wait);
}

// Pages that came in one moment (the doors opened, the line came back) shall not ask in one moment for ever.
function spread(wait) {
  return wait * (0.85 + 0.3 * Math.random());
}

function plan(wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => { await refresh(); plan(source && source.readyState === 1 ? SLOW_MS : poll); }, spread(wait));
}

function open() {
  close();
  if (!main || away()) return;
  const ticket = main.dataset.ticket ? "&ticket=" + encodeURIComponent(main.dataset.ticket) : "";
  source = new EventSource("/api/events?watch=" + encodeURIComponent(main.dataset.watch) + ticket);
  source.addEventListener("called", (event) => {
    document.dispatchEvent(new CustomEvent("called", { detail: JSON.parse(event.data) }));
  });
  for (const name of ["nearly", "moved", "again", "missed"]) source.addEventListener(name, (event) => {
    document.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(event.data) }));
  });
  source.addEventListener("hello", () => { document.body.dataset.connection = "live"; refresh(); });
  source.addEventListener("changed", (event) => {
    const names = JSON.parse(event.data);
    document.dispatchEvent(new CustomEvent("changed", { detail: names }));
    const quiet = (main.dataset.quiet || "").split(",").filter(Boolean);
    // That the engine fell silent, or speaks again, decides what all the rest is worth: no page waits to say so.
    if (names.includes("engine")) refresh();
    else if (names.some((name) => !quiet.includes(name.split("/")[0]))) refreshSoon();
  });
  // Another page of the same person took this one's place: come back later, or the two would take it from each other.
  source.addEventListener("displaced", () => { source.close(); source.onerror(); });
  source.onerror = () => {
    // Errors repeat with every attempt to reconnect: only the first one starts the polling.
    if (document.body.dataset.connection !== "polling") plan(poll);
    document.body.dataset.connection = "polling";
    if (source.readyState === 2) { clearTimeout(retry); retry = setTimeout(open, spread(RETRY_MS)); }
  };
  plan(SLOW_MS);
}

function close() {
  if (source) source.close();
  source = null;
  clearTimeout(timer);
  clearTimeout(retry);
}

document.addEventListener("visibilitychange", () => {
  if (away()) close();
  else if (!document.hidden) { if (source?.readyState !== 1) open(); refresh(); }
});
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => { if (event.persisted) open(); });
open();
