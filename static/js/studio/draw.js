/* What is painted: blocks in the colour of their grid's balance, borders between blocks of different grids, names
   with households, and on top what is selected, about to change, focused or being drawn. */
import { hear } from "../bus.js";
import { onColours, token } from "../map.js";
import { classOf, colourOf, UNASSIGNED } from "./balance.js";
import { boxAround, shapes } from "./shapes.js";
import { blocksOf, gridOf, isLocked, state } from "./store.js";
import { sheet, trace } from "./sheet.js";

/** What the tools mark: selected blocks, those about to change, the focused one, a line, a disc, a place. */
export const marks = { selected: new Set(), changing: new Set(), colour: "", focus: -1, line: [], open: true, brush: null, cross: null, fault: [] };

const CHUNK = 3000;
let hatch = null;

function hatched(context) {
  if (hatch) return hatch;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const brush = tile.getContext("2d");
  brush.fillStyle = token("surface");
  brush.fillRect(0, 0, 8, 8);
  brush.strokeStyle = token("overdue");
  brush.lineWidth = 1.5;
  brush.beginPath();
  for (const shift of [-8, 0, 8]) {
    brush.moveTo(shift, 8);
    brush.lineTo(shift + 8, 0);
  }
  brush.stroke();
  hatch = context.createPattern(tile, "repeat");
  return hatch;
}

function paintFills(context, view, box) {
  const groups = new Map();
  for (const i of shapes.index?.within(box) ?? []) {
    const row = state.grids.get(state.keys[state.shown[i]]);
    const colour = row ? colourOf(row) : UNASSIGNED;
    if (!groups.has(colour)) groups.set(colour, []);
    groups.get(colour).push(i);
  }
  for (const [colour, blocks] of groups) {
    context.fillStyle = context.strokeStyle = colour === UNASSIGNED ? hatched(context) : colour;
    context.lineWidth = 0.8;
    for (let from = 0; from < blocks.length; from += CHUNK) {
      context.beginPath();
      for (const i of blocks.slice(from, from + CHUNK)) for (const ring of shapes.rings[i]) trace(context, ring, view, true);
      context.fill("evenodd");
      context.stroke();
    }
  }
}

/** Blocks' own thin outlines from close by, so that one sees what a brush will take. */
function paintBorders(context, view, box) {
  if (!shapes.arcs) return;
  const { lines, left, right, index } = shapes.arcs;
  const [thin, grids, communities, chosen] = [[], [], [], []];
  const picked = state.chosen ? state.number.get(state.chosen) : -2;
  for (const i of index.within(box)) {
    const [a, b] = [left[i], right[i]];
    const [first, second] = [a < 0 ? -1 : state.shown[a], b < 0 ? -1 : state.shown[b]];
    if (first === second && a >= 0 && b >= 0) {
      if (view.zoom >= 15) thin.push(lines[i]);
      continue;
    }
    const apart = a < 0 || b < 0 || communityOf(first) !== communityOf(second);
    (apart ? communities : grids).push(lines[i]);
    if (first === picked || second === picked) chosen.push(lines[i]);
  }
  const far = view.zoom < 13 ? 0.7 : 1;
  stroke(context, view, thin, 0.6, token("line-strong"), 0.5);
  stroke(context, view, grids, 1.6 * far, token("border-grid"));
  stroke(context, view, communities, 2.8 * far, token("border-grid"));
  stroke(context, view, chosen, 6, token("halo"), 0.9);
  stroke(context, view, chosen, 3, token("ink"));
}

const communityOf = (number) => state.grids.get(state.keys[number])?.community;

function stroke(context, view, lines, width, colour, alpha = 1) {
  if (!lines.length) return;
  Object.assign(context, { lineWidth: width, strokeStyle: colour, globalAlpha: alpha, lineJoin: "round", lineCap: "round" });
  context.beginPath();
  for (const line of lines) trace(context, line, view);
  context.stroke();
  context.globalAlpha = 1;
}

/* Names: where each grid's stands is worked out when its blocks change. */
const spots = new Map();

function spotOf(key) {
  if (spots.has(key)) return spots.get(key);
  const blocks = blocksOf(key);
  let [x, y, weight] = [0, 0, 0];
  for (const i of blocks) {
    const own = 1 + shapes.households[i];
    x += shapes.centres[i * 2] * own;
    y += shapes.centres[i * 2 + 1] * own;
    weight += own;
  }
  let [best, least] = [null, Infinity];
  for (const i of blocks) {
    const far = Math.hypot(shapes.centres[i * 2] - x / weight, shapes.centres[i * 2 + 1] - y / weight);
    if (far < least) [best, least] = [[shapes.centres[i * 2], shapes.centres[i * 2 + 1]], far];
  }
  spots.set(key, best);
  return best;
}

