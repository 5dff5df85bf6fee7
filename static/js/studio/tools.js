/* The tools: which one is in hand, and the one way they are all used. A tool walks over blocks or over the map itself
   (`steps`), and either does its work where it is pressed (`press`), along a stroke (`begin`, `extend`, `end`) or
   from point to point (`point`, `finish`). Pointer and keyboard call the same functions with the same places. */
import { tell } from "../bus.js";
import { _ } from "../i18n.js";
import { map } from "../map.js";
import { marks, remark } from "./draw.js";
import { blockAt, project } from "./shapes.js";
import { keyOf } from "./store.js";

const tools = new Map();
let current = null;
let busyAt = null;

/** Add a tool: {id, key, icon, word, help, steps, …}. */
export const add = (tool) => tools.set(tool.id, tool);

export const all = () => [...tools.values()];
export const active = () => current;

/** Is a stroke or a line under way? */
export const underWay = () => busyAt !== null;

/** What lies at a place: longitude and latitude, pixels of zoom 0, block and grid. */
export function placeAt({ lat, lng }) {
  const [x, y] = project(lng, lat);
  const block = blockAt(x, y);
  return { lat, lng, x, y, block, grid: block < 0 ? "" : keyOf(block) };
}

/** Pixels of the screen as a length of zoom 0. */
export const reach = (pixels) => pixels / 2 ** map.getZoom();

/** Take a tool into the hand; what the old one had begun is let go. */
export function use(id) {
  if (!tools.has(id)) return;
  if (current?.id !== id) cancel();
  current = tools.get(id);
  document.body.dataset.tool = id;
  if (current.drag) map.dragging.disable();
  else map.dragging.enable();
  if (current.point) map.doubleClickZoom.disable();
  else map.doubleClickZoom.enable();
  tell("studio:tool", { id });
  say(`${current.word}：${current.help}`);
}

/** Tell in the status line and to screen readers. */
export function say(words, { alarm = false } = {}) {
  tell("studio:say", { words, alarm });
}

export function begin(at, options = {}) {
  if (!current?.begin) return false;
  const begun = current.begin(at, options) !== false;
  busyAt = begun ? at : null;
  return begun;
}

/** Go on to a place; answers what there is to tell of it. */
export function extend(at, options = {}) {
  if (busyAt !== null) return current.extend?.(at, options) ?? "";
  current?.hover?.(at, options);
  return "";
}

export function end(at, options = {}) {
  if (busyAt === null) return;
  busyAt = null;
  current.end?.(at, options);
  remark();
}

export function press(at, options = {}) {
  if (current.press) return current.press(at, options);
  if (!current.point) return undefined;
  busyAt = at;
  return current.point(at, options);
}

export function finish(options = {}) {
  if (busyAt === null || !current.finish) return;
  busyAt = null;
  current.finish(options);
  remark();
}

/** Let go what was begun; true where there was something. */
export function cancel() {
  const was = busyAt !== null;
  busyAt = null;
  current?.cancel?.();
  Object.assign(marks, { line: [], brush: null });
  marks.changing.clear();
  remark();
  if (was) say(_("已取消"));
  return was;
}
