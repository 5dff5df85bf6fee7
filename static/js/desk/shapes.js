/* The map of an import: the file's shapes over our own ground and beside today's layer, faulty ones marked. */
import { fetchJson } from "../dom.js";
import { boxOf, contains } from "../geometry.js";
import * as ground from "../ground.js";
import { hatch } from "../hatch.js";
import { _, number } from "../i18n.js";
import { has, loadLayer } from "../layers.js";
import { map, onColours, rendererOf, token } from "../map.js";

const L = window.L;
const PLACES = ["lon", "lat", "x", "y", "pair", "geometry", "crs"];
const section = document.getElementById("desk-map");
const said = document.getElementById("map-said");
const form = document.getElementById("desk-form");
const today = L.layerGroup();
const file = L.layerGroup();
const lit = L.layerGroup();

let shown = { features: [], total: 0, shown: 0 };
let asked = 0;

const drawing = (pane, style) => ({
  pane, renderer: rendererOf(pane), interactive: false, style,
  pointToLayer: (feature, at) => L.circleMarker(at, { pane, renderer: rendererOf(pane), interactive: false, radius: 5, ...style(feature) }),
});

const ofToday = () => ({ color: token("ink-2"), weight: 1.6, dashArray: "5 4", fill: false });
const faultless = () => ({ color: token("primary"), weight: 1.8, fillColor: token("primary"), fillOpacity: 0.12 });
const faulty = () => ({ color: token("overdue"), weight: 2.4, fillColor: hatch(token("overdue")), fillOpacity: 0.7 });
const styleOf = ({ properties }) => (properties.faults ? faulty() : faultless());

function draw() {
  file.clearLayers();
  file.addLayer(L.geoJSON(shown.features.filter(({ geometry }) => geometry), drawing("marks", styleOf)));
}

async function drawToday() {
  today.clearLayers();
  const { layer } = section.dataset;
  if (!has(layer)) return;
  const { features } = await loadLayer(layer);
  today.addLayer(L.geoJSON(features.filter(({ geometry }) => geometry), drawing("detail", ofToday)));
}

/** What stands in the form now decides where the shapes lie. */
function question() {
  if (!form) return "";
  const query = new URLSearchParams({ table: form.elements.table.value });
  const { crs, crs_other: other } = form.elements;
  const code = crs?.value === "other" ? other.value : crs?.value;
  if (code) query.set("crs", code);
  const columns = PLACES.map((name) => [name, form.elements[`column-${name}`]?.value]).filter(([, column]) => column);
  if (columns.length) query.set("columns", JSON.stringify(Object.fromEntries(columns)));
  return `?${query}`;
}

function boundsOf(features) {
  const boxes = features.filter(({ geometry }) => geometry).map(({ geometry }) => boxOf(geometry)).filter((box) => box.every(Number.isFinite));
  if (!boxes.length) return null;
  const [west, south, east, north] = boxes.reduce((all, box) => [Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3])]);
  return L.latLngBounds([[south, west], [north, east]]);
}

function fit() {
  const bounds = boundsOf(shown.features);
  if (bounds) map.fitBounds(bounds.pad(0.05), { maxZoom: 18, animate: false });
}

function tell() {
  const with_ = shown.features.filter(({ geometry }) => geometry).length;
  if (!with_) said.textContent = _("文件里没有能画出来的图形。");
  else if (shown.shown < shown.total) said.textContent = _("共 %(total)s 个图形，画出 %(n)s 个并已简化。", { total: number(shown.total), n: number(shown.shown) });
  else said.textContent = _("共 %(total)s 个图形。", { total: number(shown.total) });
}

async function load() {
  const mine = ++asked;
  try {
    const found = await fetchJson(`${document.getElementById("desk").dataset.address}/shapes.geojson${question()}`);
    if (mine !== asked) return;
    shown = found;
    draw();
    fit();
    tell();
  } catch (error) {
    if (mine !== asked) return;
    shown = { features: [], total: 0, shown: 0 };
    draw();
    said.textContent = error.message || _("暂时连不上服务，请稍后再试");
  }
}

/** Outline the shape of a row, or mark a point where the row has none, and go there. */
function light(row, lon, lat) {
  lit.clearLayers();
  const found = shown.features.find(({ properties, geometry }) => geometry && String(properties.row) === row);
  if (found) lit.addLayer(L.geoJSON(found, drawing("highlight", () => ({ color: token("ink"), weight: 4, fill: false }))));
  if (lon) lit.addLayer(L.circleMarker([lat, lon], { ...drawing("highlight", () => ({})), radius: 12, color: token("ink"), weight: 3, fill: false }));
  if (lon) map.setView([lat, lon], Math.max(map.getZoom(), 16), { animate: false });
  else if (found) map.fitBounds(boundsOf([found]), { maxZoom: 18, padding: [40, 40], animate: false });
  return Boolean(found || lon);
}

const rows = () => [...document.querySelectorAll(".fault-row")];

function choose(row) {
  rows().forEach((one) => one.classList.toggle("lit", one === row));
  const { row: number_, lon, lat } = row.dataset;
  if (light(number_, lon, lat)) section.scrollIntoView({ block: "nearest" });
}

/** The rows of faults become buttons: they show where the fault is. */
function listen() {
  for (const row of rows()) {
    if (!row.dataset.lon && !row.dataset.row) continue;
    row.tabIndex = 0;
    row.setAttribute("role", "button");
    row.addEventListener("click", () => choose(row));
    row.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(row);
    });
  }
  map.on("click", ({ latlng }) => {
    const found = shown.features.find(({ geometry }) => contains(geometry, latlng.lng, latlng.lat));
    if (!found) return;
    const number_ = String(found.properties.row);
    light(number_);
    said.textContent = _("第 %(row)s 行，%(n)s 处问题。", { row: number_, n: found.properties.faults });
    const row = rows().find((one) => one.dataset.row === number_);
    rows().forEach((one) => one.classList.toggle("lit", one === row));
    row?.scrollIntoView({ block: "nearest" });
  });
}

/** Show the map and draw: the file first, then today's layer, then the ground. */
export async function start() {
  section.hidden = false;
  map.invalidateSize({ animate: false, pan: false });
  for (const one of [today, file, lit]) one.addTo(map);
  listen();
  form?.addEventListener("change", ({ target }) => {
    if (target.name?.startsWith("crs") || PLACES.includes(target.name?.replace("column-", ""))) load();
  });
  onColours(() => { draw(); drawToday(); });
  await Promise.all([load(), ground.start().then(drawToday)]);
  await ground.fill();
}
