/* The row of figures: value, how it stands beside the period before, its target; each one opens to what it counts. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { go, now, onState } from "./state.js";
import { arrow, baseSaid } from "./words.js";

const place = document.getElementById("figures");

function changeOf({ change }) {
  if (!change) return el("span", { class: "leader-change" }, _("没有可比的数"));
  const title = _("对比期 %(value)s", { value: change.earlier_said });
  return el("span", { class: `leader-change ${change.kind}`, title },
    el("span", { "aria-hidden": "true" }, arrow(change.way)), ` ${change.said}`);
}

/** Where the value stands between 0 and the whole, with a tick at the target; only for shares. */
function gauge({ kind, value, target }) {
  if (kind !== "rate" || !Number.isFinite(value)) return el("span", { class: "gauge none", "aria-hidden": "true" });
  const fill = el("span", { class: `gauge-fill ${target ? (target.met ? "met" : "missed") : ""}` });
  fill.style.inlineSize = `${Math.min(100, Math.max(0, value * 100))}%`;
  const tick = target ? el("span", { class: "gauge-tick" }) : null;
  if (tick) tick.style.insetInlineStart = `${Math.min(99.5, target.value * 100)}%`;
  return el("span", { class: "gauge", "aria-hidden": "true" }, fill, tick);
}

function targetOf({ target }) {
  if (!target) return el("span", { class: "leader-target" }, _("不设目标"));
  const word = target.met === null ? "" : target.met ? _("达标") : _("未达标");
  return el("span", { class: `leader-target ${target.met === false ? "missed" : ""}`, title: word },
    target.met === null ? null : icon(target.met ? "circle-check" : "alert-triangle", 16),
    _("目标 %(value)s", { value: target.said }), el("span", { class: "visually-hidden" }, ` ${word}`));
}

function tile(figure) {
  const shown = now();
  const chosen = figure.code === shown.measure;
  return el("button", {
    class: `leader-figure${chosen ? " chosen" : ""}`, type: "button", "data-figure": figure.code,
    "aria-pressed": String(chosen), "aria-expanded": String(shown.open === figure.code), "aria-controls": "detail",
    onclick: () => go({ measure: figure.code, open: now().open === figure.code ? "" : figure.code }),
  },
  el("span", { class: "leader-label", title: figure.label }, figure.label),
  el("span", { class: "leader-value" }, figure.said, figure.unit && figure.value !== null ? el("small", {}, ` ${figure.unit}`) : null),
  changeOf(figure), gauge(figure),
  el("span", { class: "leader-base" }, baseSaid(figure, figure.numerator, figure.denominator)), targetOf(figure));
}

onState((_state, answer, what) => {
  if (what === "error" || !answer) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.figure : "";
  place.replaceChildren(...answer.figures.map(tile));
  place.setAttribute("aria-busy", "false");
  if (focused) place.querySelector(`[data-figure="${focused}"]`)?.focus();
});
