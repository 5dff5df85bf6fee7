/* The blocks and the arcs between them, decoded once and found by place. Coordinates are pixels of zoom 0, so that a
   zoom is one multiplication. Which grid a block is in stands in store.js; nothing here ever changes but by a cut. */

const CELLS = 64;

/** Longitude and latitude as pixels of zoom 0. */
export function project(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [((lon + 180) / 360) * 256, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256];
}

/** What the server sent of blocks and arcs, ready to draw. */
export const shapes = {
  tag: "", count: 0, codes: [], names: [], households: [], buildings: [], community: [], communities: [],
  rings: [], boxes: new Float64Array(0), centres: new Float64Array(0), places: [], arcs: null, index: null, neighbours: [],
};

/** Whole numbers, each the difference to the one before, as projected points. */
function decode(numbers, [west, south], unit) {
  const points = new Float64Array(numbers.length);
  let [x, y] = [0, 0];
  for (let at = 0; at < numbers.length; at += 2) {
    x += numbers[at];
    y += numbers[at + 1];
    const [px, py] = project(west + x * unit, south + y * unit);
    points[at] = px;
    points[at + 1] = py;
  }
  return points;
}

function boxOf(lines, boxes, at) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const points of lines) {
    for (let i = 0; i < points.length; i += 2) {
      left = Math.min(left, points[i]);
      right = Math.max(right, points[i]);
      top = Math.min(top, points[i + 1]);
      bottom = Math.max(bottom, points[i + 1]);
    }
  }
  boxes.set([left, top, right, bottom], at * 4);
}

/** Buckets by place: what may touch a box is found without looking at everything. */
class Index {
  constructor(boxes) {
    this.boxes = boxes;
    this.count = boxes.length / 4;
    this.seen = new Uint32Array(this.count);
    this.turn = 0;
    this.extent = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < this.count; i++) {
      this.extent = [Math.min(this.extent[0], boxes[i * 4]), Math.min(this.extent[1], boxes[i * 4 + 1]),
        Math.max(this.extent[2], boxes[i * 4 + 2]), Math.max(this.extent[3], boxes[i * 4 + 3])];
    }
    const [left, top, right, bottom] = this.extent;
    this.step = [Math.max(right - left, 1e-12) / CELLS, Math.max(bottom - top, 1e-12) / CELLS];
    this.cells = Array.from({ length: CELLS * CELLS }, () => []);
    for (let i = 0; i < this.count; i++) this.each(boxes.subarray(i * 4, i * 4 + 4), (cell) => cell.push(i));
  }

  each([left, top, right, bottom], visit) {
    const cell = (value, from, step) => Math.max(0, Math.min(CELLS - 1, Math.floor((value - from) / step)));
    const [x0, x1] = [left, right].map((value) => cell(value, this.extent[0], this.step[0]));
    const [y0, y1] = [top, bottom].map((value) => cell(value, this.extent[1], this.step[1]));
    for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) visit(this.cells[y * CELLS + x]);
  }

  /** The numbers of what may touch [left, top, right, bottom]. */
  within(box) {
    this.turn += 1;
    const found = [];
    const { boxes, seen, turn } = this;
    this.each(box, (cell) => {
      for (const i of cell) {
        if (seen[i] === turn) continue;
        seen[i] = turn;
        if (boxes[i * 4] <= box[2] && boxes[i * 4 + 2] >= box[0] && boxes[i * 4 + 1] <= box[3] && boxes[i * 4 + 3] >= box[1]) found.push(i);
      }
    });
    return found;
  }
}

/** Take what the server says of the blocks. */
export function takeBlocks(told) {
  const { origin, unit } = told;
  const count = told.codes.length;
  const rings = told.rings.map((parts) => parts.map((one) => decode(one, origin, unit)));
  const boxes = new Float64Array(count * 4);
  const centres = new Float64Array(count * 2);
  const places = told.centres.map(([lon, lat]) => [lon, lat]);
  rings.forEach((parts, i) => boxOf(parts, boxes, i));
  places.forEach(([lon, lat], i) => centres.set(project(lon, lat), i * 2));
  Object.assign(shapes, {
    tag: told.tag, count, codes: told.codes, names: told.names, households: told.households, buildings: told.buildings,
    community: told.community, communities: told.communities, rings, boxes, centres, places, index: new Index(boxes),
    arcs: null, neighbours: [],
  });
}

