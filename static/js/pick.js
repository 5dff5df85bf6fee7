/* What is under the pointer: a station first, then an area. One place for hover, click and the small note beside it. */
import { areasShown } from "./areas.js";
import { hear, tell } from "./bus.js";
import { el } from "./dom.js";
import { boxOf, contains } from "./geometry.js";
import { featuresOf, levelOf } from "./layers.js";
import { map } from "./map.js";
import { presented } from "./overlays.js";
import { stationAt } from "./stations.js";

const L = window.L;
const note = L.tooltip({ direction: "top", offset: [0, -10], className: "map-note", opacity: 1 });

let hovered = null;
let busy = false;

const boxed = new Map();

/** Boxes of the areas of a level, made once, so that most of them need no closer look. */
async function box() {
  const level = areasShown()?.level;
  if (!level || boxed.has(level)) return;
  boxed.set(level, [...await featuresOf(level)].filter(([, { geometry }]) => geometry)
    .map(([code, feature]) => ({ code, feature, box: boxOf(feature.geometry) })));
}

/** The area under a point, with what the overlay says about it; null outside all of them. */
function areaAt({ lng, lat }) {
  const { level, values } = areasShown() ?? {};
  const found = (boxed.get(level) ?? []).find(({ feature, box: [west, south, east, north] }) =>
    lng >= west && lng <= east && lat >= south && lat <= north && contains(feature.geometry, lng, lat));
  if (!found) return null;
  const { code, feature } = found;
  return { code, level, feature, properties: values.get(code) ?? feature.properties };
}

/** Let another tool (measuring) have the pointer. */
export function pausePicking(paused) {
  busy = paused;
  if (paused) leave();
}

function showNote(at, title, lines) {
  const body = el("div", {}, el("strong", {}, title), lines.map((line) => el("span", {}, line)));
  note.setContent(body).setLatLng(at);
  if (!map.hasLayer(note)) note.addTo(map);
}

function leave() {
  note.remove();
  map.getContainer().classList.remove("picks");
  if (hovered) tell("area:hover", { code: null, from: "map" });
  hovered = null;
}

/** The code an area answers to in lists and pages: a block stands for its grid. */
const answerCode = (area) => (area.level === "block" ? area.feature.properties.grid_code ?? null : area.code);

function over(event) {
  if (busy || document.body.dataset.measuring || event.originalEvent?.pointerType === "touch" || event.originalEvent?.buttons) return;
  if (event.originalEvent?.target?.closest?.(".leaflet-control, .leaflet-marker-icon")) return leave();
  const station = stationAt(event.containerPoint);
  const area = station ? null : areaAt(event.latlng);
  if (!station && !area) return leave();
  map.getContainer().classList.add("picks");
  const code = area ? area.code : null;
  if (code !== hovered) {
    hovered = code;
    tell("area:hover", { code, from: "map" });
  }
  if (station) showNote(station.latlng, station.properties.name, [station.kindTitle, station.statusTitle].filter(Boolean));
  else showNote(event.latlng, area.feature.properties.name || area.code, presented().describe?.(area) ?? []);
}

function choose(event) {
  if (busy || map.getContainer().classList.contains("adds")) return; // the click places something
  const station = stationAt(event.containerPoint, 14);
  if (station) return tell("station:select", { code: station.code, from: "map" });
  const area = areaAt(event.latlng);
  const code = area && answerCode(area);
  if (code) tell("area:select", { code, level: levelOf(code), from: "map" });
}

/** Listen to the pointer. */
export function start() {
  box();
  hear("overlay:shown", box);
  let frame = 0;
  map.on("mousemove", (event) => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => over(event));
  });
  map.getContainer().addEventListener("mouseleave", () => {
    cancelAnimationFrame(frame);
    leave();
  });
  map.on("click", choose);
  map.on("movestart zoomstart", leave);
}
