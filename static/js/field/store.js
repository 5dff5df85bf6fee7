/* The phone's two databases. `field` holds what may be fetched again (pack, ticks) and is wiped without regret;
   `outbox` holds what a worker made and nobody else has yet: no code but the worker's own wish deletes from it. */
import { openDB } from "../../vendor/idb/build/index.js";

const open = new Map();

function database(name, version, upgrade) {
  if (!open.has(name)) {
    const forget = () => open.delete(name);
    const opening = openDB(name, version, {
      upgrade,
      blocking: (_now, _wanted, event) => { forget(); event.target.close(); },
      terminated: forget,
    });
    opening.catch(forget);
    open.set(name, opening);
  }
  return open.get(name);
}

/** The database of what may be fetched again: `kept` by name, `ticks` by "day grid_code". */
export const field = () => database("field", 1, (db) => {
  db.createObjectStore("kept");
  db.createObjectStore("ticks");
});

/** The database of what waits to be sent: `items` by id, `blobs` by id, `counters` by name. */
export const outbox = () => database("outbox", 1, (db) => {
  db.createObjectStore("items", { keyPath: "id" });
  db.createObjectStore("blobs", { keyPath: "id" });
  db.createObjectStore("counters");
});

/** Tell whether an error means that the phone has no room left. */
export function isFull(error) {
  return [error, error?.inner, error?.cause].some((one) => one?.name === "QuotaExceededError");
}

/** Run `work(tx)` in one transaction: all of it is kept or nothing. */
export async function change(db, stores, work) {
  const tx = db.transaction(stores, "readwrite", { durability: "strict" });
  const finished = tx.done.then(() => null, (error) => error ?? new Error("aborted"));
  try {
    const result = await work(tx);
    const failed = await finished;
    if (failed) throw failed;
    return result;
  } catch (error) {
    try { tx.abort(); } catch { /* it has ended already */ }
    const failed = await finished;
    throw isFull(failed) ? failed : error;
  }
}

/** Ask the browser not to clear this site's data when the phone runs short. */
export async function persist() {
  try {
    return (await navigator.storage?.persisted?.()) || (await navigator.storage?.persist?.()) || false;
  } catch {
    return false;
  }
}

/** How many bytes this site holds and may hold; null where the browser does not tell. */
export async function room() {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return { usage, quota };
  } catch {
    return null;
  }
}
