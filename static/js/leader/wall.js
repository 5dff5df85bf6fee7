/* The wall: one measure after another, new data by itself, a clock and the age of the data. Whatever is drawn is made
   once and then only changed, so that it may hang for months. */
import { el, fetchJson, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { pictureIn } from "./picture.js";
import { trendIn } from "./trend.js";
import { arrow, baseSaid } from "./words.js";

const config = JSON.parse(document.getElementById("page-config").textContent);
const at = (id) => document.getElementById(id);
const LAYERS = { subdistrict: "subdistricts", community: "communities", grid: "grids" };
const ROWS = 3;
const MOST_RANKED = 9;

let answer = null;
let fetched = 0;
let turn = 0;
let paint = null;
let level = "";
const tiles = new Map();
const rows = [];
const draw = trendIn(at("trend"), config.chart, Math.max(18, Math.round(innerWidth / 84)));

function tile(figure) {
  const parts = { value: el("p", { class: "wall-value" }), change: el("p", { class: "wall-change" }), base: el("p", { class: "wall-base" }) };
  const box = el("div", { class: "wall-figure" }, el("h2", {}, figure.label), parts.value, parts.change, parts.base);
  at("figures").append(box);
  return { box, ...parts };
}

function fillTile(figure) {
  if (!tiles.has(figure.code)) tiles.set(figure.code, tile(figure));
  const { box, value, change, base } = tiles.get(figure.code);
  const { change: moved, target } = figure;
  value.replaceChildren(figure.said, figure.unit && figure.value !== null ? el("small", {}, ` ${figure.unit}`) : "");
  change.textContent = moved ? `${arrow(moved.way)} ${moved.said}` : _("没有可比的数");
  change.className = `wall-change ${moved?.kind ?? ""}`;
  const goal = target ? _("目标 %(value)s", { value: target.said }) : _("不设目标");
  base.replaceChildren(el("span", {}, goal), el("span", {}, baseSaid(figure, figure.numerator, figure.denominator)));
  box.classList.toggle("missed", target?.met === false);
}

function row() {
  const parts = { name: el("strong", {}), need: el("span", { class: "wall-need" }), reason: el("p", {}), who: el("span", { class: "wall-who" }) };
  const box = el("li", {}, el("div", {}, parts.name, parts.need), parts.reason, el("div", {}, icon("user", 32), parts.who));
  at("attention").append(box);
  return { box, ...parts };
}

function fillRows() {
  while (rows.length < ROWS) rows.push(row());
  const ranked = answer.attention.rows.slice(0, MOST_RANKED);
  const first = ROWS * (turn % Math.max(1, Math.ceil(ranked.length / ROWS)));
  rows.forEach((one, offset) => {
    const place = first + offset;
    const found = ranked[place];
    one.box.hidden = !found;
    if (!found) return;
    one.name.textContent = `${place + 1}  ${found.name || found.code}`;
    one.need.textContent = _("占差额 %(share)s", { share: `${(found.need * 100).toFixed(1)} %` });
    one.reason.textContent = found.reasons[0]?.text ?? "";
    one.who.textContent = found.who || "—";
  });
}

function legendOf({ classes, unit }) {
  return classes.map(({ label, colour, kind, count }) => {
    const swatch = el("span", { class: `wall-swatch ${kind}`, "aria-hidden": "true" });
    if (kind !== "no_data") swatch.style.backgroundColor = colour;
    return el("li", {}, swatch, `${label}${kind === "range" && unit ? ` ${unit}` : ""} · ${count}`);
  });
}

function show() {
  const shown = answer.figures.filter(({ value }) => value !== null);
  if (!shown.length) return;
  const figure = shown[turn % shown.length];
  for (const [code, { box }] of tiles) box.classList.toggle("chosen", code === figure.code);
  at("measure").textContent = figure.label;
  const { months } = answer.trend;
  at("trend-title").textContent = `${figure.label} · ${months[0]} – ${months.at(-1)}`;
  fillRows();
  const legend = answer.legends[figure.code];
  at("legend").replaceChildren(...legendOf(legend));
  paint?.(figure, answer.areas, legend);
  draw(figure, answer.trend).catch(() => {});
  document.documentElement.dataset.measure = figure.code;
}

/** The shapes of a level, drawn once; what fails is tried again with the next question. */
async function redraw(found) {
  if (found.level === level) return;
  const collection = await fetchJson(`/layers/${LAYERS[found.level]}.geojson`);
  const wanted = new Set(found.areas.map(({ code }) => code));
  paint = pictureIn(at("picture"), { features: collection.features.filter(({ id }) => wanted.has(String(id))) });
  level = found.level;
}

async function ask() {
  try {
    const found = await fetchJson(`/leader.json${config.query ? `?${config.query}` : ""}`);
    await redraw(found);
    answer = found;
    fetched = Date.now();
    performance.clearResourceTimings(); // the browser keeps one for each request
  } catch {
    return; // what is shown stays, its age is told, and the next question comes by itself
  }
  const { asked, area } = answer;
  at("span").textContent = `${area.code ? `${area.name} · ` : ""}${_("%(from)s 至 %(to)s", { from: asked.from, to: asked.to })}`;
  answer.figures.forEach(fillTile);
  show();
  document.documentElement.dataset.ready = "wall";
}

const two = (number) => String(number).padStart(2, "0");

function tick() {
  const now = new Date();
  const time = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  at("clock").textContent = time;
  const minutes = Math.floor((Date.now() - fetched) / 60_000);
  const age = !fetched ? _("正在取数") : minutes ? _("数据 %(n)s 分钟前", { n: minutes }) : _("数据刚刚更新");
  if (at("age").textContent !== age) at("age").textContent = age;
  at("age").classList.toggle("old", minutes >= 10);
}

document.documentElement.dataset.theme = "dark";
tick();
setInterval(tick, 1000);
await ask();
setInterval(() => {
  turn += 1;
  if (answer) show();
}, config.seconds * 1000);
setInterval(ask, config.refresh * 1000);
