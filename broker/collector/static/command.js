// Puts a wish of staff to the engine. The id is made once per click, so a repeat after a lost answer is the same wish.
import { refresh } from "./live.js";

const english = document.documentElement.lang === "en";
const token = document.querySelector("meta[name=csrf]")?.content || "";
const TRIES = 3, PAUSE_MS = 600, SHOWN_MS = 6000, SLOW_MS = 1000, KEPT_MS = 60000;
// The last wish that nobody answered: asked again it goes out under the same id, and is done once. Not after another
// wish was answered, for then it may well be meant anew.
let unanswered = { wish: "", id: "", at: 0 };

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

function laid(text, kind) {
  const said = document.createElement("div");
  said.className = kind;
  said.textContent = text;
  const list = document.getElementById("toasts");
  list.append(said);
  while (list.children.length > 3) list.firstChild.remove();
  if (list.showPopover) { if (list.matches(":popover-open")) list.hidePopover(); list.showPopover(); }
  return said;
}

export function toast(text, bad = false) {
  const dialog = bad && [...document.querySelectorAll("dialog[open]")].at(-1);
  if (dialog) { lineOf(dialog).textContent = text; return; }
  const said = laid(text, bad ? "toast bad" : "toast");
  setTimeout(() => said.remove(), SHOWN_MS);
}

// Who pressed and sees nothing would press again. Said after a second, until there is an answer; gives what takes it back.
function sayOnItsWay() {
  const text = english ? "Sent, no answer yet. Please wait: no need to press again." : "已发出，系统还没有应答。请稍候，不用再按";
  let dialog = null, said = null;
  const slow = setTimeout(() => {
    dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
    if (dialog) lineOf(dialog).textContent = text;
    else said = laid(text, "toast on-its-way");
  }, SLOW_MS);
  return () => {
    clearTimeout(slow);
    said?.remove();
    if (dialog && lineOf(dialog).textContent === text) lineOf(dialog).textContent = "";
  };
}

export function newId() {
  return "web-" + [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Resolves to the result, or null when it was refused (the person has then been told why).
export async function send(command) {
  const takeBack = sayOnItsWay();
  try { return await asked(command); } finally { takeBack(); }
}

async function asked(command) {
  const wish = JSON.stringify(command);
  const again = unanswered.wish === wish && performance.now() - unanswered.at < KEPT_MS;
  const id = again ? unanswered.id : newId(), body = JSON.stringify({ id, command });
  for (let turn = 1; turn <= TRIES; turn += 1) {
    let said;
    try {
      const answer = await fetch("/api/commands", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": token }, body });
      if (answer.status === 401) { location.reload(); return null; }
      const told = await answer.json();
      if (answer.status !== 503) unanswered = { wish: "", id: "", at: 0 };
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
  // A counter's key is not kept: it dies within seconds, and who was in view when it was pressed keeps it single.
  if (!("counter" in command)) unanswered = { wish, id, at: performance.now() };
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
