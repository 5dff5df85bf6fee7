/* Each offered repair as two small pictures, before and after, drawn to the same scale. */
import { el, fetchJson } from "../dom.js";
import { boxOf, linesOf, polygonsOf } from "../geometry.js";
import { _ } from "../i18n.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 320;
const HIGH = 220;
const EDGE = 18;
const SEEN = 8;
const MOST_PIXELS = 400;
const MOST_SIDES = 12;
const MOST_OTHERS = 5000;
const SCALES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];

function draw(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** How far a point is from a side, in metres. */
function away([x, y], [[ax, ay], [bx, by]]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** Where a place is widest, as seen from the middles of its longest sides, and how wide it is there in metres. */
function spotOf({ geometry }, [kx, ky]) {
  const rings = polygonsOf(geometry).flat().map((ring) => ring.map(([x, y]) => [x * kx, y * ky]));
  const sides = rings.flatMap((ring) => ring.slice(1).map((end, at) => [ring[at], end]));
  const long = sides.map((side, at) => ({ side, at, length: Math.hypot(side[1][0] - side[0][0], side[1][1] - side[0][1]) }))
    .toSorted((one, other) => other.length - one.length).slice(0, MOST_SIDES);
  const spots = long.map(({ side: [[ax, ay], [bx, by]], at }) => {
    const middle = [(ax + bx) / 2, (ay + by) / 2];
    const others = sides.filter((_side, other) => Math.abs(other - at) > 1);
    return { wide: Math.min(Infinity, ...others.slice(0, MOST_OTHERS).map((one) => away(middle, one))), middle: [middle[0] / kx, middle[1] / ky] };
  }).filter(({ wide }) => Number.isFinite(wide));
  return spots.toSorted((one, other) => other.wide - one.wide)[0] ?? null;
}

/** Where a place of both pictures stands in the drawing, and how many pixels a metre has; a sliver is seen from near. */
function frameOf(picture) {
  const features = [...picture.before.features, ...picture.after.features].filter(({ geometry }) => geometry);
  const places = features.filter(({ properties }) => properties?.role === "place");
  const all = (places.length ? places : features).map(({ geometry }) => boxOf(geometry));
  const box = all.reduce((sum, one) => [Math.min(sum[0], one[0]), Math.min(sum[1], one[1]), Math.max(sum[2], one[2]), Math.max(sum[3], one[3])]);
  const [kx, ky] = picture.metres_per_degree;
  let [middleX, middleY] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const width = Math.max((box[2] - box[0]) * kx * 1.4, 1);
  const height = Math.max((box[3] - box[1]) * ky * 1.4, 1);
  let pixels = Math.min((WIDE - 2 * EDGE) / width, (HIGH - 3 * EDGE) / height);
  const spot = places.length ? spotOf(places[0], picture.metres_per_degree) : null;
  if (spot?.wide && spot.wide * pixels < SEEN) {
    [middleX, middleY] = spot.middle;
    pixels = Math.min((2 * SEEN) / spot.wide, MOST_PIXELS);
  }
  const place = ([x, y]) => `${(WIDE / 2 + (x - middleX) * kx * pixels).toFixed(1)},${(HIGH / 2 - EDGE / 2 - (y - middleY) * ky * pixels).toFixed(1)}`;
  return { place, pixels };
}

function pathOf(geometry, place) {
  const closed = polygonsOf(geometry).flat().map((ring) => `M${ring.map(place).join("L")}Z`);
  const open = linesOf(geometry).map((line) => `M${line.map(place).join("L")}`);
  return [...closed, ...open].join("");
}

function shape({ geometry, properties }, place, after) {
  const name = properties?.role === "place" ? `picture-place${after ? " after" : ""}` : "picture-area";
  const points = geometry.type === "Point" ? [geometry.coordinates] : geometry.type === "MultiPoint" ? geometry.coordinates : [];
  if (points.length) return points.map((point) => { const [cx, cy] = place(point).split(","); return draw("circle", { class: name, cx, cy, r: 6 }); });
  return [draw("path", { class: name, d: pathOf(geometry, place), "fill-rule": "evenodd" })];
}

function scaleBar(pixels) {
  const metres = SCALES.findLast((one) => one * pixels <= WIDE / 3) ?? SCALES[0];
  const length = metres * pixels;
  const word = metres >= 1000 ? `${metres / 1000} km` : metres >= 1 ? `${metres} m` : `${Math.round(metres * 100)} cm`;
  const text = draw("text", { class: "picture-scale", x: EDGE + length + 6, y: HIGH - 8 });
  text.textContent = word;
  return [draw("path", { class: "picture-bar", d: `M${EDGE},${HIGH - 16}v4h${length.toFixed(1)}v-4` }), text];
}

function pictureOf(title, features, { place, pixels }, after) {
  const order = features.filter(({ geometry }) => geometry).toSorted((one, other) => (one.properties?.role === "place") - (other.properties?.role === "place"));
  const svg = draw("svg", { class: "picture", viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": title });
  svg.append(...order.flatMap((one) => shape(one, place, after)), ...scaleBar(pixels));
  return el("figure", { class: "repair-picture" }, svg, el("figcaption", {}, title));
}

function turner(item, picture) {
  if (picture.places < 2) return null;
  const turn = (by) => () => fill(item, (picture.at + by + picture.places) % picture.places);
  return el("p", { class: "repair-places" },
    el("button", { class: "button", type: "button", onclick: turn(-1) }, _("上一处")),
    el("span", {}, _("第 %(n)s 处，共 %(all)s 处", { n: picture.at + 1, all: picture.places })),
    el("button", { class: "button", type: "button", onclick: turn(1) }, _("下一处")));
}

async function fill(item, at = 0) {
  const holder = item.querySelector(".repair-pictures");
  const query = new URLSearchParams({ key: item.dataset.key, at });
  try {
    const picture = await fetchJson(`${document.getElementById("desk").dataset.address}/repair.json?${query}`);
    const frame = frameOf(picture);
    holder.replaceChildren(
      pictureOf(_("修复前"), picture.before.features, frame, false), pictureOf(_("修复后"), picture.after.features, frame, true),
      el("p", { class: "repair-words", lang: "zh-CN" }, picture.words), ...[turner(item, picture)].filter(Boolean));
  } catch (error) {
    holder.replaceChildren(el("p", { class: "quiet" }, error.message || _("暂时画不出这处修复")));
  }
}

/** Draw each repair when it comes into sight. */
export function start() {
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      fill(target);
    }
  }, { rootMargin: "200px" });
  document.querySelectorAll(".desk-repair").forEach((one) => watcher.observe(one));
}
