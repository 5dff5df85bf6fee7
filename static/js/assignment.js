/* The assignment overlay: territory by who answers for it, with the name on the area; vacant posts stand out. */
import { colourAreas } from "./areas.js";
import { tell } from "./bus.js";
import { el, icon } from "./dom.js";
import { _, number } from "./i18n.js";
import { featuresOf, fetchFeatures, levelOf } from "./layers.js";
import { config, token } from "./map.js";

/** Who answers for an area, in one word or two: the person, else the organisation or the zone. */
const holderOf = ({ holder_name: person, organisation_name: organisation, zone_name: zone }, role) =>
  (role === "zone" ? zone || person : role === "paired_organisation" ? organisation || person : person || organisation || zone) || "";

const vacantLook = () => ({ colour: token("overdue"), pattern: true });

/** Show who answers in a role. */
export async function show({ role }, { signal, overlay }) {
  const query = new URLSearchParams({ role, geometry: "none" });
  const answer = await fetchFeatures(`${overlay.url}?${query}`, signal);
  const values = new Map(answer.features.map(({ id, properties }) => [String(id), properties]));
  const level = answer.features[0]?.properties?.level ?? levelOf(answer.features[0]?.id ?? "");
  const areas = await featuresOf(level);
  if (signal.aborted) return null;
  await colourAreas(level, values, paint);
  const vacant = [...values].filter(([, properties]) => properties.vacant);
  return {
    legends: [legendOf(answer.legend, values, role, overlay, vacant.length)],
    summary: sentence(values.size, vacant, areas, level, overlay, role),
    labels: { level, texts: textsOf(values, role) },
    describe: ({ properties }) => describe(properties, role),
  };
}

function paint({ vacant, colour }) {
  if (vacant) return vacantLook();
  const colours = config.holder_colours;
  return { colour: colours[(colour ?? 0) % colours.length] };
}

function textsOf(values, role) {
  return new Map([...values].map(([code, properties]) => [code, properties.vacant
    ? { text: _("空缺"), alarm: true }
    : { text: holderOf(properties, role), alarm: false }]));
}

function describe(properties, role) {
  if (properties.vacant) return [_("空缺")];
  return [holderOf(properties, role), properties.holder_phone].filter(Boolean);
}

function roleTitle(overlay, role) {
  return overlay.parameters[0].choices.find(({ value }) => value === role)?.title ?? role;
}

/** Colours only tell neighbours apart, so the legend says that, and what the hatch means. */
function legendOf(given, values, role, overlay, vacant) {
  const held = values.size - vacant;
  return {
    title: given?.title || roleTitle(overlay, role),
    unit: given?.unit || "",
    date: given?.date || "",
    rule: given?.rule || _("颜色只为区分相邻的责任区，谁负责以区内名字为准。"),
    classes: [
      { kind: "hues", label: _("已明确责任人"), colours: config.holder_colours, count: held },
      { kind: "hatch", label: _("空缺"), colour: token("overdue"), count: vacant },
    ],
  };
}

function sentence(all, vacant, areas, level, overlay, role) {
  const words = [
    el("strong", {}, roleTitle(overlay, role)),
    el("span", {}, _("%(held)s / %(all)s 个%(level)s有人负责", {
      held: number(all - vacant.length), all: number(all), level: level === "grid" ? _("网格") : _("社区") })),
  ];
  if (!vacant.length) return words;
  const rows = vacant.map(([code]) => el("li", {}, el("button", { class: "link", type: "button",
    onclick: () => tell("area:select", { code, level, fly: true, focus: true, from: "vacancies" }) },
  areas.get(code)?.properties?.name ?? code)));
  words.push(el("details", { class: "vacancies" },
    el("summary", {}, icon("user-off", 16), _("%(n)s 个空缺", { n: vacant.length })), el("ul", {}, rows)));
  return words;
}

/** Nothing of its own remains on the map. */
export function hide() {}
