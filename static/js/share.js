/* The address of what one sees: view, overlay and its choices, base map, chosen place. Back and shared links restore it. */
import { bus, tell } from "./bus.js";
import { el, icon } from "./dom.js";
import * as drawer from "./drawer.js";
import { _ } from "./i18n.js";
import { levelOf } from "./places.js";

const OWN = new Set(["at", "overlay", "base", "layers", "area", "station"]);

let map, button, panel;
let state = {};
let restoring = false;

/** Read an address: {view: {lat, lon, zoom} | null, overlay: {id, params} | null, base, layers, area, station}. */
export function read(hash = location.hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const [lon, lat, zoom] = (fields.get("at") ?? "").split(",").map((part) => (part ? Number(part) : NaN));
  const sound = Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 1 && zoom <= 22;
  const params = Object.fromEntries([...fields].filter(([name]) => !OWN.has(name)));
  const id = fields.get("overlay");
  return {
    view: sound ? { lat, lon, zoom } : null,
    overlay: id ? { id, params } : null,
    base: fields.get("base"),
    layers: fields.has("layers") ? fields.get("layers").split(",").filter(Boolean) : null,
    area: /^\d{6,15}$/.test(fields.get("area") || "") ? fields.get("area") : null,
    station: fields.get("station"),
  };
}

/** Write an address from what `read` returns; the order of fields is fixed, so equal views have equal links. */
export function write({ view, overlay, base, layers, area, station }) {
  const fields = new URLSearchParams();
  if (view) fields.set("at", `${view.lon.toFixed(5)},${view.lat.toFixed(5)},${Math.round(view.zoom * 100) / 100}`);
  if (overlay?.id) {
    fields.set("overlay", overlay.id);
    for (const name of Object.keys(overlay.params || {}).sort()) {
      const value = overlay.params[name];
      if (!OWN.has(name) && value !== null && value !== undefined && value !== "") fields.set(name, String(value));
    }
  }
  if (base) fields.set("base", base);
  if (layers) fields.set("layers", layers.join(","));
  if (area) fields.set("area", area);
  else if (station) fields.set("station", station);
  return `#${fields.toString().replaceAll("%2C", ",")}`;
}

function keep(changes, { step = false } = {}) {
  state = { ...state, ...changes };
  // A change of address would call off a page change that is under way.
  if (restoring || document.documentElement.dataset.leaving) return;
  const address = write(state);
  if (address === location.hash) return;
  if (step) history.pushState(null, "", address);
  else history.replaceState(history.state, "", address);
}

function viewOf() {
  const centre = map.getCenter();
  return { lat: centre.lat, lon: centre.lng, zoom: map.getZoom() };
}

const same = (one, two) => JSON.stringify(one ?? null) === JSON.stringify(two ?? null);

function restore({ first = false } = {}) {
  const wanted = read();
  restoring = true;
  if (wanted.view && !same(wanted.view, state.view)) {
    map.setView([wanted.view.lat, wanted.view.lon], wanted.view.zoom, { animate: false });
  }
  if (wanted.overlay && !same(wanted.overlay, state.overlay)) tell("overlay:change", { ...wanted.overlay, from: "share" });
  if (wanted.base || wanted.layers) tell("layers:restore", { base: wanted.base, layers: wanted.layers });
  if (wanted.area) tell("area:select", { code: wanted.area, level: levelOf(wanted.area), from: "share",
    fly: !wanted.view, moved: Boolean(wanted.view) });
  else if (wanted.station) tell("station:select", { code: wanted.station, from: "share", moved: Boolean(wanted.view) });
  else if (!first && (state.area || state.station)) tell("area:select", { code: null, level: null, from: "share" });
  state = { ...state, ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null)),
    area: wanted.area, station: wanted.area ? null : wanted.station };
  restoring = false;
  if (!first || wanted.view || wanted.overlay) mark();
}

function mark() {
  for (const link of document.querySelectorAll(".site-nav [data-overlay]")) {
    if (link.dataset.overlay === state.overlay?.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

async function copy(address) {
  try {
    await navigator.clipboard.writeText(address);
    return true;
  } catch {
    return false;
  }
}

function closePanel() {
  panel?.remove();
  panel = null;
  button.setAttribute("aria-expanded", "false");
}

async function offer() {
  if (panel) return closePanel();
  keep({ view: viewOf() });
  const copied = await copy(location.href);
  const field = el("input", { class: "field", readOnly: true, value: location.href, id: "share-link", "aria-label": _("分享链接") });
  panel = el("div", { class: "share-panel", role: "dialog", "aria-label": _("分享") },
    el("p", { role: "status" }, copied ? icon("circle-check") : icon("link"),
      copied ? _("链接已复制，打开后是同样的视图。") : _("请复制这个链接，打开后是同样的视图。")),
    el("div", { class: "share-row" }, field,
      el("button", { class: "button icon-only", type: "button", "aria-label": _("关闭"), onclick: () => { closePanel(); button.focus(); } }, icon("x"))));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    closePanel();
    button.focus();
  });
  button.parentElement.append(panel);
  button.setAttribute("aria-expanded", "true");
  field.focus();
  field.select();
}

function listen() {
  map.on("moveend", () => keep({ view: viewOf() }));
  map.on("baselayerchange", (event) => keep({ base: event.layer?.options?.id || event.name }));
  bus.addEventListener("overlay:change", ({ detail }) => {
    if (detail?.from === "share") { state.overlay = { id: detail.id, params: detail.params || {} }; return mark(); }
    const step = Boolean(state.overlay) && state.overlay.id !== detail.id;
    keep({ overlay: detail.id ? { id: detail.id, params: detail.params || {} } : null }, { step });
    mark();
  });
  bus.addEventListener("layers:change", ({ detail }) => {
    keep({ layers: Array.isArray(detail.shown) ? detail.shown : null, ...(detail.base ? { base: detail.base } : {}) });
  });
  bus.addEventListener("area:select", ({ detail }) => {
    if (detail?.from === "share") return;
    keep({ area: detail?.code || null, station: null }, { step: true });
  });
  bus.addEventListener("station:select", ({ detail }) => {
    if (detail?.from === "share") return;
    keep({ station: detail?.code || null, area: null }, { step: true });
  });
  for (const name of ["popstate", "hashchange"]) window.addEventListener(name, () => restore());
}

/** Restore what the address says, then keep the address true to the page. */
export function setup() {
  map = window.gisMap;
  if (!map || button) return;
  button = document.getElementById("share-button");
  drawer.setup();
  document.getElementById("print-button")?.addEventListener("click", () => window.print());
  restore({ first: true });
  listen();
  button?.addEventListener("click", offer);
}
