/* The area under the pointer and the selected one, outlined; the same whether they were met on the map or in a list. */
import { hear } from "./bus.js";
import { boxOf } from "./geometry.js";
import { featuresOf, levelOf } from "./layers.js";
import { map, onColours, rendererOf, token } from "./map.js";
import { fly as flyTo } from "./places.js";

const L = window.L;
const common = () => ({ pane: "highlight", renderer: rendererOf("highlight"), interactive: false, fill: false });

const outlines = { hover: L.layerGroup().addTo(map), selected: L.layerGroup().addTo(map) };
const codes = { hover: null, selected: null };

const STROKES = {
  hover: () => [{ color: token("primary"), weight: 3 }],
  selected: () => [{ color: token("halo"), weight: 7 }, { color: token("ink"), weight: 3 }],
};

async function outline(which, code) {
  if (codes[which] === code) return;
  codes[which] = code;
  const feature = code ? (await featuresOf(levelOf(code)).catch(() => new Map())).get(String(code)) : null;
  if (codes[which] !== code) return;
  outlines[which].clearLayers();
  if (!feature?.geometry) return;
  for (const stroke of STROKES[which]()) {
    outlines[which].addLayer(L.geoJSON(feature, { ...common(), style: () => ({ ...stroke, fill: false }) }));
  }
}

hear("area:hover", ({ code }) => outline("hover", code ?? null));
hear("area:select", async ({ code, fly }) => {
  await outline("selected", code ?? null);
  const geometry = fly && code ? (await featuresOf(levelOf(code))).get(String(code))?.geometry : null;
  if (geometry) flyTo({ bounds: boxOf(geometry) });
});
hear("station:select", () => outline("selected", null));
onColours(() => {
  const selected = codes.selected;
  codes.selected = null;
  outline("selected", selected);
});
