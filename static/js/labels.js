/* Names on the map, on one canvas: areas at their pole of inaccessibility, streets along their run, stations beside
   their mark. What matters more is placed first, and whatever would touch it gives way. */
import { hear } from "./bus.js";
import { labelPoint } from "./geometry.js";
import { featuresOf, has, loadLayer } from "./layers.js";
import { config, map, onColours, token } from "./map.js";
import { presented } from "./overlays.js";
import { stationNames } from "./stations.js";
import { streetNames } from "./streets.js";

const L = window.L;
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
const AREAS_FROM = 12;
const GRIDS_FROM = 14.5;
const STATIONS_FROM = 16;
const STREETS_FROM = 15;

const spots = new Map();
const extra = { level: null, texts: new Map() };
let on = true;
let layer = null;

const Names = L.Layer.extend({
  onAdd() {
    this.canvas = L.DomUtil.create("canvas", "names-canvas", map.getPane("names"));
    this.canvas.setAttribute("aria-hidden", "true");
    map.on("moveend resize", this.draw, this);
    map.on("zoomanim zoomstart", this.hide, this);
    this.draw();
  },
  onRemove() {
    this.canvas.remove();
    map.off("moveend resize", this.draw, this);
    map.off("zoomanim zoomstart", this.hide, this);
  },
  hide() {
    this.canvas.style.visibility = "hidden";
  },
  draw() {
    const size = map.getSize();
    const margin = L.point(Math.round(size.x * 0.25), Math.round(size.y * 0.25));
    const whole = size.add(margin.multiplyBy(2));
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint(margin.multiplyBy(-1)));
    Object.assign(this.canvas, { width: whole.x * ratio, height: whole.y * ratio });
    Object.assign(this.canvas.style, { width: `${whole.x}px`, height: `${whole.y}px`, visibility: "" });
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, margin.x * ratio, margin.y * ratio);
    paint(context, { west: -margin.x, north: -margin.y, east: size.x + margin.x, south: size.y + margin.y });
  },
});

/** A greedy keeper of free room: place(box) is true once and reserves it. */
function keeper() {
  const taken = [];
  return (box) => {
    if (taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) return false;
    taken.push(box);
    return true;
  };
}

function write(context, text, x, y, { size = 12, weight = 400, colour = token("ink"), angle = 0 }) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.font = `${weight} ${size}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = token("halo");
  context.strokeText(text, 0, 0);
  context.fillStyle = colour;
  context.fillText(text, 0, 0);
  context.restore();
}

const measured = new Map();

function widthOf(context, text, size) {
  const key = `${size}${text}`;
  if (!measured.has(key)) {
    context.font = `600 ${size}px ${FONT}`;
    measured.set(key, context.measureText(text).width);
  }
  return measured.get(key);
}

function paint(context, frame) {
  const free = keeper();
  const zoom = map.getZoom();
  const lines = [...areaLabels(zoom), ...stationLabels(zoom)];
  for (const { x, y, texts } of lines) {
    if (x < frame.west || x > frame.east || y < frame.north || y > frame.south) continue;
    const width = Math.max(...texts.map(({ text, size }) => widthOf(context, text, size)));
    const height = texts.reduce((sum, { size }) => sum + size * 1.3, 0);
    if (!free([x - width / 2 - 3, y - height / 2 - 2, x + width / 2 + 3, y + height / 2 + 2])) continue;
    let top = y - height / 2;
    for (const look of texts) {
      write(context, look.text, x, top + look.size * 0.65, look);
      top += look.size * 1.3;
    }
  }
  if (zoom >= STREETS_FROM && has("streets")) {
    for (const one of streetNames(frame, (text) => widthOf(context, text, 12))) {
      if (free(one.box)) write(context, one.text, one.x, one.y, { size: 12, colour: token("ink-2"), angle: one.angle });
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
  layer = new Names();
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
