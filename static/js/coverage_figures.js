/* The strip of figures of coverage: each opens to its rule, numerator, denominator and the list of what it counts. */
import { el, icon } from "./dom.js";
import { _, number } from "./i18n.js";

const strip = document.getElementById("coverage-figures");

const shown = (value, unit) => {
  if (value === null || value === undefined) return "—";
  return unit === "%" ? (value * 100).toFixed(1) : number(Math.round(value));
};

function delta(value, unit) {
  if (!Number.isFinite(value)) return null;
  const by = unit === "%" ? value * 100 : value;
  const text = unit === "%" ? by.toFixed(1) : number(Math.round(by));
  if (Number(text.replace(/,/g, "")) === 0) return el("span", { class: "figure-delta" }, _("不变"));
  const mark = by > 0 ? "▲" : "▼";
  const plain = text.replace("-", "");
  return el("span", { class: "figure-delta" }, `${mark} ${unit === "%" ? _("%(points)s 个百分点", { points: plain }) : `${plain} ${unit}`}`);
}

function explained(one) {
  const lines = [el("p", {}, one.rule)];
  lines.push(el("p", {}, _("分子 %(n)s，分母 %(d)s", { n: number(one.numerator), d: number(one.denominator) }), ` ${one.counted_in}`));
  const links = [el("a", { href: one.list }, icon("list", 16), _("计入的名单"))];
  if (one.rest) links.push(el("a", { href: one.rest }, icon("list", 16), _("没计入的名单")));
  return el("div", { class: "figure-more" }, lines, el("p", { class: "figure-links" }, links));
}

function figure(one, by) {
  return el("details", { class: "figure", "data-figure": one.code, name: "coverage-figure" },
    el("summary", {},
      el("span", { class: "figure-label" }, one.label, icon("info-circle", 16)),
      el("span", { class: "figure-line" }, el("span", { class: "figure-value" }, shown(one.value, one.unit)),
        el("span", { class: "figure-unit" }, one.unit), delta(by, one.unit))),
    explained(one));
}

/** Show the figures of an answer; `deltas` by code are what changes bring. */
export function told(found, deltas = null) {
  const change = found.change && !deltas ? differences(found.change) : deltas;
  const open = strip.querySelector("details[open]")?.dataset.figure;
  strip.replaceChildren(el("div", { class: "figures-row" }, found.figures.map((one) => figure(one, change?.[one.code]))));
  const again = open ? strip.querySelector(`[data-figure="${open}"]`) : null;
  if (again) again.open = true;
  strip.setAttribute("aria-busy", "false");
}

function differences({ before, after }) {
  const lost = (row) => row.unreachable + row.unsnapped;
  const names = ["share", "crow_share", "seated_share", "mean_m"];
  return { ...Object.fromEntries(names.map((name) => [name, after[name] - before[name]])), lost: lost(after) - lost(before) };
}

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") strip.querySelectorAll("details[open]").forEach((one) => { one.open = false; });
});
document.addEventListener("click", ({ target }) => {
  strip.querySelectorAll("details[open]").forEach((one) => { if (!one.contains(target)) one.open = false; });
});
