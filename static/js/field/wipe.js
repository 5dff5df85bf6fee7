/* What a phone may no longer hold goes: the pack, the ticks and the kept page, on sign-out, for another account, role or
   scope, and when the pack's time is over. The outbox stays, locked until its owner signs in again. */
import { field } from "./store.js";

const PAGES = "field-page";
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("field-wipe") : null;
const listeners = [];

/** Hear when this phone was wiped, here or in another tab. */
export function onWiped(listener) {
  listeners.push(listener);
}

function told(reason) {
  for (const listener of listeners) listener(reason);
}

/** Wipe the phone of everything but the outbox; `reason` is for whoever listens. */
export async function wipe(reason) {
  told(reason);
  channel?.postMessage(reason);
  await Promise.allSettled([emptied(), globalThis.caches?.delete(PAGES)]);
}

async function emptied() {
  const known = await indexedDB.databases?.();
  if (known && !known.some((one) => one.name === "field")) return;
  const db = await field();
  const tx = db.transaction(["kept", "ticks"], "readwrite");
  await Promise.all([tx.objectStore("kept").clear(), tx.objectStore("ticks").clear(), tx.done]);
}

channel?.addEventListener("message", ({ data }) => told(data));
