/* The left column: which overlay, its parameters, the layers in their groups, the base map. On a phone it is a sheet. */
import { hear, tell } from "./bus.js";
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { has } from "./layers.js";
import { showMarks } from "./legend.js";
import { asked, config } from "./map.js";
import { completed, current, overlayOf } from "./overlays.js";
import { corners, stationColour } from "./station_shape.js";

const HIDDEN = {
  incidents: ({ view }) => (view === "counts" ? [] : ["level", "measure"]),
};
const NEEDS = { block: "blocks", community: "communities", grid: "grids" };
const BASE_NONE = "none";

const places = { overlays: "overlay-choice", parameters: "overlay-parameters", layers: "layer-groups", bases: "base-choice" };
const at = (name) => document.getElementById(places[name]);

let shown = new Set();
let base = BASE_NONE;

const choices = () => [...config.overlays.map(({ id, title }) => ({ id, title })), { id: "none", title: _("无") }];

function overlayChoice() {
  at("overlays").replaceChildren(...choices().map(({ id, title }) => el("label", { class: "segment" },
    el("input", { type: "radio", name: "overlay", value: id, checked: current().id === id,
      onchange: () => change(id, {}) }),
    el("span", {}, title))));
}

function change(id, params) {
  tell("overlay:change", { id, params: completed(id, params), from: "panel" });
}

const set = (name, value) => change(current().id, { ...current().params, [name]: value });

function choiceField({ name, title, choices: all, default: usual }, value) {
  const usable = name === "level" ? all.filter((one) => has(NEEDS[one.value])) : all;
  if (usable.length < 2) return null;
  const id = `parameter-${name}`;
  const select = el("select", { class: "field", id, onchange: () => set(name, select.value) },
    usable.map((one) => el("option", { value: one.value, selected: one.value === (value ?? usual) }, one.title)));
  return el("div", { class: "parameter" }, el("label", { htmlFor: id }, title), select);
}

function parameters() {
  const { id, params } = current();
  const overlay = overlayOf(id);
  const skip = overlay && HIDDEN[id] ? HIDDEN[id](params) : [];
  const fields = (overlay?.parameters ?? []).filter(({ name }) => !skip.includes(name)).map((one) => choiceField(one, params[one.name]));
  if (id === "coverage" && has("blocks")) fields.push(uncoveredSwitch(params.uncovered === "1"));
  at("parameters").replaceChildren(...fields.filter(Boolean));
}

function uncoveredSwitch(on) {
  const box = el("input", { type: "checkbox", checked: on, onchange: () => set("uncovered", box.checked ? "1" : "") });
  return el("label", { class: "check" }, box, el("span", {}, _("标出未覆盖的地块")));
}

function layerGroups() {
  at("layers").replaceChildren(...config.groups.map(({ title, layers }) => el("fieldset", { class: "layer-group" },
    el("legend", {}, title), layers.map(layerSwitch))));
}

function layerSwitch({ id, title, min_zoom: from }) {
  const box = el("input", { type: "checkbox", value: id, checked: shown.has(id), onchange: () => toggle(id, box.checked) });
  const row = el("label", { class: "check" }, box, el("span", {}, title), from ? el("small", {}, _("放大后可见")) : null);
  if (id !== "stations") return row;
  const marks = el("div", { class: "marks" });
  showMarks(marks, Object.entries(config.station_kinds).map(([kind, label]) =>
    ({ kind: "shape", label, colour: stationColour(kind), colours: corners(kind, 5.5) })));
  return el("div", {}, row, marks);
}

function toggle(id, on) {
  if (on) shown.add(id);
  else shown.delete(id);
  announce();
}

function announce() {
  tell("layers:change", { shown: [...shown], base });
}

function baseChoice() {
  if (!config.bases.length) return;
  const all = [{ id: BASE_NONE, title: _("本县底图") }, ...config.bases];
  at("bases").replaceChildren(el("fieldset", { class: "layer-group" }, el("legend", {}, _("底图")),
    all.map(({ id, title }) => el("label", { class: "check" },
      el("input", { type: "radio", name: "base", value: id, checked: id === base, onchange: () => useBase(id) }),
      el("span", {}, title)))));
  at("bases").hidden = false;
}

function useBase(id) {
  const map = window.gisMap;
  for (const [name, tiles] of Object.entries(window.gisBases ?? {})) {
    tiles.forEach((tile) => (name === id ? tile.addTo(map) : tile.remove()));
  }
  base = window.gisBases?.[id] ? id : BASE_NONE;
  map.getContainer().classList.toggle("has-base", base !== BASE_NONE);
  announce();
}

function sheet() {
  const button = document.getElementById("panel-toggle");
  const open = (yes) => {
    if (yes) document.body.dataset.panel = "layers";
    else delete document.body.dataset.panel;
    button.setAttribute("aria-expanded", String(yes));
  };
  button.addEventListener("click", () => {
    open(document.body.dataset.panel !== "layers");
    if (document.body.dataset.panel) document.getElementById("panel-close").focus();
  });
  document.getElementById("panel-close").addEventListener("click", () => { open(false); button.focus(); });
  document.getElementById("panel").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.body.dataset.panel) return;
    event.stopPropagation();
    open(false);
    button.focus();
  });
  for (const name of ["area:select", "station:select"]) hear(name, ({ code }) => { if (code) open(false); });
}

/** Build the column from the catalogue and keep it true to what is on. */
export function start() {
  const all = config.groups.flatMap(({ layers }) => layers);
  const wanted = asked().get("layers")?.split(",");
  shown = new Set(all.filter(({ id, on }) => (wanted ? wanted.includes(id) : on)).map(({ id }) => id));
  overlayChoice();
  parameters();
  layerGroups();
  baseChoice();
  sheet();
  if (wanted) announce();
  if (asked().get("base")) useBase(asked().get("base"));
}

hear("overlay:ready", () => {
  for (const input of at("overlays").querySelectorAll("input")) input.checked = input.value === current().id;
  parameters();
});
hear("layers:restore", ({ base: name, layers }) => {
  if (layers) shown = new Set(layers);
  layerGroups();
  if (name && name !== base) useBase(name);
  else announce();
});
