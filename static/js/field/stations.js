/* The list under the map: the nearest stations on foot, or the one that the address asks for, and what to do where
   there is no usable position. Tells `stations:shown {found, chosen, way}` for the map to draw. */
import { hear, tell } from "../bus.js";
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { card, row } from "./cards.js";
import { clear, filters } from "./filters.js";
import { gridOf, hereNow } from "./here.js";
import * as near from "./nearest.js";
import { current as packNow, now } from "./pack.js";
import { coarse, position } from "./position.js";
import { current } from "./views.js";

const ROWS = 5;
const MORE = 20;
const holder = document.getElementById("nearest");
let rows = ROWS;
let asked = 0;
let drawn = "";
let told = { found: [], chosen: null, way: [] };

const act = {
  navigate: async (station) => (await import("./navigate.js")).handOver(station),
  call: async (station) => {
    const answers = await import("./answers.js");
    const grid = gridOf(station.grid_code);
    if (grid) answers.show(grid);
    else answers.show({ code: station.grid_code ?? "", name: station.name, posts: [] });
  },
};

/** The place that distances are measured from: none where the position is too vague or leads nowhere. */
export function usable() {
  const place = position();
  return place && !coarse(place) && !hereNow()?.outside ? place : null;
}

/** The station the address asks for, null for the nearest. */
const asksFor = () => near.stationOf(current().params.get("station") ?? "");

function startPoint(place) {
  if (place.source === "gps") return null;
  const name = place.name || _("地图上选的位置");
  return el("div", { class: "from" }, icon("map-pin", 18), el("span", {}, _("从「%(name)s」算起", { name })),
    el("button", { class: "button quiet", type: "button", id: "own-position", onclick: () => tell("position:own") }, _("用我的位置")));
}

function nothing() {
  const any = Object.values(filters()).some(Boolean);
  return el("div", { class: "empty" }, el("p", {}, any ? _("没有符合筛选的站点。") : _("数据里没有站点。")),
    any ? el("button", { class: "button", type: "button", onclick: clear }, _("看全部站点")) : null);
}

function more(count) {
  return el("button", { class: "button quiet more", type: "button", onclick: () => { rows = MORE; document.body.dataset.sheet = "tall"; show(true); } },
    _("再看 %(n)s 个", { n: count }));
}

async function search(place, moment) {
  const turn = ++asked;
  const found = near.nearest(place, filters(), moment);
  if (!near.beyond(found) || !navigator.onLine) return found;
  const told = await near.askServer(place, filters(), filters().open);
  if (turn !== asked) return null;
  if (!told?.length) return found;
  return told.map((one) => fromServer(one)).filter(Boolean);
}

function fromServer(one) {
  const station = near.stationOf(one.station_code);
  return station && { ...one, station, way: () => one.way ?? [] };
}

/** Compute and show; `again` even where nothing changed. */
export async function show(again = false) {
  const place = usable();
  if (!packNow()) return;
  holder.hidden = !place && !asksFor();
  const moment = now();
  const chosen = asksFor();
  if (!place) return chosen ? draw(null, [alone(chosen)], alone(chosen), moment, again) : say({ found: [], chosen: null, way: [] });
  const found = await search(place, moment);
  if (!found) return;
  let first = found[0];
  if (chosen) first = near.nearest(place, {}, moment).find(({ station }) => station === chosen) ?? alone(chosen);
  draw(place, found, first, moment, again);
}

const alone = (station) => ({ station, walk_m: null, walk_min: null, crow_m: NaN, reason: "nowhere", way: () => [] });

function draw(place, found, first, moment, again) {
  const others = found.filter(({ station }) => station !== first?.station);
  const seen = JSON.stringify([place?.source, place?.name, first?.station.code, current().params.toString(), rows,
    [first, ...others.slice(0, rows)].map((one) => one && [one.station.code, Math.round(one.walk_m ?? one.crow_m), near.opening(one.station, moment), one.station.status_note])]);
  if (again || seen !== drawn) {
    drawn = seen;
    const parts = [place && startPoint(place), first ? card(first, moment, act, Boolean(asksFor())) : nothing()];
    if (first && others.length && place) {
      parts.push(el("ul", { class: "station-rows", "aria-label": _("其他站点") }, others.slice(0, rows).map((one) => row(one, moment))));
      if (others.length > rows) parts.push(more(Math.min(MORE, others.length) - rows));
    }
    holder.replaceChildren(...parts.filter(Boolean));
    holder.removeAttribute("aria-busy");
    tell("field:useful");
  }
  say({ found, chosen: first ?? null, way: first ? first.way() : [] });
}

function say(what) {
  told = what;
  tell("stations:shown", told);
}

/** What is shown now: {found, chosen, way}. */
export const shown = () => told;

/** Follow the position, the pack, the filters and the address; the time moves on by itself. */
export function start() {
  for (const name of ["position:change", "here:change", "filters:change"]) hear(name, () => show());
  hear("view:open", ({ view }) => {
    if (view !== "stations") return;
    rows = ROWS;
    delete document.body.dataset.sheet;
    holder.closest(".view").scrollTop = 0;
    show();
  });
  setInterval(() => !document.hidden && current().view === "stations" && show(), 30_000);
}
