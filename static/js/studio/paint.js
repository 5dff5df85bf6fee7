/* How a plan is painted on a sheet: blocks in the colour of their grid's balance, borders between blocks of different
   grids, names with households. A model is {shown, keys, grids, chosen, locks, blocksOf}: the draft's own state, or the plan
   it is compared with. */
import { token } from "../map.js";
import { classOf, colourOf, UNASSIGNED } from "./balance.js";
import { shapes } from "./shapes.js";
import { trace } from "./sheet.js";

const CHUNK = 3000;
let hatch = null;

/** The colours of the page changed. */
export const recolour = () => { hatch = null; };

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

/** Paint the blocks of a model. */
export const fills = (model) => (context, view, box) => {
  const groups = new Map();
  for (const i of shapes.index?.within(box) ?? []) {
    const row = model.grids.get(model.keys[model.shown[i]]);
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
};

/** Paint the borders of a model; blocks' own thin outlines from close by, so that one sees what a brush will take. */
export const borders = (model) => (context, view, box) => {
  if (!shapes.arcs) return;
  const { lines, left, right, index } = shapes.arcs;
  const [thin, grids, communities, chosen] = [[], [], [], []];
  const picked = model.chosen ? model.keys.indexOf(model.chosen) : -2;
  for (const i of index.within(box)) {
    const [a, b] = [left[i], right[i]];
    const [first, second] = [a < 0 ? -1 : model.shown[a], b < 0 ? -1 : model.shown[b]];
    if (first === second && a >= 0 && b >= 0) {
      if (view.zoom >= 15) thin.push(lines[i]);
      continue;
    }
    const apart = a < 0 || b < 0 || communityOf(model, first) !== communityOf(model, second);
    (apart ? communities : grids).push(lines[i]);
    if (first === picked || second === picked) chosen.push(lines[i]);
  }
  const far = view.zoom < 13 ? 0.7 : 1;
  stroke(context, view, thin, 0.6, token("line-strong"), 0.5);
  stroke(context, view, grids, 1.6 * far, token("border-grid"));
  stroke(context, view, communities, 2.8 * far, token("border-grid"));
  stroke(context, view, chosen, 6, token("halo"), 0.9);
  stroke(context, view, chosen, 3, token("ink"));
};

const communityOf = (model, number) => model.grids.get(model.keys[number])?.community;

/** Stroke some lines of zoom 0 at once. */
export function stroke(context, view, lines, width, colour, alpha = 1) {
  if (!lines.length) return;
  Object.assign(context, { lineWidth: width, strokeStyle: colour, globalAlpha: alpha, lineJoin: "round", lineCap: "round" });
  context.beginPath();
  for (const line of lines) trace(context, line, view);
  context.stroke();
  context.globalAlpha = 1;
}

/* Names: where each grid's stands is worked out when its blocks change. */
function spotOf(model, key, spots) {
  if (spots.has(key)) return spots.get(key);
  const blocks = model.blocksOf(key);
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

/** Paint the names of a model's grids; `spots` remembers where they stand. */
export const names = (model, spots) => (context, view) => {
  if (view.zoom < 12.5) return;
  const taken = [];
  context.textAlign = "center";
  context.lineJoin = "round";
  for (const row of model.grids.values()) {
    const spot = spotOf(model, row.key, spots);
    if (!spot) continue;
    const [x, y] = [spot[0] * view.scale - view.left, spot[1] * view.scale - view.top];
    if (x < -60 || y < -30 || x > view.size.x + 60 || y > view.size.y + 30) continue;
    if (taken.some(([ox, oy]) => Math.abs(ox - x) < 58 && Math.abs(oy - y) < 32)) continue;
    taken.push([x, y]);
    const bad = classOf(row).out;
    write(context, `${model.locks?.some(([what, key]) => what === "grid" && key === row.key) ? "🔒 " : ""}${row.short}`, x, y - 3, 600, token("ink"));
    write(context, `${bad ? (row.deviation > 0 ? "▲ " : "▼ ") : ""}${row.households}`, x, y + 12, 500, bad ? token("overdue") : token("ink-2"));
  }
};

function write(context, text, x, y, weight, colour) {
  context.font = `${weight} 13px ${token("font")}`;
  Object.assign(context, { strokeStyle: token("halo"), lineWidth: 3.5, fillStyle: colour });
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

