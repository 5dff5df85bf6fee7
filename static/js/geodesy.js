/* Lengths and areas on the WGS 84 ellipsoid for places of a county's size; no map, no page. */
const A = 6378137;
const E2 = 0.00669437999014;
const RAD = Math.PI / 180;

function radii(latitude) {
  const root = Math.sqrt(1 - E2 * Math.sin(latitude * RAD) ** 2);
  return { meridian: (A * (1 - E2)) / root ** 3, normal: A / root };
}

/** Length in metres of a line of {lat, lng}; within 0.01 % for legs under 50 km. */
export function lengthOf(points) {
  let sum = 0;
  for (let at = 1; at < points.length; at += 1) {
    const [from, to] = [points[at - 1], points[at]];
    const middle = (from.lat + to.lat) / 2;
    const { meridian, normal } = radii(middle);
    sum += Math.hypot(meridian * (to.lat - from.lat), normal * Math.cos(middle * RAD) * (to.lng - from.lng)) * RAD;
  }
  return sum;
}

/** Area in square metres of a ring of {lat, lng}, closed or not; 0 for fewer than three points. */
export function areaOf(points) {
  if (points.length < 3) return 0;
  const middle = points.reduce((sum, point) => sum + point.lat, 0) / points.length;
  const { meridian, normal } = radii(middle);
  let sum = 0;
  points.forEach((from, at) => {
    const to = points[(at + 1) % points.length];
    sum += (to.lng - from.lng) * RAD * (Math.sin(from.lat * RAD) + Math.sin(to.lat * RAD));
  });
  return Math.abs((sum * meridian * normal) / 2);
}
