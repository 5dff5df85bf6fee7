/* Mouse, pen and finger on the map. A press that does not move is a press; a tool with strokes may also be begun by
   one press and ended by the next, so that nobody has to drag. A second finger ends a stroke: it means zooming. */
import { hear } from "../bus.js";
import { map } from "../map.js";
import { marks, remark } from "./draw.js";
import * as tools from "./tools.js";

const STILL = 5;
const holder = map.getContainer();
const fingers = new Set();
let down = null;
let held = false; // begun by a press, goes on without a button

const place = (event) => tools.placeAt(map.mouseEventToLatLng(event));
const onControl = (event) => event.target.closest?.(".leaflet-control, .leaflet-popup, .leaflet-marker-icon");
const options = (event) => ({ add: event.shiftKey || event.ctrlKey || event.metaKey, cut: event.shiftKey || event.altKey, touch: event.pointerType === "touch" });

function onDown(event) {
  fingers.add(event.pointerId);
  if (fingers.size > 1) {
    tools.cancel();
    down = null;
    held = false;
    return;
  }
  if (onControl(event) || event.button > 0) return;
  marks.cross = null;
  holder.focus({ preventScroll: true });
  down = { x: event.clientX, y: event.clientY, moved: false };
  const tool = tools.active();
  if (!tool?.begin) return;
  if (held) return;
  down.began = tools.begin(place(event), options(event));
  if (down.began && event.isTrusted) holder.setPointerCapture?.(event.pointerId);
}

function onMove(event) {
  if (down && Math.hypot(event.clientX - down.x, event.clientY - down.y) > STILL) down.moved = true;
  if (onControl(event) || (event.pointerType === "touch" && !down)) return;
  const tool = tools.active();
  if (!tool || (down && !tool.begin)) return;
  const moves = event.getCoalescedEvents?.() ?? [];
  let told = "";
  for (const one of moves.length ? moves : [event]) told = tools.extend(place(one), options(event));
  if (told) tools.say(told);
}

function onUp(event) {
  fingers.delete(event.pointerId);
  if (!down) return;
  const { moved, began } = down;
  down = null;
  const tool = tools.active();
  if (tool?.begin) {
    if (held) {
      held = false;
      tools.end(place(event), options(event));
    } else if (began && !moved && tool.sticky) held = true;
    else if (began) tools.end(place(event), options(event));
    return;
  }
  if (!moved && !onControl(event)) tools.press(place(event), options(event));
}

function onCancel(event) {
  fingers.delete(event.pointerId);
  down = null;
  if (!held) tools.cancel();
}

/** Listen. */
export function start() {
  holder.addEventListener("pointerdown", onDown);
  holder.addEventListener("pointermove", onMove);
  holder.addEventListener("pointerup", onUp);
  holder.addEventListener("pointercancel", onCancel);
  holder.addEventListener("pointerleave", () => {
    marks.brush = null;
    remark();
  });
  holder.addEventListener("dblclick", () => tools.finish());
  hear("studio:tool", () => { held = false; });
}
