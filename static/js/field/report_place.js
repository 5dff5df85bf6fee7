/* Where the report is: the phone's position until the worker moves the pin, its grid, and the nearest line of an address. */
import { hear } from "../bus.js";
import { el } from "../dom.js";
import { map, pin as draggable } from "../incidents_place.js";
import { _, number } from "../i18n.js";
import { gridTitle, lookUp } from "./here.js";
import { addressOf } from "./spot.js";
import * as packs from "./pack.js";
import { position, positioning } from "./position.js";
import { straight } from "./network.js";

const COARSE_M = 200;
const SETTLING_MS = 60_000;
const part = (id) => document.getElementById(id);
let pin = null;
let shown = false;
let holder = null; // {values(), set(values), firstPhotoAt()}

/** Values of a report at a place. */
export function valuesAt(lon, lat, accuracy, by) {
  const pack = packs.current();
  const { grid, near } = lookUp({ lon, lat, accuracy_m: accuracy ?? 0 });
  const choice = near.filter((one) => accuracy && one.distance_m <= accuracy).map((one) => one.grid.code);
  return { lon: Number(lon.toFixed(7)), lat: Number(lat.toFixed(7)), accuracy_m: accuracy ? Math.ceil(accuracy) : "", address: pack ? addressOf(pack, lon, lat) : "",
    grid_code: choice.length && grid ? grid.code : "", known_grid_code: grid?.code ?? "", known_plan_id: pack?.plan_id ?? "", _choice: choice, _by: by };
}

function outside({ lon, lat }) {
  const [west, south, east, north] = packs.current()?.county?.bounds ?? [-180, -90, 180, 90];
  return lon < west || lon > east || lat < south || lat > north;
}

/** What speaks against sending with this place, in words; "" for nothing. */
export function wrongWith(values) {
  if (!Number.isFinite(values.lon)) return _("还没有位置：请点地图选择，或等待定位。");
  if (values._by === "gps" && values.accuracy_m > COARSE_M) return _("位置误差约 %(n)s 米，太粗：请点地图或拖动标记确认位置。", { n: number(values.accuracy_m) });
  if (outside(values)) return _("位置不在本县范围内：请点地图选择事件的位置。");
  return "";
}

/** Follow the phone's position into the draft until it has a photo and the position has settled, or the pin was moved. */
function follow(place) {
  if (!holder || !shown || !place || !Number.isFinite(place.lon)) return;
  const { _by: by, accuracy_m: accuracy, lon, lat } = holder.values();
  if (by === "pin" || by === "station") return;
  const better = place.accuracy_m < (accuracy || Infinity);
  const settled = holder.photoAt() && (Date.now() - holder.photoAt() > SETTLING_MS || straight(lon, lat, place.lon, place.lat) > Math.max(accuracy || 0, 30));
  if (Number.isFinite(lon) && holder.photoAt() && (settled || !better)) return;
  take(valuesAt(place.lon, place.lat, place.source === "gps" ? place.accuracy_m : null, place.source === "gps" ? "gps" : "pin"));
}

function take(values) {
  holder.set(values);
  draw();
}

/** Draw where the draft is. */
export function draw() {
  const values = holder.values();
  const has = Number.isFinite(values.lon);
  const grid = has ? lookUp({ lon: values.lon, lat: values.lat }).grid : null;
  const none = !has && ["refused", "failed"].includes(positioning().state);
  part("where-grid").textContent = grid ? gridTitle(grid) : has ? _("不在已有网格内") : none ? _("没有位置") : _("正在定位…");
  part("where-address").textContent = values.address || "";
  const wrong = has || none ? wrongWith(values) : "";
  const hint = values.accuracy_m ? _("误差约 %(n)s 米 · 可拖动地图上的标记", { n: number(values.accuracy_m) }) : _("可拖动地图上的标记");
  part("where-said").textContent = wrong || (has ? hint : _("也可以先点地图选位置。"));
  part("where-said").classList.toggle("fault", Boolean(wrong));
  choices(values, grid);
  if (has && shown && !(values._by === "gps" && outside(values))) putPin(values.lat, values.lon); // far away the map stays with the county
}

function choices(values, own) {
  const near = own ? (values._choice ?? []) : [];
  part("where-choice").hidden = !near.length;
  const packed = packs.current()?.grids ?? [];
  part("where-options").replaceChildren(...[own?.code, ...near].filter((code) => near.length && code).map((code) => {
    const grid = packed.find((one) => one.code === code);
    return el("label", { class: "choice" }, el("input", { type: "radio", name: "report-grid", value: code, checked: values.grid_code === code,
      onchange: () => holder.set({ grid_code: code, known_grid_code: own.code }) }), grid ? gridTitle(grid) : code);
  }));
}

function putPin(lat, lon) {
  if (pin) pin.setLatLng([lat, lon]);
  else {
    pin = draggable(lat, lon, { title: _("事件位置"), moved: ({ lat: y, lng: x }) => take(valuesAt(x, y, null, "pin")) });
    map.setView([lat, lon], Math.max(map.getZoom(), 17), { animate: false });
  }
}

/** Begin to follow for a form that is shown. */
export function show(form) {
  holder = form;
  shown = true;
  follow(position());
  draw();
  map.off("click", tapped).on("click", tapped);
}

function tapped({ latlng, originalEvent }) {
  if (!shown) return;
  originalEvent?.stopPropagation();
  take(valuesAt(latlng.lng, latlng.lat, null, "pin"));
}

/** Take the pin off the map and follow no longer. */
export function hide() {
  shown = false;
  pin?.remove();
  pin = null;
}

hear("position:change", follow);
hear("position:state", () => holder && shown && draw());
