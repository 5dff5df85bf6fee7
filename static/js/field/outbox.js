/* What a worker made and the server may not have yet: reports and steps with their photos, in order, each with the key
   under which the server knows it from a second sending. Every change is kept before it is shown.
   Tells `queue:change {waiting, sending, conflicts, drafts, sent}`, in every tab.

   An item: {id (also the Idempotency-Key), owner, kind "report"|"step", state, order, made_at (ISO, the server's clock),
   values {…fields of the request}, photos [{id, kind "photo"|"before"|"after"}], voice {id}|null, title,
   after (id of the step that must be sent first)|null, tries, next_try_at, problem {code, message, fields, data}|null,
   sent {incident_code, version, state_label, at}|null}. */
import { tell } from "../bus.js";
import * as pack from "./pack.js";
import { change, outbox } from "./store.js";

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("field-outbox") : null;
const SENT_DAYS = 14;
const OPEN = ["waiting", "sending", "conflict", "refused"];

channel?.addEventListener("message", () => counted());

async function changed() {
  channel?.postMessage("changed");
  await counted();
}

async function counted() {
  tell("queue:change", await counts());
}

/** The signed-in worker's items in the order in which they are to be sent; nobody else's. */
export async function items() {
  await pack.pack();
  const mine = pack.owner();
  if (!mine) return [];
  const all = await (await outbox()).getAll("items");
  return all.filter((one) => one.owner === mine).sort((a, b) => a.order - b.order || a.made_at.localeCompare(b.made_at));
}

/** How many items stand where. */
export async function counts() {
  const all = await items();
  const of = (...states) => all.filter((one) => states.includes(one.state)).length;
  return { waiting: of("waiting"), sending: of("sending"), conflicts: of("conflict", "refused"),
    drafts: all.filter((one) => one.state === "draft" && !isBlank(one)).length, sent: of("sent") };
}

/** True for a draft in which nothing was done yet. */
export const isBlank = (item) => item.state === "draft" && !item.photos.length && !item.voice && !item.values.class_code
  && !item.values.description;

/** One item of the signed-in worker, undefined where there is none. */
export async function find(id) {
  const item = await (await outbox()).get("items", id);
  return item && item.owner === pack.owner() ? item : undefined;
}

/** A new item, not kept yet. */
export function blank(kind, values = {}, more = {}) {
  if (!pack.owner()) throw Object.assign(new Error("nobody is signed in"), { code: "locked" });
  return { id: crypto.randomUUID(), owner: pack.owner(), kind, state: "draft", order: Number.MAX_SAFE_INTEGER,
    made_at: new Date(pack.now()).toISOString(), values, photos: [], voice: null, title: "", after: null, tries: 0,
    next_try_at: 0, problem: null, sent: null, ...more };
}

/** Keep a new item, with `blobs` (bytes by id) that it names. */
export async function keep(item, blobs = new Map()) {
  await change(await outbox(), ["items", "blobs"], async (tx) => {
    await tx.objectStore("items").put(item);
    for (const [id, blob] of blobs) tx.objectStore("blobs").put({ id, item: item.id, blob });
  });
  await changed();
  return item;
}

/** Change an item by `work(item)` inside one transaction and answer what it is now. */
export async function edit(id, work) {
  const item = await change(await outbox(), ["items"], async (tx) => {
    const found = await tx.store.get(id);
    if (!found) return undefined;
    work(found);
    await tx.store.put(found);
    return found;
  });
  await changed();
  return item;
}

/** Add a photo or the voice note to an item, both or neither kept; answers the item and the blob's id. */
export async function attach(id, blob, kind = "photo") {
  const blobId = crypto.randomUUID();
  const item = await change(await outbox(), ["items", "blobs"], async (tx) => {
    const items = tx.objectStore("items");
    const found = await items.get(id);
    if (!found) return undefined;
    const old = kind === "voice" ? found.voice?.id : null;
    if (old) tx.objectStore("blobs").delete(old);
    if (kind === "voice") found.voice = { id: blobId };
    else found.photos.push({ id: blobId, kind });
    tx.objectStore("blobs").put({ id: blobId, item: id, blob });
    await items.put(found);
    return found;
  });
  await changed();
  return { item, blobId };
}

/** Put another picture in the place of a blob, as when it was made smaller. */
export async function replaceBlob(blobId, blob) {
  await change(await outbox(), ["blobs"], async (tx) => {
    const kept = await tx.store.get(blobId);
    if (kept) await tx.store.put({ ...kept, blob });
  });
}

/** Take a photo or the voice note away from an item. */
export async function detach(id, blobId) {
  await change(await outbox(), ["items", "blobs"], async (tx) => {
    const found = await tx.objectStore("items").get(id);
    if (!found) return;
    found.photos = found.photos.filter((one) => one.id !== blobId);
    if (found.voice?.id === blobId) found.voice = null;
    tx.objectStore("blobs").delete(blobId);
    await tx.objectStore("items").put(found);
  });
  await changed();
}

/** The bytes of a photo or of the voice note, null where they are gone. */
export async function blobOf(blobId) {
  return (await (await outbox()).get("blobs", blobId))?.blob ?? null;
}

/** Put a draft, or an item that was in conflict, in line to be sent. */
export async function queue(id) {
  const item = await change(await outbox(), ["items", "counters"], async (tx) => {
    const found = await tx.objectStore("items").get(id);
    if (!found || found.state === "sent") return found;
    if (found.state === "draft") {
      found.order = ((await tx.objectStore("counters").get("order")) ?? 0) + 1;
      tx.objectStore("counters").put(found.order, "order");
    }
    Object.assign(found, { state: "waiting", problem: null, next_try_at: 0, tries: 0 });
    await tx.objectStore("items").put(found);
    return found;
  });
  await changed();
  tell("outbox:flush");
  return item;
}

/** Note that the server has an item: its photos may leave the phone, the line stays as a receipt. */
export async function settled(id, sent) {
  await change(await outbox(), ["items", "blobs"], async (tx) => {
    const found = await tx.objectStore("items").get(id);
    if (!found) return;
    for (const one of [...found.photos, ...(found.voice ? [found.voice] : [])]) tx.objectStore("blobs").delete(one.id);
    Object.assign(found, { state: "sent", problem: null, photo_count: found.photos.length, photos: [], voice: null, sent });
    await tx.objectStore("items").put(found);
  });
  await changed();
}

/** Delete an item for good; whoever calls has asked the worker. */
export async function remove(id) {
  await change(await outbox(), ["items", "blobs"], async (tx) => {
    const found = await tx.objectStore("items").get(id);
    for (const one of found ? [...found.photos, ...(found.voice ? [found.voice] : [])] : []) tx.objectStore("blobs").delete(one.id);
    await tx.objectStore("items").delete(id);
  });
  await changed();
}

/** Drop receipts of long ago and drafts in which nothing was done; answers nothing, deletes nothing unsent. */
export async function tidy() {
  const old = pack.now() - SENT_DAYS * 86_400_000;
  for (const one of await items()) {
    const over = one.state === "sent" && Date.parse(one.sent.at) < old;
    const blank = isBlank(one) && Date.parse(one.made_at) < pack.now() - 3_600_000;
    if (over || blank) await remove(one.id);
  }
}

/** True for an item that the server does not have yet and that is no draft. */
export const isOpen = (item) => OPEN.includes(item.state);

/** Tell the counts again, as when the pack has come. */
export const recount = counted;
