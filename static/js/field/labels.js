/* Names on the field page's map, on one canvas: the chosen station and its neighbours, grids, streets. Whatever would
   touch a name that matters more gives way. */
import { hear } from "../bus.js";
import { labelPoint } from "../geometry.js";
import { map, onColours, token } from "../map.js";
import { keeper, Names, widthOf, write } from "../names.js";
import { streetNames } from "../streets.js";
import { streetFeatures } from "./ground.js";
import * as near from "./nearest.js";
import { vertices } from "./network.js";
import { current } from "./pack.js";
import { position } from "./position.js";
import { shown } from "./stations.js";

const GRIDS_FROM = 13.5;
const STREETS_FROM = 15;
const NEXT = 3;
const layer = new Names(paint, 3);
let spots = [];
let stations = [];

function paint(context, frame) {
  const free = keeper(marked());
  for (const one of [...stationLabels(), ...gridLabels()]) {
    if (one.x < frame.west || one.x > frame.east || one.y < frame.north || one.y > frame.south) continue;
    const half = widthOf(context, one.text, one.look) / 2 + 4;
    if (free([one.x - half, one.y - 10, one.x + half, one.y + 10])) write(context, one.text, one);
  }
  if (map.getZoom() < STREETS_FROM) return;
  const look = "400 13px";
  for (const one of streetNames(frame, (text) => widthOf(context, text, look))) {
    if (free(one.box)) write(context, one.text, { ...one, look, colour: token("ink-2") });
  }
}

/** Where marks stand; a name beside one must not run over it. */
function marked() {
  const place = position();
  const boxes = near.stations().map((one) => ({ ...point(one), half: 11 }));
  if (place) boxes.push({ ...point(place), half: 14 });
  return boxes.map(({ x, y, half }) => [x - half, y - half, x + half, y + half]);
}

function point({ lon, lat }) {
  return map.latLngToContainerPoint([lat, lon]);
}

function stationLabels() {
  return stations.map(({ station, chosen }) => {
    const { x, y } = point(station);
    return { x, y: y + (chosen ? 29 : 20), text: station.name, look: chosen ? "600 15px" : "500 13px", colour: token(chosen ? "ink" : "ink-2") };
  });
}

function gridLabels() {
  if (map.getZoom() < GRIDS_FROM) return [];
  return spots.map((spot) => ({ ...point(spot), text: spot.text, look: "600 13px", colour: token("ink-3") }));
}

function take(pack) {
  if (!pack) return;
  streetNames.prepare(streetFeatures(pack));
  spots = pack.grids.map(({ rings, community, code }) => {
    const lines = rings.map((ring) => {
      const xy = vertices(ring);
      return Array.from({ length: xy.length / 2 }, (_unused, at) => [xy[2 * at], xy[2 * at + 1]]);
    });
    const spot = labelPoint({ type: "Polygon", coordinates: lines });
    return spot && { lon: spot.x, lat: spot.y, text: `${community ?? ""} ${code.slice(-3)}`.trim() };
  }).filter(Boolean);
  layer.draw();
}

function name({ found, chosen }) {
  const others = found.filter(({ station }) => station !== chosen?.station).slice(0, NEXT);
  stations = [...chosen ? [{ station: chosen.station, chosen: true }] : [], ...others.map(({ station }) => ({ station, chosen: false }))];
  if (layer.canvas) layer.draw();
}

/** Write the names, and again when the pack or the colours change. */
export function start() {
  layer.addTo(map);
  take(current());
  name(shown());
  hear("stations:shown", name);
  hear("pack:change", ({ pack }) => take(pack));
  onColours(() => layer.draw());
}
