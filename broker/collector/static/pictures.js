// Keeps pictures of screens fresh, only those that can be seen: asking for one is what makes its device send it.
const EVERY_MS = 4000;
const seen = new Set();
const tags = new WeakMap(), running = new WeakSet();

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const image = target.querySelector("[data-picture]");
    if (isIntersecting && image) { seen.add(image); load(image); } else seen.delete(image);
  }
}, { rootMargin: "120px" });

export function watchPictures() {
  for (const frame of document.querySelectorAll(".frame:has([data-picture])")) watcher.observe(frame);
}

// Ask for these pictures now, seen or not.
export function keepPictures(images) {
  for (const image of images) { seen.add(image); load(image); }
}

async function load(image) {
  if (document.hidden || running.has(image)) return;
  running.add(image);
  try {
    const answer = await fetch("/api/pictures/" + image.dataset.picture, { cache: "no-cache" });
    if (answer.status !== 200 || tags.get(image) === answer.headers.get("ETag")) return;
    tags.set(image, answer.headers.get("ETag"));
    const before = image.src;
    image.src = URL.createObjectURL(await answer.blob());
    await image.decode().catch(() => {});
    if (before.startsWith("blob:")) URL.revokeObjectURL(before);
    (image.closest(".frame") || image).dataset.nowSeen = "";
    image.dispatchEvent(new CustomEvent("pictured", { bubbles: true }));
  } catch {
    // The server is away: what was seen stays, and it is asked for again by and by.
  } finally {
    running.delete(image);
  }
}

document.addEventListener("changed", (event) => {
  for (const name of event.detail) {
    if (!name.startsWith("picture/")) continue;
    for (const image of seen) if ("picture/" + image.dataset.picture === name) load(image);
  }
});
document.addEventListener("shown", watchPictures);
setInterval(() => { for (const image of seen) if (image.isConnected && image.checkVisibility()) load(image); else seen.delete(image); }, EVERY_MS);
document.addEventListener("visibilitychange", () => { for (const image of seen) load(image); });
watchPictures();
