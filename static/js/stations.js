/* Stations as marks told apart by shape and colour: a diamond for a warm station, a star for a party-service centre. */
import { hear } from "./bus.js";
import { loadLayer } from "./layers.js";
import { config, map, onColours, rendererOf, token } from "./map.js";
import { corners, stationColour } from "./station_shape.js";
import { serves, statusOf, watch } from "./station_status.js";

const L = window.L;
const NEAR = 10;
const SEEN_FROM = 11.5;

const group = L.layerGroup();
let marks = [];
let selected = null;

const Mark = L.CircleMarker.extend({
  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    const context = renderer._ctx;
    const { kind, open, chosen } = this.options;
    const { x, y } = this._point;
    const points = corners(kind, this._radius);
    context.beginPath();
    points.forEach(([dx, dy], i) => (i ? context.lineTo(x + dx, y + dy) : context.moveTo(x + dx, y + dy)));
    context.closePath();
    context.lineJoin = "round";
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.strokeStyle = chosen ? token("ink") : token("halo");
    context.lineWidth = chosen ? 6 : this._radius > 5 ? 3.5 : 2.4;
    context.stroke();
    context.fillStyle = open ? stationColour(kind) : token("surface");
    context.fill();
    context.strokeStyle = open ? token("halo") : stationColour(kind);
    context.lineWidth = open ? (chosen ? 2 : 0) : 1.8;
    if (context.lineWidth && (!open || chosen)) context.stroke();
    if (this.options.lacking) dot(context, x + this._radius, y - this._radius, Math.max(2.2, this._radius * 0.45));
  },
});

/** A small mark of its own at the corner: open, but full or without water. */
function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = token("due-soon");
  context.strokeStyle = token("halo");
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}

const size = () => Math.max(3.4, Math.min(9, 4.2 + (map.getZoom() - 13) * 1.2));

/** How a mark is drawn for the status of just now: hollow when closed, with a dot when full or without water. */
function standing(code, layerStatus) {
  const open = serves(code, layerStatus);
  return { open, lacking: open && (statusOf(code)?.status ?? "open") !== "open" };
}

/** Load the stations and draw them. */
export async function start() {
  const { features } = await loadLayer("stations");
  marks = features.filter(({ geometry }) => geometry?.type === "Point").map((feature) => {
    const [lng, lat] = feature.geometry.coordinates;
    const { kind, status } = feature.properties;
    return new Mark([lat, lng], {
      renderer: rendererOf("marks"), pane: "marks", interactive: false, radius: size(), kind,
      ...standing(String(feature.id), status), feature,
    });
  });
  marks.forEach((mark) => group.addLayer(mark));
  place();
  map.on("zoomend", () => {
    marks.forEach((mark) => mark.setRadius(size()));
    place();
  });
  onColours(() => marks.forEach((mark) => mark.redraw()));
  choose(selected);
  watch();
}

let visible = config.groups.flatMap(({ layers }) => layers).some(({ id, on }) => id === "stations" && on);

/** On the map where they are wanted and where there is room for them. */
function place() {
  if (visible && map.getZoom() >= SEEN_FROM) group.addTo(map);
  else group.remove();
}

/** The station within reach of a point of the screen, or null. */
export function stationAt(point, reach = NEAR) {
  if (!map.hasLayer(group)) return null;
  let best = null;
  let least = reach;
  for (const mark of marks) {
    const away = map.latLngToContainerPoint(mark.getLatLng()).distanceTo(point);
    if (away < least) [best, least] = [mark, away];
  }
  if (!best) return null;
  const { feature } = best.options;
  const kindTitle = config.station_kinds[feature.properties.kind] ?? feature.properties.kind;
  const said = statusOf(String(feature.id));
  const statusTitle = said && said.status !== "open" ? said.label : "";
  return { code: String(feature.id), latlng: best.getLatLng(), properties: feature.properties, kindTitle, statusTitle };
}

/** Names for the label module: [{text, lon, lat}]. */
export const stationNames = () => (map.hasLayer(group)
  ? marks.map((mark) => ({ text: mark.options.feature.properties.name ?? "", lon: mark.getLatLng().lng, lat: mark.getLatLng().lat }))
  : []);

function choose(code) {
  selected = code;
  for (const mark of marks) {
    const chosen = String(mark.options.feature.id) === String(code);
    if (chosen === Boolean(mark.options.chosen)) continue;
    mark.options.chosen = chosen;
    mark.redraw();
    if (chosen) mark.bringToFront();
  }
}

hear("station:select", ({ code }) => choose(code ?? null));
hear("area:select", () => choose(null));
hear("status:change", ({ codes }) => {
  for (const mark of marks) {
    const { id, properties } = mark.options.feature;
    if (!codes.includes(String(id))) continue;
    Object.assign(mark.options, standing(String(id), properties.status));
    mark.redraw();
  }
});
hear("layers:change", ({ shown }) => {
  visible = shown.includes("stations");
  place();
});
