/* Which grid a place lies in, from the pack: the grid, those whose border is near, and who answers. Where the pack does
   not reach, the server is asked once (POST, so that the place is written nowhere). Tells `here:change`. */
import { hear, tell } from "../bus.js";
import { coarse, position } from "./position.js";
import { scaleAt, vertices } from "./network.js";

const NEAR_M = 15; // a phone's position is never better than this
const FAR_M = 200;
let grids = [];
let bounds = null;
let here = null;
let asked = 0;

/** What is known of the place that counts: {grid, near, outside, coarse, unknown, words}; null without a place. */
export const hereNow = () => here;

/** A grid of the pack by its code. */
export const gridOf = (code) => grids.find((one) => one.code === code) ?? null;

/** The short name people use: community and last three digits. */
export const gridTitle = (grid) => (grid.community ? `${grid.community} · ${grid.code.slice(-3)}` : grid.name || grid.code);

/** Take the grids of a pack. */
export function take(pack) {
  bounds = pack?.county?.bounds ?? null;
  grids = (pack?.grids ?? []).map((grid) => ({ ...grid, lines: grid.rings.map((ring) => vertices(ring)) }));
  look();
}

function inside({ bounds: [west, south, east, north], lines }, lon, lat) {
  if (lon < west || lon > east || lat < south || lat > north) return false;
  let odd = false;
  for (const xy of lines) {
    for (let i = 0, j = xy.length - 2; i < xy.length; j = i, i += 2) {
      const above = xy[i + 1] > lat;
      if (above !== xy[j + 1] > lat && lon < ((xy[j] - xy[i]) * (lat - xy[i + 1])) / (xy[j + 1] - xy[i + 1]) + xy[i]) odd = !odd;
    }
  }
  return odd;
}

/** Metres to the border of a grid; Infinity where it is farther than `limit`. */
function borderAway({ bounds: [west, south, east, north], lines }, lon, lat, limit) {
  const { x, y } = scaleAt(lat);
  const [dx, dy] = [limit / x, limit / y];
  if (lon < west - dx || lon > east + dx || lat < south - dy || lat > north + dy) return Infinity;
  let least = Infinity;
  for (const xy of lines) {
    for (let i = 2; i < xy.length; i += 2) {
      const [ax, ay] = [(xy[i - 2] - lon) * x, (xy[i - 1] - lat) * y];
      const [bx, by] = [(xy[i] - xy[i - 2]) * x, (xy[i + 1] - xy[i - 1]) * y];
      const square = bx * bx + by * by;
      const share = square ? Math.min(1, Math.max(0, -(ax * bx + ay * by) / square)) : 0;
      least = Math.min(least, Math.hypot(ax + share * bx, ay + share * by));
    }
  }
  return least <= limit ? least : Infinity;
}

/** Look up a place in the pack: {grid, near: [{grid, distance_m}]}. */
export function lookUp({ lon, lat, accuracy_m: accuracy = 0 }) {
  const grid = grids.find((one) => inside(one, lon, lat)) ?? null;
  const limit = Math.min(FAR_M, Math.max(NEAR_M, accuracy || 0));
  const near = grids.filter((one) => one !== grid)
    .map((one) => ({ grid: one, distance_m: borderAway(one, lon, lat, limit) }))
    .filter(({ distance_m: away }) => away <= limit)
    .sort((one, two) => one.distance_m - two.distance_m).slice(0, 3);
  return { grid, near };
}

function say(found) {
  here = found;
  tell("here:change", here);
}

function look() {
  const place = position();
  asked++;
  if (!place || !grids.length) return;
  const found = { place, ...lookUp(place), coarse: coarse(place), outside: false, unknown: false };
  if (found.grid || found.near.length) return say(found);
  const [west, south, east, north] = bounds ?? [-180, -90, 180, 90];
  const outside = place.lon < west || place.lon > east || place.lat < south || place.lat > north;
  say({ ...found, outside, unknown: !outside });
  if (!outside && !found.coarse && navigator.onLine) askServer(found, asked);
}

/** The server refuses (400) a place outside the county, and knows grids that the pack does not hold. */
async function askServer(found, turn) {
  const { lon, lat, accuracy_m } = found.place;
  try {
    const answer = await fetch("/field/here", { method: "POST", body: JSON.stringify({ lon, lat, accuracy_m, crs: "wgs84" }),
      headers: { "Content-Type": "application/json", Accept: "application/json" } });
    if (turn !== asked || (!answer.ok && answer.status !== 400)) return;
    if (answer.status === 400) return say({ ...found, outside: true, unknown: false });
    const { grid, posts = [] } = await answer.json();
    if (grid) say({ ...found, grid: { ...grid, code: grid.grid_code ?? grid.code, posts }, unknown: false });
  } catch { /* no network: it stays unknown, and the page says so */ }
}

hear("position:change", look);
