// A visitor's own ticket: when it is called, the page says so over everything else, in its title, by humming, and as a
// notification where the visitor wanted that; whoever cannot hear the hall's voice needs nothing else. Rated once.
import { refresh } from "./live.js";

const HUM = [400, 200, 400, 200, 400], AGAIN_MS = 4000, TIMES = 12;
const turn = document.getElementById("turn"), wanted = document.getElementById("alert");
let ringing = 0;

function tell() {
  const ticket = document.querySelector("[data-title]");
  if (!ticket) return;
  const called = ticket.dataset.called;
  if (called) summon(called, ticket.dataset.counter, ticket.dataset.number);
  else if (!ticket.classList.contains("waiting") && !ticket.classList.contains("reserved")) hush();
  if (!ringing) document.title = ticket.dataset.title;
}

// Once for each call and recall (an answer that was on its way may still say "waiting"), also when the page is loaded anew; a touch ends it.
function summon(call, counter, number) {
  const key = "called-" + number;
  if (sessionStorage.getItem(key) === call) return;
  sessionStorage.setItem(key, call);
  hush();
  for (const place of turn.querySelectorAll("[data-counter]")) place.textContent = counter;
  turn.querySelector(".number").textContent = number;
  turn.hidden = false;
  turn.querySelector("button").focus();
  let times = 0;
  const ring = () => {
    document.title = times % 2 ? number : turn.dataset.title.replace("{}", counter) + " " + number;
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(HUM);
    times += 1;
    if (times >= TIMES) stop();
  };
  ringing = setInterval(ring, AGAIN_MS);
  ring();
  notify(turn.dataset.title.replace("{}", counter), number);
}

function stop() {
  clearInterval(ringing);
  ringing = 0;
}

function hush() {
  stop();
  turn.hidden = true;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(0);
}

function notify(text, number) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try { new Notification(text, { body: number, tag: number, renotify: true, requireInteraction: true }); } catch { /* some phones let only installed pages do it */ }
}

turn.addEventListener("click", () => { hush(); tell(); });
document.addEventListener("called", (event) => {
  const { number, counter, at_ms, recalls } = event.detail;
  summon(`${at_ms}:${recalls}`, counter, number);
  refresh();
});

// A phone hums only after the page was touched once, and asks before it notifies.
wanted?.addEventListener("click", async () => {
  navigator.vibrate?.(80);
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission().catch(() => "");
  await navigator.wakeLock?.request("screen").catch(() => null);
  wanted.textContent = wanted.dataset.done;
  wanted.disabled = true;
});

// The id of the rating is made once and kept, so that pressing again after a lost answer is the same rating.
function ratingId(ticket) {
  const key = "rating-" + ticket;
  const id = sessionStorage.getItem(key) || "phone-" + [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(key, id);
  return id;
}

// Reasons count for the last two faces only; the engine leaves them out of any other rating.
function added(form) {
  const reasons = [...form.querySelectorAll("[name=reason]:checked")].map((box) => box.value);
  return { reasons, reasons_version: reasons.length ? Number(form.querySelector(".why").dataset.version) : 0, contact: form.querySelector("[name=contact]").checked };
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("#rate");
  if (!form) return;
  event.preventDefault();
  const buttons = [...form.querySelectorAll("button")];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const answer = await fetch(`/api/tickets/${encodeURIComponent(form.dataset.ticket)}/rating`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ id: ratingId(form.dataset.ticket), level: event.submitter.value, ...added(form) }),
    });
    const body = await answer.json();
    const text = answer.ok ? form.dataset.thanks : document.documentElement.lang === "en" ? body.en : body.zh;
    const said = document.createElement("p");
    said.className = answer.ok ? "note good" : "note bad";
    said.textContent = text;
    if (answer.ok) form.replaceChildren(said);
    else form.append(said);
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
    setTimeout(refresh, 3000);
  }
});
document.addEventListener("shown", tell);
tell();
