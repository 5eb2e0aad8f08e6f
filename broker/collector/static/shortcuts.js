// Which key means what on this machine (WCAG 2.1.4): single keys can be turned off and changed, and are kept in the browser.
const KEPT = "jh-shortcuts";
const english = document.documentElement.lang === "en";
const form = document.getElementById("shortcuts");
let kept = read();

function read() {
  try { return { on: true, keys: {}, ...JSON.parse(localStorage.getItem(KEPT) || "{}") }; } catch { return { on: true, keys: {} }; }
}

// The action that a pressed key means; empty for none.
export function meaning(pressed) {
  if (!kept.on) return "";
  const moved = Object.entries(kept.keys).find(([, key]) => key === pressed);
  return moved ? moved[0] : pressed in kept.keys ? "" : pressed;
}

// What stands on the keys is what works on this machine.
function label() {
  for (const sign of document.querySelectorAll("[data-key] kbd")) {
    const letter = sign.closest("[data-key]").dataset.key;
    const text = (kept.keys[letter] || letter).toUpperCase();
    if (sign.textContent !== text) sign.textContent = text;
    sign.hidden = !kept.on;
  }
}

function fill() {
  for (const field of form.querySelectorAll("[data-letter]")) field.value = (kept.keys[field.dataset.letter] || field.dataset.letter).toUpperCase();
  form.elements.on.checked = kept.on;
}

function save() {
  const keys = {}, seen = new Set();
  for (const field of form.querySelectorAll("[data-letter]")) {
    const key = field.value.trim().toLowerCase();
    if (!key || seen.has(key)) {
      form.querySelector(".said").textContent = english ? `The key ${field.value} is there twice.` : `按键 ${field.value} 重复`;
      field.focus();
      return;
    }
    seen.add(key);
    if (key !== field.dataset.letter) keys[field.dataset.letter] = key;
  }
  kept = { on: form.elements.on.checked, keys };
  try { localStorage.setItem(KEPT, JSON.stringify(kept)); } catch { /* kept for this page alone */ }
  form.querySelector(".said").textContent = "";
  label();
  form.closest("dialog").close();
}

if (form) {
  fill();
  label();
  document.addEventListener("shown", label);
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  form.addEventListener("reset", () => setTimeout(() => { form.querySelector(".said").textContent = ""; }));
}
