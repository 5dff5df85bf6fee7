/* Measures distances and areas on the map: click or press Space to set a point, double-click or Enter to end. */
import { el, icon } from "./dom.js";
import { areaOf, lengthOf } from "./geodesy.js";
import { _, language } from "./i18n.js";

const write = (value, digits) => value.toLocaleString(language === "en" ? "en" : "zh-CN", { maximumFractionDigits: digits });

/** Say a length: metres below one kilometre, then kilometres. */
export function sayLength(metres) {
  return metres < 1000 ? _("%(n)s 米", { n: write(metres, 0) }) : _("%(n)s 公里", { n: write(metres / 1000, 2) });
}

/** Say an area: square metres below one hectare, hectares below one square kilometre, then square kilometres. */
export function sayArea(square) {
  if (square < 1e4) return _("%(n)s 平方米", { n: write(square, 0) });
  if (square < 1e6) return _("%(n)s 公顷", { n: write(square / 1e4, 2) });
  return _("%(n)s 平方公里", { n: write(square / 1e6, 2) });
}

let map, shield, panel, reading, drawn, kind = null;
let points = [];
let done = false;

function style() {
  const primary = getComputedStyle(document.documentElement).getPropertyValue("--primary").trim();
  return { color: primary, weight: 3, dashArray: done ? null : "6 5", fillOpacity: 0.12, interactive: false };
}

function draw(pointer = null) {
  const line = pointer && !done ? [...points, pointer] : points;
  drawn.clearLayers();
  if (line.length > 1) (kind === "area" ? L.polygon(line, style()) : L.polyline(line, style())).addTo(drawn);
  for (const point of points) L.circleMarker(point, { ...style(), radius: 4, fillOpacity: 1, dashArray: null }).addTo(drawn);
  const length = lengthOf(kind === "area" && line.length > 2 ? [...line, line[0]] : line);
  const text = kind === "area"
    ? `${sayArea(areaOf(line))} · ${_("周长")} ${sayLength(length)}`
    : sayLength(length);
  reading.textContent = line.length > 1 ? text : _("点地图设第一点；空格键在地图中央设点");
}

function add(latlng) {
  if (done) { points = []; done = false; }
  const last = points.at(-1);
  if (!last || map.latLngToContainerPoint(last).distanceTo(map.latLngToContainerPoint(latlng)) > 2) points.push(latlng);
  draw();
}

function finish() {
  if (points.length < (kind === "area" ? 3 : 2)) return;
  done = true;
  draw();
  panel.querySelector("[role=status]").textContent = reading.textContent;
}

function undo() {
  done = false;
  points.pop();
  draw();
}

function build() {
  const button = (symbol, word, action) => el("button", { class: "button", type: "button", onclick: action }, icon(symbol, 16), word);
  reading = el("output", { class: "measure-reading" });
  panel = el("div", { class: "measure-panel", role: "group", "aria-label": _("测量") }, reading,
    el("div", {}, button("check", _("完成"), finish), button("arrow-left", _("退一点"), undo), button("x", _("关闭"), stop)),
    el("p", { class: "visually-hidden", role: "status", "aria-live": "polite" }));
  shield = el("div", { class: "measure-shield" });
  const at = (event) => map.mouseEventToLatLng(event);
  shield.addEventListener("click", (event) => {
    event.stopPropagation();
    if (!map.dragging.moved()) add(at(event));
  });
  shield.addEventListener("dblclick", (event) => { event.stopPropagation(); event.preventDefault(); finish(); });
  shield.addEventListener("mousemove", (event) => { if (!done && points.length) draw(at(event)); });
}

function onKey(event) {
  if (!kind || event.target.closest("input, select, textarea, dialog")) return;
  if (event.key === "Escape") stop();
  else if (event.target.closest("button, a, summary")) return;
  else if (event.key === "Enter") finish();
  else if (event.key === " ") add(map.getCenter());
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function press() {
  for (const one of ["distance", "area"]) {
    document.getElementById(`measure-${one}`)?.setAttribute("aria-pressed", String(kind === one));
  }
}

function stop() {
  const button = document.getElementById(`measure-${kind}`);
  kind = null;
  delete document.body.dataset.measuring;
  shield.remove();
  panel.remove();
  drawn.remove();
  press();
  button?.focus();
}

function start(wanted) {
  if (kind === wanted) return stop();
  if (!shield) build();
  kind = wanted;
  points = [];
  done = false;
  document.body.dataset.measuring = wanted;
  map.getContainer().append(shield, panel);
  L.DomEvent.disableClickPropagation(panel);
  drawn.addTo(map);
  press();
  draw();
  map.getContainer().focus({ preventScroll: true });
}

/** Wire the two buttons to the map once it is ready. */
export function setup() {
  map = window.gisMap;
  if (!map || drawn) return;
  drawn = L.layerGroup();
  for (const one of ["distance", "area"]) {
    document.getElementById(`measure-${one}`)?.addEventListener("click", () => start(one));
  }
  document.addEventListener("keydown", onKey, { capture: true });
}
