/* How one tile of the ground is painted: what lies under the overlay's colours, and what lies above them. */
import { config, mix, token } from "../map.js";
import { trace, within } from "./prepared.js";

// Width in pixels at zoom 16 and the first zoom at which a street of that class is seen.
const STREETS = {
  path: { width: 1.6, from: 16, dash: [4, 3] },
  lane: { width: 3.4, from: 15 },
  collector: { width: 6, from: 13 },
  arterial: { width: 9.5, from: 9 },
};
const ORDER = Object.keys(STREETS);
const BORDERS = { grids: 11, communities: 9, subdistricts: 8, county: 5 };
const TINTS = { green: ["#6BA368", 0.22], public: ["#B8A9C9", 0.12], commercial: ["#D9A566", 0.12], industrial: ["#8892A0", 0.14] };

const streetWidth = (base, zoom) => Math.max(0.6, base * 2 ** (zoom - 16));

/** What a tile covers, in pixels of zoom 0, and a function that picks and traces the shapes in it. */
function view(context, { x, y, z }) {
  const scale = 2 ** z;
  const box = [(x * 256) / scale, (y * 256) / scale, ((x + 1) * 256) / scale, ((y + 1) * 256) / scale];
  return (shapes, close, margin = 24) => {
    const near = within(shapes, box, margin / scale);
    if (near.length) trace(context, near, scale, x * 256, y * 256, close);
    return near.length > 0;
  };
}

function fill(context, see, shapes, colour) {
  if (!see(shapes, true)) return;
  context.fillStyle = colour;
  context.fill("evenodd");
}

/** Land, its pale outer band, and blocks. */
export function paintBelow(context, coords, drawn, shown) {
  const see = view(context, coords);
  const { band } = config.borders.county;
  if (shown.has("county") && see(drawn.land, true)) {
    context.lineJoin = "round";
    context.lineWidth = band * 2;
    context.strokeStyle = mix(token("ground"), token("ink"), 0.1);
    context.stroke();
  }
  fill(context, see, drawn.land, token("land"));
  if (!shown.has("blocks") || coords.z < 12) return;
  for (const [use, shapes] of groupsOf(drawn.blocks, landUse)) fill(context, see, shapes, blockColour(use));
}

const landUse = (properties) => properties.land_use || "residential";
const roadClass = (properties) => (STREETS[properties.road_class] ? properties.road_class : "lane");

const groups = new WeakMap();

/** Shapes of a layer by a property, grouped once per layer. */
function groupsOf(shapes, key) {
  if (!groups.has(shapes)) {
    const found = new Map();
    for (const one of shapes) {
      const name = key(one.properties);
      if (!found.has(name)) found.set(name, []);
      found.get(name).push(one);
    }
    groups.set(shapes, found);
  }
  return groups.get(shapes);
}

function blockColour(use) {
  if (use === "water") return token("water");
  if (use === "rural") return mix(token("land"), token("block"), 0.35);
  const [tint, share] = TINTS[use] ?? [token("block"), 0];
  return mix(token("block"), tint, share);
}

/** Water, buildings, streets with their casing, borders. */
export function paintAbove(context, coords, drawn, shown) {
  const see = view(context, coords);
  context.lineJoin = "round";
  if (shown.has("water")) fill(context, see, drawn.water, token("water"));
  if (shown.has("buildings") && coords.z >= 16) paintBuildings(context, see, drawn.buildings);
  if (shown.has("streets")) paintStreets(context, see, drawn.streets, coords.z);
  if (shown.has("street_pieces")) paintPieces(context, see, drawn.street_pieces);
  for (const [name, from] of Object.entries(BORDERS)) {
    if (coords.z >= from && shown.has(name)) paintBorder(context, see, drawn.borders[name] ?? [], name, coords.z);
  }
  if (shown.has("gates") && coords.z >= 16) paintGates(context, coords, drawn.gates);
}

/** Streets that hang together with nothing else: told by colour and by dashes. */
function paintPieces(context, see, lines) {
  if (!see(lines, false)) return;
  context.setLineDash([9, 5]);
  context.lineWidth = 4;
  context.strokeStyle = token("overdue");
  context.stroke();
  context.setLineDash([]);
}

/** Gates as two posts: with a bar across where the gate is closed, with nothing between where it is open. */
function paintGates(context, { x, y, z }, gates) {
  const scale = 2 ** z;
  const box = [(x * 256) / scale, (y * 256) / scale, ((x + 1) * 256) / scale, ((y + 1) * 256) / scale];
  for (const { lines: [[px, py]], properties: { passage } } of within(gates, box, 12 / scale)) {
    const [cx, cy] = [px * scale - x * 256, py * scale - y * 256];
    const colour = token(passage === "closed" ? "overdue" : "ink-2");
    context.fillStyle = token("halo");
    context.fillRect(cx - 8, cy - 6, 16, 12);
    context.fillStyle = colour;
    context.fillRect(cx - 7, cy - 5, 3, 10);
    context.fillRect(cx + 4, cy - 5, 3, 10);
    if (passage === "closed") context.fillRect(cx - 7, cy - 1.5, 14, 3);
  }
}

function paintBuildings(context, see, shapes) {
  if (!see(shapes, true)) return;
  context.globalAlpha = 0.75;
  context.fillStyle = token("building");
  context.fill("evenodd");
  context.globalAlpha = 1;
  context.lineWidth = 0.8;
  context.strokeStyle = mix(token("building"), token("ink"), 0.35);
  context.stroke();
}

function paintStreets(context, see, streets, zoom) {
  const seen = ORDER.filter((name) => zoom >= STREETS[name].from);
  const classes = groupsOf(streets, roadClass);
  context.lineCap = "round";
  for (const casing of [true, false]) {
    for (const name of seen) {
      const { width, dash } = STREETS[name];
      if ((dash && casing) || !see(classes.get(name) ?? [], false)) continue;
      const drawnWidth = streetWidth(width, zoom);
      context.lineWidth = casing ? drawnWidth + 1.6 : drawnWidth;
      context.setLineDash(dash ?? []);
      context.strokeStyle = casing || dash ? token("street-casing") : token("street");
      context.stroke();
    }
  }
  context.setLineDash([]);
  context.lineCap = "butt";
}

function paintBorder(context, see, lines, name, zoom) {
  if (!see(lines, false)) return;
  const { width, dash } = config.borders[name];
  const far = zoom < 13 ? 0.75 : 1;
  context.lineWidth = width * far;
  context.setLineDash(dash ?? []);
  context.strokeStyle = token("border-grid");
  context.globalAlpha = name === "grids" ? 0.8 : 1;
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}
