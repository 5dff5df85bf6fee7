/* The map: the areas of the level coloured by the measure; pointing lights a row, a click goes one level down. */
import { colourAreas } from "../areas.js";
import { hear, tell } from "../bus.js";
import { classOf, lookOf } from "../classes.js";
import { calm, el } from "../dom.js";
import { boxOf, contains } from "../geometry.js";
import { _ } from "../i18n.js";
import { featuresOf, has, layerOf, levelOf } from "../layers.js";
import { config, map } from "../map.js";
import { data, figureOf, go, now, onState } from "./state.js";
import { baseSaid, scaled, valueSaid } from "./words.js";

const L = window.L;
const LENGTHS = { county: 6, subdistrict: 9, community: 12, grid: 15 };
const LEVELS = Object.keys(LENGTHS);
const note = L.tooltip({ direction: "top", offset: [0, -10], className: "map-note", opacity: 1 });
const boxes = new Map();

let values = new Map();
let hovered = null;
let framed = null;

/** The next level below an area that this county has, on the way to an area met on the map. */
function below(code) {
  const here = now().area ?? "";
  const first = here ? LEVELS.indexOf(levelOf(here)) + 1 : 1;
  const level = LEVELS.slice(first).find((one) => has(layerOf(one)) && LENGTHS[one] <= code.length);
  if (!code.startsWith(here) && here.length !== LENGTHS.grid) return code;
  return level ? code.slice(0, LENGTHS[level]) : code;
}

async function paint() {
  const answer = data();
  const figure = figureOf();
  const { level } = answer;
  const features = await featuresOf(level);
  if (answer !== data()) return;
  if (!boxes.has(level)) {
    boxes.set(level, [...features].filter(([, { geometry }]) => geometry)
      .map(([code, feature]) => ({ code, feature, box: boxOf(feature.geometry) })));
  }
  values = new Map(answer.areas.map((area) => [area.code, area]));
  const legend = answer.legends[figure.code];
  const look = ({ values: own }) => lookOf(classOf(scaled(figure, own[figure.code][0]), legend.classes));
  await colourAreas(level, values, look);
  present();
}

/** Say the legend and the words on the areas, also to those who came late. */
export function present() {
  const answer = data();
  const figure = figureOf();
  if (!figure) return;
  const texts = new Map(answer.areas.map((area) => [area.code, { text: valueSaid(figure, area.values[figure.code][0]), alarm: false }]));
  tell("overlay:shown", { legends: [answer.legends[figure.code]], describe: () => [], labels: { level: answer.level, texts } });
}

async function frame() {
  const area = now().area ?? "";
  if (framed === area) return;
  const first = framed === null;
  framed = area;
  const geometry = area ? (await featuresOf(levelOf(area))).get(area)?.geometry : null;
  tell("area:select", { code: area || null, level: area ? levelOf(area) : null, from: "leader" });
  const [west, south, east, north] = geometry ? boxOf(geometry) : await wholeCounty();
  const options = { padding: [18, 18], maxZoom: 17 };
  const still = first || calm();
  map[still ? "fitBounds" : "flyToBounds"]([[south, west], [north, east]], still ? { ...options, animate: false } : { ...options, duration: 0.4 });
}

/** Around the areas that are shown; the county's border may reach far beyond them. */
async function wholeCounty() {
  const shown = boxes.get(data().level) ?? [];
  if (!shown.length) return config.bounds ?? [-180, -80, 180, 80];
  return shown.reduce(([w, s, e, n], { box }) => [Math.min(w, box[0]), Math.min(s, box[1]), Math.max(e, box[2]), Math.max(n, box[3])],
    [Infinity, Infinity, -Infinity, -Infinity]);
}

function areaAt({ lng, lat }) {
  return (boxes.get(data()?.level) ?? []).find(({ feature, box: [west, south, east, north] }) =>
    lng >= west && lng <= east && lat >= south && lat <= north && contains(feature.geometry, lng, lat)) ?? null;
}

function over(event) {
  const area = areaAt(event.latlng);
  if (!area) return leave();
  map.getContainer().classList.add("picks");
  if (area.code !== hovered) {
    hovered = area.code;
    tell("area:hover", { code: area.code, from: "map" });
  }
  const figure = figureOf();
  const own = values.get(area.code);
  const lines = own ? [`${figure.label} ${valueSaid(figure, own.values[figure.code][0])}`,
    baseSaid(figure, own.values[figure.code][1], own.values[figure.code][2])] : [];
  const next = below(area.code);
  if (next.length < area.code.length) lines.push(_("点击进入所在街道"));
  note.setContent(el("div", {}, el("strong", {}, area.feature.properties.name || area.code), lines.map((line) => el("span", {}, line))));
  note.setLatLng(event.latlng);
  if (!map.hasLayer(note)) note.addTo(map);
  return undefined;
}

function leave() {
  note.remove();
  map.getContainer().classList.remove("picks");
  if (!hovered) return;
  hovered = null;
  tell("area:hover", { code: null, from: "map" });
}

/** Listen to the pointer, to the arrow keys and the search, and to what is asked. */
export function start() {
  map.on("mousemove", over);
  map.getContainer().addEventListener("mouseleave", leave);
  map.on("movestart zoomstart", leave);
  map.on("click", (event) => {
    const area = areaAt(event.latlng);
    if (area && below(area.code) !== now().area) go({ area: below(area.code), level: "" });
  });
  hear("area:select", ({ code, from }) => { if (from !== "leader" && code) go({ area: code, level: "", open: "" }); });
  hear("station:select", ({ code }) => location.assign(`/stations/${encodeURIComponent(code)}`));
  onState(async (_state, answer, what) => {
    if (what === "error" || !answer) return;
    await paint();
    await frame();
    ready();
  });
}

function ready() {
  if (document.documentElement.dataset.leader) return;
  document.documentElement.dataset.leader = "shown";
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("first-overlay")));
}
