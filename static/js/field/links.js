/* What an address asks for: #station=CODE, #grid=CODE, #at=lon,lat&crs=gcj02. Coordinates are in the system that the
   caller declares (wgs84 where none is), and converted by the kept library when they are not true ones. */
import { hear } from "../bus.js";
import { el } from "../dom.js";
import { _ } from "../i18n.js";
import { gridOf } from "./here.js";
import { stationOf } from "./nearest.js";
import { current as packNow } from "./pack.js";
import { choose } from "./position.js";
import { notice } from "./top.js";
import { current } from "./views.js";

const SYSTEMS = { wgs84: null, cgcs2000: null, gcj02: "GCJ02", bd09: "BD09" };
let done = "";

/** The true position of coordinates in a declared system; null where they mean nothing. */
export async function truePlace(lon, lat, crs = "wgs84") {
  const system = crs.toLowerCase().replace(/[-_]/g, "");
  if (!(system in SYSTEMS) || !(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return null;
  if (!SYSTEMS[system]) return { lon, lat };
  const { default: gcoord } = await import("../../vendor/gcoord/gcoord.esm-browser.prod.js");
  const [x, y] = gcoord.transform([lon, lat], gcoord[SYSTEMS[system]], gcoord.WGS84);
  return { lon: x, lat: y };
}

async function atPlace(params) {
  const parts = (params.get("at") ?? "").split(",");
  const place = parts.length === 2 && parts.every((part) => part.trim())
    ? await truePlace(Number(parts[0]), Number(parts[1]), params.get("crs") || "wgs84") : null;
  notice("link", place ? null : el("span", {}, _("链接里的位置读不懂：要写成 at=经度,纬度，坐标系只能是 wgs84、gcj02 或 bd09。")));
  if (place) choose({ ...place, source: "link", name: _("链接给的位置") });
}

function middleOf({ bounds: [west, south, east, north] }) {
  return { lon: (west + east) / 2, lat: (south + north) / 2 };
}

async function follow() {
  const { view, params } = current();
  const asked = `${view} ${params}`;
  if (view !== "stations" || asked === done || !packNow()) return;
  done = asked;
  if (params.has("at")) return atPlace(params);
  const station = params.get("station");
  if (station && !stationOf(station)) return unknown(station);
  const grid = params.get("grid");
  if (grid && !gridOf(grid)) return unknown(grid);
  if (!grid) return notice("link", null);
  const place = packNow().places.find((one) => one.kind === "grid" && one.code === grid) ?? middleOf(gridOf(grid));
  choose({ lon: place.lon, lat: place.lat, source: "grid", name: gridOf(grid).name });
  (await import("./answers.js")).show(gridOf(grid));
}

function unknown(code) {
  notice("link", el("span", {}, _("数据里没有编码 %(code)s：它可能已停用，或不在您手机的数据范围内。", { code })));
}

/** Follow the address from now on. */
export function start() {
  hear("view:open", follow);
  hear("pack:change", follow);
  follow();
}
