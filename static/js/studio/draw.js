/* What is painted of the draft and when: its blocks, borders and names, and on top what is selected, about to change,
   focused or being drawn. */
import { hear } from "../bus.js";
import { onColours, token } from "../map.js";
import { borders, fills, names, recolour, stroke } from "./paint.js";
import { classOf } from "./balance.js";
import { boxAround, shapes } from "./shapes.js";
import { blocksOf, gridOf, state } from "./store.js";
import { sheet, trace } from "./sheet.js";

/** What the tools mark: selected blocks, those about to change, the focused one, a line, a disc, a place. */
export const marks = { selected: new Set(), changing: new Set(), colour: "", focus: -1, line: [], open: true, brush: null, cross: null, fault: [] };

const spots = new Map();

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

const classes = new Map();

/** Has the class of a grid's colour changed since it was painted last? */
function recoloured(key) {
  const row = gridOf(key);
  if (!row) return false;
  const { at } = classOf(row);
  const was = classes.get(key);
  classes.set(key, at);
  return was !== at;
}

/** Paint blocks again, and the whole of the grids whose colour has changed. */
function repaint({ blocks = [], keys = [], whole = false }) {
  for (const key of keys) spots.delete(key);
  if (whole) {
    spots.clear();
    classes.clear();
    for (const [key, row] of state.grids) classes.set(key, classOf(row).at);
  }
  const touched = whole ? null : boxAround([...blocks, ...keys.filter(recoloured).flatMap(blocksOf)]);
  const box = touched && Number.isFinite(touched[0]) ? touched : null;
  if (!whole && !box) return keys.length ? sheets.names.later() : undefined;
  sheets.fills.later(box);
  sheets.borders.later(box);
  sheets.names.later();
  return remark();
}

/** Put the sheets on the map and keep them right. */
export function start() {
  sheets.fills = sheet("studio-fills", 405, fills(state), 0.72);
  sheets.borders = sheet("studio-borders", 435, borders(state));
  sheets.marks = sheet("studio-marks", 445, paintMarks);
  sheets.names = sheet("studio-names", 450, names(state, spots));
  hear("studio:whole", () => repaint({ whole: true }));
  hear("studio:arcs", () => repaint({ whole: true }));
  hear("studio:preview", repaint);
  hear("studio:changed", repaint);
  hear("studio:choose", ({ key, before }) => repaint({ blocks: [key, before].filter(Boolean).flatMap(blocksOf) }));
  onColours(() => {
    recolour();
    repaint({ whole: true });
  });
}
