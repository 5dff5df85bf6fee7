/* Adds to the statistics page what HTML cannot: what a figure was made of on hover and focus, the months drawn,
   and the hot spots, tested when the page is there. All of it is in the tables and exports too. */
import { el, fetchJson } from "./dom.js";
import { _, number, percent } from "./i18n.js";

const SVG = "http://www.w3.org/2000/svg";
const config = JSON.parse(document.getElementById("page-config").textContent);
const page = document.querySelector(".statistics-page");

/** Make an SVG element with its attributes. */
function shape(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/* What a figure was made of */
const bubble = el("div", { class: "figure-rule", role: "tooltip", id: "figure-rule", hidden: true });
document.body.append(bubble);

function explain(node) {
  const [label, rule] = config.rules[node.dataset.measure];
  bubble.textContent = [
    label,
    _("分子 %(n)s，分母 %(d)s", { n: node.dataset.n, d: node.dataset.d }),
    rule,
    _("截止 %(time)s", { time: page.dataset.cutOff }),
  ].join("\n");
  bubble.hidden = false;
  const box = node.getBoundingClientRect();
  const own = bubble.getBoundingClientRect();
  const below = box.bottom + 8 + own.height < innerHeight;
  bubble.style.left = `${Math.max(12, Math.min(box.left, innerWidth - own.width - 12))}px`;
  bubble.style.top = `${Math.max(12, below ? box.bottom + 8 : box.top - own.height - 8)}px`;
  node.setAttribute("aria-describedby", bubble.id);
}

function hide(node) {
  bubble.hidden = true;
  node?.removeAttribute("aria-describedby");
}

for (const [begins, ends] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  page.addEventListener(begins, (event) => {
    const node = event.target.closest("[data-measure]");
    if (node) explain(node);
  });
  page.addEventListener(ends, (event) => hide(event.target.closest("[data-measure]")));
}
addEventListener("keydown", (event) => { if (event.key === "Escape") hide(document.activeElement); });
addEventListener("scroll", () => hide(), { capture: true, passive: true });

/* One cell of the table takes the focus; the arrows move it */
const table = document.getElementById("groups");
const first = table?.querySelector("td[data-measure]");
if (first) first.tabIndex = 0;
table?.addEventListener("keydown", (event) => {
  const cell = event.target.closest("td[data-measure]");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!cell || !step) return;
  const row = table.tBodies[0].rows[cell.parentElement.sectionRowIndex + step[0]];
  const next = row?.cells[cell.cellIndex + step[1]];
  if (!next?.dataset.measure) return;
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

/* The months */
function drawMonths() {
  const { months } = config;
  const most = Math.max(1, ...months.map((one) => one.reported));
  if (!months.length) return;
  const [width, height, foot] = [960, 200, 24];
  const step = width / Math.max(months.length, 6); // one month alone is a bar, not a wall
  const chart = shape("svg", { viewBox: `0 0 ${width} ${height + foot}`, class: "trend-chart", role: "img",
    "aria-label": _("每月上报与结案") });
  const every = Math.ceil(months.length / 16);
  months.forEach((one, at) => {
    const bars = [["bar-open", one.reported, 0.1], ["bar", one.closed, 0.5]];
    for (const [name, count, offset] of bars) {
      const tall = (count / most) * (height - 16);
      const bar = shape("rect", { class: name, x: (at + offset) * step, y: height - tall, width: step * 0.38, height: tall });
      const said = shape("title", {});
      const words = { month: one.month, reported: number(one.reported), closed: number(one.closed), share: percent(one.in_time) };
      said.textContent = _("%(month)s：上报 %(reported)s，结案 %(closed)s，按期 %(share)s", words);
      bar.append(said);
      chart.append(bar);
    }
    if (at % every === 0) {
      const name = shape("text", { x: (at + 0.1) * step, y: height + 16 });
      name.textContent = one.month;
      chart.append(name);
    }
  });
  const place = document.getElementById("trend");
  place.append(chart, el("p", { class: "quiet" }, _("左：上报数；右：其中已结案数")));
  place.hidden = false;
}

/* The hot spots */
const COLOURS = {};

function outline(geometry, project) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const ring = (points) => `M${points.map(project).join("L")}Z`;
  return polygons.map((rings) => rings.map(ring).join("")).join("");
}

function projection(features) {
  const points = features.flatMap((one) => (one.geometry ? one.geometry.coordinates.flat(one.geometry.type === "Polygon" ? 1 : 2) : []));
  const [west, east] = [Math.min(...points.map((p) => p[0])), Math.max(...points.map((p) => p[0]))];
  const [south, north] = [Math.min(...points.map((p) => p[1])), Math.max(...points.map((p) => p[1]))];
  const shrunk = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = 600 / Math.max((east - west) * shrunk, 1e-9);
  const height = Math.max(1, (north - south) * scale);
  const project = ([x, y]) => `${((x - west) * shrunk * scale).toFixed(1)},${((north - y) * scale).toFixed(1)}`;
  return { project, height };
}

function said(one) {
  const p = one.properties;
  if (p.p === null) return `${p.name || p.code}: ${p.kind_label}`;
  const words = { name: p.name || p.code, kind: p.kind_label, value: number(p.value), z: p.z.toFixed(2), p: p.p.toFixed(4) };
  return _("%(name)s：%(kind)s，数值 %(value)s，z = %(z)s，p = %(p)s", words);
}

function drawMap(found) {
  const { project, height } = projection(found.features);
  const map = shape("svg", { viewBox: `-4 -4 608 ${height + 8}`, class: "hotspot-map", role: "img", "aria-label": found.legend.title });
  for (const one of found.features.filter((feature) => feature.geometry)) {
    const title = shape("title", {});
    title.textContent = said(one);
    map.append(shape("path", { d: outline(one.geometry, project), fill: COLOURS[one.properties.kind], "fill-rule": "evenodd" }, title));
  }
  return map;
}

function drawLegend(found) {
  return el("ul", { class: "hotspot-legend" }, found.legend.classes.map((one) => el("li", {},
    shape("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, shape("rect", { width: 14, height: 14, fill: one.colour })),
    `${one.label} ${number(one.count)}`)));
}

function drawTable(found) {
  const rows = found.features.filter((one) => one.properties.p !== null)
    .sort((a, b) => a.properties.p - b.properties.p || b.properties.z - a.properties.z).slice(0, 20);
  const head = [_("区域"), _("结果"), _("数值"), "z", "p"];
  return el("table", { class: "table" },
    el("caption", { class: "visually-hidden" }, _("p 值最小的 20 个区域")),
    el("thead", {}, el("tr", {}, head.map((title) => el("th", { scope: "col" }, el("span", { class: "plain" }, title))))),
    el("tbody", {}, rows.map(({ properties: p }) => el("tr", {},
      el("th", { scope: "row" }, p.name || p.code), el("td", {}, p.kind_label),
      el("td", { class: "numeric" }, number(p.value)), el("td", { class: "numeric" }, p.z.toFixed(2)),
      el("td", { class: "numeric" }, p.p.toFixed(4))))));
}

async function drawHotspots() {
  const place = document.getElementById("hotspots");
  if (!place) return;
  try {
    const found = await fetchJson(place.dataset.url);
    for (const one of found.legend.classes) COLOURS[one.kind] = one.colour;
    const parts = found.test.tested ? [el("div", { class: "hotspots" },
      el("div", {}, drawMap(found), drawLegend(found)), el("div", { class: "table-region", role: "region", "aria-labelledby": "hotspots-title", tabindex: "0" }, drawTable(found)))] : [];
    place.replaceChildren(...parts, el("p", { class: "quiet" }, found.test.explained));
  } catch (error) {
    place.replaceChildren(el("p", { class: "empty" }, error.message || _("热点暂时无法检验，请稍后刷新。")));
  }
}

drawMonths();
drawHotspots();
