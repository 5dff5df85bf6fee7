/* The page of a station: what it offers, when it is open, where it is. */
import { el, icon } from "./dom.js";
import { _, number } from "./i18n.js";
import { hear } from "./bus.js";
import { breadcrumb, head } from "./drawer_area.js";
import { statusOf } from "./station_status.js";

const STATUS_ICONS = { open: "circle-check", closed: "lock", planned: "calendar", full: "users", out_of_water: "droplet", rest: "clock" };
const AMENITY_ICONS = {
  drinking_water: "droplet", charging: "plug", microwave: "microwave", first_aid: "first-aid-kit",
  wifi: "wifi", seating: "armchair", toilet: "toilet-paper",
};
function amenities(list) {
  if (!list?.length) return el("p", { class: "empty" }, _("没有登记便民设施。"));
  return el("ul", { class: "amenities" }, list.map(({ code, label }) =>
    el("li", {}, icon(AMENITY_ICONS[code] || "check", 18), label || code)));
}

function line(symbol, label, ...value) {
  return el("div", {}, el("dt", {}, icon(symbol, 18), label), el("dd", {}, ...value));
}

const badge = (code, label) =>
  el("span", { class: `badge status-${code}` }, icon(STATUS_ICONS[code] || "info-circle", 16), label || code || _("未登记"));

/** The word for a station just now: what the layer says unless it serves, then the status, then its hours. */
function status({ status: code, status_label: label, opening }, now) {
  if (!now) return badge(code, label);
  if (now.status !== "open") return badge(now.status, now.label);
  return opening?.open === false ? badge("rest", _("休息中")) : badge(code, label);
}

/** Keeps the word true while the page is open: the last station drawn hears what is said about it. */
let shown = { code: null, redraw: () => {} };
hear("status:change", ({ codes }) => { if (codes.includes(shown.code)) shown.redraw(); });

function lines(station, now) {
  const note = now && now.status !== "open" ? [now.note, now.until_text && _("预计到 %(time)s", { time: now.until_text })] : [];
  return [
    line("clock", _("开放时间"), station.hours_label || _("未登记"),
      station.opening?.known && now?.status !== "closed" && station.opening.text !== station.hours_label
        && el("small", {}, ` ${station.opening.text}`)),
    ...note.filter(Boolean).map((text) => line("info-circle", _("说明"), text)),
    line("users", _("可容纳"), station.capacity ? _("%(n)s 人", { n: number(station.capacity) }) : _("未登记")),
    line("map-pin", _("地址"), station.address || _("未登记")),
  ];
}

/** Draw the whole page of a station from /stations/<code>.json; return its nodes. */
export function stationPage(station, close) {
  const word = el("span", {});
  const facts = el("dl", { class: "lines" });
  const draw = (now) => {
    word.replaceChildren(status(station, now));
    facts.replaceChildren(...lines(station, now));
  };
  draw(station.now);
  shown = { code: station.code, redraw: () => draw(station.now && statusOf(station.code)) };
  return [
    head(station.name, el("p", { class: "side-kind" }, station.kind_label || station.kind, word), close),
    breadcrumb(station.path),
    facts,
    el("section", { class: "drawer-block" }, el("h3", {}, _("便民设施")), amenities(station.amenities)),
    el("p", { class: "drawer-links" },
      el("a", { href: `/stations/${encodeURIComponent(station.code)}` }, icon("external-link", 16),
        station.may_change ? _("站点页：更新状态、导航、打印二维码") : _("站点页：导航、打印二维码"))),
  ];
}
