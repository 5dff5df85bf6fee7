/* Pulling a border: grab it anywhere, and the part around the hand comes along like a rubber band; blocks that it
   passes change sides and are shown before anything is sent. With Shift the blocks it crosses are cut. */
import { _, number } from "../i18n.js";
import { marks, remark } from "./draw.js";
import { edit } from "./edits.js";
import { blocksIn, nearestArc, shapes } from "./shapes.js";
import { draft, gridOf, mayEdit, nameOf, state } from "./store.js";
import { lonLat } from "./tool_lines.js";
import * as tools from "./tools.js";

const REACH = 18; // pixels from the border at which it is grabbed
const REACH_KEYS = 60;
const WIDTH = 70; // pixels of border on either side that come along at least
const STEP = 6;

/** Cut the blocks that the new border crosses, instead of turning whole blocks round. */
export const pulling = { cut: false };

let grip = null;

function sides(arc) {
  const { left, right } = shapes.arcs;
  if (left[arc] < 0 || right[arc] < 0) return null;
  const [a, b] = [state.shown[left[arc]], state.shown[right[arc]]];
  if (a < 0 || b < 0 || a === b) return null;
  return draft.may.move_community || community(a) === community(b) ? [a, b] : null;
}

const community = (number) => gridOf(state.keys[number])?.community;

/** The whole border between two grids that an arc belongs to, as one line of points. */
function chainOf(arc) {
  const [a, b] = sides(arc);
  const { lines } = shapes.arcs;
  const same = [];
  for (let i = 0; i < lines.length; i++) {
    const found = sides(i);
    if (found && ((found[0] === a && found[1] === b) || (found[0] === b && found[1] === a))) same.push(i);
  }
  const ends = new Map();
  const name = (x, y) => `${(x * 1e7).toFixed(0)} ${(y * 1e7).toFixed(0)}`;
  const tips = (i) => [name(lines[i][0], lines[i][1]), name(lines[i].at(-2), lines[i].at(-1))];
  for (const i of same) for (const tip of tips(i)) ends.set(tip, [...(ends.get(tip) ?? []), i]);
  const used = new Set([arc]);
  let chain = pointsOf(lines[arc]);
  for (let side = 0; side < 2; side++) {
    for (;;) {
      const tip = name(...chain.at(-1));
      const next = (ends.get(tip) ?? []).find((i) => !used.has(i));
      if (next === undefined) break;
      used.add(next);
      const more = pointsOf(lines[next]);
      chain = chain.concat((name(...more[0]) === tip ? more : more.reverse()).slice(1));
    }
    chain.reverse();
  }
  return chain;
}

const pointsOf = (line) => Array.from({ length: line.length / 2 }, (_none, i) => [line[i * 2], line[i * 2 + 1]]);

/** The line with points no further apart than `step`, and how far along each stands. */
function finer(chain, step) {
  const points = [chain[0]];
  const along = [0];
  for (let i = 1; i < chain.length; i++) {
    const [[ax, ay], [bx, by]] = [chain[i - 1], chain[i]];
    const length = Math.hypot(bx - ax, by - ay);
    const parts = Math.max(1, Math.min(200, Math.ceil(length / step)));
    for (let part = 1; part <= parts; part++) {
      points.push([ax + ((bx - ax) * part) / parts, ay + ((by - ay) * part) / parts]);
      along.push(along.at(-1) + length / parts);
    }
  }
  return { points, along };
}

function nearest(points, x, y) {
  let [best, least] = [0, Infinity];
  points.forEach(([px, py], i) => {
    const far = Math.hypot(px - x, py - y);
    if (far < least) [best, least] = [i, far];
  });
  return best;
}

/** Where the border comes to lie when the hand is at a place, and which blocks it passes. */
function pulled({ x, y }) {
  const { points, along, at } = grip;
  const [dx, dy] = [x - points[at][0], y - points[at][1]];
  const width = Math.max(Math.hypot(dx, dy) * 1.2, tools.reach(WIDTH));
  const moved = points.map(([px, py], i) => {
    const part = Math.abs(along[i] - along[at]) / width;
    const share = part >= 1 ? 0 : part <= 0.5 ? 1 : 0.5 + 0.5 * Math.cos((part - 0.5) * 2 * Math.PI);
    return [px + dx * share, py + dy * share];
  });
  const ring = Float64Array.from([...points, ...moved.toReversed()].flat());
  const passed = blocksIn(ring).filter((i) => grip.numbers.includes(state.kept[i]));
  const counts = new Map(grip.numbers.map((one) => [one, passed.filter((i) => state.kept[i] === one).length]));
  const from = [...counts].sort((a, b) => b[1] - a[1])[0][0];
  const blocks = passed.filter((i) => state.kept[i] === from);
  const to = grip.numbers.find((one) => one !== from);
  return { moved, blocks, from: state.keys[from], to: state.keys[to] };
}

tools.add({
  id: "pull", key: "5", icon: "magnet", steps: "map", drag: true, sticky: true,
  get word() { return _("拉界"); },
  get help() { return _("抓住两个网格间的边界拉动，按住 Shift 切开地块"); },
  begin(at, { keyboard }) {
    if (!mayEdit()) {
      tools.say(_("这个草案现在不能编辑"), { alarm: true });
      return false;
    }
    const { arc } = nearestArc(at.x, at.y, tools.reach(keyboard ? REACH_KEYS : REACH), (i) => sides(i) !== null);
    if (arc < 0) {
      tools.say(_("附近没有两个网格间的边界"), { alarm: true });
      return false;
    }
    const { points, along } = finer(chainOf(arc), tools.reach(STEP));
    grip = { points, along, at: nearest(points, at.x, at.y), numbers: sides(arc), last: null };
    Object.assign(marks, { line: points, open: false });
    const [one, two] = grip.numbers.map((i) => nameOf(state.keys[i]));
    tools.say(_("抓住 %(one)s 与 %(two)s 的边界", { one, two }));
    return true;
  },
  extend(at) {
    grip.last = pulled(at);
    Object.assign(marks, { line: grip.last.moved, open: false, changing: new Set(grip.last.blocks) });
    remark();
    const { blocks, from, to } = grip.last;
    const homes = blocks.reduce((sum, i) => sum + shapes.households[i], 0);
    return _("%(n)s 个地块、%(homes)s 户由 %(from)s 到 %(to)s", { n: blocks.length, homes: number(homes), from: nameOf(from), to: nameOf(to) });
  },
  end(at, { cut }) {
    const { numbers } = grip;
    const found = pulled(at);
    grip = null;
    marks.line = [];
    marks.changing = new Set();
    const [grid, other] = numbers.map((one) => state.keys[one]);
    const words = _("已移动 %(one)s 与 %(two)s 的边界", { one: nameOf(grid), two: nameOf(other) });
    if (cut || pulling.cut) return edit({ verb: "move_border", grid, other, line: lonLat(thinned(found.moved)), cut: true }, words);
    if (!found.blocks.length) return tools.say(_("边界没有越过任何地块"));
    const blocks = found.blocks.map((i) => shapes.codes[i]);
    const [from, to] = [found.from, found.to].map((key) => gridOf(key).community);
    return edit(from === to ? { verb: "transfer", blocks, to: found.to } : { verb: "move_community", blocks, to }, words);
  },
  cancel() {
    grip = null;
  },
});

/** No more points than an instruction needs. */
function thinned(line) {
  const every = Math.max(1, Math.ceil(line.length / 400));
  return line.filter((_point, i) => i % every === 0 || i === line.length - 1);
}

