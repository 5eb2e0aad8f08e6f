// Who holds a ticket (its QR code or link was opened) may let others go first, give it up, and be told while the page is
// closed. Everything is asked once under one id, so that pressing again after a lost answer does nothing twice.
import { refresh } from "./live.js";

const english = document.documentElement.lang === "en";
const holder = document.getElementById("holder"), said = holder?.querySelector(".said");
const newId = () => "phone-" + [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
const ids = {};

async function post(what, body) {
  const answer = await fetch(`/api/tickets/${encodeURIComponent(holder.dataset.ticket)}/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ id: (ids[what] ||= newId()), proof: holder.dataset.proof, ...body }) });
  const told = await answer.json();
  if (answer.status < 500 && answer.status !== 429) delete ids[what];
  if (!answer.ok) throw new Error(english ? told.en : told.zh);
  return told;
}

function say(text, good) {
  said.textContent = text;
  said.className = "said note " + (good ? "good" : "bad");
}

async function attempt(button, work) {
  button.disabled = true;
  try { await work(); } catch (error) { say(error.name === "TypeError" ? holder.dataset.offline : error.message, false); } finally { button.disabled = false; refresh(); }
}

// A press asks first; the dialogs stand outside the part that is renewed.
document.addEventListener("click", (event) => {
  const asks = event.target.closest("[data-asks]");
  if (asks) document.getElementById(asks.dataset.asks).showModal();
  const done = event.target.closest("dialog.ask [data-do]");
  if (!done) return;
  done.closest("dialog").close();
  attempt(done, async () => {
    const told = await post(done.dataset.do, {});
    say(done.dataset.done.replace("{}", told.places), true);
  });
});

// -- offline, and told while closed ------------------------------------------------

const worker = "serviceWorker" in navigator && isSecureContext ? navigator.serviceWorker.register("/sw.js").catch(() => null) : null;
const button = document.getElementById("push"), note = document.getElementById("push-note");
let key = "";

async function offer() {
  if (!button || !worker || !("PushManager" in window) || !("Notification" in window)) return;
  const answer = await fetch("/api/push").then((one) => one.json()).catch(() => { sayStale(); return {}; });
  const ready = await worker;
  if (!answer.key || !ready) return;
  key = answer.key;
  if (!answer.reached) note.textContent = note.dataset.unreached;
  show(Notification.permission === "granted" && (await ready.pushManager.getSubscription()) !== null && localStorage.getItem("push") === holder.dataset.ticket);
  button.closest(".push").hidden = false;
}

function show(on) {
  button.setAttribute("aria-pressed", String(on));
  button.textContent = on ? button.dataset.off : button.dataset.on;
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") throw new Error(note.dataset.denied);
  const ready = await navigator.serviceWorker.ready;
  const bytes = Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  let got;
  try { got = await ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes }); } catch { throw new Error(note.dataset.noService); }
  const made = got.toJSON();
  await post("push", { endpoint: made.endpoint, browser_key: made.keys.p256dh, secret: made.keys.auth, language: english ? "en" : "zh" });
  localStorage.setItem("push", holder.dataset.ticket);
  show(true);
  say(note.dataset.done, true);
}

async function unsubscribe() {
  const got = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
  if (got) { await post("push", { endpoint: got.endpoint, on: false }); await got.unsubscribe(); }
  localStorage.removeItem("push");
  show(false);
}

button?.addEventListener("click", () => attempt(button, button.getAttribute("aria-pressed") === "true" ? unsubscribe : subscribe));
// Without a network this page comes from the worker's store: it says at once since when it is out of date.
function sayStale() {
  for (const place of document.querySelectorAll("[data-good-at]")) place.textContent = document.body.dataset.at;
  document.body.dataset.stale = "";
}
if (!navigator.onLine) sayStale();
offer();
