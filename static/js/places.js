/* Goes to a place: on the map page the map flies there and selects it, elsewhere the map page opens at it. */
import { bus } from "./bus.js";
import { calm } from "./dom.js";

const LEVELS = { 6: "county", 9: "subdistrict", 12: "community", 15: "grid" };

/** Name the level of an area by the length of its code. */
export const levelOf = (code) => LEVELS[String(code).length] || "grid";

/** Select an area; code null closes what is open. `from` says who asked, so that nobody answers himself. */
export function selectArea(code, options = {}) {
  bus.dispatchEvent(new CustomEvent("area:select", {
    detail: { code, level: code ? levelOf(code) : null, ...options },
  }));
}

/** Select a station. */
export function selectStation(code, options = {}) {
  bus.dispatchEvent(new CustomEvent("station:select", { detail: { code, ...options } }));
}

/** How many pixels of the map's lower edge the sheet of a phone covers once it is open. */
function covered() {
  const side = document.getElementById("side");
  return side && getComputedStyle(side).position === "fixed" ? Math.round(window.innerHeight * 0.52) - 40 : 0;
}

/** Move the map to [west, south, east, north] or to one point, in at most 400 ms, or at once for calm readers. */
export function fly({ bounds, lat, lon, kind }) {
  const map = window.gisMap;
  if (!map) return;
  const motion = calm() ? { animate: false } : { duration: 0.4 };
  if (bounds && kind !== "station") {
    const [west, south, east, north] = bounds;
    const edge = covered() ? 16 : 48;
    const options = { ...motion, maxZoom: 16, paddingTopLeft: [edge, 64], paddingBottomRight: [edge, covered() || edge] };
    map[calm() ? "fitBounds" : "flyToBounds"]([[south, west], [north, east]], options);
  } else if (Number.isFinite(lat) && Number.isFinite(lon)) {
    const zoom = Math.max(map.getZoom(), 16);
    const centre = map.unproject(map.project([lat, lon], zoom).add([0, covered() / 2]), zoom);
    map[calm() ? "setView" : "flyTo"](centre, zoom, motion);
  }
}

/** Bring a place into the part of the map that nothing covers, if it is not there; the zoom stays. */
export function reveal({ lat, lon }) {
  const map = window.gisMap;
  if (!map || !Number.isFinite(lat) || !Number.isFinite(lon)) return;
  const { x, y } = map.latLngToContainerPoint([lat, lon]);
  const { x: width, y: height } = map.getSize();
  const bottom = height - covered();
  if (x > 40 && x < width - 40 && y > 80 && y < bottom - 40) return;
  map.panBy([x - width / 2, y - (80 + bottom) / 2], { animate: !calm(), duration: 0.3 });
}

/** Fly to a search result and open its page in the drawer. */
export function go(place) {
  const station = place.kind === "station";
  if (!window.gisMap) {
    location.assign(`/map#${station ? "station" : "area"}=${encodeURIComponent(place.code)}`);
    return;
  }
  fly(place);
  if (station) selectStation(place.code, { focus: true, moved: true });
  else selectArea(place.code, { focus: true, moved: true });
}
