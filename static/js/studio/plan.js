/* A plan of the past on the map: its grids as they were, each with its name; a click tells more. */
import { tell } from "../bus.js";
import { el, fetchJson } from "../dom.js";
import * as ground from "../ground.js";
import { _ } from "../i18n.js";
import { map, token } from "../map.js";

const L = window.L;
const config = JSON.parse(document.getElementById("plan-config").textContent);

function note({ properties }) {
  const lines = [properties.name || properties.grid_code, properties.grid_code];
  if (Number.isFinite(properties.households)) lines.push(_("%(n)s 户", { n: properties.households }));
  return el("div", {}, lines.map((line, at) => el(at ? "span" : "strong", {}, line)));
}

async function start() {
  const grids = await fetchJson(config.grids);
  const style = () => ({ color: token("border-grid"), weight: 1.6, fillColor: token("primary"), fillOpacity: 0.08 });
  const layer = L.geoJSON(grids, { style, pane: "overlayPane", onEachFeature: (feature, one) => one.bindTooltip(() => note(feature), { className: "map-note", sticky: true }) }).addTo(map);
  if (grids.features.length) map.fitBounds(layer.getBounds(), { animate: false, padding: [16, 16] });
  document.documentElement.dataset.ready = "plan";
  await ground.start();
  tell("layers:change", { shown: ["county", "water", "streets", "communities"] });
  await ground.fill();
}

start();
