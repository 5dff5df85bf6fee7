/* Incidents as points: marks told apart by shape, clusters with their number, and heat. Plugins come when first needed. */
import { el } from "./dom.js";
import { _, day, number } from "./i18n.js";
import { config, map, token } from "./map.js";

const L = window.L;
const VENDOR = "/static/vendor";
const FILES = {
  cluster: [`${VENDOR}/leaflet.markercluster/leaflet.markercluster.js`, `${VENDOR}/leaflet.markercluster/MarkerCluster.css`],
  heat: [`${VENDOR}/leaflet.heat/leaflet-heat.js`],
};
const DONE = new Set(["resolved", "verified", "closed", "evaluated", "returned", "rejected", "duplicate"]);
const SHAPES = {
  overdue: [[0, -7], [7, 6], [-7, 6]],
  due_soon: [[0, -7], [7, 0], [0, 7], [-7, 0]],
  open: [[-5, -5], [5, -5], [5, 5], [-5, 5]],
  done: Array.from({ length: 16 }, (unused, i) => [Math.cos(i * Math.PI / 8) * 5.5, Math.sin(i * Math.PI / 8) * 5.5]),
};
const HEAT = { 0.2: "#ffffb2", 0.45: "#fecc5c", 0.65: "#fd8d3c", 0.85: "#f03b20", 1: "#bd0026" };

const loaded = new Map();
let layer = null;

function bring(file) {
  const node = file.endsWith(".css")
    ? el("link", { rel: "stylesheet", href: config.assets?.[file] ?? file })
    : el("script", { src: config.assets?.[file] ?? file });
  return new Promise((resolve, reject) => {
    node.addEventListener("load", resolve);
    node.addEventListener("error", () => reject(new Error(_("没有读到绘图组件，请检查网络后重试。"))));
    document.head.append(node);
  });
}

/** Load a plugin once; a failed load may be tried again. */
function plugin(name) {
  if (!loaded.has(name)) {
    const all = Promise.all(FILES[name].map(bring));
    all.catch(() => loaded.delete(name));
    loaded.set(name, all);
  }
  return loaded.get(name);
}

/** In time, due soon, overdue or done: what the mark's shape says. */
export function stageOf({ state, deadline, overdue, due_at: due, resolved_at: resolved }) {
  if (deadline === "overdue" || deadline === "due_soon") return deadline;
  if (overdue === true || overdue === 1) return "overdue";
  if (DONE.has(state) || resolved) return "done";
  return overdue === undefined && due && new Date(due) < new Date(config.today || Date.now()) ? "overdue" : "open";
}

const colourOf = (stage) => ({ overdue: token("overdue"), due_soon: token("due-soon"), open: token("primary"), done: token("neutral") })[stage];

function markOf(stage) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "-10 -10 20 20");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", `M${SHAPES[stage].map((point) => point.map((v) => v.toFixed(1)).join(" ")).join("L")}Z`);
  path.setAttribute("class", `incident-mark ${stage}`);
  svg.append(path);
  return svg;
}

function content(properties) {
  const line = (text) => (text ? el("span", {}, text) : null);
  const labels = config.overlays.find(({ id }) => id === "incidents").parameters;
  const word = (name, value) => labels.find((one) => one.name === name).choices.find((choice) => choice.value === value)?.title ?? value;
  return el("div", {}, el("strong", {}, properties.class_name || properties.name || word("category", properties.category)),
    line([word("category", properties.category), word("state", properties.state)].join(" · ")),
    line(properties.reported_at ? day(properties.reported_at) : ""), line(properties.incident_code ?? ""));
}

function marker({ id, geometry, properties }) {
  const [lng, lat] = geometry.coordinates;
  const stage = stageOf(properties);
  const icon = L.divIcon({ className: "incident", html: markOf(stage), iconSize: [20, 20] });
  const made = L.marker([lat, lng], { icon, stage, keyboard: false, alt: String(id) });
  made.on("click", () => location.assign(`/incidents/${encodeURIComponent(id)}`));
  made.bindTooltip(() => content(properties), { className: "map-note", direction: "top", offset: [0, -8], opacity: 1 });
  return made;
}

function clusterIcon(cluster) {
  const count = cluster.getChildCount();
  const overdue = cluster.getAllChildMarkers().some(({ options }) => options.stage === "overdue");
  const size = count < 10 ? 28 : count < 100 ? 34 : 42;
  return L.divIcon({ html: el("span", {}, String(count)), className: `cluster${overdue ? " has-overdue" : ""}`, iconSize: [size, size] });
}

/** Show how many incidents lie where they are too many to show one by one; a click comes closer. */
function showBins(features) {
  withoutPoints();
  layer = L.layerGroup(features.map(({ geometry: { coordinates: [lng, lat] }, properties: { count, overdue } }) => {
    const size = count < 100 ? 32 : count < 10000 ? 42 : 54;
    const icon = L.divIcon({ html: el("span", {}, number(count)), className: `cluster${overdue ? " has-overdue" : ""}`, iconSize: [size, size] });
    return L.marker([lat, lng], { icon, keyboard: false }).on("click", () => map.setView([lat, lng], map.getZoom() + 2));
  })).addTo(map);
}

/** Show points in clusters, or what the server has counted of them. */
export async function showPoints(features) {
  if (features[0]?.properties.binned) return showBins(features);
  await plugin("cluster");
  withoutPoints();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  layer = L.markerClusterGroup({
    iconCreateFunction: clusterIcon, maxClusterRadius: 48, disableClusteringAtZoom: 18, showCoverageOnHover: false,
    animate: !still, spiderfyOnMaxZoom: true, chunkedLoading: true,
  });
  layer.addLayers(features.filter(({ geometry }) => geometry?.type === "Point").map(marker));
  layer.addTo(map);
}

/** Show heat. */
export async function showHeat(features) {
  await plugin("heat");
  withoutPoints();
  const places = features.filter(({ geometry }) => geometry?.type === "Point").map(({ geometry: { coordinates: [lng, lat] }, properties: { count } }) => [lat, lng, count ? Math.min(1, 0.2 + Math.log10(count) / 5) : 0.6]);
  layer = L.heatLayer(places, { radius: 22, blur: 18, maxZoom: 15, minOpacity: 0.25, gradient: HEAT }).addTo(map);
}

/** Take points and heat away. */
export function withoutPoints() {
  layer?.remove();
  layer = null;
}

/** The legend of points: what each shape says, and how many there are. */
export function pointLegend(features, given, stages) {
  const count = stages ? { ...stages } : { overdue: 0, due_soon: 0, open: 0, done: 0 };
  if (!stages) for (const { properties } of features) count[stageOf(properties)] += 1;
  const words = { overdue: _("超期未办结"), due_soon: _("即将超期"), open: _("办理中"), done: _("已办结") };
  return {
    title: _("事件"), unit: _("件"), date: given?.date || config.today || "",
    rule: _("圈内数字是这一带的事件数，橙圈内有超期的；放大后逐件显示。"),
    classes: Object.keys(count).map((stage) => ({ kind: stage === "done" ? "hollow" : "shape", label: words[stage], colour: colourOf(stage), colours: SHAPES[stage], count: count[stage] })),
  };
}
