// Buttons, dialogs and keys of the staff pages. A button with data-command sends it, one with data-dialog opens it.
import { commandOf, lineOf, send, toast } from "./command.js";
import { meaning } from "./shortcuts.js";

const main = document.getElementById("main");
// On a phone the menu is wider than the window: it begins where one is.
document.querySelector(".menu [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
// A key pressed while another wish is on its way waits for that, once, and then means the page as it is by then.
const HELD_MS = 3000, ENDS = "fmhtegxz";
// The large key changes its meaning under the finger: the second click of two was meant for what stood there before.
const CHANGED_MS = 1000;
let busy = false, under = "", served = "", held = null, large = { id: "", at: -CHANGED_MS };

async function act(work, button) {
  if (busy) return;
  busy = true;
  served = inView();
  under = button?.dataset.key || under; // clicked and then struck for want of an answer it is the same press
  button?.setAttribute("aria-busy", "true");
  document.body.dataset.wish = "on-its-way"; // the button may be replaced meanwhile
  try {
    await work();
  } finally {
    busy = false;
    button?.removeAttribute("aria-busy");
    delete document.body.dataset.wish;
    const next = held;
    held = null;
    under = "";
    if (next) replay(next);
  }
}

function inView() {
  return main.querySelector(".stage .number")?.textContent ?? "";
}

// When the page has followed: by then the button may be there, or not any more.
function replay(wish) {
  if (busy || performance.now() - wish.at > HELD_MS) return;
  if (main.querySelector(`[data-key="${CSS.escape(wish.key)}"]:not([disabled])`)) strike(wish.key);
  else document.addEventListener("shown", () => replay(wish), { once: true });
}

function strike(key) {
  const button = main.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!button || document.querySelector("dialog[open]")) return false;
  under = key;
  button.click();
  if (!busy) under = "";
  return true;
}

async function press(button) {
  if (button.disabled) return;
  if (button.dataset.sure && !confirm(button.dataset.sure)) return;
  const commands = JSON.parse(button.dataset.command);
  await act(async () => {
    for (const command of Array.isArray(commands) ? commands : [commands]) if ((await send(command)) === null) return;
    if (button.dataset.said) toast(button.dataset.said);
  }, button);
}

function show(name, values = {}) {
  const dialog = document.getElementById(name);
  if (!dialog) return;
  for (const select of dialog.querySelectorAll("select[data-options]")) {
    const now = document.getElementById(select.dataset.options);
    if (now) select.replaceChildren(...select.querySelectorAll('option[value=""]'), ...[...now.options].map((one) => one.cloneNode(true)));
  }
  // What is just being done is no next thing to do.
  for (const select of dialog.querySelectorAll("select[data-but]")) {
    for (const one of select.options) one.hidden = one.disabled = one.value !== "" && one.value === values[select.dataset.but];
    if (select.selectedOptions[0]?.disabled) select.value = [...select.options].find((one) => !one.disabled)?.value ?? "";
  }
  for (const [field, value] of Object.entries(values)) if (dialog.querySelector(`[name="${field}"]`)) dialog.querySelector(`[name="${field}"]`).value = value;
  lineOf(dialog).textContent = "";
  dialog.showModal();
  const first = dialog.querySelector("input:not([type=hidden]):not([type=radio]), select, textarea");
  if (first) first.focus();
}

function changedUnder(button, event) {
  if (!event.detail || !button.classList.contains("main")) return false; // the keyboard names the key that it means
  const now = performance.now();
  if (button.id !== large.id && now - large.at < CHANGED_MS) return true;
  large = { id: button.id, at: now };
  return false;
}

// What a dialog is about may be changed by somebody else while one types in it: asked before it is done over.
const english = document.documentElement.lang === "en";
let about = { id: "", was: "" };

function isNow(id) {
  return document.getElementById(id)?.dataset.is ?? "";
}

function overOthers(form) {
  const changed = about.id && form.closest("dialog") && isNow(about.id) !== about.was;
  return !changed || confirm(english ? "Somebody else changed this after you opened it. Do yours all the same, over theirs?" : "您打开后，别人已经改过这一项。仍要用您的替换吗？");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-command]:not(form), [data-dialog], [data-close]");
  if (!button) return;
  if (button.dataset.close !== undefined) button.closest("dialog").close();
  else if (button.dataset.dialog) { if (!button.disabled) { const id = button.dataset.about || ""; about = { id, was: isNow(id) }; show(button.dataset.dialog, JSON.parse(button.dataset.fill || "{}")); } }
  else if (!changedUnder(button, event)) press(button);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-command]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sure && !confirm(form.dataset.sure)) return;
  if (!overOthers(form)) return;
  if (!busy && form.closest("dialog")) lineOf(form.closest("dialog")).textContent = "";
  act(async () => {
    if ((await send(commandOf(form))) === null) return;
    form.reset();
    form.closest("dialog")?.close();
    if (form.dataset.then) location.assign(form.dataset.then);
    if (form.dataset.said) toast(form.dataset.said);
  }, event.submitter);
});

// A reason chosen from the usual ones fills the free field.
document.addEventListener("change", (event) => {
  const chosen = event.target.closest("[data-fills]");
  if (chosen) document.getElementById(chosen.dataset.fills).value = chosen.value;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || document.querySelector("dialog[open]")) return;
  // A field of a dialog that was just closed keeps the focus until the next frame: nobody types there.
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName) && !event.target.closest("dialog:not([open])")) return;
  const key = meaning(event.key.toLowerCase());
  if (!key) return;
  if (busy) {
    const another = under === "n" && ENDS.includes(key) && inView() === served; // meant for whoever is just going
    if (key !== under && !another && main.querySelector(".keys")) held = { key, at: performance.now() };
    return;
  }
  if (strike(key)) event.preventDefault();
});
