/* Names on the map, on one canvas: areas at their pole of inaccessibility, streets along their run, stations beside
   their mark. What matters more is placed first, and whatever would touch it gives way. */
import { hear } from "./bus.js";
import { labelPoint } from "./geometry.js";
import { featuresOf, has, loadLayer } from "./layers.js";
import { config, map, onColours, token } from "./map.js";
import { keeper, Names, widthOf, write } from "./names.js";
import { presented } from "./overlays.js";
import { stationNames } from "./stations.js";
import { streetNames } from "./streets.js";

const AREAS_FROM = 12;
const GRIDS_FROM = 14.5;
const STATIONS_FROM = 16;
const STREETS_FROM = 15;
const STREET_LOOK = "400 12px";

const spots = new Map();
const extra = { level: null, texts: new Map() };
let on = true;
let layer = null;

function paint(context, frame) {
  const free = keeper();
  const zoom = map.getZoom();
  const lines = [...areaLabels(zoom), ...stationLabels(zoom)];
  for (const { x, y, texts } of lines) {
    if (x < frame.west || x > frame.east || y < frame.north || y > frame.south) continue;
    const width = Math.max(...texts.map(({ text, size }) => widthOf(context, text, `600 ${size}px`)));
    const height = texts.reduce((sum, { size }) => sum + size * 1.3, 0);
    if (!free([x - width / 2 - 3, y - height / 2 - 2, x + width / 2 + 3, y + height / 2 + 2])) continue;
    let top = y - height / 2;
    for (const { text, size, weight, colour } of texts) {
      write(context, text, { x, y: top + size * 0.65, look: `${weight} ${size}px`, colour });
      top += size * 1.3;
    }
  }
  if (zoom >= STREETS_FROM && has("streets")) {
    for (const one of streetNames(frame, (text) => widthOf(context, text, STREET_LOOK))) {
      if (free(one.box)) write(context, one.text, { ...one, look: STREET_LOOK, colour: token("ink-2") });
    }
  }
}

/** Names of areas: communities far away, grids near by; the overlay may put its own word on them. */
function areaLabels(zoom) {
  if (zoom < AREAS_FROM) return [];
  const level = has("communities") && zoom < GRIDS_FROM ? "community" : "grid";
  const labels = [];
  const own = extra.level && extra.texts.size ? spots.get(extra.level) ?? [] : [];
  const wanted = own.length && (extra.level === "grid" || level === "community");
  if (wanted) labels.push(...own.filter(({ code }) => extra.texts.has(code)).map((spot) => at(spot, ownTexts(spot, zoom))));
  if (!wanted || (extra.level === "grid" && zoom >= GRIDS_FROM)) {
    const shownLevel = spots.get(level) ?? [];
    const covered = new Set(wanted ? extra.texts.keys() : []);
    labels.push(...shownLevel.filter(({ code }) => !covered.has(code)).map((spot) => at(spot, plainTexts(spot, level, zoom))));
  }
  return labels;
}

function at({ lon, lat }, texts) {
  const { x, y } = map.latLngToContainerPoint([lat, lon]);
  return { x, y, texts };
}

const plainTexts = (spot, level, zoom) => [{
  text: spot.text, size: level === "community" ? (zoom < 13 ? 13 : 14) : 12, weight: level === "community" ? 600 : 500,
}];

function ownTexts(spot, zoom) {
  const { text, alarm } = extra.texts.get(spot.code);
  const word = { text, size: 13, weight: 600, colour: alarm ? token("overdue") : token("ink") };
  if (extra.level === "grid" && zoom < GRIDS_FROM) return [word];
  return [{ text: spot.text, size: 12, weight: 400, colour: token("ink-2") }, word];
}

function stationLabels(zoom) {
  if (zoom < STATIONS_FROM) return [];
  return stationNames().map(({ text, lon, lat }) => {
    const { x, y } = map.latLngToContainerPoint([lat, lon]);
    return { x, y: y + 18, texts: [{ text, size: 12, weight: 500, colour: token("ink-2") }] };
  });
}

async function findSpots(level, nameOf) {
  const found = [];
  for (const [code, { geometry, properties }] of await featuresOf(level)) {
    const spot = labelPoint(geometry);
    if (spot) found.push({ code, lon: spot.x, lat: spot.y, room: spot.room, text: nameOf(code, properties) });
  }
  spots.set(level, found.sort((a, b) => b.room - a.room));
}

/** Put the overlay's own names on its areas: Map(code → {text, alarm}); none takes them away. */
function labelAreas({ labels }) {
  Object.assign(extra, { level: labels?.level ?? null, texts: labels?.texts ?? new Map() });
  if (on) layer?.draw();
}

/** Find where names stand and show them. */
export async function start() {
  await findSpots("community", (code, { name }) => name || code);
  const communities = await featuresOf("community");
  await findSpots("grid", (code, { name, community_code: parent }) => {
    const own = communities.get(String(parent))?.properties?.name;
    return own && /^\d{15}$/.test(code) ? `${own} ${code.slice(-3)}` : name || code.slice(-3);
  });
  labelAreas(presented());
  hear("overlay:shown", labelAreas);
  layer = new Names(paint, 2);
  on = config.groups.flatMap(({ layers }) => layers).some(({ id, on: first }) => id === "labels" && first) && on;
  if (on) layer.addTo(map);
  onColours(() => on && layer.draw());
}

/** Draw again when streets arrived or stations moved. */
export const refresh = () => { if (on) layer?.draw(); };

/** Fetch what street names need and draw them. */
export async function addStreets() {
  if (!has("streets")) return;
  const { features } = await loadLayer("streets");
  streetNames.prepare(features);
  refresh();
}

hear("layers:change", ({ shown }) => {
  on = shown.includes("labels");
  if (!layer) return;
  if (on) layer.addTo(map);
  else layer.remove();
});
