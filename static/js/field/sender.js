/* Sends what waits in the outbox: in order, one at a time, by one tab at a time, again after every failure that is not
   the report's own. Nothing leaves before the server has answered for the same account that made it.
   Tells `send:progress {id, share}` and `send:state {word, at}`. */
import { fetchJson } from "../dom.js";
import { hear, tell } from "../bus.js";
import * as outbox from "./outbox.js";
import * as pack from "./pack.js";
import { judged, upload } from "./upload.js";

const LOCK = "field-outbox";
const SLOWEST_MS = 120_000;
const POISON = 3;
let running = null;
let again = false;
let fails = 0;
let timer = 0;

/** Send what is due; where a sending runs already it looks once more afterwards. */
export function flush() {
  if (running) {
    again = true;
    return running;
  }
  clearTimeout(timer);
  const alone = navigator.locks ? (work) => navigator.locks.request(LOCK, work) : (work) => work();
  running = alone(run).catch((error) => console.warn(error.message || error)).finally(() => {
    running = null;
    if (again) {
      again = false;
      flush();
    }
  });
  return running;
}

async function run() {
  await revive();
  if (!(await next())) return state("idle");
  state("asking");
  if (!(await pack.refresh())) return pack.age().signedOut ? state("signed-out") : later();
  for (let item = await next(); item; item = await next()) {
    const word = await send(item);
    if (word === "later") return later();
    if (word === "signed-out" || word === "other-account") return stop(word);
    fails = 0;
  }
  state("idle");
  wait();
  return undefined;
}

/** What a killed page left in the middle of being sent is due again; the key keeps it from being twice. */
async function revive() {
  for (const item of await outbox.items()) {
    if (item.state === "sending") await outbox.edit(item.id, (one) => { one.state = "waiting"; });
  }
}

async function next() {
  const all = await outbox.items();
  const over = new Set(all.filter((one) => one.state === "sent").map((one) => one.id));
  const known = new Set(all.map((one) => one.id));
  return all.find((one) => one.state === "waiting" && one.next_try_at <= Date.now() && (!one.after || over.has(one.after) || !known.has(one.after)));
}

async function send(item) {
  const taken = await outbox.edit(item.id, (one) => { one.state = "sending"; });
  if (!taken) return "gone";
  state("sending");
  await follows(taken);
  const answer = await upload(taken, pack.accountKey(), (share) => tell("send:progress", { id: item.id, share }));
  let word = judged(answer, taken);
  if (word === "stale") word = (await isDone(taken)) ? "done" : "conflict";
  return noted(taken, word, answer);
}

/** A step that follows another of the same incident is meant for the version which that one made. */
async function follows(item) {
  const before = item.after && (await outbox.find(item.after));
  if (before?.sent?.version) item.values.version = before.sent.version;
}

async function noted(item, word, { status, data, after }) {
  if (word === "sent") {
    await outbox.settled(item.id, receipt(item, data));
  } else if (word === "conflict" || word === "refused") {
    const { code = String(status), message = "", fields = {}, ...more } = data?.error ?? {};
    await outbox.edit(item.id, (one) => Object.assign(one, { state: word, problem: { status, code, message, fields, data: more } }));
  } else if (word !== "done") {
    const poisoned = status >= 500 && item.tries + 1 >= POISON;
    await outbox.edit(item.id, (one) => Object.assign(one, { state: "waiting", tries: one.tries + 1,
      next_try_at: poisoned ? Date.now() + SLOWEST_MS : after ? Date.now() + after * 1000 : 0 }));
    if (poisoned) return "set aside";
  }
  return word;
}

const receipt = (item, data) => ({ incident_code: data.incident_code, version: data.version ?? null, state: data.state ?? "",
  state_label: data.state_label ?? "", at: new Date(pack.now()).toISOString() });

/** Send an item that found no room, its blobs by id from memory; answers the word of the answer. */
export async function sendAtOnce(item, blobs) {
  if (!(await pack.refresh())) return "later";
  const held = (one) => ({ ...one, blob: blobs[one.id] });
  const whole = { ...item, photos: item.photos.map(held), voice: item.voice && held(item.voice) };
  const answer = await upload(whole, pack.accountKey(), (share) => tell("send:progress", { id: item.id, share }));
  const word = judged(answer, whole);
  if (word === "sent") await outbox.settled(item.id, receipt(item, answer.data)).catch(() => {});
  return word;
}

/** Whether the server has taken this very step already, its answer having been lost on the way. */
async function isDone(item) {
  const code = item.values.incident_code;
  try {
    const told = await fetchJson(`/api/v1/incidents/${encodeURIComponent(code)}`);
    const last = told.history.at(-1);
    const same = last && last.verb === item.values.verb && told.version === Number(item.values.version) + 1
      && (last.note ?? "") === (item.values.note ?? "") && last.photos.length === item.photos.length;
    if (same) await outbox.settled(item.id, receipt(item, told));
    return Boolean(same);
  } catch {
    return false;
  }
}

function later() {
  fails += 1;
  wait(Math.min(2 ** fails * 1000, SLOWEST_MS) * (0.75 + Math.random() / 2));
}

function wait(ms = SLOWEST_MS / 2) {
  clearTimeout(timer);
  timer = setTimeout(flush, ms);
  if (fails) state("later", Date.now() + ms);
}

async function stop(word) {
  if (word === "other-account") await pack.refresh();
  if (word === "signed-out") tell("outbox:signed-out");
  state(word);
}

function state(word, at = 0) {
  tell("send:state", { word, at });
}

function hurry() {
  fails = 0;
  flush();
}

/** Send from now on: at once, when the network is back, when the page is looked at again, and after a while. */
export function start() {
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
  addEventListener("pageshow", hurry);
  hear("outbox:flush", hurry);
  hear("pack:change", ({ pack: held }) => { outbox.recount(); if (held) hurry(); });
  outbox.tidy().catch(() => {});
  flush();
}
