/* Walking from one place to every station, on the phone: one search of the network with a binary heap.
   distance = leg off the street + way along it + way through the network + the same at the other end; the lesser over
   both ends of a street, and straight along it where place and station lie on the same one. */
import { part, snap } from "./network.js";

/** Search from a place: what `to` and `way` need; null where no street is within the limit (m). */
export function walkFrom(net, lon, lat, limit) {
  const here = snap(net, lon, lat, limit);
  if (!here) return null;
  const distance = new Float64Array(net.nodes).fill(Infinity);
  const via = new Int32Array(net.nodes).fill(-1);
  const heap = makeHeap(distance);
  const { start, end, length, first, incident } = net;
  const reach = (node, metres, edge) => {
    if (metres >= distance[node]) return;
    distance[node] = metres;
    via[node] = edge;
    heap.push(node);
  };
  reach(start[here.edge], here.leg + here.position, -1);
  reach(end[here.edge], here.leg + length[here.edge] - here.position, -1);
  for (let node = heap.pop(); node >= 0; node = heap.pop()) {
    for (let at = first[node]; at < first[node + 1]; at++) {
      const edge = incident[at];
      reach(start[edge] === node ? end[edge] : start[edge], distance[node] + length[edge], edge);
    }
  }
  return { net, lon, lat, here, distance, via };
}

/** A heap of nodes by their distance at the time they were pushed; a node settled before comes out no second time. */
function makeHeap(distance) {
  const nodes = [];
  const keys = [];
  const swap = (i, j) => {
    [nodes[i], nodes[j]] = [nodes[j], nodes[i]];
    [keys[i], keys[j]] = [keys[j], keys[i]];
  };
  const push = (node) => {
    let at = nodes.push(node) - 1;
    keys.push(distance[node]);
    while (at > 0 && keys[(at - 1) >> 1] > keys[at]) {
      swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  };
  const take = () => {
    swap(0, nodes.length - 1);
    const found = { node: nodes.pop(), key: keys.pop() };
    for (let at = 0, child = 1; child < nodes.length; child = 2 * at + 1) {
      if (child + 1 < nodes.length && keys[child + 1] < keys[child]) child++;
      if (keys[at] <= keys[child]) break;
      swap(at, child);
      at = child;
    }
    return found;
  };
  const pop = () => {
    while (nodes.length) {
      const { node, key } = take();
      if (key === distance[node]) return node;
    }
    return -1;
  };
  return { push, pop };
}

/** Metres to a station {edge, position, leg}, and by which of its street's ends: {metres, by: "start"|"end"|"along"}. */
export function to(walk, station) {
  const { net, here, distance } = walk;
  if (!(station.edge >= 0)) return { metres: Infinity, by: null };
  const ways = [
    { metres: distance[net.start[station.edge]] + station.position + station.leg, by: "start" },
    { metres: distance[net.end[station.edge]] + net.length[station.edge] - station.position + station.leg, by: "end" },
  ];
  if (station.edge === here.edge) {
    ways.push({ metres: Math.abs(here.position - station.position) + here.leg + station.leg, by: "along" });
  }
  return ways.reduce((best, one) => (one.metres < best.metres ? one : best));
}

/** The way to a station as [[lon, lat], …], from the place to the station's door. */
export function way(walk, station) {
  const { net, here, via } = walk;
  const { by, metres } = to(walk, station);
  if (!Number.isFinite(metres)) return [];
  const ends = [[walk.lon, walk.lat], [station.lon, station.lat]];
  if (by === "along") return [ends[0], ...part(net, here.edge, here.position, station.position), ends[1]];
  let node = by === "start" ? net.start[station.edge] : net.end[station.edge];
  const parts = [part(net, station.edge, by === "start" ? 0 : net.length[station.edge], station.position)];
  while (via[node] >= 0) {
    const edge = via[node];
    const forward = net.end[edge] === node;
    parts.unshift(part(net, edge, forward ? 0 : net.length[edge], forward ? net.length[edge] : 0));
    node = forward ? net.start[edge] : net.end[edge];
  }
  const [low, high] = [here.position, net.length[here.edge] - here.position];
  const backwards = net.start[here.edge] === net.end[here.edge] ? low <= high : node === net.start[here.edge];
  parts.unshift(part(net, here.edge, here.position, backwards ? 0 : net.length[here.edge]));
  return withoutDoubles([ends[0], ...parts.flat(), ends[1]]);
}

const withoutDoubles = (points) => points.filter(([x, y], at) => !at || x !== points[at - 1][0] || y !== points[at - 1][1]);
