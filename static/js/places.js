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

/** Room to leave at the map's edges: on a phone the sheet covers its lower part. */
function padding() {
  const side = document.getElementById("side");
  const sheet = side && getComputedStyle(side).position === "fixed";
  const covered = sheet ? Math.round(window.innerHeight * 0.55) : 0;
  return { paddingTopLeft: [40, 40], paddingBottomRight: [40, covered || 40] };
}

/** Move the map to [west, south, east, north] or to one point, in at most 400 ms, or at once for calm readers. */
export function fly(place) {
  const map = window.gisMap;
  if (!map) return;
  const motion = calm() ? { animate: false } : { duration: 0.4 };
  if (place.bounds && place.kind !== "station") {
    const [west, south, east, north] = place.bounds;
    const box = [[south, west], [north, east]];
    if (calm()) map.fitBounds(box, { animate: false, ...padding() });
    else map.flyToBounds(box, { ...motion, ...padding() });
  } else if (Number.isFinite(place.lat) && Number.isFinite(place.lon)) {
    const zoom = Math.max(map.getZoom(), 16);
    if (calm()) map.setView([place.lat, place.lon], zoom, motion);
    else map.flyTo([place.lat, place.lon], zoom, motion);
  }
}

/** Fly to a search result and open its page in the drawer. */
export function go(place) {
  const station = place.kind === "station";
  if (!window.gisMap) {
    location.assign(`/map#${station ? "station" : "area"}=${encodeURIComponent(place.code)}`);
    return;
  }
  fly(place);
  if (station) selectStation(place.code, { focus: true });
  else selectArea(place.code, { focus: true });
}
