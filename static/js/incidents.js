/* The incidents overlay: points in clusters, heat, or counts and rates by area, by category, state and month.
   Mediation has no points outside its handling chain; the server sends none, and counts include it. */
import { clearAreas, colourAreas } from "./areas.js";
import { tell } from "./bus.js";
import { classOf, lookOf } from "./classes.js";
import { el } from "./dom.js";
import { _, number } from "./i18n.js";
import { pointLegend, showHeat, showPoints, withoutPoints } from "./incident_points.js";
import { featuresOf, fetchFeatures, has } from "./layers.js";
import { config, map } from "./map.js";
import { daysOf, monthName } from "./months.js";
import { current } from "./overlays.js";
import { hideSlider, showSlider } from "./slider.js";

const answers = new Map();

/** Fetch once per address while the page is open: the slider asks for the same months again. */
async function ask(url, signal) {
  if (!answers.has(url)) answers.set(url, await fetchFeatures(url, signal));
  return answers.get(url);
}

function query(params, names) {
  const fields = new URLSearchParams();
  for (const name of names) if (params[name]) fields.set(name, params[name]);
  return fields;
}

function withMonth(fields, month) {
  if (!month) return fields;
  const [from, to] = daysOf(month);
  fields.set("from", from);
  fields.set("to", to);
  return fields;
}

/** Show incidents as the parameters say. */
export async function show(params, context) {
  const shown = params.view === "counts" ? await counts(params, context) : await points(params, context);
  if (context.signal.aborted) return null;
  if (config.period) showSlider(config.period, params.month ?? "", chooseMonth);
  return shown;
}

function chooseMonth(month) {
  const { id, params } = current();
  if (id !== "incidents") return;
  tell("overlay:change", { id, params: { ...params, month }, from: "slider" });
}

/* Where the county has too many incidents to show one by one, the view is asked for again as it moves. */
let crowded = false;
map.on("moveend", () => {
  const { id, params } = current();
  if (crowded && id === "incidents" && params.view !== "counts") tell("overlay:change", { id, params, from: "view" });
});

function view() {
  const box = map.getBounds().pad(0.1);
  return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((degrees) => degrees.toFixed(4)).join(",");
}

async function points(params, { signal, overlay }) {
  const fields = query(params, ["category", "state"]);
  if (crowded) {
    withMonth(fields, params.month);
    fields.set("bbox", view());
  }
  const answer = await ask(`${overlay.url}?${fields}`, signal);
  if (signal.aborted) return null;
  if (answer.binned && !crowded) {
    crowded = true;
    return points(params, { signal, overlay });
  }
  const inMonth = answer.features.filter(({ properties }) =>
    crowded || !params.month || String(properties.reported_at ?? "").startsWith(params.month));
  const total = crowded ? answer.total : inMonth.length;
  await clearAreas("grid");
  if (params.view === "heat") await showHeat(inMonth);
  else await showPoints(inMonth);
  return {
    legends: params.view === "heat" ? [heatLegend(total, answer.legend)] : [pointLegend(inMonth, answer.legend, crowded ? answer.stages : null)],
    summary: sentence(total, params, overlay),
    describe: () => [],
  };
}

async function counts(params, { signal, overlay }) {
  const level = params.level === "community" && has("communities") ? "community" : "grid";
  const fields = withMonth(query({ ...params, level }, ["level", "category", "state", "measure"]), params.month);
  fields.set("geometry", "none");
  const [answer] = await Promise.all([ask(`${overlay.counts}?${fields}`, signal), featuresOf(level)]);
  if (signal.aborted) return null;
  const { legend } = answer;
  const values = new Map(answer.features.map(({ id, properties }) => [String(id), properties]));
  withoutPoints();
  await colourAreas(level, values, (properties) => lookOf(classOf(properties[params.measure] ?? NaN, legend.classes)));
  const total = [...values.values()].reduce((sum, properties) => sum + (properties.count ?? 0), 0);
  return { legends: [legend], summary: sentence(total, params, overlay), describe: ({ properties }) => describe(properties) };
}

function describe({ count, open, overdue, rate }) {
  if (!Number.isFinite(count)) return [];
  const lines = [_("%(n)s 件", { n: number(count) })];
  if (open) lines.push(_("在办 %(n)s 件", { n: number(open) }) + (overdue ? ` · ${_("超期 %(n)s 件", { n: number(overdue) })}` : ""));
  if (Number.isFinite(rate)) lines.push(_("每千户 %(n)s 件", { n: number(rate) }));
  return lines;
}

function sentence(total, params, overlay) {
  const titleOf = (name) => overlay.parameters.find((one) => one.name === name).choices.find(({ value }) => value === params[name])?.title;
  const parts = [params.category && titleOf("category"), params.state && titleOf("state"), params.month && monthName(params.month)];
  return [
    el("strong", {}, _("%(n)s 件", { n: number(total) })),
    el("span", {}, parts.filter(Boolean).join(" · ") || _("全部类别和时间")),
    params.view !== "counts" && !params.category ? el("span", { class: "quiet" }, _("矛盾纠纷只在分区统计中计数")) : "",
  ];
}

const heatLegend = (count, given) => ({
  title: given?.title || _("事件密度"), unit: "", date: given?.date || "", rule: _("颜色越深，附近的事件越多；缩放时重新计算。"),
  classes: [{ kind: "ramp", label: _("疏 → 密"), count }],
});

/** Take points, heat and slider away. */
export function hide() {
  withoutPoints();
  hideSlider();
}
