// Puts a wish of staff to the engine. The id is made once per click, so a repeat after a lost answer is the same wish.
import { refresh } from "./live.js";

const english = document.documentElement.lang === "en";
const token = document.querySelector("meta[name=csrf]")?.content || "";
const TRIES = 3, PAUSE_MS = 600, SHOWN_MS = 6000;

// In an open dialog the rest of the page is deaf: what is said above it, a screen reader never hears. It has a line of
// its own, which is there before anything is said; it stands until the next try.
export function lineOf(dialog) {
  let line = dialog.querySelector(".said");
  if (!line) {
    line = document.createElement("p");
    line.className = "said note bad";
    line.setAttribute("role", "alert");
    const buttons = dialog.querySelector(".buttons:last-of-type");
    if (buttons) buttons.before(line); else dialog.append(line);
  }
  return line;
}

export function toast(text, bad = false) {
  const dialog = bad && [...document.querySelectorAll("dialog[open]")].at(-1);
  if (dialog) { lineOf(dialog).textContent = text; return; }
  const said = document.createElement("div");
  said.className = bad ? "toast bad" : "toast";
  said.textContent = text;
  const list = document.getElementById("toasts");
  list.append(said);
  while (list.children.length > 3) list.firstChild.remove();
  if (list.showPopover) { if (list.matches(":popover-open")) list.hidePopover(); list.showPopover(); }
  setTimeout(() => said.remove(), SHOWN_MS);
}

export function newId() {
  return "web-" + [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Resolves to the result, or null when it was refused (the person has then been told why).
export async function send(command) {
  const body = JSON.stringify({ id: newId(), command });
  for (let turn = 1; turn <= TRIES; turn += 1) {
    let said;
    try {
      const answer = await fetch("/api/commands", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": token }, body });
      if (answer.status === 401) { location.reload(); return null; }
      const told = await answer.json();
      // Another console of the counter was faster with the same key: what was wished is done.
      if (answer.ok || told.code === "done_already") { await refresh(); return told.result ?? {}; }
      said = english ? told.en : told.zh;
      if (answer.status !== 503) { toast(said, true); refresh(); return null; }
    } catch {
      said = english ? "The server cannot be reached." : "无法连接服务器";
    }
    if (turn === TRIES) toast(said, true);
    else await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  refresh();
  return null;
}

// What a field's text becomes; a clock time is one of the hall's day, whose midnight stands in data-midnight.
const KINDS = {
  number: Number,
  upper: (value) => value.toUpperCase(),
  flag: () => true,
  line: (value) => value.replace(/\s+/g, " ").trim(),
  clock: (value, field) => { const [hours, minutes] = value.split(":").map(Number); return Number(field.dataset.midnight) + (hours * 60 + minutes) * 60000; },
};

// A form's fields as a command: empty ones (but those marked data-empty) and those marked data-skip are left out.
export function commandOf(form) {
  const command = { type: form.dataset.command, ...JSON.parse(form.dataset.with || "{}") };
  for (const [name, value] of new FormData(form)) {
    const field = form.querySelector(`[name="${CSS.escape(name)}"]`);
    if ((value === "" && !("empty" in field.dataset)) || "skip" in field.dataset) continue;
    if (field.dataset.kind === "list") (command[name] ||= []).push(value);
    else command[name] = KINDS[field.dataset.kind]?.(value, field) ?? value;
  }
  return command;
}
