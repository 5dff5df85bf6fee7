/* Our own calm ground, drawn on canvas tiles from the layers: land and blocks under the colours of an overlay,
   water, buildings, streets and borders above them. Nothing here says anything about the county but where things are. */
import { hear } from "./bus.js";
import { sharedOnce } from "./geometry.js";
import { has, loadLayer } from "./layers.js";
import { config, map, onColours } from "./map.js";
import { tiles } from "./tiles/layer.js";
import { paintAbove, paintBelow } from "./tiles/paint.js";
import { prepareBare, prepareLines, preparePoints, preparePolygons } from "./tiles/prepared.js";

const drawn = { land: [], blocks: [], water: [], buildings: [], streets: [], street_pieces: [], gates: [], borders: {} };
const shown = new Set();

const below = tiles("ground", paintBelow, drawn, shown);
const above = tiles("detail", paintAbove, drawn, shown);

let frame = 0;

/** Paint again, once per frame, when a layer arrived or the colours changed. */
function repaint() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => {
    below.repaint();
    above.repaint();
  });
}

const idle = () => new Promise((resolve) => {
  if (window.requestIdleCallback) requestIdleCallback(resolve, { timeout: 400 });
  else setTimeout(resolve, 30);
});

async function add(name, prepare) {
  if (!has(name)) return;
  const { features } = await loadLayer(name);
  await idle();
  prepare(features);
  repaint();
}

const borders = (name) => (features) => {
  drawn.borders[name] = prepareBare(sharedOnce(features.map(({ geometry }) => geometry)));
};

/** Draw the borders of the grids: they are here first, with the overlay. */
export async function start() {
  config.groups.flatMap((group) => group.layers).filter((layer) => layer.on).forEach(({ id }) => shown.add(id));
  below.addTo(map);
  above.addTo(map);
  onColours(repaint);
  await add("grids", borders("grids"));
}

/** Bring the rest of the ground, what is seen first coming first. */
export async function fill() {
  await add("county", (features) => {
    drawn.land = preparePolygons(features);
    borders("county")(features);
  });
  await Promise.all(["communities", "subdistricts"].map((name) => add(name, borders(name))));
  await add("water", (features) => { drawn.water = preparePolygons(features); });
  await add("streets", (features) => { drawn.streets = prepareLines(features); });
  await add("blocks", (features) => { drawn.blocks = preparePolygons(features); });
  await pieces();
  if (map.getZoom() >= 15) await details();
  else map.on("zoomend", function near() {
    if (map.getZoom() < 15) return;
    map.off("zoomend", near);
    details();
  });
}

async function details() {
  await add("gates", (features) => { drawn.gates = preparePoints(features); });
  await add("buildings", (features) => { drawn.buildings = preparePolygons(features); });
}

/** Pieces of the streets are fetched when they are first wanted; few ever look at them. */
async function pieces() {
  if (!shown.has("street_pieces") || drawn.street_pieces.length) return;
  await add("street_pieces", (features) => { drawn.street_pieces = prepareLines(features); });
}

hear("layers:change", ({ shown: wanted }) => {
  shown.clear();
  wanted.forEach((id) => shown.add(id));
  pieces();
  repaint();
});
