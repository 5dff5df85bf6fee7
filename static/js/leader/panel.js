/* The left column: where we are, the measure, the level, and every area as a bar, the worst first. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { lightsIn, linked } from "./rows.js";
import { data, figureOf, go, now, onState } from "./state.js";
import { baseSaid, order, valueSaid } from "./words.js";

const crumbs = document.getElementById("crumbs");
const measure = document.getElementById("measure");
const levels = document.getElementById("levels");
const bars = document.getElementById("bars");
const MOST = 200;

function crumb({ code, name }, at, path) {
  const last = at === path.length - 1;
  return el("li", {}, at ? icon("chevron-right", 16) : null,
    last ? el("span", { "aria-current": "location" }, name)
      : el("button", { type: "button", onclick: () => go({ area: code, level: "", open: "" }) }, name));
}

function segment({ code, label }) {
  return el("label", { class: "segment" },
    el("input", { type: "radio", name: "level", value: code, checked: code === data().level, onchange: () => go({ level: code }) }),
    el("span", {}, label));
}

function bar(area, figure, most) {
  const [value, above, below] = area.values[figure.code];
  const fill = el("span", { class: "bar-fill" });
  fill.style.inlineSize = `${Number.isFinite(value) && most ? Math.max(0, (value / most) * 100) : 0}%`;
  const button = el("button", { class: "bar-row", type: "button", title: baseSaid(figure, above, below),
    onclick: () => go({ area: area.code, level: "", open: "" }) },
  el("span", { class: "bar-name" }, area.name || area.code), el("span", { class: "bar-value" }, valueSaid(figure, value)),
  el("span", { class: "bar", "aria-hidden": "true" }, fill));
  return el("li", {}, linked(button, area.code));
}

function fill(answer) {
  const figure = figureOf();
  const path = answer.area.path;
  crumbs.replaceChildren(...path.map(crumb));
  measure.replaceChildren(...answer.figures.map(({ code, label }) => el("option", { value: code, selected: code === figure.code }, label)));
  levels.replaceChildren(...answer.levels.map(segment));
  levels.hidden = answer.levels.length < 2;
  const sorted = [...answer.areas].sort((a, b) => order(figure, a.values[figure.code][0], b.values[figure.code][0]));
  const known = sorted.map((area) => area.values[figure.code][0]).filter(Number.isFinite);
  const most = figure.kind === "rate" ? 1 : Math.max(0, ...known);
  bars.replaceChildren(...sorted.slice(0, MOST).map((area) => bar(area, figure, most)));
  const word = figure.better ? _("各区域，差的在前") : _("各区域，多的在前");
  document.getElementById("ranking-title").textContent = word;
}

/** Listen to the pickers. */
export function start() {
  measure.addEventListener("change", () => go({ measure: measure.value, open: now().open ? measure.value : "" }));
  lightsIn(bars);
  onState((_state, answer, what) => { if (what !== "error" && answer) fill(answer); });
}
