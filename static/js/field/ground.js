/* The ground of the field page's map, drawn from the pack alone: streets, water and the borders of the grids. */
import { hear } from "../bus.js";
import { map, onColours } from "../map.js";
import { tiles } from "../tiles/layer.js";
import { paintAbove, paintBelow } from "../tiles/paint.js";
import { prepareBare, prepareLines, preparePolygons } from "../tiles/prepared.js";
import { vertices } from "./network.js";
import { current } from "./pack.js";

const drawn = { land: [], blocks: [], water: [], buildings: [], streets: [], borders: {} };
const shown = new Set(["water", "streets", "grids"]);
const below = tiles("ground", paintBelow, drawn, shown);
const above = tiles("detail", paintAbove, drawn, shown);

function pairs(deltas, scale) {
  const xy = vertices(deltas, scale);
  return Array.from({ length: xy.length / 2 }, (_unused, at) => [xy[2 * at], xy[2 * at + 1]]);
}

/** The streets of a pack as features, for the ground and for their names. */
export function streetFeatures({ streets }) {
  const { line = [], name = [], kind = [] } = streets?.edges ?? {};
  return line.map((deltas, edge) => ({
    geometry: { type: "LineString", coordinates: pairs(deltas, streets.scale) },
    properties: { name: streets.names[name[edge]] ?? "", road_class: streets.kinds?.[kind[edge]] ?? "lane" },
  }));
}

function take(pack) {
  if (!pack) return;
  drawn.streets = prepareLines(streetFeatures(pack));
  drawn.borders.grids = prepareBare(pack.grids.flatMap(({ rings }) => rings.map((ring) => pairs(ring))));
  drawn.water = preparePolygons((pack.water ?? []).map((rings) => (
    { geometry: { type: "Polygon", coordinates: rings.map((ring) => pairs(ring)) }, properties: {} })));
  repaint();
}

function repaint() {
  below.repaint();
  above.repaint();
}

/** Draw it, and again when the pack or the colours change. */
export function start() {
  take(current());
  below.addTo(map);
  above.addTo(map);
  onColours(repaint);
  hear("pack:change", ({ pack }) => take(pack));
}
