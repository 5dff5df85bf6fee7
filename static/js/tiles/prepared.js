/* Layers made ready for drawing: projected once to the world's square at zoom 0 (256 px), each part with its box. */
import { linesOf, polygonsOf } from "../geometry.js";

const WORLD = 256;

/** Web Mercator: degrees to pixels of zoom 0. */
export function project(lon, lat) {
  const sine = Math.sin((Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180);
  return [((lon + 180) / 360) * WORLD, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * WORLD];
}

function flat(line, box) {
  const points = new Float64Array(line.length * 2);
  line.forEach(([lon, lat], index) => {
    const [x, y] = project(lon, lat);
    points[index * 2] = x;
    points[index * 2 + 1] = y;
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  });
  return points;
}

/** One shape per line or polygon: {lines: [Float64Array], box, properties}. */
function shape(lines, properties) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  return { lines: lines.map((line) => flat(line, box)), box, properties };
}

/** Prepare the polygons of a layer. */
export function preparePolygons(features) {
  return features.flatMap(({ geometry, properties }) =>
    polygonsOf(geometry).map((rings) => shape(rings, properties)));
}

/** Prepare the lines of a layer. */
export function prepareLines(features) {
  return features.flatMap(({ geometry, properties }) =>
    linesOf(geometry).map((line) => shape([line], properties)));
}

/** Prepare the points of a layer. */
export function preparePoints(features) {
  return features.filter(({ geometry }) => geometry?.type === "Point")
    .map(({ geometry, properties }) => shape([[geometry.coordinates]], properties));
}

/** Prepare bare lines: arrays of [lon, lat]. */
export const prepareBare = (lines) => lines.map((line) => shape([line], {}));

/** The shapes that touch a box of zoom-0 pixels, widened by a margin. */
export function within(shapes, [west, north, east, south], margin) {
  return shapes.filter(({ box }) =>
    box[2] >= west - margin && box[0] <= east + margin && box[3] >= north - margin && box[1] <= south + margin);
}

/** Trace shapes as one path; `to` maps a zoom-0 pixel to the canvas. */
export function trace(context, shapes, scale, left, top, close) {
  context.beginPath();
  for (const { lines } of shapes) {
    for (const points of lines) {
      context.moveTo(points[0] * scale - left, points[1] * scale - top);
      for (let i = 2; i < points.length; i += 2) context.lineTo(points[i] * scale - left, points[i + 1] * scale - top);
      if (close) context.closePath();
    }
  }
}