function paintNames(context, view) {
  if (view.zoom < 12.5) return;
  const taken = [];
  context.textAlign = "center";
  context.lineJoin = "round";
  for (const row of state.grids.values()) {
    const spot = spotOf(row.key);
    if (!spot) continue;
    const [x, y] = [spot[0] * view.scale - view.left, spot[1] * view.scale - view.top];
    if (x < -60 || y < -30 || x > view.size.x + 60 || y > view.size.y + 30) continue;
    if (taken.some(([ox, oy]) => Math.abs(ox - x) < 58 && Math.abs(oy - y) < 32)) continue;
    taken.push([x, y]);
    const bad = classOf(row).out;
    write(context, `${isLocked("grid", row.key) ? "🔒 " : ""}${row.short}`, x, y - 3, 600, token("ink"));
    write(context, `${bad ? (row.deviation > 0 ? "▲ " : "▼ ") : ""}${row.households}`, x, y + 12, 500, bad ? token("overdue") : token("ink-2"));
  }
}

function write(context, text, x, y, weight, colour) {
  context.font = `${weight} 13px ${token("font")}`;
  Object.assign(context, { strokeStyle: token("halo"), lineWidth: 3.5, fillStyle: colour });
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function outline(context, view, blocks, fill, line, width, dash = []) {
  if (!blocks.length) return;
  context.beginPath();
  for (const i of blocks) for (const ring of shapes.rings[i]) trace(context, ring, view, true);
  if (fill) {
    context.fillStyle = fill;
    context.globalAlpha = 0.35;
    context.fill("evenodd");
    context.globalAlpha = 1;
  }
  Object.assign(context, { strokeStyle: line, lineWidth: width });
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

function paintMarks(context, view) {
  context.lineJoin = "round";
  outline(context, view, marks.fault, token("overdue"), token("overdue"), 3, [6, 4]);
  outline(context, view, [...marks.selected], token("primary"), token("primary"), 2);
  outline(context, view, [...marks.changing], token("due-soon"), token("due-soon-ink"), 2, [5, 3]);
  if (marks.focus >= 0) {
    outline(context, view, [marks.focus], null, token("halo"), 6);
    outline(context, view, [marks.focus], null, token("primary"), 3);
  }
  if (marks.line.length > 1) {
    const flat = Float64Array.from(marks.line.flat());
    stroke(context, view, [flat], 6, token("halo"), 0.9);
    context.setLineDash(marks.open ? [8, 5] : []);
    stroke(context, view, [flat], 2.5, token("overdue"));
    context.setLineDash([]);
  }
  const dot = ([px, py]) => [px * view.scale - view.left, py * view.scale - view.top];
  if (marks.brush) ring(context, ...dot(marks.brush.at), Math.max(4, marks.brush.radius * view.scale));
  if (marks.cross) cross(context, ...dot(marks.cross));
}

function ring(context, x, y, radius) {
  for (const [width, colour] of [[3.5, token("halo")], [1.5, token("ink")]]) {
    context.beginPath();
    context.arc(x, y, radius, 0, Math.PI * 2);
    Object.assign(context, { lineWidth: width, strokeStyle: colour });
    context.stroke();
  }
}

function cross(context, x, y) {
  for (const [width, colour] of [[5, token("halo")], [2, token("overdue")]]) {
    context.beginPath();
    for (const [ax, ay, bx, by] of [[-14, 0, -4, 0], [4, 0, 14, 0], [0, -14, 0, -4], [0, 4, 0, 14]]) {
      context.moveTo(x + ax, y + ay);
      context.lineTo(x + bx, y + by);
    }
    Object.assign(context, { lineWidth: width, strokeStyle: colour });
    context.stroke();
  }
}

const sheets = {};

/** Paint the marks again. */
export const remark = () => sheets.marks?.later();

/** Paint the blocks of some grids again, with their borders and names. */
function repaint({ blocks = [], keys = [], whole = false }) {
  for (const key of keys) spots.delete(key);
  if (whole) spots.clear();
  const touched = whole ? null : boxAround([...blocks, ...keys.filter(gridOf).flatMap(blocksOf)]);
  const box = touched && Number.isFinite(touched[0]) ? touched : null;
  if (!whole && !box) return;
  sheets.fills.later(box);
  sheets.borders.later(box);
  sheets.names.later();
  remark();
}

/** Put the sheets on the map and keep them right. */
export function start() {
  sheets.fills = sheet("studio-fills", 405, paintFills, 0.72);
  sheets.borders = sheet("studio-borders", 435, paintBorders);
  sheets.marks = sheet("studio-marks", 445, paintMarks);
  sheets.names = sheet("studio-names", 450, paintNames);
  hear("studio:whole", () => repaint({ whole: true }));
  hear("studio:arcs", () => repaint({ whole: true }));
  hear("studio:preview", repaint);
  hear("studio:changed", repaint);
  hear("studio:choose", ({ key, before }) => repaint({ keys: [key, before].filter(Boolean) }));
  onColours(() => {
    hatch = null;
    repaint({ whole: true });
  });
}
