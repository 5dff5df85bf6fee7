/* Lets the field page open without a network. The server puts `self.VERSION`, `self.FILES` and `self.LATER_FILES`
   (addresses with digests) in front of this file, so a new file of ours is a new worker. All files of a version are kept or none; the page comes
   from the network within two seconds, else as it was kept; answers with data are nobody's here (pack.js keeps the
   pack, outbox.js what waits), so an update, or the loss of every cache, loses no report. */
const PAGE = "/field";
const HELP = "/field/help";
const OFFLINE = "/static/field/offline.html";
const FILES = [...(self.FILES ?? []), ...(self.LATER_FILES ?? []), OFFLINE].filter((url) => url !== PAGE);
const STATIC = `field-files-${self.VERSION ?? "0"}`;
const PAGES = "field-page";
const WAIT_MS = 2000;
const KEPT_FOLDERS = ["/static/", "/map/shell.js", "/i18n/", "/field/manifest.webmanifest"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll(FILES.map(asked))));
});

/** What has a digest in its address may come from the browser's own cache. */
const asked = (url) => new Request(url, { cache: url.includes("?v=") ? "default" : "no-cache" });

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("field-files-") && name !== STATIC);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
    for (const [path, keep] of Object.entries(KEEPERS)) {
      await keep(await fetch(path, { redirect: "manual" }).catch(() => null)).catch(() => {});
    }
  })());
});

self.addEventListener("message", ({ data }) => {
  if (data === "skip-waiting") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname in KEEPERS) event.respondWith(page(event, url.pathname));
  else if (KEPT_FOLDERS.some((folder) => url.pathname.startsWith(folder))) event.respondWith(file(request));
});

async function page(event, path) {
  const coming = fetch(event.request).catch(() => null);
  event.waitUntil(coming.then((answer) => answer && KEEPERS[path](answer.clone())).catch(() => {}));
  const kept = await (await caches.open(PAGES)).match(path);
  if (!kept) return (await coming) ?? nothingHere();
  const soon = await Promise.race([coming, new Promise((resolve) => { setTimeout(resolve, WAIT_MS, null); })]);
  return soon && soon.status < 500 ? soon : kept;
}

/** Keep a page only where every file that it names is at hand, so that it opens whole or is not kept at all. */
async function keepPage(answer) {
  if (!whole(answer)) return;
  const text = await answer.clone().text();
  if (!FILES.filter((url) => url.includes("/js/field/")).every((url) => text.includes(url))) return; // of another version
  await keepNamed(text);
  await (await caches.open(PAGES)).put(PAGE, answer);
}

/** Keep the worker's chapter of the manual with its pictures. */
async function keepHelp(answer) {
  if (!whole(answer)) return;
  await keepNamed(await answer.clone().text());
  await (await caches.open(PAGES)).put(HELP, answer);
}

const KEEPERS = { [PAGE]: keepPage, [HELP]: keepHelp };
const whole = (answer) => answer?.status === 200 && answer.type !== "opaqueredirect" && !answer.redirected;

async function keepNamed(text) {
  const files = await caches.open(STATIC);
  for (const [, url] of text.matchAll(/(?:src|href)="(\/(?:static|map)\/[^"#]+)"/g)) {
    const wanted = url.replaceAll("&amp;", "&");
    if (!(await files.match(wanted))) await files.add(wanted);
  }
}

async function file(request) {
  const url = new URL(request.url);
  const files = await caches.open(STATIC);
  const kept = await files.match(request);
  const lasting = url.searchParams.has("v") || FILES.includes(url.pathname + url.search);
  if (kept && lasting) return kept;
  try {
    const answer = await fetch(request);
    if (answer.status === 200) files.put(request, answer.clone()).catch(() => {}); // a full phone keeps what it has
    return answer;
  } catch (error) {
    const other = kept ?? (await files.match(request, { ignoreSearch: true }));
    if (other) return other;
    throw error;
  }
}

async function nothingHere() {
  return (await caches.match(OFFLINE)) ?? Response.error();
}
