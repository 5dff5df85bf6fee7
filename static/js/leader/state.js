/* What the leader looks at: it stands in the address, so that Back works and a view can be kept. One request answers it. */
import { fetchJson } from "../dom.js";

const ASKS = ["period", "compare", "area", "level", "from", "to"];
const SHOWS = ["measure", "open"];
const NAMES = [...SHOWS, ...ASKS];

const listeners = new Set();
let state = read();
let answer = null;
let running = null;
let asked = null;

function read() {
  const fields = new URLSearchParams(location.search);
  return Object.fromEntries(NAMES.map((name) => [name, fields.get(name) ?? ""]).filter(([, value]) => value));
}

/** The state as an address says it, without what is empty. */
export function queryOf(wanted = state, names = NAMES) {
  const fields = new URLSearchParams();
  for (const name of names) if (wanted[name]) fields.set(name, wanted[name]);
  return fields.toString();
}

/** What is asked and shown now; the answer is null before the first one. */
export const now = () => ({ ...state, measure: state.measure || answer?.asked.measure || "coverage" });
export const data = () => answer;

/** The figure of a code, or the measure's own. */
export const figureOf = (code = now().measure) => answer?.figures.find((one) => one.code === code);

/** Listen; the listener gets (state, answer, what changed: "data" or "look"). */
export function onState(listener) {
  listeners.add(listener);
}

function tellAll(what) {
  for (const listener of listeners) listener(now(), answer, what);
}

function failed(error) {
  for (const listener of listeners) listener(now(), answer, "error", error);
}

/** Ask for what the state needs, unless it is what is here. */
export async function load({ again = false } = {}) {
  const query = queryOf(state, ASKS);
  if (!again && asked === query && answer) return tellAll("look");
  running?.abort();
  const mine = running = new AbortController();
  try {
    const found = await fetchJson(`/leader.json${query ? `?${query}` : ""}`, { signal: mine.signal });
    if (mine.signal.aborted) return undefined;
    answer = found;
    asked = query;
    return tellAll("data");
  } catch (error) {
    if (error.name === "AbortError" || mine.signal.aborted) return undefined;
    return failed(error);
  }
}

/** Go on to another state: what is empty is left out; `replace` leaves no step to go back to. */
export function go(changes, { replace = false } = {}) {
  const next = { ...state, ...changes };
  for (const name of NAMES) if (!next[name]) delete next[name];
  if (queryOf(next) === queryOf(state)) return Promise.resolve();
  state = next;
  const query = queryOf();
  history[replace ? "replaceState" : "pushState"](null, "", `${location.pathname}${query ? `?${query}` : ""}`);
  return load();
}

/** Take a whole state from a kept view. */
export function goTo(query) {
  const fields = new URLSearchParams(query);
  return go(Object.fromEntries(NAMES.map((name) => [name, fields.get(name) ?? ""])));
}

/** One step up: what is open closes first, then the area's parent; false at the top. */
export function up() {
  if (state.open) {
    go({ open: "" });
    return true;
  }
  const area = state.area ?? "";
  if (!area) return false;
  const path = answer?.area.code === area ? answer.area.path : null;
  go({ area: path ? path.at(-2).code : area.slice(0, area.length > 9 ? area.length - 3 : 0), level: "" });
  return true;
}

addEventListener("popstate", () => {
  state = read();
  load();
});
