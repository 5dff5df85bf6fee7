/* The page of a station: what it offers, when it is open, where it is. */
import { el, icon } from "./dom.js";
import { _, number } from "./i18n.js";
import { breadcrumb, head } from "./drawer_area.js";

const STATUS_ICONS = { open: "circle-check", closed: "lock", planned: "calendar" };
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

function status({ status: code, status_label: label }) {
  return el("span", { class: `badge status-${code}` }, icon(STATUS_ICONS[code] || "info-circle", 16), label || code || _("未登记"));
}

/** Draw the whole page of a station from /stations/<code>.json; return its nodes. */
export function stationPage(station, close) {
  const kind = el("p", { class: "side-kind" }, station.kind_label || station.kind, status(station));
  return [
    head(station.name, kind, close),
    breadcrumb(station.path),
    el("dl", { class: "lines" },
      line("clock", _("开放时间"), station.hours_label || _("未登记")),
      line("users", _("可容纳"), station.capacity ? _("%(n)s 人", { n: number(station.capacity) }) : _("未登记")),
      line("map-pin", _("地址"), station.address || _("未登记"))),
    el("section", { class: "drawer-block" }, el("h3", {}, _("便民设施")), amenities(station.amenities)),
  ];
}
