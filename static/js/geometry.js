/* Small geometry for drawing: boxes, inside or not, where a name stands, and borders without their doubles. */

/** The outer and inner rings of a polygon geometry, one array per polygon. */
export function polygonsOf(geometry) {
  if (!geometry) return [];
  if (geometry.type === "Polygon") return [geometry.coordinates];
  if (geometry.type === "MultiPolygon") return geometry.coordinates;
  return [];
}

/** The lines of a line geometry. */
export function linesOf(geometry) {
  if (geometry?.type === "LineString") return [geometry.coordinates];
  return geometry?.type === "MultiLineString" ? geometry.coordinates : [];
}

/** [west, south, east, north] of a geometry. */
export function boxOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part) => {
    if (typeof part[0] !== "number") return part.forEach(visit);
    if (part[0] < box[0]) box[0] = part[0];
    if (part[1] < box[1]) box[1] = part[1];
    if (part[0] > box[2]) box[2] = part[0];
    if (part[1] > box[3]) box[3] = part[1];
  };
  if (geometry) visit(geometry.coordinates);
  return box;
}

function crossings(ring, x, y) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i];
    const [xj, yj] = ring[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

/** Is the point inside the polygon geometry? */
export function contains(geometry, x, y) {
  return polygonsOf(geometry).some((rings) => rings.reduce((odd, ring) => odd !== crossings(ring, x, y), false));
}

function clearance(rings, x, y, squeeze) {
  let nearest = Infinity;
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i++) {
      const ax = ring[i - 1][0] * squeeze, ay = ring[i - 1][1];
      const bx = ring[i][0] * squeeze - ax, by = ring[i][1] - ay;
      const length = bx * bx + by * by;
      const t = length ? Math.max(0, Math.min(1, ((x * squeeze - ax) * bx + (y - ay) * by) / length)) : 0;
      nearest = Math.min(nearest, Math.hypot(x * squeeze - ax - t * bx, y - ay - t * by));
    }
  }
  const inside = rings.reduce((odd, ring) => odd !== crossings(ring, x, y), false);
  return inside ? nearest : -nearest;
}

/** Where a name stands: the pole of inaccessibility of the largest part, found on a grid that narrows. */
export function labelPoint(geometry) {
  let best = null;
  for (const rings of polygonsOf(geometry)) {
    const found = pole(rings);
    if (!best || found.room > best.room) best = found;
  }
  return best;
}

function pole(rings) {
  let [west, south, east, north] = boxOf({ coordinates: rings[0] });
  const squeeze = Math.cos(((south + north) / 2) * Math.PI / 180);
  let best = { x: (west + east) / 2, y: (south + north) / 2, room: -Infinity };
  for (let round = 0; round < 4; round++) {
    const steps = round === 0 ? 10 : 4;
    const [dx, dy] = [(east - west) / steps, (north - south) / steps];
    for (let i = 0; i <= steps; i++) {
      for (let j = 0; j <= steps; j++) {
        const [x, y] = [west + i * dx, south + j * dy];
        const room = clearance(rings, x, y, squeeze);
        if (room > best.room) best = { x, y, room };
      }
    }
    [west, south, east, north] = [best.x - dx, best.y - dy, best.x + dx, best.y + dy];
  }
  return best;
}

/** Borders of polygons as lines, each shared stretch once, so that dashes and thin lines are not drawn twice. */
export function sharedOnce(geometries) {
  const seen = new Set();
  const lines = [];
  for (const ring of geometries.flatMap((geometry) => polygonsOf(geometry).flat())) {
    let line = null;
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [`${ring[i - 1]}`, `${ring[i]}`];
      const edge = a < b ? `${a} ${b}` : `${b} ${a}`;
      if (seen.has(edge)) { line = null; continue; }
      seen.add(edge);
      if (!line) lines.push(line = [ring[i - 1]]);
      line.push(ring[i]);
    }
  }
  return lines;
}
