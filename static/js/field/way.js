/* What stands on the field page's map: the worker with the accuracy of the position, the way to the chosen station,
   and every station. The map moves by itself only when something else was asked for, never for a step of the worker. */
import { hear, tell } from "../bus.js";
import { calm } from "../dom.js";
import { _ } from "../i18n.js";
import { map, onColours, rendererOf, token } from "../map.js";
import { mark } from "./cards.js";
import { filters } from "./filters.js";
import * as near from "./nearest.js";
import { current as packNow, now } from "./pack.js";
import { choose, coarse, position } from "./position.js";
import { scaleAt } from "./network.js";
import { shown } from "./stations.js";
import { trouble } from "./trouble.js";
import { current } from "./views.js";

const L = window.L;
const TAP = 26;
const MARK = 26; // half the largest mark and a little
const MOST_MARKS = 300;
const group = L.layerGroup().addTo(map);
const marks = new Map();
let fitted = "";
let wanted = null;
let drawnFor = null;
let untouched = null; // what the map looks at, until a hand moves it
const words = document.querySelector(".map-words");

const fixed = { interactive: false, keyboard: false };
const drawn = () => ({ ...fixed, pane: "highlight", renderer: rendererOf("highlight") }); // above the streets

function youMarker({ lon, lat, source }) {
  const box = document.createElement("span");
  box.className = source === "gps" ? "you" : "you by-hand";
  return L.marker([lat, lon], { ...fixed, icon: L.divIcon({ className: "you-holder", html: box, iconSize: [24, 24] }), zIndexOffset: 900 });
}

function accuracyCircle({ lon, lat, accuracy_m: radius, source }) {
  if (source !== "gps" || !(radius > 5)) return null;
  return L.circle([lat, lon], { radius, color: token("primary"), weight: 1.5, opacity: 0.7, fillOpacity: 0.1, ...drawn() });
}

function wayLines(points) {
  const line = points.map(([lon, lat]) => [lat, lon]);
  const street = line.slice(1, -1);
  const look = { lineJoin: "round", lineCap: "round", ...drawn() };
  const legs = [line.slice(0, 2), line.slice(-2)].map((leg) => L.polyline(leg, { ...look, color: token("primary"), weight: 4, dashArray: "1 8" }));
  return [
    L.polyline(street, { ...look, color: token("halo"), weight: 10, opacity: 0.95 }),
    L.polyline(street, { ...look, color: token("primary"), weight: 5.5 }), ...legs,
  ];
}

function placeMark(station, chosen) {
  const open = near.opening(station, now()).open;
  const fits = near.passes(station, { ...filters(), open: false }, now());
  const key = `${open}${chosen}${fits}`;
  const known = marks.get(station.code);
  if (known?.key === key) return;
  known?.marker.remove();
  const size = chosen ? 38 : 24;
  const html = mark(station.kind, size, !open);
  html.classList.toggle("faint", !chosen && !fits);
  const marker = L.marker([station.lat, station.lon], { ...fixed, zIndexOffset: chosen ? 800 : 0,
    icon: L.divIcon({ className: "mark-holder", html, iconSize: [size, size] }) });
  marks.set(station.code, { key, marker: marker.addTo(map) });
}

function placeMarks(chosen) {
  const all = near.stations();
  const place = position() ?? { lon: map.getCenter().lng, lat: map.getCenter().lat };
  const away = (one) => Math.hypot(one.lon - place.lon, one.lat - place.lat);
  const some = all.length <= MOST_MARKS ? all : [...all].sort((a, b) => away(a) - away(b)).slice(0, MOST_MARKS);
  for (const station of some) placeMark(station, station === chosen);
}

/** The corners of the circle in which a vague position lies. */
function around({ lon, lat, accuracy_m: radius }) {
  const { x, y } = scaleAt(lat);
  return [[lon - radius / x, lat - radius / y], [lon + radius / x, lat + radius / y]];
}

function forget() {
  marks.forEach(({ marker }) => marker.remove());
  marks.clear();
}

/** How far the words at the top reach into the map: whatever is shown stands below them. */
const wordsHeight = () => (words.offsetHeight ? words.offsetTop + words.offsetHeight : 0);

