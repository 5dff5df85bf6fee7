/* The nearest stations from one place, computed on the phone: which are open is a mask, the way is one search. Only
   where the pack does not reach is the server asked (POST, so that the place is written nowhere). No page here. */
import { network, straight } from "./network.js";
import * as walk from "./walk.js";

export const NEEDS = { water: "drinking_water", charging: "charging", toilet: "toilet", first_aid: "first_aid" };
const WEEK_S = 7 * 24 * 3600;
let held = { net: network(null), stations: [], speed: 1.25, limit: 150, whole: true };

/** Take a pack: the network once, the stations in metres. */
export function take(pack) {
  const made = network(pack?.streets);
  const stations = (pack?.stations ?? []).filter(({ status }) => status !== "planned").map((one) => ({
    ...one, position: one.position / 10, leg: one.leg / 10,
  }));
  held = { net: made, stations, speed: pack?.walking_speed || 1.25, limit: pack?.snap_limit || 150, whole: pack?.whole !== false };
}

/** A station of the pack by its code. */
export const stationOf = (code) => held.stations.find((one) => one.code === code) ?? null;

/** Every station of the pack. */
export const stations = () => held.stations;

/** When a station is open, as the pack's spans and its status say: {open, always, closes, opens, status}. */
export function opening(station, moment) {
  const at = moment / 1000;
  const status = station.status_until && station.status_until <= at ? "open" : station.status;
  const span = station.spans.find(([start, end]) => start <= at && at < end);
  const always = Boolean(span) && span[1] - span[0] >= WEEK_S;
  const next = station.spans.find(([start]) => start > at);
  return {
    open: Boolean(span) && status !== "closed", always, closes: span && !always ? span[1] * 1000 : null,
    opens: next ? next[0] * 1000 : null, status,
  };
}

/** What a station offers at this moment; without water while it is out of it. */
export function offers(station, moment) {
  const { status } = opening(station, moment);
  return station.amenities.filter((one) => status !== "out_of_water" || one !== "drinking_water");
}

/** Does a station pass the filters {open, water, charging, toilet, first_aid}? */
export function passes(station, filters, moment) {
  if (filters.open && !opening(station, moment).open) return false;
  const has = offers(station, moment);
  return Object.entries(NEEDS).every(([name, amenity]) => !filters[name] || has.includes(amenity));
}

/** Every station from a place, nearest on foot first: [{station, walk_m, walk_min, crow_m, reason, way()}]. */
export function nearest({ lon, lat }, filters, moment) {
  const search = walk.walkFrom(held.net, lon, lat, held.limit);
  const found = held.stations.filter((one) => passes(one, filters, moment)).map((station) => {
    const crow = straight(lon, lat, station.lon, station.lat);
    const metres = search ? walk.to(search, station).metres : Infinity;
    const ok = Number.isFinite(metres);
    const reason = ok ? "ok" : search && station.edge >= 0 ? "unreachable" : held.net.count ? "unsnapped" : "crow";
    return {
      station, crow_m: crow, reason, walk_m: ok ? metres : null, walk_min: ok ? metres / (60 * held.speed) : null,
      way: () => (ok ? walk.way(search, station) : []),
    };
  });
  return found.sort((one, two) => (one.walk_m ?? Infinity) - (two.walk_m ?? Infinity) || one.crow_m - two.crow_m);
}

/** May the server know better than the pack? Only where the pack is a part of the county and no way was found in it. */
export const beyond = (found) => !held.whole && !found.some(({ reason }) => reason === "ok");

/** Ask the server for the nearest; null where it gives no answer. */
export async function askServer({ lon, lat, accuracy_m: accuracy }, filters, open = true) {
  const amenities = Object.entries(NEEDS).filter(([name]) => filters[name]).map(([, amenity]) => amenity);
  const body = JSON.stringify({ lon, lat, accuracy_m: accuracy ?? 0, crs: "wgs84", amenities, kinds: [], open_only: open, count: 10 });
  try {
    const answer = await fetch("/field/nearest", { method: "POST", body, headers: { "Content-Type": "application/json", Accept: "application/json" } });
    return answer.ok ? (await answer.json()).stations : null;
  } catch {
    return null;
  }
}
