// Buttons, dialogs and keys of the staff pages. A button with data-command sends it, one with data-dialog opens it.
import { commandOf, send, toast } from "./command.js";

const main = document.getElementById("main");
let busy = false;

async function act(work, button) {
  if (busy) return;
  busy = true;
  button?.classList.add("busy");
  try {
    await work();
  } finally {
    busy = false;
    button?.classList.remove("busy");
  }
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
  for (const [field, value] of Object.entries(values)) if (dialog.querySelector(`[name="${field}"]`)) dialog.querySelector(`[name="${field}"]`).value = value;
  dialog.showModal();
  const first = dialog.querySelector("input:not([type=hidden]):not([type=radio]), select, textarea");
  if (first) first.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-command]:not(form), [data-dialog], [data-close]");
  if (!button) return;
  if (button.dataset.close !== undefined) button.closest("dialog").close();
  else if (button.dataset.dialog) { if (!button.disabled) show(button.dataset.dialog, JSON.parse(button.dataset.fill || "{}")); }
  else press(button);
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-command]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sure && !confirm(form.dataset.sure)) return;
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
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName)) return;
  const button = main.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
