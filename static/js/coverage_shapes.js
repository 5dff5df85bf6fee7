/* Shapes drawn over coverage on demand: the ground within a walk, circles to compare with, and who serves which block. */
import { answer } from "./coverage_state.js";
import { fetchJson } from "./dom.js";
import { hatch } from "./hatch.js";
import { featuresOf } from "./layers.js";
import { map, onColours, rendererOf, token } from "./map.js";

const L = window.L;
// Eight colours as far apart as can be for red-green blind readers too; tests/house/test_colour_vision.py measures them
const HUES = ["#829de2", "#f4e239", "#a24f32", "#b8edde", "#4b7380", "#7ba98e", "#e57d0b", "#6e56da"];
const BOXES = { ground: "show-ground", circles: "show-circles", nearest: "show-nearest", capacity: "show-capacity" };

const drawn = new Map();
let asked = "";

const box = (name) => document.getElementById(BOXES[name]);

function plain(fields) {
  const copy = new URLSearchParams(fields);
  for (const name of ["from", "measure", "changes"]) copy.delete(name);
  return copy;
}

async function ground(fields) {
  const found = await fetchJson(`/coverage/isochrones.geojson?${fields}`);
  const style = () => ({ color: token("primary"), weight: 1.5, fillColor: token("primary"), fillOpacity: 0.22 });
  return L.geoJSON(found, { pane: "marks", renderer: rendererOf("marks"), interactive: false, style });
}

function circles() {
  const { stations, asked: { limit_m: radius } } = answer();
  const style = { color: token("ink-2"), weight: 1.2, dashArray: "5 4", fill: false, interactive: false, pane: "marks", renderer: rendererOf("marks") };
  return L.layerGroup(stations.filter(({ lon }) => Number.isFinite(lon)).map(({ lon, lat }) => L.circle([lat, lon], { ...style, radius })));
}

/** A colour for each station: the one whose nearest bearer so far is farthest away, so that neighbours differ. */
function huesOf(stations) {
  const given = new Map();
  const gap = (one, other) => Math.hypot((one.lon - other.lon) * Math.cos((one.lat * Math.PI) / 180), one.lat - other.lat);
  const nearest = (station, hue) => Math.min(Infinity, ...stations.filter((one) => given.get(one.station_code) === hue).map((one) => gap(station, one)));
  for (const station of stations) {
    const away = HUES.map((hue) => nearest(station, hue));
    given.set(station.station_code, HUES[away.indexOf(Math.max(...away))]);
  }
  return given;
}

async function catchments(fields, by) {
  const [found, blocks] = await Promise.all([
    fetchJson(`/coverage/catchments.json?${new URLSearchParams([...fields, ["by", by]])}`), featuresOf("block")]);
  const hues = huesOf(answer().stations);
  const features = [...blocks.values()].filter((one) => one.geometry);
  const style = ({ id }) => {
    if (!(id in found.blocks)) return { stroke: false, fillColor: token("surface"), fillOpacity: 1 };
    if (!found.blocks[id]) return { color: token("line-strong"), weight: 0.6, fillColor: hatch(token("overdue"), { ground: token("surface") }), fillOpacity: 0.9 };
    return { color: token("surface"), weight: 0.6, fillColor: hues.get(found.blocks[id]) ?? HUES[0], fillOpacity: 0.9 };
  };
  return L.geoJSON(features, { pane: "detail", renderer: rendererOf("detail"), interactive: false, style });
}

const MAKERS = { ground, circles, nearest: (fields) => catchments(fields, "nearest"), capacity: (fields) => catchments(fields, "capacity") };

async function set(name) {
  drawn.get(name)?.remove();
  drawn.delete(name);
  if (!box(name).checked) return;
  const wanted = asked;
  const layer = await MAKERS[name](new URLSearchParams(wanted));
  if (wanted !== asked || !box(name).checked) return;
  drawn.set(name, layer.addTo(map));
}

/** Draw again for another question what is ticked. */
export async function refresh(fields) {
  asked = plain(fields).toString();
  await Promise.all(Object.keys(BOXES).map((name) => (box(name).checked ? set(name) : null)));
}

for (const name of Object.keys(BOXES)) {
  box(name).addEventListener("change", () => {
    if (name === "nearest" && box(name).checked) box("capacity").checked = false;
    if (name === "capacity" && box(name).checked) box("nearest").checked = false;
    for (const other of ["nearest", "capacity"]) if (other !== name) set(other);
    set(name);
  });
}
onColours(() => Object.keys(BOXES).forEach((name) => drawn.has(name) && set(name)));
