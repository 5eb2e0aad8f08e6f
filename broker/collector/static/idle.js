// Says that nobody has touched this page for long and the log-in will end; one touch keeps it. Typing and clicking here keep
// it too, told to the server once a minute at most: a form that takes long to fill in must not be lost.
const dialog = document.getElementById("idle");
const WARNED_S = Number(dialog?.dataset.warned || 300), TELL_MS = 60000, LOOK_MS = 20000;
const token = () => document.querySelector('.menu form [name="csrf"]')?.value || "";
let left = Number(dialog?.dataset.left || 0), since = performance.now(), told = performance.now();

async function ask(method) {
  const answer = await fetch("/api/session", { method, headers: { "X-CSRF-Token": token() }, redirect: "manual" }).catch(() => null);
  if (!answer) return;
  if (!answer.ok) { location.reload(); return; }
  left = (await answer.json()).left_s;
  since = performance.now();
  if (left > WARNED_S) dialog.close();
}

async function look() {
  if (left - (performance.now() - since) / 1000 > WARNED_S) return;
  await ask("GET"); // another page may have been touched
  const now = left - (performance.now() - since) / 1000;
  dialog.querySelector("[data-minutes]").textContent = Math.max(1, Math.ceil(now / 60));
  if (now <= WARNED_S && !dialog.open && !document.hidden) dialog.showModal();
}

function touched() {
  if (dialog.open || performance.now() - told < TELL_MS) return;
  told = performance.now();
  ask("POST");
}

if (dialog) {
  dialog.querySelector("button").addEventListener("click", () => { told = performance.now(); ask("POST"); });
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, touched, { passive: true });
  setInterval(look, LOOK_MS);
}
