/* The wall's map: the areas as one SVG, drawn once; afterwards only colours and words change, so that nothing grows. */
import { classOf } from "../classes.js";
import { boxOf, labelPoint, polygonsOf } from "../geometry.js";
import { scaled, valueSaid } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;
const [NAME, VALUE] = [33, 37];

function shape(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function projection(features) {
  const boxes = features.map(({ geometry }) => boxOf(geometry));
  const [west, south] = [Math.min(...boxes.map((box) => box[0])), Math.min(...boxes.map((box) => box[1]))];
  const [east, north] = [Math.max(...boxes.map((box) => box[2])), Math.max(...boxes.map((box) => box[3]))];
  const squeeze = Math.cos(((south + north) / 2) * (Math.PI / 180));
  const scale = WIDTH / Math.max((east - west) * squeeze, 1e-9);
  const project = ([x, y]) => [(x - west) * squeeze * scale, (north - y) * scale];
  return { project, height: Math.max(1, (north - south) * scale) };
}

const line = (ring, project) => `M${ring.map((point) => project(point).map((one) => one.toFixed(1)).join(",")).join("L")}Z`;

function hatched() {
  const stripe = shape("path", { d: "M0 10L10 0", stroke: "currentColor", "stroke-width": 2 });
  return shape("defs", {}, shape("pattern", { id: "no-data", width: 10, height: 10, patternUnits: "userSpaceOnUse" }, stripe));
}

/** What all names end with ("社区", " Community") is left out: the heading says it once. */
function ending(names) {
  const first = names[0] ?? "";
  let length = 0;
  while (names.length > 1 && length < first.length - 1 && names.every((name) => name.length > length + 1 && name.endsWith(first.slice(-length - 1)))) length += 1;
  return length;
}

/** Where names stand without touching each other, the roomiest first. */
function placed(features, project) {
  const taken = [];
  const cut = ending(features.map(({ properties }) => properties.name ?? ""));
  const short = ({ properties }) => (properties.name ?? "").slice(0, cut ? -cut : undefined);
  return features.map((feature) => ({ feature, spot: labelPoint(feature.geometry) })).filter(({ spot }) => spot)
    .sort((a, b) => b.spot.room - a.spot.room).flatMap(({ feature, spot }) => {
      const [x, y] = project([spot.x, spot.y]);
      const half = Math.max(2.1, short(feature).length) * NAME * 0.5;
      const box = [x - half, y - NAME, x + half, y + VALUE];
      if (taken.some((one) => box[0] < one[2] && box[2] > one[0] && box[1] < one[3] && box[3] > one[1])) return [];
      taken.push(box);
      return [{ code: String(feature.id), name: short(feature), x, y }];
    });
}

/** Draw the areas into a holder; returns the function that colours them by a figure. */
export function pictureIn(holder, collection) {
  const features = collection.features.filter(({ geometry }) => geometry);
  if (!features.length) return () => {};
  const { project, height } = projection(features);
  const root = shape("svg", { viewBox: `-8 -8 ${WIDTH + 16} ${height + 16}`, role: "img", preserveAspectRatio: "xMidYMid meet" }, hatched());
  const paths = new Map(features.map((feature) => {
    const d = polygonsOf(feature.geometry).map((rings) => rings.map((ring) => line(ring, project)).join("")).join("");
    return [String(feature.id), shape("path", { d, "fill-rule": "evenodd", class: "area" })];
  }));
  const texts = new Map();
  const words = placed(features, project).map(({ code, name, x, y }) => {
    const value = shape("text", { x, y: y + VALUE, class: "value" });
    texts.set(code, value);
    const title = shape("text", { x, y, class: "name" });
    title.textContent = name;
    return shape("g", { class: "words" }, title, value);
  });
  root.append(...paths.values(), ...words);
  holder.replaceChildren(root);
  return (figure, areas, legend) => {
    root.setAttribute("aria-label", legend.title);
    for (const area of areas) {
      const value = area.values[figure.code][0];
      const one = classOf(scaled(figure, value), legend.classes);
      paths.get(area.code)?.setAttribute("fill", !one || one.kind === "no_data" ? "url(#no-data)" : one.colour);
      const text = texts.get(area.code);
      if (text) text.textContent = figure.kind === "rate" && Number.isFinite(value) ? `${Math.round(value * 100)}%` : valueSaid(figure, value);
    }
  };
}
