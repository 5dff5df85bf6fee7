/* The page of coverage: one question (the form and the address), its answer drawn on the map and told beside it. */
import { colourAreas } from "./areas.js";
import { hear, tell } from "./bus.js";
import { classOf, lookOf } from "./classes.js";
import * as aside from "./coverage_aside.js";
import { told as figuresTold } from "./coverage_figures.js";
import * as shapes from "./coverage_shapes.js";
import { answer, keep, objects, question, toAddress, valueOf } from "./coverage_state.js";
import { el, fetchJson } from "./dom.js";
import * as ground from "./ground.js";
import "./highlight.js";
import { _, number } from "./i18n.js";
import { featuresOf, has } from "./layers.js";
import * as legend from "./legend.js";
import { map } from "./map.js";
import { present } from "./overlays.js";
import * as pick from "./pick.js";

const form = document.getElementById("ask");
const notice = document.getElementById("map-notice");
const WAIT = 300;
const DRAWN = ["grid", "community", "subdistrict", "block", "county"];

let asking = null;

function waiting() {
  const late = setTimeout(() => {
    notice.className = "map-notice";
    notice.replaceChildren(el("span", { class: "spinner", "aria-hidden": "true" }), _("正在计算覆盖…"));
    notice.hidden = false;
  }, WAIT);
  return () => { clearTimeout(late); };
}

function failed(error) {
  notice.className = "map-notice error";
  notice.replaceChildren(el("span", {}, error.message || _("没有算出覆盖，请检查网络后重试。")),
    el("button", { class: "button", type: "button", onclick: ask }, _("重试")));
  notice.hidden = false;
}

/** Ask the server, show what it says; an older question that is still open is let go. */
async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const fields = question();
  const from = fields.get("from");
  fields.delete("from");
  const done = waiting();
  try {
    const [found, change] = await Promise.all([
      fetchJson(`/coverage.json?${fields}`, { signal }),
      from ? fetchJson(`/coverage/change.json?${new URLSearchParams([...fields, ["from", from]])}`, { signal }) : null,
    ]);
    if (signal.aborted) return;
    if (change) change.areas = objects(change.areas);
    keep({ ...found, areas: objects(found.areas), stations: objects(found.stations), change });
    notice.hidden = true;
    await show(answer());
    tell("coverage:answer");
  } catch (error) {
    if (!signal.aborted && error.name !== "AbortError") failed(error);
  } finally {
    done();
  }
}

/** Draw an answer: areas on the map, figures above, lists beside. */
async function show(found) {
  await paint(found);
  figuresTold(found);
  aside.told(found);
  await shapes.refresh(question());
}

/** Colour the areas of an answer by its measure. */
async function paint(found) {
  const { legend: key } = found;
  const level = DRAWN.includes(found.asked.level) && (found.asked.level !== "block" || has("blocks")) ? found.asked.level : "grid";
  await featuresOf(level);
  const values = new Map(found.areas.map((area) => [String(area.code), area]));
  await colourAreas(level, values, (area) => lookOf(classOf(valueOf(area, key.measure), key.classes)));
  present({ legends: [key], summary: summary(found), describe: ({ properties }) => describe(properties) });
}

function summary(found) {
  const share = found.figures.find(({ code }) => code === "share");
  return [
    el("strong", {}, share.value === null ? "—" : `${(share.value * 100).toFixed(1)} %`),
    el("span", {}, `${share.label} · ${number(share.numerator)} / ${number(share.denominator)} ${share.counted_in}`),
    el("span", { class: "quiet" }, found.scope),
  ];
}

const part = (value) => (value === null || value === undefined ? "—" : `${(value * 100).toFixed(1)} %`);

function describe(area) {
  if (!Number.isFinite(area.households)) return [];
  const walked = answer().basis !== "crow";
  const shares = { crow: part(area.crow_share), walk: part(area.share), seat: part(area.seated_share) };
  const counts = { covered: number(area.covered), all: number(area.households) };
  const lines = [
    walked ? _("直线 %(crow)s · 步行 %(walk)s · 有容量 %(seat)s", shares) : _("直线 %(crow)s · 有容量 %(seat)s", shares),
    walked ? _("%(covered)s / %(all)s 户步行可达", counts) : _("%(covered)s / %(all)s 户直线可达", counts),
  ];
  if (walked && Number.isFinite(area.mean_m)) lines.push(_("平均步行 %(n)s 米", { n: number(Math.round(area.mean_m)) }));
  return lines;
}

/** The changes of a what-if stay in the address while the question around them changes. */
function toUrl() {
  const changes = new URLSearchParams(location.search).get("changes");
  toAddress(changes ? { changes } : {});
}

function changed({ target }) {
  document.getElementById("ask-at-row").hidden = form.elements.when.value !== "open";
  if (target.name === "when" && target.value === "open" && !form.elements.at.value) {
    const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60000);
    form.elements.at.value = now.toISOString().slice(0, 16);
  }
  toUrl();
  ask();
}

function sheets() {
  const side = document.getElementById("side");
  const handle = document.getElementById("side-handle");
  handle.addEventListener("click", () => {
    const open = side.classList.toggle("expanded");
    handle.setAttribute("aria-expanded", String(open));
  });
  const toggle = document.getElementById("panel-toggle");
  const panel = (open) => {
    if (open) document.body.dataset.panel = "layers";
    else delete document.body.dataset.panel;
    toggle.setAttribute("aria-expanded", String(open));
  };
  toggle.addEventListener("click", () => panel(document.body.dataset.panel !== "layers"));
  document.getElementById("panel-close").addEventListener("click", () => panel(false));
}

/* A what-if shows its own answer in the same way, with what it changes; none brings the true one back. */
hear("coverage:what-if", async ({ found, deltas }) => {
  figuresTold(found ?? answer(), deltas ?? null);
  await paint(found ?? answer());
});
hear("area:select", ({ code }) => {
  aside.mark(code);
  if ((form.dataset.area ?? "") === (code ?? "")) return;
  form.dataset.area = code ?? "";
  toUrl();
});
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
sheets();
aside.start();
legend.start();
pick.start();
await Promise.all([ground.start(), ask()]);
await ground.fill();
const stations = await import("./stations.js");
await stations.start();
if (document.getElementById("part-what-if")) (await import("./coverage_what_if.js")).start();
map.invalidateSize();
if (form.dataset.area) tell("area:select", { code: form.dataset.area, fly: true, from: "address" });
document.documentElement.dataset.ready = "coverage";
