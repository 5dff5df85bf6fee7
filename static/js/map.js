/* The map that folium made, found once; its panes, the page's configuration, and the colours of the style sheet. */
import { tell } from "./bus.js";

const holder = document.getElementById("page-config");

/** What there is to show: layers, overlays, bounds, language (gis_app/maps/catalogue.py). */
export const config = holder ? JSON.parse(holder.textContent) : {};

/** The Leaflet map of the shell. */
export const map = window.gisMap;

const L = window.L;

// Drawing order, bottom to top; markers (600, clusters above names) and tooltips (650) are Leaflet's own.
const PANES = { ground: 210, fills: 400, detail: 410, marks: 430, highlight: 440, names: 450 };

// A canvas would swallow the pointer for everything beneath it, so none of ours takes it: pick.js asks what is there.
for (const [name, z] of Object.entries(PANES)) {
  const pane = map.getPane(name) ?? map.createPane(name);
  pane.style.zIndex = z;
  pane.style.pointerEvents = "none";
}

const first = window.gisFirst?.renderer;
const renderers = new Map(first ? [["fills", first]] : []);

/** The canvas renderer of a pane, one per pane. */
export function rendererOf(pane) {
  if (!renderers.has(pane)) renderers.set(pane, L.canvas({ pane, padding: 0.3 }));
  return renderers.get(pane);
}

let tokens = new Map();

/** Read a custom property of the style sheet, e.g. token("water"). */
export function token(name) {
  if (!tokens.has(name)) {
    tokens.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || "#888888");
  }
  return tokens.get(name);
}

/** Mix two #rrggbb colours; share is how much of the second. */
export function mix(first, second, share) {
  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const [a, b] = [parts(first), parts(second)];
  if ([...a, ...b].some(Number.isNaN)) return first;
  return `#${a.map((v, i) => Math.round(v + (b[i] - v) * share).toString(16).padStart(2, "0")).join("")}`;
}

/** Call again whenever the colours of the page change (light, dark, sunlight). */
export function onColours(repaint) {
  document.addEventListener("theme:change", () => {
    tokens = new Map();
    repaint();
  });
}

/** Where the page was asked to open, as URLSearchParams: #at=lon,lat,zoom&overlay=…&layers=… (share.js writes it). */
export const asked = () => new URLSearchParams(location.hash.slice(1));

/** Open at the asked view at once, so that nothing jumps when share.js restores the rest. */
function openAsAsked() {
  const [lon, lat, zoom] = (asked().get("at") ?? "").split(",").map(Number);
  if (Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 1 && zoom <= 22) map.setView([lat, lon], zoom, { animate: false });
}

function watchSize() {
  let frame = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => map.invalidateSize({ animate: false, pan: false }));
  }).observe(map.getContainer());
}

openAsAsked();
watchSize();
map.on("moveend", () => tell("view:change", { center: map.getCenter(), zoom: map.getZoom() }));
map.getContainer().setAttribute("role", "application");
