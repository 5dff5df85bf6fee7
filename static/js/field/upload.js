/* One request of the outbox: built from an item, sent with its progress, its answer put into one of few words.
   XMLHttpRequest, because fetch tells nothing of how much of a photo has gone. */
import { blobOf } from "./outbox.js";

const STALLED_MS = 60_000;
const SUFFIXES = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/heic": "heic", "image/heif": "heif" };

/** Where an item goes and under which headers. */
function addressed(item) {
  const code = encodeURIComponent(item.values.incident_code ?? "");
  if (item.kind === "report") return ["/api/v1/incidents", { "Idempotency-Key": item.id }];
  if (item.kind === "follow") return [`/api/v1/incidents/${code}/followers`, {}];
  return [`/api/v1/incidents/${code}/${encodeURIComponent(item.values.verb)}`, { "If-Match": `"v${item.values.version}"` }];
}

const ADDRESS_ONLY = new Set(["incident_code", "verb", "version"]);

async function body(item) {
  const form = new FormData();
  for (const [name, value] of Object.entries(item.values)) {
    if (name.startsWith("_") || value === "" || value === null || value === undefined || (item.kind !== "report" && ADDRESS_ONLY.has(name))) continue;
    form.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  if (item.kind === "report") form.set("made_at", item.made_at);
  if (item.kind === "follow") return form;
  for (const [index, photo] of item.photos.entries()) {
    const blob = photo.blob ?? (await blobOf(photo.id));
    if (!blob) continue;
    form.append("photos", blob, `${photo.kind}-${index + 1}.${SUFFIXES[blob.type] ?? "jpg"}`);
    if (photo.kind !== "photo") form.set("photo_kind", photo.kind);
  }
  const voice = item.voice && (item.voice.blob ?? (await blobOf(item.voice.id)));
  if (voice) form.append("voice", voice, voice.type.includes("mp4") ? "voice.m4a" : voice.type.includes("ogg") ? "voice.ogg" : "voice.webm");
  return form;
}

/** Send an item; answers {status, data} with status 0 where no answer of the server's came. */
export async function upload(item, account, progress = () => {}) {
  const [url, headers] = addressed(item);
  const form = await body(item);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let stalled = 0;
    const waiting = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    const nothing = () => { clearTimeout(stalled); resolve({ status: 0, data: null }); };
    request.open("POST", url);
    for (const [name, value] of Object.entries({ ...headers, Accept: "application/json", "Field-Account": account })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => { waiting(); progress(total ? loaded / total : 0); });
    for (const name of ["error", "abort", "timeout"]) request.addEventListener(name, nothing);
    request.addEventListener("load", () => {
      clearTimeout(stalled);
      resolve({ status: request.status, data: parsed(request.responseText), after: Number(request.getResponseHeader("Retry-After")) || 0 });
    });
    waiting();
    request.send(form);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Put an answer into a word: "sent", "later", "signed-out", "other-account", "stale", "conflict" or "refused".
    What is not the server's own JSON (a portal's page, a proxy's error) is no answer: later. */
export function judged({ status, data }, item) {
  if (status === 200 || status === 201) return data?.incident_code ? "sent" : "later";
  const code = data?.error?.code;
  if (status === 413) return "refused";
  if (!code || status === 0 || status >= 500 || status === 429 || status === 408) return "later";
  if (status === 401) return "signed-out";
  if (code === "other_account") return "other-account";
  if (item.kind === "step" && (status === 412 || code === "transition_forbidden")) return "stale";
  return SETTLED_BY_CHOICE.has(code) ? "conflict" : "refused";
}

const SETTLED_BY_CHOICE = new Set(["grid_redrawn", "class_withdrawn", "grid_choice_needed", "duplicate_closed", "duplicates_nearby",
  "stale_version", "grid_wanted"]);
