/* A canvas over the map that is painted in parts: Leaflet's renderer keeps it in place, `paint` fills it.
   paint(context, view, box): view turns pixels of zoom 0 into those of the canvas, box is what must be painted. */
import { map } from "../map.js";

const L = window.L;

const Sheet = L.Renderer.extend({
  options: { padding: 0.25 },

  initialize(name, z, paint, opacity = 1, on = map) {
    L.Renderer.prototype.initialize.call(this, { pane: name });
    const pane = on.getPane(name) ?? on.createPane(name);
    Object.assign(pane.style, { zIndex: z, pointerEvents: "none", opacity });
    this.paint = paint;
  },

  _initContainer() {
    this._container = document.createElement("canvas");
    this._context = this._container.getContext("2d");
  },

  _destroyContainer() {
    cancelAnimationFrame(this._frame);
    this._container.remove();
    this._container = null;
  },

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    L.DomUtil.setPosition(this._container, this._bounds.min);
    Object.assign(this._container, { width: size.x * ratio, height: size.y * ratio });
    Object.assign(this._container.style, { width: `${size.x}px`, height: `${size.y}px` });
    this._ratio = ratio;
    this.now();
    this.fire("update");
  },

  view() {
    const scale = 2 ** this._map.getZoom();
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    const size = this._bounds.getSize();
    return { scale, left: origin.x, top: origin.y, zoom: this._map.getZoom(), size,
      box: [origin.x / scale, origin.y / scale, (origin.x + size.x) / scale, (origin.y + size.y) / scale] };
  },

  /** Paint at once: everything, or what lies in a box of zoom 0. */
  now(box = null) {
    if (!this._map || !this._bounds) return;
    const view = this.view();
    const context = this._context;
    context.setTransform(this._ratio, 0, 0, this._ratio, 0, 0);
    context.save();
    const margin = 6 / view.scale;
    const part = box ? [Math.max(box[0] - margin, view.box[0]), Math.max(box[1] - margin, view.box[1]),
      Math.min(box[2] + margin, view.box[2]), Math.min(box[3] + margin, view.box[3])] : view.box;
    if (part[0] < part[2] && part[1] < part[3]) {
      context.beginPath();
      context.rect(...screenBox(part, view));
      context.clip();
      context.clearRect(0, 0, view.size.x, view.size.y);
      this.paint(context, view, part);
    }
    context.restore();
  },

  /** Paint in the next frame; what several ask for is painted once. */
  later(box = null) {
    this._wanted = this._wanted === undefined ? box : box && this._wanted ? around(this._wanted, box) : null;
    if (this._waiting) return;
    this._waiting = true;
    this._frame = requestAnimationFrame(() => {
      const wanted = this._wanted;
      this._waiting = false;
      this._wanted = undefined;
      this.now(wanted);
    });
  },
});

const around = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];

function screenBox([left, top, right, bottom], { scale, left: x, top: y }) {
  const corner = [Math.floor(left * scale - x), Math.floor(top * scale - y)];
  return [...corner, Math.ceil(right * scale - x) - corner[0], Math.ceil(bottom * scale - y) - corner[1]];
}

/** Make a sheet and put it on the map. */
export const sheet = (name, z, paint, opacity, on = map) => new Sheet(name, z, paint, opacity, on).addTo(on);

/** Trace a line or ring [x, y, …] of zoom 0 into the current path. */
export function trace(context, points, { scale, left, top }, close = false) {
  context.moveTo(points[0] * scale - left, points[1] * scale - top);
  let [lastX, lastY] = [points[0], points[1]];
  const least = 0.6 / scale;
  for (let i = 2; i < points.length; i += 2) {
    const [x, y] = [points[i], points[i + 1]];
    if (i < points.length - 2 && Math.abs(x - lastX) < least && Math.abs(y - lastY) < least) continue;
    context.lineTo(x * scale - left, y * scale - top);
    [lastX, lastY] = [x, y];
  }
  if (close) context.closePath();
}
