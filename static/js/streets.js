/* Where the names of streets stand: on the longest straight run of each street in view, turned along it. */
import { linesOf } from "./geometry.js";
import { map } from "./map.js";

const APART = 260;
const MOST_BEND = 0.25;
const RANK = { arterial: 0, collector: 1, lane: 2, path: 3 };

let runs = [];

/** Straight runs of a line: neighbouring segments whose direction changes by less than 14°. */
function straight(line) {
  const found = [];
  let start = 0;
  const turn = (i) => Math.atan2(line[i + 1][1] - line[i][1], line[i + 1][0] - line[i][0]);
  for (let i = 1; i < line.length - 1; i++) {
    const bend = Math.abs(((turn(i) - turn(start) + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
    if (bend > MOST_BEND) {
      found.push([line[start], line[i]]);
      start = i;
    }
  }
  found.push([line[start], line[line.length - 1]]);
  return found;
}

/** Join edges that meet end to end into one line, since a street is cut at every crossing. */
function joined(lines) {
  const ends = new Map();
  const open = new Set(lines);
  const key = (point) => point.join();
  for (const line of lines) {
    for (const end of [line[0], line.at(-1)]) ends.set(key(end), [...ends.get(key(end)) ?? [], line]);
  }
  const next = (point) => (ends.get(key(point)) ?? []).find((line) => open.has(line));
  const found = [];
  for (const first of lines) {
    if (!open.delete(first)) continue;
    const whole = [...first];
    for (let more = next(whole.at(-1)); more; more = next(whole.at(-1))) {
      open.delete(more);
      whole.push(...(key(more[0]) === key(whole.at(-1)) ? more : [...more].reverse()).slice(1));
    }
    for (let more = next(whole[0]); more; more = next(whole[0])) {
      open.delete(more);
      whole.unshift(...(key(more.at(-1)) === key(whole[0]) ? more : [...more].reverse()).slice(0, -1));
    }
    found.push(whole);
  }
  return found;
}

function prepare(features) {
  const named = new Map();
  for (const { geometry, properties: { name, road_class: kind } } of features) {
    if (!name) continue;
    if (!named.has(name)) named.set(name, { lines: [], rank: RANK[kind] ?? 2 });
    named.get(name).lines.push(...linesOf(geometry));
  }
  runs = [...named].flatMap(([text, { lines, rank }]) =>
    joined(lines).flatMap(straight).map(([a, b]) => ({ text, rank, a, b })));
  runs.sort((one, two) => one.rank - two.rank);
}

/** Places for names within a frame of the screen: {text, x, y, angle, box}; `width` measures a text. */
export function streetNames({ west, north, east, south }, width) {
  const placed = new Map();
  const found = [];
  for (const { text, a, b } of runs) {
    const [p, q] = [map.latLngToContainerPoint([a[1], a[0]]), map.latLngToContainerPoint([b[1], b[0]])];
    const [x, y] = [(p.x + q.x) / 2, (p.y + q.y) / 2];
    if (x < west || x > east || y < north || y > south) continue;
    const wide = width(text);
    if (p.distanceTo(q) < wide + 8) continue;
    if ((placed.get(text) ?? []).some(([px, py]) => Math.hypot(px - x, py - y) < APART)) continue;
    placed.set(text, [...placed.get(text) ?? [], [x, y]]);
    let angle = Math.atan2(q.y - p.y, q.x - p.x);
    if (angle > Math.PI / 2) angle -= Math.PI;
    if (angle < -Math.PI / 2) angle += Math.PI;
    const [halfX, halfY] = [Math.abs(Math.cos(angle)) * wide / 2 + 8, Math.abs(Math.sin(angle)) * wide / 2 + 8];
    found.push({ text, x, y, angle, box: [x - halfX, y - halfY, x + halfX, y + halfY] });
  }
  return found;
}

streetNames.prepare = prepare;
