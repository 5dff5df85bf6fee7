/* The map on paper: drawn for the size of the sheet with the same area in view, then flattened into one canvas, since
   browsers print every canvas opaque and the upper ones would hide the lower. */
import { map } from "./map.js";

const L = window.L;
const SHARPER = 2;
const STILL = { animate: false, pan: false };

let before = null;
let sheet = null;

/** Everything that is drawn on the map but its DOM marks, from the bottom up. */
function drawings() {
  const panes = [...map.getPane("mapPane").children].filter((pane) => pane !== map.getPane("print"));
  const height = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
  return panes.sort((one, two) => height(one) - height(two)).flatMap((pane) => [...pane.querySelectorAll("canvas, img.leaflet-tile")]);
}

function flatten() {
  const frame = map.getContainer().getBoundingClientRect();
  sheet = L.DomUtil.create("canvas", "", map.getPane("print") ?? map.createPane("print"));
  map.getPane("print").style.zIndex = 590;
  Object.assign(sheet, { width: frame.width * SHARPER, height: frame.height * SHARPER });
  Object.assign(sheet.style, { width: `${frame.width}px`, height: `${frame.height}px` });
  L.DomUtil.setPosition(sheet, map.containerPointToLayerPoint([0, 0]));
  const context = sheet.getContext("2d");
  context.scale(SHARPER, SHARPER);
  for (const drawing of drawings()) {
    const { left, top, width, height } = drawing.getBoundingClientRect();
    if (width && height && drawing.width) context.drawImage(drawing, left - frame.left, top - frame.top, width, height);
  }
}

function prepare() {
  if (before) return;
  before = { center: map.getCenter(), zoom: map.getZoom() };
  const bounds = map.getBounds().pad(-0.02);
  document.body.classList.add("printing");
  map.invalidateSize(STILL);
  map.fitBounds(bounds, { animate: false });
  flatten();
}

function restore() {
  if (!before) return;
  document.body.classList.remove("printing");
  sheet?.remove();
  map.invalidateSize(STILL);
  map.setView(before.center, before.zoom, { animate: false });
  before = null;
}

/** Listen for printing, however it was asked for. */
export function start() {
  window.addEventListener("beforeprint", prepare);
  window.addEventListener("afterprint", restore);
}
