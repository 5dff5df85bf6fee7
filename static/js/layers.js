/* Fetches each layer once per page and keeps it; a geometry is never asked for twice. */
import { config } from "./map.js";

const loading = new Map();
const indexes = new Map();

const EMPTY = { type: "FeatureCollection", features: [] };
const LEVELS = { county: "county", subdistrict: "subdistricts", community: "communities", grid: "grids", block: "blocks" };
const BY_LENGTH = { 6: "county", 9: "subdistrict", 12: "community", 15: "grid" };

/** The level of an area by its code; anything that is no division is a block. */
export const levelOf = (code) => BY_LENGTH[String(code).length] ?? "block";

/** The layer that holds the geometry of a level. */
export const layerOf = (level) => LEVELS[level] ?? "grids";

/** Does this county have any feature of that layer? */
export const has = (name) => (config.rows?.[name] ?? 0) > 0;

/** Fetch a GeoJSON address, or throw an Error with the server's own sentence; what first.js asked for is not asked again. */
export async function fetchFeatures(url, signal) {
  const early = window.gisFirst?.answers.get(url);
  window.gisFirst?.answers.delete(url);
  const found = await early?.catch(() => null);
  if (found) return found;
  let answer;
  try {
    answer = await fetch(url, { signal });
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new Error("", { cause });
  }
  if (answer.status === 401) location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.hash)}`);
  if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.error?.message ?? "");
  return answer.json();
}

/** Load a layer; the same promise for everyone who asks. A layer this county has not is empty. */
export function loadLayer(name) {
  if (!has(name)) return Promise.resolve(EMPTY);
  if (!loading.has(name)) {
    const request = fetchFeatures(`/layers/${name}.geojson`);
    request.catch(() => loading.delete(name));
    loading.set(name, request);
  }
  return loading.get(name);
}

/** Features of a level by code: Map(code → feature). */
export async function featuresOf(level) {
  if (!indexes.has(level)) {
    const layer = await loadLayer(layerOf(level));
    indexes.set(level, new Map(layer.features.map((feature) => [String(feature.id), feature])));
  }
  return indexes.get(level);
}

/** Geometries of a level by code: Map(code → GeoJSON geometry). */
export async function geometryOf(level) {
  return new Map([...await featuresOf(level)].map(([code, feature]) => [code, feature.geometry]));
}

/** The name of an area, as the layer has it; its code where it has none. */
export async function nameOf(code) {
  const feature = (await featuresOf(levelOf(code))).get(String(code));
  return feature?.properties?.name || String(code);
}
