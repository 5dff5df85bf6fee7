/* What is under the pointer: a station first, then an area. One place for hover, click and the small note beside it. */
import { areaAt } from "./areas.js";
import { tell } from "./bus.js";
import { el } from "./dom.js";
import { levelOf } from "./layers.js";
import { map } from "./map.js";
import { stationAt } from "./stations.js";

const L = window.L;
const note = L.tooltip({ direction: "top", offset: [0, -10], className: "map-note", opacity: 1 });

let describe = () => [];
let hovered = null;
let busy = false;

/** Say how an area is described beside the pointer: a function of {code, level, properties} to lines of text. */
export function describeBy(lines) {
  describe = lines;
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
  if (station) showNote(station.latlng, station.properties.name, [station.kindTitle]);
  else showNote(event.latlng, area.feature.properties.name || area.code, describe(area));
}

function choose(event) {
  if (busy) return;
  const station = stationAt(event.containerPoint, 14);
  if (station) return tell("station:select", { code: station.code, from: "map" });
  const area = areaAt(event.latlng);
  const code = area && answerCode(area);
  if (code) tell("area:select", { code, level: levelOf(code), from: "map" });
}

/** Listen to the pointer. */
export function start() {
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
