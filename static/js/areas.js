/* The coloured areas of the one overlay that is on. The geometry of a level is built once and only its colours change. */
import { hatch } from "./hatch.js";
import { featuresOf } from "./layers.js";
import { map, onColours, rendererOf, token } from "./map.js";

const L = window.L;
const CLEAR = { stroke: false, fill: false };

// From here on buildings are seen, so the colours step back.
const NEAR = 16;

const built = new Map();
let near = map.getZoom() >= NEAR;
let current = null;

/** Take over what first.js drew before this module was here. */
const takenOver = (async () => {
  const first = window.gisFirst;
  await first?.done;
  if (!first?.layer) return;
  current = { level: first.level, layer: first.layer, parts: first.parts, values: new Map(), paint: () => null };
  built.set(first.level, current);
})();

/** One Leaflet layer per level: {level, layer, parts: Map(code → path)}. */
async function build(level) {
  await takenOver;
  if (!built.has(level)) {
    const features = await featuresOf(level);
    const parts = new Map();
    const layer = L.geoJSON([...features.values()].filter((feature) => feature.geometry), {
      renderer: rendererOf("fills"), pane: "fills", interactive: false, smoothFactor: 0.5, style: () => CLEAR,
      onEachFeature: (feature, path) => parts.set(String(feature.id), path),
    });
    built.set(level, { level, layer, parts });
  }
  return built.get(level);
}

/** Colour the areas of a level; `values` is Map(code → properties), `paint` makes {colour, pattern} of properties. */
export async function colourAreas(level, values, paint) {
  const next = await build(level);
  if (current && current !== next) current.layer.remove();
  current = next;
  current.values = values;
  current.paint = paint;
  repaint();
  if (!map.hasLayer(current.layer)) current.layer.addTo(map);
}

/** Take the colours away but keep the areas, so that pointing at one still works. */
export async function clearAreas(level = "grid") {
  await colourAreas(level, new Map(), () => null);
}

function styleOf(look) {
  if (!look) return CLEAR;
  const fillColor = look.pattern ? hatch(look.colour, { ground: look.ground ?? token("surface") }) : look.colour;
  return { stroke: false, fill: true, fillColor, fillOpacity: map.getZoom() < NEAR ? 0.88 : 0.6 };
}

function repaint() {
  if (!current) return;
  for (const [code, path] of current.parts) {
    const properties = current.values.get(code);
    path.setStyle(styleOf(properties ? current.paint(properties, code) : null));
  }
}

/** The level that is shown and what the overlay says about its areas: {level, values}; null before the first. */
export const areasShown = () => current;

onColours(repaint);
map.on("zoomend", () => {
  if (near === map.getZoom() >= NEAR) return;
  near = !near;
  repaint();
});
