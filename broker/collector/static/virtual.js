// Hands, eyes and ears in the virtual hall: clicks become touches and keys, pictures are enlarged, sound is played.
import { keepPictures } from "./pictures.js";

const token = document.querySelector("meta[name=csrf]").content;
const zoom = document.getElementById("zoom");
const PRESS_MS = 180, SPEAKERS_EVERY_MS = 4000, CODE_LONGEST = 120, ANSWER_MS = 3000;

let lastPut = Promise.resolve();

// One after another: two requests under way at once may arrive in either order, and "12" on a keypad is not "21".
function put(input) {
  const sent = () => fetch("/api/virtual/inputs", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": token },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  lastPut = lastPut.then(sent, sent);
}

// Where in the picture a click landed: the picture may be letterboxed inside its frame.
function place(event, frame) {
  const image = frame.querySelector("img");
  const box = frame.getBoundingClientRect();
  if (!image.naturalWidth) return null;
  const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight);
  const x = (event.clientX - box.left - (box.width - image.naturalWidth * scale) / 2) / scale;
  const y = (event.clientY - box.top - (box.height - image.naturalHeight * scale) / 2) / scale;
  if (x < 0 || y < 0 || x >= image.naturalWidth || y >= image.naturalHeight) return null;
  return { x: Math.floor(x), y: Math.floor(y) };
}

function ripple(event, frame) {
  const box = frame.getBoundingClientRect();
  const drop = document.createElement("span");
  drop.className = "ripple";
  drop.style.left = `${event.clientX - box.left}px`;
  drop.style.top = `${event.clientY - box.top}px`;
  frame.append(drop);
  drop.addEventListener("animationend", () => drop.remove());
}

function enlarge(from) {
  const frame = zoom.querySelector(".frame"), image = zoom.querySelector("img");
  const small = document.querySelector(`#live [data-picture="${CSS.escape(from.dataset.zoom)}"]`);
  const touched = small?.closest("[data-touch]");
  delete frame.dataset.nowSeen;
  image.removeAttribute("src");
  image.dataset.picture = from.dataset.zoom;
  for (const name of ["touch", "part"]) if (touched) frame.dataset[name] = touched.dataset[name]; else delete frame.dataset[name];
  const wide = small?.naturalWidth ? `${small.naturalWidth} / ${small.naturalHeight}` : from.dataset.wide;
  zoom.style.setProperty("--wide", wide);
  zoom.querySelector("b").textContent = from.dataset.name;
  zoom.showModal();
  keepPictures([image]);
}

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  const enlarged = event.target.closest("[data-zoom]");
  const key = event.target.closest("[data-input]");
  const frame = event.target.closest("[data-touch]");
  const scan = event.target.closest("[data-scan]");
  if (close) close.closest("dialog").close();
  else if (enlarged) enlarge(enlarged);
  else if (scan) {
    const text = window.prompt(scan.dataset.ask, "");
    if (text) put({ ...JSON.parse(scan.dataset.scan), key: text.slice(0, CODE_LONGEST) });
  }
  else if (key) {
    key.classList.add("pressed");
    setTimeout(() => key.classList.remove("pressed"), PRESS_MS);
    put(JSON.parse(key.dataset.input));
  } else if (frame) {
    const spot = place(event, frame);
    if (!spot) return;
    ripple(event, frame);
    put({ device: frame.dataset.touch, part: frame.dataset.part, kind: "touch", ...spot });
  }
});
zoom.addEventListener("click", (event) => { if (event.target === zoom) zoom.close(); });

// A new paper slides out of its slot.
document.addEventListener("pictured", (event) => {
  const paper = event.target.closest(".paper");
  if (!paper) return;
  delete paper.dataset.nowNew;
  requestAnimationFrame(() => { paper.dataset.nowNew = ""; });
});

// Sound: only after a click, one announcement after the other, never the same one twice.
const button = document.getElementById("sound");
const heard = new Map();
let audio = null, line = Promise.resolve();

async function say(device) {
  const answer = await fetch(`/api/virtual/sounds/${device}`, { cache: "no-store" });
  const count = answer.headers.get("X-Count");
  if (!answer.ok || heard.get(device) === count) return;
  heard.set(device, count);
  const sound = await audio.decodeAudioData(await answer.arrayBuffer());
  line = line.then(() => play(sound));
}

function play(sound) {
  return new Promise((done) => {
    const said = document.getElementById("said");
    const source = audio.createBufferSource();
    source.buffer = sound;
    source.connect(audio.destination);
    source.onended = () => { delete said.dataset.nowSpeaking; done(); };
    said.dataset.nowSpeaking = "";
    source.start();
  });
}

button.addEventListener("click", async () => {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  const text = button.querySelector("span"), other = text.dataset.on;
  text.dataset.on = text.textContent;
  text.textContent = other;
  if (on) { audio ||= new AudioContext(); await audio.resume(); }
  else await audio?.suspend();
});

document.addEventListener("changed", (event) => {
  if (audio?.state !== "running") return;
  for (const name of event.detail) if (name.startsWith("sound/")) say(name.slice("sound/".length));
});

// A loudspeaker is only heard while its display is watched, also when the board is scrolled out of sight.
setInterval(() => {
  if (audio?.state === "running" && !document.hidden) keepPictures(document.querySelectorAll("#live .board img"));
}, SPEAKERS_EVERY_MS);

// While the lobby is scrolled out of sight, its board stays in a corner: whoever presses 呼叫 sees what happens.
const mini = document.getElementById("mini");
if (mini) {
  new IntersectionObserver(([lobby]) => {
    mini.hidden = lobby.isIntersecting;
    tellMini();
    if (!mini.hidden) keepPictures([mini.querySelector("img")]);
  }, { rootMargin: "-80px" }).observe(document.querySelector(".lobby .boards"));
  document.addEventListener("shown", tellMini);
}

function tellMini() {
  if (mini) mini.querySelector("p").textContent = document.querySelector("#said b")?.textContent || "";
}
