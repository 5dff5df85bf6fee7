/* The map beside the form of siting: shows where stations may stand, and takes places into the lists by click or key. */
import { el, fetchJson } from "./dom.js";
import * as ground from "./ground.js";
import { _ } from "./i18n.js";
import { map, onColours, rendererOf, token } from "./map.js";
import { has, listen, toggle } from "./siting_lists.js";
import * as stations from "./stations.js";

const L = window.L;
const REACH = 22;
const form = document.getElementById("siting-form");
const section = document.querySelector(".siting-pick");
const said = document.getElementById("pick-said");
const group = L.layerGroup();
const chosen = L.layerGroup();
let known = { places: {}, stations: {}, points: {} };
let loaded = "";

/** Read names and places of what the form's choice offers; once for each choice. */
export async function load() {
  const on = form.elements.on.value;
  if (loaded === on) return known;
  known = await fetchJson(`/siting/candidates.json?on=${on}`);
  loaded = on;
  return known;
}

const nameOf = (code) => known.stations[code] || known.places[code] || _("未命名道路");
const mode = () => section.querySelector("input[name=pick]:checked").value;
const pointOf = (code) => { const [lon, lat] = known.points[code]; return [lat, lon]; };

const size = () => Math.max(1.6, Math.min(4.5, 2 + (map.getZoom() - 13) * 0.8));

/** The codes that may be picked: those of the chosen community, and every station. */
function offered() {
  const area = form.elements.area.value;
  return Object.keys(known.points).filter((code) => code in known.stations || !area || known.points[code][2] === area);
}

function draw() {
  const codes = offered();
  const places = codes.filter((code) => !(code in known.stations));
  group.clearLayers();
  for (const code of places) {
    group.addLayer(L.circleMarker(pointOf(code), {
      renderer: rendererOf("marks"), pane: "marks", interactive: false, radius: size(),
      color: token("halo"), weight: 1, fillColor: token("primary"), fillOpacity: 0.8,
    }));
  }
  document.getElementById("pick-count").textContent = _("候选点 %(n)s 处，现有站点 %(all)s 个", { n: places.length, all: codes.length - places.length });
  marks();
}

/** Draw what the two lists hold, each with its word. */
function marks() {
  chosen.clearLayers();
  for (const [list, word] of [["must_keep", _("必")], ["forbidden", _("禁")]]) {
    for (const code of Object.keys(known.points).filter((one) => has(list, one))) {
      const label = el("span", {}, word);
      const icon = L.divIcon({ className: `pick-mark pick-${list}`, html: label, iconSize: [24, 24] });
      chosen.addLayer(L.marker(pointOf(code), { icon, interactive: false, keyboard: false }));
    }
  }
}

function nearest(at) {
  let best = null;
  let least = REACH;
  for (const code of offered()) {
    const far = map.latLngToContainerPoint(pointOf(code)).distanceTo(at);
    if (far < least) [best, least] = [code, far];
  }
  return best;
}

function pick(at) {
  const code = nearest(at);
  if (!code) {
    said.textContent = _("这里没有候选点或站点，请放大后点在圆点上");
    return;
  }
  const added = toggle(mode(), code, nameOf(code));
  said.textContent = added ? _("已加入：%(name)s", { name: nameOf(code) }) : _("已移出：%(name)s", { name: nameOf(code) });
}

function takeKeys() {
  const holder = map.getContainer();
  holder.tabIndex = 0;
  holder.setAttribute("aria-label", _("在地图上选"));
  holder.setAttribute("aria-describedby", "pick-help");
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== holder) return;
    event.preventDefault();
    pick(map.getSize().divideBy(2));
  });
}

async function redraw() {
  try {
    await load();
    draw();
    const there = offered().filter((code) => !(code in known.stations)).map(pointOf);
    if (there.length) map.fitBounds(L.latLngBounds(there), { padding: [16, 16], maxZoom: 17, animate: false });
  } catch (error) {
    said.textContent = error.message || _("暂时连不上服务，请稍后再试");
  }
}

/** Show the map, draw what may be picked, and listen. */
export async function start() {
  section.hidden = false;
  map.invalidateSize({ animate: false, pan: false });
  group.addTo(map);
  chosen.addTo(map);
  map.on("zoomend", () => group.eachLayer((one) => one.setRadius(size())));
  map.on("click", ({ containerPoint }) => pick(containerPoint));
  takeKeys();
  listen(marks);
  onColours(draw);
  for (const name of ["on", "area"]) form.elements[name].addEventListener("change", redraw);
  await redraw();
  try {
    await ground.start();
    await stations.start();
    await ground.fill();
  } catch (error) {
    console.warn(error.message || error);
  }
}
