/* The programme overlay: service projects, demands and activities as places, told apart by shape and colour. */
import { clearAreas } from "./areas.js";
import { el } from "./dom.js";
import { _, number } from "./i18n.js";
import { fetchFeatures } from "./layers.js";
import { map } from "./map.js";

const L = window.L;
const SPACE = "http://www.w3.org/2000/svg";
const SHAPES = {
  projects: Array.from({ length: 6 }, (unused, i) => [Math.cos(i * Math.PI / 3) * 7.5, Math.sin(i * Math.PI / 3) * 7.5].map((v) => Number(v.toFixed(1)))),
  demands: [[-5.5, -5.5], [5.5, -5.5], [5.5, 5.5], [-5.5, 5.5]],
  activities: [[0, -7], [6.5, 5.5], [-6.5, 5.5]],
};

let layer = null;

/** Show what the parameters say. */
export async function show({ what, category }, { signal, overlay }) {
  const query = new URLSearchParams({ what });
  if (category) query.set("category", category);
  const answer = await fetchFeatures(`${overlay.url}?${query}`, signal);
  if (signal.aborted) return null;
  const colours = new Map(answer.legend.classes.map(({ code, colour }) => [code, colour]));
  hide();
  await clearAreas("grid");
  const marks = answer.features.filter(({ geometry }) => geometry?.type === "Point");
  layer = L.layerGroup(marks.map((feature) => marker(feature, what, colours))).addTo(map);
  const classes = answer.legend.classes.map((one) => ({ ...one, kind: "shape", colours: SHAPES[what] }));
  return { legends: [{ ...answer.legend, classes }], summary: sentence(answer, what, overlay), describe: () => [] };
}

function mark(what, colour) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("viewBox", "-10 -10 20 20");
  const path = document.createElementNS(SPACE, "path");
  path.setAttribute("d", `M${SHAPES[what].map((point) => point.join(" ")).join("L")}Z`);
  path.setAttribute("fill", colour ?? "#64748b");
  path.setAttribute("stroke", "#ffffff");
  path.setAttribute("stroke-width", 1.5);
  svg.append(path);
  return svg;
}

function marker({ id, geometry, properties }, what, colours) {
  const [lng, lat] = geometry.coordinates;
  const icon = L.divIcon({ className: "incident", html: mark(what, colours.get(properties.category)), iconSize: [20, 20] });
  const made = L.marker([lat, lng], { icon, keyboard: false, alt: properties.title });
  made.bindTooltip(() => content(properties, what), { className: "map-note", direction: "top", offset: [0, -8], opacity: 1 });
  if (what === "projects") made.on("click", () => { location.assign(`/programme/projects/${encodeURIComponent(id)}`); });
  return made;
}

function content(properties, what) {
  const { title, category_label: category, state_label: state, area, day, adopters, participants, supporters } = properties;
  const people = { demands: supporters, activities: participants }[what];
  const words = { demands: _("%(n)s 人支持", { n: number(people ?? 0) }), activities: _("%(n)s 人次", { n: number(people ?? 0) }) };
  const lines = [[category, state].filter(Boolean).join(" · "), area, day, (adopters ?? []).join("、"), words[what]];
  return el("div", {}, el("strong", {}, title), lines.filter(Boolean).map((line) => el("span", {}, line)));
}

function sentence({ total, participants, legend }, what, overlay) {
  const title = overlay.parameters[0].choices.find(({ value }) => value === what)?.title ?? legend.title;
  return [
    el("strong", {}, _("%(n)s %(unit)s", { n: number(total), unit: legend.unit })),
    el("span", {}, title),
    Number.isFinite(participants) ? el("span", { class: "quiet" }, _("%(n)s 人次", { n: number(participants) })) : "",
  ];
}

/** Take the places away. */
export function hide() {
  layer?.remove();
  layer = null;
}
