/* The report being written: kept after every touch, so that a page that ends in the middle loses nothing. What is shown and
   judged is the store's state with the changes that are still on their way to it. Where the phone is full the report stays
   in memory, `unkept` says so, and it can still be sent at once. */
import * as outbox from "./outbox.js";
import { isFull, persist } from "./store.js";
import { sendAtOnce } from "./sender.js";

let item = null;
let unkept = false;
let stored = false; // a draft in which nothing was done yet stays in memory, its place with it
let turn = Promise.resolve();
const loose = new Map(); // blobs that found no room
const underway = new Set(); // changes that the store does not have yet, {id, take}, in order
let heard = () => {};

/** The draft, null where none is open. */
export const draft = () => item;

/** True while something of the draft is in memory only. */
export const isUnkept = () => unkept;

/** Let `listener` hear when the phone turns out to be full, or has room again. */
export const onRoom = (listener) => { heard = listener; };

/** Open the draft `id`, or the last one that was begun; where there is none, begin one with `values`. */
export function open(id, values, fresh = false) {
  return inTurn(() => reallyOpen(id, values, fresh));
}

async function reallyOpen(id, values, fresh) {
  const unseen = item && (unkept || !(stored || outbox.isBlank(item))); // the store has not all of it yet
  if (unseen && !fresh && (!id || id === item.id)) return item;
  const drafts = (await outbox.items()).filter((one) => one.kind === "report" && one.state === "draft");
  const found = drafts.find((one) => one.id === id) ?? (fresh ? null : drafts.at(-1));
  unkept = false;
  loose.clear();
  item = found ? withUnderway(found) : outbox.blank("report", values);
  stored = Boolean(found);
  return item;
}

/** What the store says of an item, and what has been done to it since. */
function withUnderway(held) {
  for (const { id, take } of underway) if (id === held.id) take(held);
  return held;
}

/** Run after all that was asked for before, whether or not that went well. */
function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

/** Run a change of the store after those before it; where there is no room, let `otherwise` do it in memory. */
function kept(work, otherwise = () => {}) {
  return inTurn(async () => {
    if (!item) return undefined; // it was sent meanwhile, as it was
    try {
      if (unkept && !(await whole())) return otherwise();
      if (!stored) await begun();
      const changed = await work();
      if (changed && changed.id === item?.id) item = withUnderway(changed);
    } catch (error) {
      if (!isFull(error)) throw error;
      unkept = true;
      otherwise();
    }
    return heard(unkept);
  });
}

async function begun() {
  await outbox.keep(item);
  stored = true;
  persist();
}

/** Try again to keep all that found no room before. */
async function whole() {
  try {
    await outbox.keep(item, loose);
    loose.clear();
    unkept = false;
    stored = true;
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  return !unkept;
}

/** Let a change of the draft count at once, and until `work(id)` has kept it. */
function touch(take, work) {
  const change = { id: item.id, take };
  take(item);
  underway.add(change);
  return kept(() => work(change.id)).finally(() => underway.delete(change));
}

/** Keep some values of the draft. */
export function set(values, title) {
  const take = (one) => { Object.assign(one.values, values); if (title !== undefined) one.title = title; };
  if (stored) return touch(take, (id) => outbox.edit(id, take));
  take(item);
  return outbox.isBlank(item) ? turn : touch(take, (id) => outbox.edit(id, take));
}

/** Add a photo or the voice note; answers its id. */
export async function attach(blob, kind = "photo") {
  let id = "";
  await kept(async () => {
    const made = await outbox.attach(item.id, blob, kind);
    id = made.blobId;
    return made.item;
  }, () => {
    id = crypto.randomUUID();
    loose.set(id, blob);
    if (kind === "voice") item.voice = { id };
    else item.photos.push({ id, kind });
  });
  return id;
}

/** Put a smaller picture in a photo's place. */
export function replace(id, blob) {
  if (loose.has(id)) loose.set(id, blob);
  return kept(() => outbox.replaceBlob(id, blob), () => {});
}

/** Take a photo or the voice note away. */
export function detach(id) {
  const take = (one) => {
    one.photos = one.photos.filter((photo) => photo.id !== id);
    if (one.voice?.id === id) one.voice = null;
  };
  loose.delete(id);
  return touch(take, (of) => outbox.detach(of, id));
}

/** The bytes of a photo or of the voice note. */
export const blobOf = async (id) => loose.get(id) ?? outbox.blobOf(id);

/** Put the draft in line, or send it at once from memory where it finds no room; answers "queued", "sent" or "kept". */
export async function finish() {
  await turn;
  const sending = item;
  if (unkept && !(await whole())) {
    const blobs = Object.fromEntries(loose);
    if ((await sendAtOnce(sending, blobs)) !== "sent") return "kept";
    close();
    return "sent";
  }
  await outbox.queue(sending.id);
  close();
  return "queued";
}

/** Delete the draft; whoever calls has asked. */
export async function drop() {
  await turn;
  await outbox.remove(item.id);
  close();
}

function close() {
  item = null;
  unkept = false;
  stored = false;
  loose.clear();
  heard(false);
}
