// A visitor's own ticket: when it is called, the page says so over everything else, in its title, by humming, and as a
// notification where the visitor wanted that; whoever cannot hear the hall's voice needs nothing else.
import { refresh } from "./live.js";

const SAID_MS = 4000;
const HUM = [400, 200, 400, 200, 400], AGAIN_MS = 4000, TIMES = 12;
const turn = document.getElementById("turn"), wanted = document.getElementById("alert");
let ringing = 0, state = null, saidUntil = 0;

function tell() {
  const ticket = document.querySelector("[data-title]");
  if (!ticket) return;
  hear(ticket);
  const called = ticket.dataset.called;
  if (called) summon(called, ticket.dataset.counter, ticket.dataset.number);
  else if (!ticket.classList.contains("waiting") && !ticket.classList.contains("reserved")) hush();
  if (!ringing) document.title = ticket.dataset.title;
  // Who is being served, or done, waits for no call any more.
  if (wanted) wanted.parentElement.hidden = !("waits" in ticket.dataset);
  document.getElementById("holder")?.toggleAttribute("data-over", !("waits" in ticket.dataset));
}

// Read out is what matters, in one sentence and once: neither the minutes of a wait, which change all the time, nor what
// an event has just said. A call is read out by its own window.
function hear(ticket) {
  const known = state;
  state = ticket.dataset.state;
  if (known === null || known === state || performance.now() < saidUntil) return;
  document.getElementById("heard").textContent = ticket.dataset.said;
}

function say(text) {
  saidUntil = performance.now() + SAID_MS;
  document.getElementById("soon").textContent = text;
}

// Once for each call and recall (an answer that was on its way may still say "waiting"), also when the page is loaded anew; a touch ends it.
function summon(call, counter, number) {
  const key = "called-" + number;
  if (sessionStorage.getItem(key) === call) return;
  sessionStorage.setItem(key, call);
  hush();
  for (const place of turn.querySelectorAll("[data-counter]")) place.textContent = counter;
  turn.querySelector(".number").textContent = number;
  for (const open of document.querySelectorAll("dialog[open]")) open.close();
  turn.showModal();
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
  if (turn.open) turn.close();
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(0);
}

function notify(text, number) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  try { new Notification(text, { body: number, tag: number, renotify: true, requireInteraction: true }); } catch { /* some phones let only installed pages do it */ }
}

turn.addEventListener("click", hush);
turn.addEventListener("close", () => { if (!turn.open) { hush(); tell(); } });
document.addEventListener("called", (event) => {
  const { number, counter, at_ms, recalls } = event.detail;
  summon(`${at_ms}:${recalls}`, counter, number);
  document.getElementById("news").hidden = true;
  refresh();
});

// Few people are before it: once each time it comes so near, softer than a call.
document.addEventListener("nearly", (event) => {
  const { number, ahead } = event.detail, key = "near-" + number;
  const before = sessionStorage.getItem(key);
  if (before === String(ahead) && performance.now() < 5000) return;
  sessionStorage.setItem(key, ahead);
  const soon = document.getElementById("soon"), way = document.querySelector("[data-soon]");
  const text = (way ?? soon).dataset[way ? "soon" : "text"].replace("{}", ahead);
  say(text);
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([200, 150, 200]);
  notify(text, number);
  refresh();
});

// A clerk sent it on, it is in line again, or it was passed by: said once, and it stays to be read until the next call.
for (const name of ["moved", "again", "missed"]) document.addEventListener(name, (event) => {
  const { number, service } = event.detail, soon = document.getElementById("soon"), news = document.getElementById("news");
  const english = document.documentElement.lang === "en";
  const text = soon.dataset[name].replace("{}", service ? (english ? service.en : service.zh) : "");
  hush();
  say(text);
  news.textContent = text;
  news.hidden = false;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([200, 150, 200]);
  notify(text, number);
  refresh();
});

// A phone hums only after the page was touched once, and asks before it notifies.
wanted?.addEventListener("click", async () => {
  navigator.vibrate?.(80);
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission().catch(() => "");
  await navigator.wakeLock?.request("screen").catch(() => null);
  wanted.textContent = navigator.vibrate ? wanted.dataset.done : wanted.dataset.doneStill;
  wanted.disabled = true;
});

document.addEventListener("rated", refresh);
document.addEventListener("shown", tell);
tell();
