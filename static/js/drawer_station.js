/* The page of a station: what it offers, when it is open, where it is. */
import { el, icon } from "./dom.js";
import { _, number } from "./i18n.js";
import { breadcrumb, head } from "./drawer_area.js";
import { fly } from "./places.js";

const KINDS = { warm_station: () => _("暖心驿站"), party_service_centre: () => _("党群服务中心") };
const STATUSES = {
  open: [() => _("正常开放"), "circle-check"],
  closed: [() => _("已关闭"), "lock"],
  planned: [() => _("计划建设"), "calendar"],
};
const AMENITIES = {
  drinking_water: [() => _("饮水"), "droplet"],
  charging: [() => _("充电"), "plug"],
  microwave: [() => _("微波炉"), "microwave"],
  first_aid: [() => _("急救箱"), "first-aid-kit"],
  wifi: [() => _("Wi-Fi"), "wifi"],
  seating: [() => _("休息座椅"), "armchair"],
  toilet: [() => _("卫生间"), "toilet-paper"],
};
const DAYS = { Mo: () => _("周一"), Tu: () => _("周二"), We: () => _("周三"), Th: () => _("周四"), Fr: () => _("周五"),
  Sa: () => _("周六"), Su: () => _("周日"), PH: () => _("节假日") };

/** Say opening hours in words: "Mo-Su 08:00-20:00" is 每天 08:00–20:00; what is not understood stays as written. */
export function hoursInWords(hours) {
  if (!hours) return _("未登记");
  if (hours.trim() === "24/7") return _("全天开放");
  return hours.split(";").map((rule) => rule.trim()
    .replace(/^Mo-Su\b/, _("每天")).replace(/\boff\b/, _("休息"))
    .replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b/g, (name) => DAYS[name]())
    .replace(/-(?=\S)/g, "–")).join("；");
}

function amenities(list) {
  const codes = typeof list === "string" ? list.split(";").filter(Boolean) : list || [];
  if (!codes.length) return el("p", { class: "empty" }, _("没有登记便民设施。"));
  return el("ul", { class: "amenities" }, codes.map((one) => {
    const code = one.code || one;
    const [name, symbol] = AMENITIES[code] || [() => one.label || code, "check"];
    return el("li", {}, icon(symbol, 18), name());
  }));
}

function line(symbol, label, ...value) {
  return el("div", {}, el("dt", {}, icon(symbol, 18), label), el("dd", {}, ...value));
}

function status(code) {
  const [name, symbol] = STATUSES[code] || [() => code || _("未登记"), "info-circle"];
  return el("span", { class: `badge status-${code}` }, icon(symbol, 16), name());
}

/** Draw the whole page of a station from /stations/<code>.json; return its nodes. */
export function stationPage(station, close) {
  if (station.fly !== false && window.gisMap && Number.isFinite(station.lon)) reveal(station);
  const kind = el("p", { class: "side-kind" }, station.kind_label || KINDS[station.kind]?.() || station.kind, status(station.status));
  return [
    head(station.name, kind, close),
    breadcrumb(station.breadcrumb || station.names || station.path),
    el("dl", { class: "lines" },
      line("clock", _("开放时间"), hoursInWords(station.hours)),
      line("users", _("可容纳"), station.capacity ? _("%(n)s 人", { n: number(station.capacity) }) : _("未登记")),
      line("map-pin", _("地址"), station.address || _("未登记"))),
    el("section", { class: "drawer-block" }, el("h3", {}, _("便民设施")), amenities(station.amenities)),
  ];
}

function reveal(station) {
  const map = window.gisMap;
  if (!map.getBounds().pad(-0.1).contains([station.lat, station.lon])) fly({ ...station, kind: "station" });
}
