/* Legends: title, unit, class bounds, counts, date, and the rule behind an information mark. */
import { hear } from "./bus.js";
import { el, icon } from "./dom.js";
import { hatchUrl } from "./hatch.js";
import { _, number } from "./i18n.js";
import { presented } from "./overlays.js";

const place = document.getElementById("legend");

function swatch({ kind, colour, colours }) {
  const mark = el("span", { class: `swatch ${kind ?? ""}`, "aria-hidden": "true" });
  if (kind === "hues") mark.append(...colours.slice(0, 6).map((one) => filled(one)));
  else if (kind === "hatch" || kind === "no_data") mark.style.backgroundImage = `url(${hatchUrl(colour)})`;
  else if (kind === "shape" || kind === "hollow") mark.append(shape(colours, colour, kind === "hollow"));
  else mark.style.backgroundColor = colour;
  return mark;
}

function filled(colour) {
  const part = el("span", {});
  part.style.backgroundColor = colour;
  return part;
}

/** A small drawing of a mark: `points` as [[x, y], …] around 0, filled with the colour. */
function shape(points, colour, hollow) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-8 -8 16 16");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", `M${points.map((point) => point.join(" ")).join("L")}Z`);
  path.setAttribute("fill", hollow ? "none" : colour);
  if (hollow) path.setAttribute("stroke", colour);
  if (hollow) path.setAttribute("stroke-width", 2);
  svg.append(path);
  return svg;
}

function row(one) {
  const count = Number.isFinite(one.count) ? number(one.count) : "";
  return el("li", {}, swatch(one), el("span", { class: "legend-label" }, one.label), el("span", { class: "legend-count" }, count));
}

function rule(text) {
  return el("details", { class: "rule" },
    el("summary", { class: "button quiet icon-only", "aria-label": _("计算规则") }, icon("info-circle", 16)),
    el("p", {}, text));
}

function one({ title, unit, classes = [], date, rule: text }) {
  const head = el("div", { class: "legend-head" },
    el("h3", {}, title, unit ? el("small", {}, ` ${unit}`) : null), text ? rule(text) : null);
  return el("section", { class: "legend-part" }, head, el("ul", {}, classes.map(row)),
    date ? el("p", { class: "legend-date" }, _("数据日期 %(date)s", { date })) : null);
}

/** Show the legends of the overlay that is on; none hides the place. */
function show({ legends = [] }) {
  place.replaceChildren(...legends.map(one));
  place.hidden = !legends.length;
}

/** Show what is on now, and whatever comes after it. */
export function start() {
  show(presented());
  hear("overlay:shown", show);
}

/** A legend part that stays beside the overlay's: the kinds of stations. */
export function showMarks(holder, marks) {
  holder.replaceChildren(el("ul", {}, marks.map(row)));
}
