/* What was dispatched to the worker: kept on the phone, ordered by time or distance; a step is queued with its photos. */
import { tell } from "../bus.js";
import { straight } from "./network.js";
import { position } from "./position.js";
import * as outbox from "./outbox.js";
import * as packs from "./pack.js";
import { field } from "./store.js";

const KEY = "tasks";

/** The tasks: from the network, else as they were kept: {tasks, at, fresh}. */
export async function tasks() {
  const account = packs.accountKey();
  try {
    const answer = await fetch("/field/tasks.json", { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8000) });
    if (answer.ok) {
      const kept = { tasks: (await answer.json()).tasks, at: packs.now(), account };
      (await field()).put("kept", kept, KEY).catch(() => {});
      tell("tasks:change", { count: kept.tasks.length });
      return { ...kept, fresh: true };
    }
  } catch { /* as it was kept */ }
  const kept = await (await field()).get("kept", KEY);
  const mine = kept?.account === account ? kept : { tasks: [], at: null };
  tell("tasks:change", { count: mine.tasks.length });
  return { ...mine, fresh: false };
}

/** Tasks in order: by what is due first, or by how far they are from here (metres on `distance_m`, null without a place). */
export function ordered(list, by) {
  const here = position();
  const told = list.map((one) => ({ ...one, distance_m: here && Number.isFinite(one.lon) ? straight(here.lon, here.lat, one.lon, one.lat) : null }));
  const due = (one) => one.due_at ?? Infinity;
  if (by === "distance") return told.sort((a, b) => (a.distance_m ?? Infinity) - (b.distance_m ?? Infinity) || due(a) - due(b));
  return told.sort((a, b) => due(a) - due(b) || (a.distance_m ?? 0) - (b.distance_m ?? 0));
}

/** Steps of an incident that wait in the outbox, oldest first. */
export async function waitingFor(code) {
  return (await outbox.items()).filter((one) => one.kind === "step" && one.values.incident_code === code && outbox.isOpen(one));
}

/** Begin a step as a draft that photos can be attached to. */
export async function beginStep(task, verb, label) {
  const before = (await waitingFor(task.incident_code)).at(-1);
  const version = before ? Number(before.values.version) + 1 : task.version;
  return outbox.keep(outbox.blank("step", { incident_code: task.incident_code, verb, version }, { title: `${label} · ${task.class_name}`, after: before?.id ?? null }));
}
