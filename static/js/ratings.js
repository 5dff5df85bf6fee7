/* The ratings overlay: communities by the stars they hold, or by one star; what is not judged is hatched. */
import { colourAreas } from "./areas.js";
import { el } from "./dom.js";
import { _, number } from "./i18n.js";
import { featuresOf, fetchFeatures } from "./layers.js";

const LEVEL = "community";

/** Show the stars of the communities. */
export async function show({ star }, { signal, overlay }) {
  const query = new URLSearchParams({ geometry: "none" });
  if (star) query.set("star", star);
  const [answer] = await Promise.all([fetchFeatures(`${overlay.url}?${query}`, signal), featuresOf(LEVEL)]);
  if (signal.aborted) return null;
  const { legend, summary } = answer;
  const values = new Map(answer.features.map(({ id, properties }) => [String(id), properties]));
  await colourAreas(LEVEL, values, (properties) => look(properties, legend.classes));
  return {
    legends: [legend],
    summary: sentence(summary, star, overlay, answer.quarter),
    labels: { level: LEVEL, texts: new Map([...values].map(([code, properties]) => [code, { text: text(properties, star), alarm: false }])) },
    describe: ({ properties }) => describe(properties, star),
  };
}

function look(properties, classes) {
  const missing = classes.find(({ kind }) => kind === "no_data");
  if (properties.no_data) return missing ? { colour: missing.colour, pattern: true } : null;
  const one = classes.find(({ lower }) => lower === properties.value);
  return one ? { colour: one.colour } : null;
}

const text = ({ no_data: missing, stars, verdict_label: word }, star) =>
  (missing ? _("未评定") : star ? word : "★".repeat(stars) || _("%(n)s 颗星", { n: 0 }));

function describe(properties, star) {
  if (properties.no_data) return [_("未评定")];
  if (star) return [properties.verdict_label];
  return Number.isFinite(properties.stars)
    ? [_("%(n)s 颗星", { n: number(properties.stars) }), ...(properties.held ?? [])] : [];
}

function sentence({ communities, held, five }, star, overlay, quarter) {
  const title = overlay.parameters[0].choices.find(({ value }) => value === (star ?? ""))?.title;
  return [
    el("strong", {}, star ? _("%(held)s / %(all)s 个社区", { held: number(held), all: number(communities) })
      : _("%(n)s 个五星社区", { n: number(five) })),
    el("span", {}, star ? title : _("共 %(n)s 个社区", { n: number(communities) })),
    el("span", { class: "quiet" }, quarter),
  ];
}

/** Nothing of its own remains on the map. */
export function hide() {}
