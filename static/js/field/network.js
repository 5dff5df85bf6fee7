/* The walking network of the pack as typed arrays, and where a point meets it. Distances are those of the server
   (gis_app/geo/network.py): metres along edges as the pack tells them, straight legs on the ellipsoid. */
const RAD = Math.PI / 180;
const A = 6378137;
const E2 = 0.00669438002290; // GRS 80, which CGCS2000 uses

/** Metres per degree of longitude and latitude at a latitude. */
export function scaleAt(latitude) {
  const root = Math.sqrt(1 - E2 * Math.sin(latitude * RAD) ** 2);
  return { x: (A / root) * Math.cos(latitude * RAD) * RAD, y: ((A * (1 - E2)) / root ** 3) * RAD };
}

/** Straight metres between two places. */
export function straight(lon, lat, lon2, lat2) {
  const { x, y } = scaleAt((lat + lat2) / 2);
  return Math.hypot((lon2 - lon) * x, (lat2 - lat) * y);
}

/** Undo the pack's way of writing a line: a first vertex and differences, in whole parts of a degree. */
export function vertices(deltas, scale = 1e6) {
  const xy = new Float64Array(deltas.length);
  let [x, y] = [0, 0];
  for (let at = 0; at < deltas.length; at += 2) {
    xy[at] = (x += deltas[at]) / scale;
    xy[at + 1] = (y += deltas[at + 1]) / scale;
  }
  return xy;
}

/** Make the network of a pack's `streets`: ends, lengths (m), lines (degrees), boxes, and edges by node. */
export function network(streets) {
  const { a = [], b = [], length = [], line = [] } = streets?.edges ?? {};
  const made = {
    count: a.length,
    start: Int32Array.from(a),
    end: Int32Array.from(b),
    length: Float64Array.from(length, (decimetres) => decimetres / 10),
    lines: line.map((deltas) => vertices(deltas, streets.scale)),
    nodes: 0,
  };
  for (let edge = 0; edge < made.count; edge++) made.nodes = Math.max(made.nodes, a[edge] + 1, b[edge] + 1);
  return { ...made, boxes: boxesOf(made.lines), ...edgesByNode(made) };
}

function boxesOf(lines) {
  const boxes = new Float64Array(lines.length * 4);
  lines.forEach((xy, edge) => {
    let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < xy.length; at += 2) {
      west = Math.min(west, xy[at]);
      east = Math.max(east, xy[at]);
      south = Math.min(south, xy[at + 1]);
      north = Math.max(north, xy[at + 1]);
    }
    boxes.set([west, south, east, north], edge * 4);
  });
  return boxes;
}

function edgesByNode({ count, start, end, nodes }) {
  const first = new Int32Array(nodes + 1);
  for (let edge = 0; edge < count; edge++) {
    first[start[edge] + 1]++;
    first[end[edge] + 1]++;
  }
  for (let node = 0; node < nodes; node++) first[node + 1] += first[node];
  const free = first.slice(0, nodes);
  const incident = new Int32Array(count * 2);
  for (let edge = 0; edge < count; edge++) {
    incident[free[start[edge]]++] = edge;
    incident[free[end[edge]]++] = edge;
  }
  return { first, incident };
}

/** Where a place meets the network: {edge, position, leg} in metres, null where no street is within the limit. */
export function snap(net, lon, lat, limit) {
  const { x, y } = scaleAt(lat);
  const [reachX, reachY] = [(limit * 1.001 + 0.1) / x, (limit * 1.001 + 0.1) / y];
  let best = null;
  let least = limit;
  for (let edge = 0; edge < net.count; edge++) {
    const box = edge * 4;
    if (lon < net.boxes[box] - reachX || lon > net.boxes[box + 2] + reachX) continue;
    if (lat < net.boxes[box + 1] - reachY || lat > net.boxes[box + 3] + reachY) continue;
    const found = project(net.lines[edge], lon, lat, x, y);
    if (found.leg < least || (!best && found.leg <= least)) {
      least = found.leg;
      best = { edge, leg: found.leg, position: (found.along / (found.whole || 1)) * net.length[edge] };
    }
  }
  return best;
}

function project(xy, lon, lat, x, y) {
  let [leg, along, whole] = [Infinity, 0, 0];
  for (let at = 2; at < xy.length; at += 2) {
    const [px, py] = [(xy[at - 2] - lon) * x, (xy[at - 1] - lat) * y];
    const [dx, dy] = [(xy[at] - xy[at - 2]) * x, (xy[at + 1] - xy[at - 1]) * y];
    const square = dx * dx + dy * dy;
    const share = square ? Math.min(1, Math.max(0, -(px * dx + py * dy) / square)) : 0;
    const away = Math.hypot(px + share * dx, py + share * dy);
    const length = Math.sqrt(square);
    if (away < leg) [leg, along] = [away, whole + share * length];
    whole += length;
  }
  return { leg, along, whole };
}

/** The part of an edge between two positions (m), as [[lon, lat], …] from the first to the second. */
export function part(net, edge, from, to) {
  const xy = net.lines[edge];
  const { x, y } = scaleAt(xy[1]);
  const at = [0]; // metres from the beginning to each vertex
  for (let i = 2; i < xy.length; i += 2) at.push(at.at(-1) + Math.hypot((xy[i] - xy[i - 2]) * x, (xy[i + 1] - xy[i - 1]) * y));
  const stretch = at.at(-1) ? net.length[edge] / at.at(-1) : 1;
  const [low, high] = [Math.min(from, to) / stretch, Math.max(from, to) / stretch];
  const points = [spot(xy, at, low)];
  at.forEach((metres, vertex) => metres > low && metres < high && points.push([xy[2 * vertex], xy[2 * vertex + 1]]));
  points.push(spot(xy, at, high));
  return from <= to ? points : points.reverse();
}

/** The place so many metres along a line whose vertices lie at the metres `at`. */
function spot(xy, at, metres) {
  const next = Math.max(1, at.findIndex((one) => one >= metres));
  const last = at.at(-1) <= metres ? at.length - 1 : next;
  const step = at[last] - at[last - 1];
  const share = step ? Math.min(1, Math.max(0, (metres - at[last - 1]) / step)) : 0;
  const i = 2 * last;
  return [xy[i - 2] + (xy[i] - xy[i - 2]) * share, xy[i - 1] + (xy[i + 1] - xy[i - 1]) * share];
}
