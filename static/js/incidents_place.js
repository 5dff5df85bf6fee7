/* A small map on the county's own ground, with one pin: shown on an incident's page, set on the report's. */
import * as ground from "./ground.js";
import { map, onColours, token } from "./map.js";

const L = window.L;
const SPACE = "http://www.w3.org/2000/svg";
const ZOOM = 17;

function shape(name, attributes) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function pinIcon(due) {
  const svg = shape("svg", { viewBox: "0 0 32 42", width: 32, height: 42, class: `place-pin${due ? ` due-${due}` : ""}` });
  svg.append(
    shape("path", { d: "M16 40C8 28 3 22 3 15a13 13 0 0 1 26 0c0 7-5 13-13 25z" }),
    due === "overdue" ? shape("circle", { cx: 16, cy: 15, r: 3 }) : shape("circle", { cx: 16, cy: 15, r: 5 }),
  );
  return L.divIcon({ className: "place-pin-holder", html: svg, iconSize: [32, 42], iconAnchor: [16, 40] });
}

/** Draw the ground, what is seen first coming first. */
export async function drawGround() {
  try {
    await ground.start();
    await ground.fill();
  } catch (error) {
    console.warn(error.message || error);
  }
}

/** Put a pin on the map; `moved` hears of a new place where the pin may be dragged. */
export function pin(lat, lon, { due = "", title = "", moved = null } = {}) {
  const marker = L.marker([lat, lon], { icon: pinIcon(due), draggable: Boolean(moved), keyboard: false, title, alt: title, autoPan: true });
  if (moved) marker.on("dragend", () => moved(marker.getLatLng()));
  return marker.addTo(map);
}

/** Look at a place; while the map is still moving to where it opens, as soon as it is there. */
export function lookAt(lat, lon, zoom = ZOOM) {
  const go = () => map.setView([lat, lon], zoom, { animate: false });
  go();
  if (map.getZoom() !== zoom) map.once("zoomend", go);
}

/** Draw how exact a position is, in metres. */
export function accuracyCircle(lat, lon, metres) {
  const circle = L.circle([lat, lon], { radius: metres, color: token("primary"), weight: 1.5, fillOpacity: 0.1, interactive: false });
  onColours(() => circle.setStyle({ color: token("primary") }));
  return circle.addTo(map);
}

export { map };
