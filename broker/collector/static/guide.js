// Finds services while somebody types; without this script the form asks the server. "/" leads to the field, Escape empties it.
const field = document.getElementById("q"), count = document.getElementById("found-count");
const english = document.documentElement.lang === "en";
const rows = [...document.querySelectorAll(".guide-list li")].map((row) => ({ row, text: row.dataset.text.toLowerCase() }));

function find() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { row, text } of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    found += row.hidden ? 0 : 1;
  }
  for (const group of document.querySelectorAll(".guide-group")) group.hidden = !group.querySelector("li:not([hidden])");
  count.textContent = (english ? count.dataset.en : count.dataset.zh).replace("#", found);
}

// What the server has sorted out already, this page cannot bring back: then the form is asked again.
if (!new URLSearchParams(location.search).get("q")) field.addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.nodeName)) { event.preventDefault(); field.focus(); field.select(); }
  if (event.key === "Escape" && event.target === field) { field.value = ""; find(); }
});
if (field.value) field.dispatchEvent(new Event("input"));