/** Look at [[lon, lat], …], once the map is to be seen; `why` keeps from doing the same twice. */
function lookAt(points, why, again = false) {
  if (!points.length || (why === fitted && !again)) return;
  wanted = { points, why };
  const size = map.getSize();
  if (current().view !== "stations" || size.x < 50 || size.y < 50) return;
  fitted = why;
  wanted = null;
  untouched = { points, why, height: wordsHeight() };
  const bounds = L.latLngBounds(points.map(([lon, lat]) => [lat, lon]));
  const first = !document.documentElement.dataset.seen;
  document.documentElement.dataset.seen = "1";
  map.fitBounds(bounds, { paddingTopLeft: [44, Math.max(56, wordsHeight() + MARK)], paddingBottomRight: [60, 44], maxZoom: 17, animate: !first && !calm(), duration: 0.4 });
}

function draw({ chosen, way }) {
  const place = position();
  drawnFor = { chosen, way };
  group.clearLayers();
  if (way.length > 2) wayLines(way).forEach((layer) => group.addLayer(layer));
  if (place) [accuracyCircle(place), youMarker(place)].filter(Boolean).forEach((layer) => group.addLayer(layer));
  placeMarks(chosen?.station);
  const asked = current().params.get("station") ?? "";
  const name = `${place?.source ?? ""}${place?.name ?? ""}${place?.source === "gps" ? "" : [place?.lon, place?.lat]}${asked || (way.length ? `near ${JSON.stringify(filters())}` : "")}`;
  const points = way.length ? way : coarse(place) ? around(place) : [place && [place.lon, place.lat], asked && chosen && [chosen.station.lon, chosen.station.lat]].filter(Boolean);
  if (trouble() !== "outside") lookAt(points, name);
}

/** Open at the worker's own grids, until there is a position. */
function home({ pack }) {
  forget();
  if (!pack) return;
  const boxes = pack.grids.filter(({ own }) => own).map(({ bounds }) => bounds);
  const [west, south, east, north] = boxes.length && boxes.length < pack.grids.length
    ? boxes.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])])
    : pack.county.bounds;
  if (!fitted) map.fitBounds([[south, west], [north, east]], { padding: [8, 8], animate: false });
}

function tapped({ latlng, containerPoint }) {
  if (current().view !== "stations") return;
  const away = (one) => map.latLngToContainerPoint([one.lat, one.lon]).distanceTo(containerPoint);
  const [nearest] = near.stations().map((one) => ({ one, far: away(one) })).sort((a, b) => a.far - b.far);
  if (nearest?.far <= TAP) location.hash = `station=${encodeURIComponent(nearest.one.code)}`;
  else if (trouble() || position()?.source !== "gps") {
    fitted = "tap";
    choose({ lon: latlng.lng, lat: latlng.lat, source: "tap", name: _("地图上选的位置") });
  }
}

/** More words at the top must not hide what the map looks at. */
function makeRoom() {
  if (untouched && wordsHeight() > untouched.height && current().view === "stations") lookAt(untouched.points, untouched.why, true);
}

/** Look at the way, or at the worker, again. */
export function recentre() {
  const place = position();
  if (!place) return;
  const way = drawnFor?.way ?? [];
  lookAt(way.length ? way : [[place.lon, place.lat]], fitted || "again", true);
}

/** Draw from now on. */
export function start() {
  hear("stations:shown", draw);
  hear("pack:change", home);
  hear("view:open", ({ view }) => view === "stations" && wanted && requestAnimationFrame(() => wanted && lookAt(wanted.points, wanted.why)));
  home({ pack: packNow() });
  map.on("click", tapped);
  map.on("dragstart", () => { untouched = null; });
  map.getContainer().addEventListener("touchmove", () => { untouched = null; }, { passive: true });
  new ResizeObserver(makeRoom).observe(words);
  map.on("resize", () => wanted && lookAt(wanted.points, wanted.why));
  onColours(() => {
    forget();
    if (drawnFor) draw(drawnFor);
  });
  draw(shown());
  document.getElementById("recentre").addEventListener("click", () => {
    if (position()?.source !== "gps") tell("position:own");
    recentre();
  });
}
