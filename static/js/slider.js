/* The time slider under the map: all of the period, or month by month, with play; a native range input, so that keys,
   touch and screen readers work. Readers who asked for less motion step by hand. */
import { el, icon } from "./dom.js";
import { _ } from "./i18n.js";
import { monthName, monthsOf } from "./months.js";

const STEP_MS = 1400;
const place = document.getElementById("time-slider");

let timer = 0;
let range, output, play, months, changed;

function name(index) {
  return index < 0 ? _("全部时间") : monthName(months[index]);
}

function say() {
  const index = Number(range.value);
  output.textContent = name(index);
  range.setAttribute("aria-valuetext", name(index));
}

function go(index) {
  range.value = String(index);
  say();
  changed(index < 0 ? "" : months[index]);
}

function stop() {
  clearInterval(timer);
  timer = 0;
  play?.replaceChildren(icon("player-play"), el("span", { class: "visually-hidden" }, _("逐月播放")));
}

function toggle() {
  if (timer) return stop();
  const next = () => {
    const index = Number(range.value) + 1;
    if (index >= months.length) return stop();
    go(index);
  };
  if (Number(range.value) >= months.length - 1) go(0);
  else next();
  timer = setInterval(next, STEP_MS);
  play.replaceChildren(icon("player-pause"), el("span", { class: "visually-hidden" }, _("暂停")));
}

function step(by) {
  stop();
  go(Math.max(-1, Math.min(months.length - 1, Number(range.value) + by)));
}

const button = (symbol, words, action) => el("button", { class: "button quiet icon-only", type: "button", title: words, onclick: action },
  icon(symbol), el("span", { class: "visually-hidden" }, words));

/** Show the slider for a period; `change` hears "" for all of it, or the month "YYYY-MM". */
export function showSlider(period, month, change) {
  changed = change;
  if (!place.hidden && months) return sync(month);
  months = monthsOf(period);
  range = el("input", { type: "range", min: "-1", max: String(months.length - 1), step: "1", "aria-label": _("月份") });
  range.value = String(months.indexOf(month));
  output = el("output", { class: "slider-month" });
  range.addEventListener("input", () => { stop(); say(); });
  range.addEventListener("change", () => changed(Number(range.value) < 0 ? "" : months[Number(range.value)]));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  play = still ? null : el("button", { class: "button icon-only", type: "button", id: "slider-play", onclick: toggle });
  place.replaceChildren(play ?? "", button("chevron-left", _("上个月"), () => step(-1)), range,
    button("chevron-right", _("下个月"), () => step(1)), output);
  place.hidden = false;
  stop();
  say();
}

function sync(month) {
  const index = months.indexOf(month);
  if (Number(range.value) !== index) {
    range.value = String(index);
    say();
  }
}

/** Take the slider away. */
export function hideSlider() {
  stop();
  place.hidden = true;
  place.replaceChildren();
  months = null;
}
