/* Today beside the draft: one map with a bar to swipe, or two maps that move together; moved blocks are hatched. */
import { el, fetchJson } from "../dom.js";
import * as ground from "../ground.js";
import { _ } from "../i18n.js";
import { tell } from "../bus.js";
import { map, token } from "../map.js";
import { borders, fills, names } from "./paint.js";
import { shapes, takeArcs, takeBlocks } from "./shapes.js";
import { sheet, trace } from "./sheet.js";
import { draft, state } from "./store.js";

const L = window.L;
const at = (id) => document.getElementById(id);
const STEP = 0.02;
let share = 0.5;
let second = null;
const left = [];
const right = [];
const models = {};

function model(told, grids) {
  const keys = Object.keys(told);
  const shown = new Int32Array(shapes.count).fill(-1);
  keys.forEach((key, number) => { for (const i of told[key]) shown[i] = key ? number : -1; });
  return { keys, shown, grids: new Map(grids.map((row) => [row.key, row])), chosen: "", blocksOf: (key) => told[key] ?? [] };
}

function movedPaint(moved) {
  return (context, view) => {
    context.beginPath();
    for (const i of moved) for (const ring of shapes.rings[i]) trace(context, ring, view, true);
    Object.assign(context, { strokeStyle: token("overdue"), lineWidth: 1.5, fillStyle: token("overdue"), globalAlpha: 0.16 });
    context.fill("evenodd");
    context.globalAlpha = 1;
    context.setLineDash([4, 3]);
    context.stroke();
    context.setLineDash([]);
  };
}

function lay(side, one, on, moved) {
  const sheets = [sheet(`${side}-fills`, 405, fills(one), 0.75, on), sheet(`${side}-moved`, 408, movedPaint(moved), 1, on),
    sheet(`${side}-borders`, 435, borders(one), 1, on), sheet(`${side}-names`, 450, names(one, new Map()), 1, on)];
  return sheets;
}

/** Cut the sheets of both sides at the bar. */
function clip() {
  const x = map.getSize().x * share;
  const cut = (sheets, before) => sheets.forEach((one) => {
    const { style } = one._container;
    const edge = x - map.layerPointToContainerPoint(one._bounds.min).x;
    style.clipPath = second ? "" : before ? `inset(0 calc(100% - ${edge}px) 0 0)` : `inset(0 0 0 ${edge}px)`;
  });
  cut(left, true);
  cut(right, false);
  at("swipe-bar").style.left = `${share * 100}%`;
  at("swipe-bar").setAttribute("aria-valuenow", String(Math.round(share * 100)));
}

function swiping() {
  const bar = at("swipe-bar");
  const holder = at("swipe");
  const to = (part) => {
    share = Math.max(0, Math.min(1, part));
    clip();
  };
  bar.addEventListener("pointerdown", (event) => {
    bar.setPointerCapture(event.pointerId);
    map.dragging.disable();
  });
  bar.addEventListener("pointermove", (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const box = holder.getBoundingClientRect();
    to((event.clientX - box.left) / box.width);
  });
  bar.addEventListener("pointerup", () => map.dragging.enable());
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -1, End: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    to(share + step);
  });
}

/** Two maps: the shell's keeps today, a second one shows the draft, and each follows the other. */
function beside(on) {
  at("swipe").classList.toggle("beside", on);
  at("swipe-bar").hidden = on;
  at("as-swipe").setAttribute("aria-pressed", String(!on));
  at("as-beside").setAttribute("aria-pressed", String(on));
  if (on && !second) {
    const holder = el("div", { class: "map-frame", id: "second-frame" }, el("div", { class: "folium-map", id: "second-map" }));
    at("swipe").append(holder);
    right.splice(0).forEach((one) => one.remove());
    second = L.map("second-map", { zoomControl: false, attributionControl: false, keyboard: true, minZoom: map.getMinZoom(), maxZoom: map.getMaxZoom() });
    map.invalidateSize({ animate: false });
    second.setView(map.getCenter(), map.getZoom(), { animate: false });
    right.push(...lay("after", models.after, second, models.moved));
    const follow = (one, other) => one.on("moveend", () => {
      if (one.getCenter().distanceTo(other.getCenter()) > 0.5 || one.getZoom() !== other.getZoom()) other.setView(one.getCenter(), one.getZoom(), { animate: false });
    });
    follow(map, second);
    follow(second, map);
  } else if (!on && second) {
    right.splice(0);
    second.remove();
    second = null;
    at("second-frame").remove();
    map.invalidateSize({ animate: false });
    right.push(...lay("after", models.after, map, models.moved));
  }
  clip();
}

async function start() {
  const [told, blocks] = await Promise.all([fetchJson(`${draft.url}/compare.json`), fetchJson(`${draft.url}/blocks.json`)]);
  takeBlocks(blocks);
  takeArcs(await fetchJson(`${draft.url}/arcs.json`));
  Object.assign(state, { band: told.band, mean: told.mean });
  Object.assign(models, { before: model(told.before.blocks, told.before.grids), after: model(told.after.blocks, told.after.grids), moved: told.moved });
  left.push(...lay("before", models.before, map, told.moved));
  right.push(...lay("after", models.after, map, told.moved));
  map.on("move moveend zoomend resize", clip);
  at("as-swipe").addEventListener("click", () => beside(false));
  at("as-beside").addEventListener("click", () => beside(true));
  swiping();
  clip();
  for (const row of document.querySelectorAll("[data-go]")) row.addEventListener("click", () => goTo(row.dataset.go));
  document.documentElement.dataset.ready = "compare";
  await ground.start();
  tell("layers:change", { shown: ["county", "water", "streets", "buildings"] });
  await ground.fill();
  clip();
}

function goTo(key) {
  const one = models.after.keys.includes(key) ? models.after : models.before;
  const number = one.keys.indexOf(key);
  const spots = [...one.shown].flatMap((own, i) => (own === number ? [[shapes.places[i][1], shapes.places[i][0]]] : []));
  if (spots.length) map.fitBounds(spots, { padding: [60, 60], maxZoom: 16, animate: false });
  at("swipe").scrollIntoView({ block: "nearest" });
}

start().catch((error) => {
  at("compare-status").textContent = error.message || _("没有加载对比，请检查网络后重试。");
});