/** Take the arcs: each a line with the block on either side, -1 for nothing. */
export function takeArcs(told) {
  const lines = told.lines.map((one) => decode(one, told.origin, told.unit));
  const boxes = new Float64Array(lines.length * 4);
  lines.forEach((line, i) => boxOf([line], boxes, i));
  shapes.arcs = { lines, left: told.left, right: told.right, barrier: told.barrier, index: new Index(boxes) };
  shapes.neighbours = Array.from({ length: shapes.count }, () => []);
  told.left.forEach((left, i) => {
    const right = told.right[i];
    if (left < 0 || right < 0) return;
    shapes.neighbours[left].push(right);
    shapes.neighbours[right].push(left);
  });
}

function inside(points, x, y) {
  let odd = false;
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [points[i], points[i + 1], points[j], points[j + 1]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

/** The block at a projected point, -1 outside all of them. */
export function blockAt(x, y) {
  if (!shapes.index) return -1;
  for (const i of shapes.index.within([x, y, x, y])) {
    if (shapes.rings[i].reduce((odd, ring) => odd !== inside(ring, x, y), false)) return i;
  }
  return -1;
}

/** Blocks whose centre lies in the ring [x, y, x, y, …] of projected points. */
export function blocksIn(ring) {
  const box = new Float64Array(4);
  boxOf([ring], box, 0);
  return shapes.index.within([...box]).filter((i) => inside(ring, shapes.centres[i * 2], shapes.centres[i * 2 + 1]));
}

/** Blocks that a disc touches: its middle lies in them, or their centre in it. */
export function blocksNear(x, y, radius) {
  const middle = blockAt(x, y);
  if (!radius) return middle < 0 ? [] : [middle];
  const near = shapes.index.within([x - radius, y - radius, x + radius, y + radius])
    .filter((i) => i === middle || Math.hypot(shapes.centres[i * 2] - x, shapes.centres[i * 2 + 1] - y) <= radius);
  return near;
}

/** The box around some blocks, in pixels of zoom 0. */
export function boxAround(blocks) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const i of blocks) {
    box[0] = Math.min(box[0], shapes.boxes[i * 4]);
    box[1] = Math.min(box[1], shapes.boxes[i * 4 + 1]);
    box[2] = Math.max(box[2], shapes.boxes[i * 4 + 2]);
    box[3] = Math.max(box[3], shapes.boxes[i * 4 + 3]);
  }
  return box;
}

/** The neighbour of a block that lies most in a direction: [dx, dy] on the screen. */
export function neighbourTowards(block, [dx, dy]) {
  const [x, y] = [shapes.centres[block * 2], shapes.centres[block * 2 + 1]];
  let [best, least] = [-1, Infinity];
  const weigh = (other, needed) => {
    const [east, south] = [shapes.centres[other * 2] - x, shapes.centres[other * 2 + 1] - y];
    const [ahead, far] = [east * dx + south * dy, Math.hypot(east, south)];
    if (other === block || ahead <= far * needed) return;
    const cost = (far * far) / ahead;
    if (cost < least) [best, least] = [other, cost];
  };
  for (const other of shapes.neighbours[block] ?? []) weigh(other, 0.5);
  if (best >= 0) return best;
  const [left, top, right, bottom] = shapes.index.extent;
  const reach = Math.max(right - left, bottom - top) / 8;
  for (const other of shapes.index.within([x - reach, y - reach, x + reach, y + reach])) weigh(other, 0.5);
  return best;
}

/** The nearest arc to a projected point among those that `wanted` accepts: {arc, distance}. */
export function nearestArc(x, y, reach, wanted) {
  let best = { arc: -1, distance: reach };
  if (!shapes.arcs) return best;
  for (const i of shapes.arcs.index.within([x - reach, y - reach, x + reach, y + reach])) {
    if (!wanted(i)) continue;
    const distance = distanceTo(shapes.arcs.lines[i], x, y);
    if (distance < best.distance) best = { arc: i, distance };
  }
  return best;
}

function distanceTo(points, x, y) {
  let least = Infinity;
  for (let i = 2; i < points.length; i += 2) {
    const [ax, ay] = [points[i - 2], points[i - 1]];
    const [bx, by] = [points[i] - ax, points[i + 1] - ay];
    const length = bx * bx + by * by;
    const t = length ? Math.max(0, Math.min(1, ((x - ax) * bx + (y - ay) * by) / length)) : 0;
    least = Math.min(least, Math.hypot(x - ax - t * bx, y - ay - t * by));
  }
  return least;
}
