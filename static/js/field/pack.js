/* What the phone knows without a network: one pack per account, from the store at once, renewed when there is a network.
   Tells `pack:change {pack}` when another pack counts (null after a wipe) and `pack:state` when its age or the
   connection changes. The pack of another account, role or scope, and one past its time, is wiped, never shown. */
import { hear, tell } from "../bus.js";
import { field } from "./store.js";
import { onWiped, wipe } from "./wipe.js";

const URL = "/field/pack.json";
const WITHIN_MS = 20_000;
let held = null; // {pack, etag, fetched_at, offset}
let reading = null;
let asking = null;
const state = { online: navigator.onLine, signedOut: false, error: "" };

/** The corrected time in milliseconds: the server's clock as last heard, carried on by this phone's. */
export const now = () => Date.now() + (held?.offset ?? 0);

/** How many milliseconds the phone's clock is behind the server's (negative: ahead), as last heard. */
export const clockOffset = () => held?.offset ?? 0;

/** The pack in memory, null before it has come. */
export const current = () => held?.pack ?? null;

/** Whose pack it is: stable for one account, whatever its role and scope become. */
export const owner = () => held?.pack?.account?.owner ?? accountKey();

/** Under which account, role and scope the pack was made. */
export const accountKey = () => held?.pack?.account?.key ?? "";

/** How old the data are: {fetched_at, made_at (ISO, null before the first), online, signedOut, error}. */
export function age() {
  const iso = (at) => new Date(at).toISOString();
  return { ...state, fetched_at: held ? iso(held.fetched_at) : null, made_at: held ? iso(held.pack.made_at * 1000) : null };
}

/** The pack: what is stored, at once; else from the network; null where there is neither. */
export async function pack() {
  reading ??= fromStore();
  await reading;
  if (!held) await refresh();
  return current();
}

async function fromStore() {
  try {
    const kept = await (await field()).get("kept", "pack");
    if (!kept || held) return;
    if (kept.pack.expires_at * 1000 < Date.now() + kept.offset) return void (await wipe("expired"));
    take(kept);
  } catch (error) {
    console.warn(error.message || error);
  }
}

function take(kept) {
  held = kept;
  tell("pack:change", { pack: kept.pack });
  tell("pack:state", age());
}

/** Ask the server for a newer pack; answers whether the server answered for this account. */
export function refresh() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

/** The answer that the page asked for before any module had come (templates/field/page.html); it is good once. */
function early() {
  const { fieldPack } = globalThis;
  delete globalThis.fieldPack;
  return held ? null : fieldPack;
}

async function ask() {
  const headers = held?.etag ? { Accept: "application/json", "If-None-Match": held.etag } : { Accept: "application/json" };
  let answer;
  let body = null;
  try {
    answer = await (early() ?? fetch(URL, { headers, cache: "no-store", signal: AbortSignal.timeout(WITHIN_MS) }));
    if (answer.status === 200) body = await answer.json();
  } catch {
    return heard({ online: false });
  }
  if (answer.status === 401) return heard({ online: true, signedOut: true });
  if (answer.status === 403) await wipe("forbidden");
  if (answer.status !== 200 && !(answer.status === 304 && held)) return heard({ online: true, error: String(answer.status) });
  await keep(answer, body);
  heard({ online: true, signedOut: false, error: "" });
  return true;
}

async function keep(answer, body) {
  const said = Number(answer.headers.get("X-Server-Time")) * 1000;
  const offset = said ? said - Date.now() : held?.offset ?? 0;
  const kept = {
    pack: body ?? held.pack,
    etag: answer.headers.get("ETag") ?? held?.etag ?? "",
    fetched_at: Date.now() + offset,
    offset: Math.abs(offset) < 2000 ? 0 : offset,
  };
  if (body && held && held.pack.account.key !== body.account.key) await wipe("account");
  if (body) take(kept);
  else held = kept;
  try {
    await (await field()).put("kept", kept, "pack");
  } catch (error) {
    console.warn(error.message || error);
    state.error = "unkept";
  }
}

function heard(changes) {
  Object.assign(state, changes);
  tell("pack:state", age());
  return false;
}

onWiped(() => {
  held = null;
  reading = Promise.resolve();
  tell("pack:change", { pack: null });
  tell("pack:state", age());
});
hear("outbox:signed-out", () => heard({ online: true, signedOut: true }));
addEventListener("online", () => refresh());
addEventListener("offline", () => heard({ online: false }));
