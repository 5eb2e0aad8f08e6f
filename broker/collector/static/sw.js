// Beside the page of a ticket: shows it also without a network, as it was last seen, and what the hall tells meanwhile.
const CACHE = "ticket-1", PAGES_MOST = 3, FILES_MOST = 40;
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const ticket = request.mode === "navigate" && url.pathname.startsWith("/t/");
  if (ticket || url.pathname.startsWith("/static/")) event.respondWith(fresh(request, ticket ? "/t/" : "/static/", ticket ? PAGES_MOST : FILES_MOST));
});

async function fresh(request, part, most) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) { await cache.put(request, answer.clone()); await trim(cache, part, most); }
    else if (answer.status === 404) await cache.delete(request);
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function trim(cache, part, most) {
  const kept = (await cache.keys()).filter((one) => new URL(one.url).pathname.startsWith(part));
  await Promise.all(kept.slice(0, Math.max(0, kept.length - most)).map((one) => cache.delete(one)));
}

addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  event.waitUntil(registration.showNotification(told.title || "叫号", { body: told.body || "", tag: told.number || "ticket", renotify: true, requireInteraction: told.kind === "called", vibrate: [400, 200, 400, 200, 400], icon: "/static/icon.svg", data: { page: told.page || "/" } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(event.notification.data?.page || "/", location.origin);
  if (page.origin !== location.origin) return;
  event.waitUntil((async () => {
    const open = (await clients.matchAll({ type: "window" })).find((one) => new URL(one.url).pathname === page.pathname);
    return open ? open.focus() : clients.openWindow(page.href);
  })());
});
