/* Stations as marks told apart by shape and colour: a diamond for a warm station, a star for a party-service centre. */
import { hear } from "./bus.js";
import { loadLayer } from "./layers.js";
import { config, map, onColours, rendererOf, token } from "./map.js";
import { corners, stationColour } from "./station_shape.js";

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
  },
});

const size = () => Math.max(3.4, Math.min(9, 4.2 + (map.getZoom() - 13) * 1.2));

/** Load the stations and draw them. */
export async function start() {
  const { features } = await loadLayer("stations");
  marks = features.filter(({ geometry }) => geometry?.type === "Point").map((feature) => {
    const [lng, lat] = feature.geometry.coordinates;
    const { kind, status } = feature.properties;
    return new Mark([lat, lng], {
      renderer: rendererOf("marks"), pane: "marks", interactive: false, radius: size(), kind,
      open: status !== "closed" && status !== "planned", feature,
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
  return { code: String(feature.id), latlng: best.getLatLng(), properties: feature.properties, kindTitle };
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
hear("layers:change", ({ shown }) => {
  visible = shown.includes("stations");
  place();
});
