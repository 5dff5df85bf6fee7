/* Names written on a map's own canvas: the layer that keeps it in place, and the room that a name takes. Which names
   there are, and which matters more, each page says itself. */
import { map, token } from "./map.js";

const L = window.L;
const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
const widths = new Map();

/** A layer of names; `paint(context, frame)` writes what lies in the frame {west, north, east, south} of pixels. */
export const Names = L.Layer.extend({
  initialize(paint, sharpest) {
    Object.assign(this, { paint, sharpest });
  },
  onAdd() {
    this.canvas = L.DomUtil.create("canvas", "names-canvas", map.getPane("names"));
    this.canvas.setAttribute("aria-hidden", "true");
    map.on("moveend resize", this.draw, this);
    map.on("zoomanim zoomstart", this.hide, this);
    this.draw();
  },
  onRemove() {
    this.canvas.remove();
    map.off("moveend resize", this.draw, this);
    map.off("zoomanim zoomstart", this.hide, this);
  },
  hide() {
    this.canvas.style.visibility = "hidden";
  },
  draw() {
    const size = map.getSize();
    const margin = L.point(Math.round(size.x * 0.25), Math.round(size.y * 0.25));
    const whole = size.add(margin.multiplyBy(2));
    const ratio = Math.min(this.sharpest, window.devicePixelRatio || 1);
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint(margin.multiplyBy(-1)));
    Object.assign(this.canvas, { width: whole.x * ratio, height: whole.y * ratio });
    Object.assign(this.canvas.style, { width: `${whole.x}px`, height: `${whole.y}px`, visibility: "" });
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, margin.x * ratio, margin.y * ratio);
    this.paint(context, { west: -margin.x, north: -margin.y, east: size.x + margin.x, south: size.y + margin.y });
  },
});

/** A greedy keeper of free room around the `taken` boxes: place(box) is true once and reserves it. */
export function keeper(taken = []) {
  return (box) => {
    if (taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) return false;
    taken.push(box);
    return true;
  };
}

/** Write a text around a point, with a halo; `look` is its weight and size, "600 13px". */
export function write(context, text, { x, y, look, colour = token("ink"), angle = 0 }) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  Object.assign(context, { font: `${look} ${FONT}`, textAlign: "center", textBaseline: "middle", lineJoin: "round",
    lineWidth: 4, strokeStyle: token("halo"), fillStyle: colour });
  context.strokeText(text, 0, 0);
  context.fillText(text, 0, 0);
  context.restore();
}

/** The pixels that a text takes across, measured once. */
export function widthOf(context, text, look) {
  const key = `${look}${text}`;
  if (!widths.has(key)) {
    context.font = `${look} ${FONT}`;
    widths.set(key, context.measureText(text).width);
  }
  return widths.get(key);
}
