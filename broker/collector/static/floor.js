// The manager's floor: dialogs with services ticked, taking note of alerts, a sign for new ones, the age of pictures.
import { refresh } from "./live.js";
import { toast } from "./command.js";

const english = document.documentElement.lang === "en";
const token = document.querySelector("meta[name=csrf]")?.content || "";
const OLD_S = 20, KEY = "jiaohao-floor-bell";
const title = document.title;
let known = new Set(alerts());
let fresh = 0, sound = null;

function alerts() {
  return (document.getElementById("alerts")?.dataset.alerts || "").split(" ").filter(Boolean);
}

// What is served now is ticked when a dialog opens: a change begins with how it is.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-checks]");
  if (!button) return;
  const wanted = new Set(button.dataset.checks.split(" "));
  for (const box of document.querySelectorAll(`#${CSS.escape(button.dataset.dialog)} [name=services]`)) box.checked = wanted.has(box.value);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-note]");
  if (!button) return;
  button.disabled = true;
  try {
    const answer = await fetch("/api/floor/acknowledged", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": token }, body: JSON.stringify({ key: button.dataset.note }) });
    if (answer.status === 401) { location.reload(); return; }
    if (!answer.ok && answer.status !== 404) toast((await answer.json())[english ? "en" : "zh"], true);
  } catch {
    toast(english ? "The server cannot be reached." : "无法连接服务器", true);
  }
  button.disabled = false;
  refresh();
});

// On a phone parts are folded (floor.css); what was opened stays so, until what the hall says of its urgency changes.
const folded = new Map();
document.getElementById("main").classList.add("folds");

function fold(part, state) {
  part.dataset.fold = state;
  part.querySelector(".fold")?.setAttribute("aria-expanded", String(state === "open"));
}

document.addEventListener("click", (event) => {
  const part = event.target.closest(".fold")?.closest("[data-fold]");
  if (!part) return;
  const known = folded.get(part.id), state = part.dataset.fold === "open" ? "shut" : "open";
  folded.set(part.id, { state, of: known?.of ?? part.dataset.fold });
  fold(part, state);
});

function refold() {
  for (const part of document.querySelectorAll("[data-fold]")) {
    const known = folded.get(part.id);
    if (known && known.of === part.dataset.fold) fold(part, known.state);
    else folded.delete(part.id);
  }
}

// A sound only for who asked for one; a mark in the title for everybody who looks elsewhere.
function bellOn() {
  try { return localStorage.getItem(KEY) === "on"; } catch { return false; }
}

function showBell() {
  document.getElementById("bell")?.setAttribute("aria-pressed", String(bellOn()));
}

function ring() {
  sound ||= new AudioContext();
  for (const [begin, pitch] of [[0, 880], [0.22, 660]]) {
    const tone = sound.createOscillator(), loud = sound.createGain(), at = sound.currentTime + begin;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.2, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#bell")) return;
  try { localStorage.setItem(KEY, bellOn() ? "off" : "on"); } catch { /* a browser that keeps nothing stays silent */ }
  showBell();
  if (bellOn()) ring();
});

function look() {
  const now = alerts();
  const more = now.filter((key) => !known.has(key)).length;
  known = new Set(now);
  if (more) {
    fresh += more;
    if (bellOn()) ring();
  }
  if (!document.hidden && document.hasFocus()) fresh = 0;
  document.title = fresh ? `(${fresh}) ${title}` : title;
  showBell();
}

document.addEventListener("shown", () => { refold(); look(); ages(); });
addEventListener("focus", look);

// How old a picture is; one that has not come for a while may be of a screen that stands still.
const seenAt = new Map();
document.addEventListener("pictured", (event) => { seenAt.set(event.target.dataset.picture, performance.now()); ages(); });

function ages() {
  for (const thumb of document.querySelectorAll(".thumb")) {
    const at = seenAt.get(thumb.querySelector("[data-picture]").dataset.picture);
    const seconds = at === undefined ? null : Math.round((performance.now() - at) / 1000);
    const words = thumb.querySelector("[data-age]");
    words.textContent = seconds === null ? "" : seconds < OLD_S ? (english ? "now" : "刚刚") : english ? `unchanged ${seconds} s` : `${seconds} 秒未变`;
  }
}

setInterval(ages, 5000);
showBell();
