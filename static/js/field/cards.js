/* What a station looks like in the list: the card of the first or chosen one, and a row for each of the others. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { corners, stationColour } from "../station_shape.js";
import { offers, opening } from "./nearest.js";
import { dayWord, metres, minutes, timeOf } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const AMENITIES = () => ({ drinking_water: _("饮水"), charging: _("充电"), toilet: _("卫生间"), first_aid: _("急救"),
  microwave: _("微波炉"), wifi: _("无线网"), seating: _("座位") });
const ORDER = ["drinking_water", "charging", "toilet", "first_aid", "microwave", "wifi", "seating"];
const STATUSES = () => ({ closed: _("临时关闭"), full: _("已满"), out_of_water: _("暂停供水") });

/** The mark of a kind of station as a picture. */
export function mark(kind, size = 20, hollow = false) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "-12 -12 24 24", width: size, height: size, "aria-hidden": "true", class: "station-mark" })) svg.setAttribute(name, value);
  const shape = document.createElementNS(SVG, "polygon");
  shape.setAttribute("points", corners(kind, 8).map((point) => point.join()).join(" "));
  shape.setAttribute("fill", hollow ? "var(--surface)" : stationColour(kind));
  shape.setAttribute("stroke", hollow ? stationColour(kind) : "var(--halo)");
  shape.setAttribute("stroke-width", "2.5");
  shape.setAttribute("stroke-linejoin", "round");
  svg.append(shape);
  return svg;
}

/** In words: open until when, or when it opens; {text, tone: good|warn|off}. */
export function openWords(station, moment) {
  const { open, always, closes, opens, status } = opening(station, moment);
  const said = STATUSES()[status];
  if (status === "closed") {
    const until = station.status_until ? _("，预计%(day)s %(time)s 恢复", { day: dayWord(station.status_until * 1000, moment), time: timeOf(station.status_until * 1000) }) : "";
    return { text: said + until, tone: "off" };
  }
  if (!open) {
    if (!opens) return { text: _("休息中"), tone: "off" };
    return { text: _("休息中，%(day)s %(time)s 开门", { day: dayWord(opens, moment), time: timeOf(opens) }), tone: "off" };
  }
  const hours = always ? _("全天开放") : dayWord(closes - 1, moment) === dayWord(moment, moment)
    ? _("营业至 %(time)s", { time: timeOf(closes) === "00:00" ? "24:00" : timeOf(closes) })
    : _("营业至次日 %(time)s", { time: timeOf(closes) });
  const soon = closes && closes - moment < 30 * 60_000;
  return said ? { text: `${said} · ${hours}`, tone: "warn" } : { text: hours, tone: soon ? "warn" : "good" };
}

/** "步行 6 分 · 430 m", or why it is not known. */
export function distanceWords({ walk_m: walk, walk_min: min, crow_m: crow }) {
  if (walk !== null && walk !== undefined) return { main: _("步行 %(n)s 分", { n: minutes(min) }), rest: metres(walk) };
  if (!Number.isFinite(crow)) return { main: "", rest: "" };
  return { main: _("直线 %(far)s", { far: metres(crow) }), rest: _("没有算出步行路线") };
}

const amenity = (code) => el("li", {}, AMENITIES()[code] ?? code);

/** The card of one station; `act` holds what its buttons do, `back` leads to the nearest again. */
export function card(found, moment, act, back = false) {
  const { station } = found;
  const open = openWords(station, moment);
  const far = distanceWords(found);
  const has = offers(station, moment);
  return el("article", { class: "card", "data-station": station.code, "aria-label": station.name },
    el("div", { class: "card-head" }, mark(station.kind, 26, !opening(station, moment).open),
      el("h2", {}, station.name), el("p", { class: "far" }, el("strong", {}, far.main), el("span", {}, far.rest))),
    el("p", { class: `open-words ${open.tone}` }, icon(open.tone === "off" ? "clock" : "circle-check", 18), el("span", {}, open.text),
      station.capacity ? el("span", { class: "capacity" }, _("可容 %(n)s 人", { n: station.capacity })) : null),
    station.status_note ? el("p", { class: "status-note" }, station.status_note) : null,
    has.length ? el("ul", { class: "amenities", "aria-label": _("设施") }, ORDER.filter((one) => has.includes(one)).concat(has.filter((one) => !ORDER.includes(one))).map(amenity)) : null,
    el("div", { class: "card-buttons" },
      el("button", { class: "button primary", type: "button", onclick: () => act.navigate(station) }, icon("navigation", 20), _("导航")),
      el("button", { class: "button", type: "button", onclick: () => act.call(station) }, icon("phone", 20), _("打电话")),
      el("a", { class: "button", href: `#report&station=${encodeURIComponent(station.code)}` }, icon("flag", 20), _("报问题"))),
    el("p", { class: "card-more" }, [opening(station, moment).always ? "" : station.hours_label, station.address].filter(Boolean).join(" · ")),
    back ? el("a", { class: "button quiet back", href: "#stations" }, icon("arrow-left"), _("回到最近的站点")) : null);
}

/** The row of one station. */
export function row(found, moment) {
  const { station } = found;
  const open = openWords(station, moment);
  const far = distanceWords(found);
  return el("li", {}, el("a", { class: "station-row", href: `#station=${encodeURIComponent(station.code)}`, "data-station": station.code },
    mark(station.kind, 20, !opening(station, moment).open),
    el("span", { class: "row-name" }, station.name, el("small", { class: open.tone }, open.text)),
    el("span", { class: "row-far" }, far.main, el("small", {}, far.rest))));
}
