/* The nearest line of an address for a spot, from the streets and blocks of the pack. */
import { _ } from "../i18n.js";
import { scaleAt, straight, vertices } from "./network.js";

const NEAR_M = 250;

/** The street that a spot is nearest to and the nearest block or station: "解放路 · 金苑小区附近"; "" where there is none. */
export function addressOf(pack, lon, lat) {
  const street = nearestStreet(pack.streets, lon, lat);
  const place = nearestPlace(pack.places ?? [], lon, lat);
  return [street, place && _("%(place)s附近", { place })].filter(Boolean).join(" · ");
}

/** Metres from a spot to a line of degrees. */
function away(xy, lon, lat, scale) {
  let least = Infinity;
  for (let at = 2; at < xy.length; at += 2) {
    const [ax, ay] = [(xy[at - 2] - lon) * scale.x, (xy[at - 1] - lat) * scale.y];
    const [dx, dy] = [(xy[at] - xy[at - 2]) * scale.x, (xy[at + 1] - xy[at - 1]) * scale.y];
    const along = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
  }
  return least;
}

function nearestStreet({ edges, names, scale }, lon, lat) {
  const metres = scaleAt(lat);
  let [least, found] = [NEAR_M, ""];
  for (let edge = 0; edge < edges.line.length; edge++) {
    const [name, line] = [names[edges.name[edge]], edges.line[edge]];
    if (!name || straight(line[0] / scale, line[1] / scale, lon, lat) > least + edges.length[edge] / 10) continue;
    const far = away(vertices(line, scale), lon, lat, metres);
    if (far < least) [least, found] = [far, name];
  }
  return found;
}

function nearestPlace(places, lon, lat) {
  let [least, found] = [NEAR_M, ""];
  for (const one of places) {
    if (one.kind !== "block" && one.kind !== "station") continue;
    const far = straight(one.lon, one.lat, lon, lat);
    if (far < least) [least, found] = [far, one.name];
  }
  return found;
}
