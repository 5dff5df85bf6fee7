/* The coverage overlay: how many households reach a station on foot, by area, and the blocks where nobody does. */
import { colourAreas } from "./areas.js";
import { classOf, lookOf } from "./classes.js";
import { el } from "./dom.js";
import { hatch } from "./hatch.js";
import { _, number } from "./i18n.js";
import { featuresOf, fetchFeatures, has } from "./layers.js";
import { map, onColours, rendererOf, token } from "./map.js";

const L = window.L;

let uncovered = null;

const share = (value) => (Number.isFinite(value) ? `${(value * 100).toFixed(1)} %` : _("无住户"));
const unitOf = (unit) => (unit === "places" ? _("处") : _("户"));

async function fetchLevel(url, level, limit, signal) {
  const query = new URLSearchParams({ level, limit, geometry: "none" });
  const answer = await fetchFeatures(`${url}?${query}`, signal);
  return { ...answer, values: new Map(answer.features.map(({ id, properties }) => [String(id), properties])) };
}

/** Show coverage; level "block" needs blocks, a county without them is told by grid. */
export async function show({ level, limit, uncovered: marked }, { signal, overlay }) {
  const wanted = level === "block" && !has("blocks") ? "grid" : level;
  const [answer] = await Promise.all([fetchLevel(overlay.url, wanted, limit, signal), featuresOf(wanted)]);
  if (signal.aborted) return null;
  const { legend, summary, values } = answer;
  const percentOf = ({ share: part }) => (Number.isFinite(part) ? part * 100 : NaN);
  await colourAreas(wanted, values, (properties) => lookOf(classOf(percentOf(properties), legend.classes)));
  await markUncovered(marked === "1" && has("blocks") ? { url: overlay.url, limit, signal } : null);
  return {
    legends: [legend, ...(uncovered ? [uncoveredLegend()] : [])],
    summary: summary ? sentence(summary, limit, overlay) : null,
    describe: ({ properties }) => describe(properties, summary),
  };
}

function describe(properties, summary) {
  const unit = unitOf(summary?.unit);
  if (!Number.isFinite(properties.households)) return [];
  const lines = [_("%(share)s · %(covered)s / %(all)s %(unit)s", {
    share: share(properties.share), covered: number(properties.covered), all: number(properties.households), unit })];
  if (Number.isFinite(properties.mean_m)) lines.push(_("平均步行 %(n)s 米", { n: number(Math.round(properties.mean_m)) }));
  return lines;
}

function sentence({ covered, households, share: part, unit, basis, unreachable }, limit, overlay) {
  const choice = overlay.parameters.find(({ name }) => name === "limit").choices.find(({ value }) => value === limit);
  const way = basis === "crow" ? _("直线距离") : _("步行");
  const words = [
    el("strong", {}, share(part)),
    el("span", {}, _("覆盖 %(covered)s / %(all)s %(unit)s", { covered: number(covered), all: number(households), unit: unitOf(unit) })),
    el("span", { class: "quiet" }, `${way} ${choice?.title ?? limit}`),
  ];
  if (unreachable) words.push(el("span", { class: "quiet" }, _("%(n)s %(unit)s不通路网", { n: number(unreachable), unit: unitOf(unit) })));
  return words;
}

async function markUncovered(wanted) {
  uncovered?.remove();
  uncovered = null;
  if (!wanted) return;
  const [{ values }, blocks] = await Promise.all([
    fetchLevel(wanted.url, "block", wanted.limit, wanted.signal), featuresOf("block")]);
  if (wanted.signal.aborted) return;
  const open = [...blocks.values()].filter(({ id }) => values.get(String(id))?.uncovered > 0);
  uncovered = L.geoJSON(open, { pane: "fills", renderer: rendererOf("fills"), interactive: false, style: markStyle }).addTo(map);
  uncovered.count = open.length;
}

const markStyle = () => ({ color: token("overdue"), weight: 1.2, fillColor: hatch(token("overdue"), { ground: token("surface"), step: 6, width: 1.6 }), fillOpacity: 0.92 });

const uncoveredLegend = () => ({
  title: _("有未覆盖住户的地块"), unit: _("块"), date: "", rule: "",
  classes: [{ label: _("未覆盖"), colour: token("overdue"), kind: "hatch", count: uncovered.count }],
});

/** Take the overlay's own marks away. */
export function hide() {
  markUncovered(null);
}

onColours(() => uncovered?.setStyle(markStyle()));
