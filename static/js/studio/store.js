/* What the draft is at this moment: which grid each block is in, the grids' figures, the faults, the version.
   `kept` is what the server holds, `shown` what the screen shows while an edit is under way. Who draws listens. */
import { tell } from "../bus.js";
import { fetchJson } from "../dom.js";
import { shapes, takeArcs, takeBlocks } from "./shapes.js";

export const draft = JSON.parse(document.getElementById("studio-config").textContent);

export const state = {
  version: draft.version, keys: [], number: new Map(), grids: new Map(), faults: [], locks: [], history: null,
  kept: new Int32Array(0), shown: new Int32Array(0), blocksOf: (key) => blocksOf(key), mean: 400, band: [300, 500], chosen: "", target: "",
};

/** The number of a grid's key; -1 for no grid. */
function numberOf(key) {
  if (!key) return -1;
  if (!state.number.has(key)) {
    state.number.set(key, state.keys.length);
    state.keys.push(key);
  }
  return state.number.get(key);
}

/** The key of the grid a block is shown in, "" for none. */
export const keyOf = (block) => state.keys[state.shown[block]] ?? "";

/** A grid's row by its key. */
export const gridOf = (key) => state.grids.get(key);

/** Short name of a grid for lists and labels. */
export const nameOf = (key) => gridOf(key)?.name || key;

/** Is the draft open to this person's edits? */
export const mayEdit = () => draft.may.edit;

export const isLocked = (what, key) => state.locks.some(([kind, one]) => kind === what && one === key);

let members = new Map();

/** Blocks shown in a grid. */
export const blocksOf = (key) => [...members.get(numberOf(key)) ?? []];

/** How many blocks are shown in no grid. */
export const looseCount = () => members.get(-1)?.size ?? 0;

function gather() {
  members = new Map();
  for (let i = 0; i < state.shown.length; i++) join(i, state.shown[i]);
}

function join(block, number) {
  if (!members.has(number)) members.set(number, new Set());
  members.get(number).add(block);
}

/** Show a block in another grid, by its number. */
function place(block, number) {
  members.get(state.shown[block])?.delete(block);
  state.shown[block] = number;
  join(block, number);
}

/** Fetch shapes and state; the map can be painted afterwards. */
export async function load() {
  const [told] = await Promise.all([fetchJson(`${draft.url}.json`), shapes.tag ? null : loadBlocks("")]);
  if (told.canvas !== shapes.tag) await loadBlocks(told.canvas);
  takeWhole(told);
}

/** Fetch the arcs, without which there are no borders and no neighbours. */
export async function loadArcs() {
  takeArcs(await fetchJson(`${draft.url}/arcs.json?canvas=${shapes.tag}`));
  tell("studio:arcs");
}

/** Fetch everything again: blocks were cut, or others have changed much. */
export async function reload(tag = "") {
  const cut = tag && tag !== shapes.tag;
  const [told, blocks, arcs] = await Promise.all([fetchJson(`${draft.url}.json`),
    cut ? fetchJson(`${draft.url}/blocks.json?canvas=${tag}`) : null, cut ? fetchJson(`${draft.url}/arcs.json?canvas=${tag}`) : null]);
  if (told.canvas !== (cut ? blocks.tag : shapes.tag) || (cut && arcs.tag !== blocks.tag)) {
    await loadBlocks(told.canvas);
    takeWhole(told);
    return loadArcs();
  }
  if (cut) {
    takeBlocks(blocks);
    takeArcs(arcs);
  }
  takeWhole(told);
  return undefined;
}

async function loadBlocks(tag) {
  takeBlocks(await fetchJson(`${draft.url}/blocks.json?canvas=${tag}`));
}

function takeWhole(told) {
  state.kept = new Int32Array(shapes.count).fill(-1);
  for (const [key, blocks] of Object.entries(told.blocks)) {
    const number = numberOf(key);
    for (const i of blocks) state.kept[i] = number;
  }
  state.shown = state.kept.slice();
  gather();
  state.grids = new Map(told.grids.map((row) => [row.key, { ...row }]));
  takeRest(told);
  tell("studio:whole");
}

function takeRest(told) {
  const { version, faults, locks, history, mean, band, summary } = told;
  Object.assign(state, { version, locks, history, mean, band, summary });
  if (faults) state.faults = faults;
  else askFaults();
  if (told.state) draft.state = told.state;
  if (told.may_edit !== undefined) draft.may.edit = told.may_edit && draft.may.edits;
  if (state.chosen && !state.grids.has(state.chosen)) state.chosen = "";
  if (state.target && !state.grids.has(state.target)) state.target = "";
}

let asking = 0;

/** The check of a large county comes after the edit itself. */
function askFaults() {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const told = await fetchJson(`${draft.url}/faults.json`).catch(() => null);
    if (told?.version !== state.version) return;
    state.faults = told.faults;
    tell("studio:figures");
  }, 300);
}

/** Take the answer to an edit: changed blocks by grid, changed rows, faults. */
export async function take(told) {
  if (told.canvas !== shapes.tag) {
    told.gone.forEach((key) => state.grids.delete(key));
    told.grids.forEach((row) => state.grids.set(row.key, { ...row }));
    takeRest(told);
    tell("studio:figures");
    await reload(told.canvas);
    return tell("studio:changed", { whole: true });
  }
  const touched = [];
  for (const [key, blocks] of Object.entries(told.blocks)) {
    const number = numberOf(key);
    for (const i of blocks) {
      state.kept[i] = number;
      touched.push(i);
    }
  }
  for (let i = 0; i < state.shown.length; i++) if (state.shown[i] !== state.kept[i]) place(i, state.kept[i]);
  told.gone.forEach((key) => state.grids.delete(key));
  told.grids.forEach((row) => state.grids.set(row.key, { ...row }));
  takeRest(told);
  tell("studio:changed", { blocks: touched, keys: [...told.grids.map(({ key }) => key), ...told.gone] });
  return undefined;
}

/** Show blocks in another grid before the server has said yes; households follow at once. */
export function preview(blocks, key) {
  const to = numberOf(key);
  const keys = new Set([key]);
  for (const i of blocks) {
    const from = state.keys[state.shown[i]];
    if (from === key) continue;
    keys.add(from);
    shift(from, -1, i);
    shift(key, 1, i);
    place(i, to);
  }
  tell("studio:preview", { blocks, keys: [...keys].filter(Boolean) });
}

function shift(key, sign, block) {
  const row = state.grids.get(key);
  if (!row) return;
  row.households += sign * shapes.households[block];
  row.blocks += sign;
  row.deviation = row.households / state.mean - 1;
}

/** Show again what the server holds. */
export function forget() {
  const blocks = [];
  const keys = new Set();
  for (let i = 0; i < state.shown.length; i++) {
    if (state.shown[i] === state.kept[i]) continue;
    const [now, then] = [state.keys[state.shown[i]], state.keys[state.kept[i]]];
    shift(now, -1, i);
    shift(then, 1, i);
    keys.add(now).add(then);
    blocks.push(i);
    place(i, state.kept[i]);
  }
  if (blocks.length) tell("studio:preview", { blocks, keys: [...keys].filter(Boolean) });
}

/** Choose a grid for the panel. */
export function choose(key) {
  if (state.chosen === key) return;
  const before = state.chosen;
  state.chosen = key;
  tell("studio:choose", { key, before });
}
