// A visitor's own ticket: the title changes and the phone hums when called; the visit can be rated once.
import { refresh } from "./live.js";

let told = null;

function tell() {
  const ticket = document.querySelector("[data-title]");
  if (!ticket) return;
  document.title = ticket.dataset.title;
  const called = ticket.dataset.called || null;
  if (called && called !== told && navigator.userActivation?.hasBeenActive) navigator.vibrate([300, 150, 300]);
  told = called;
}

// The id of the rating is made once and kept, so that pressing again after a lost answer is the same rating.
function ratingId(ticket) {
  const key = "rating-" + ticket;
  const id = sessionStorage.getItem(key) || "phone-" + [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(key, id);
  return id;
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
      body: JSON.stringify({ id: ratingId(form.dataset.ticket), level: event.submitter.value }),
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
