/* Which overlay is on: one at a time, each by its own module. Fetches, waiting, mistakes and the way to try again. */
import { clearAreas } from "./areas.js";
import { hear, tell } from "./bus.js";
import { el, icon } from "./dom.js";
import { _ } from "./i18n.js";
import { asked, config } from "./map.js";

const MODULES = {
  coverage: () => import("./coverage.js"),
  assignment: () => import("./assignment.js"),
  incidents: () => import("./incidents.js"),
  ratings: () => import("./ratings.js"),
  programme: () => import("./programme.js"),
};
const PATIENCE = 300;

const notice = document.getElementById("map-notice");
const summary = document.getElementById("overlay-summary");

let now = { id: null, params: {}, module: null };
let abort = null;
let told = {};

/** What the overlay that is on has to tell: {legends, labels, describe}; "overlay:shown" says when it changes. */
export const presented = () => told;

/** What the catalogue says about an overlay. */
export const overlayOf = (id) => config.overlays.find((overlay) => overlay.id === id);

/** The parameters of an overlay with every choice that is unknown replaced by its default. */
export function completed(id, params = {}) {
  const known = overlayOf(id)?.parameters ?? [];
  const sound = Object.fromEntries(known.map(({ name, choices, default: usual }) =>
    [name, choices.some(({ value }) => value === params[name]) ? params[name] : usual]));
  return { ...params, ...sound };
}

/** The overlay that is on: {id, params}. */
export const current = () => ({ id: now.id, params: { ...now.params } });

function wait(title) {
  const since = Date.now();
  const say = () => {
    const seconds = Math.floor((Date.now() - since) / 1000);
    notice.className = "map-notice";
    notice.replaceChildren(el("span", { class: "spinner", "aria-hidden": "true" }),
      seconds ? _("正在计算%(title)s… %(n)s 秒", { title, n: seconds }) : _("正在计算%(title)s…", { title }));
    notice.hidden = false;
  };
  const late = setTimeout(say, PATIENCE);
  const counting = setInterval(() => Date.now() - since > 1000 && say(), 1000);
  return () => {
    clearTimeout(late);
    clearInterval(counting);
  };
}

function fail(title, error, again) {
  notice.className = "map-notice error";
  notice.replaceChildren(icon("alert-circle"),
    el("span", {}, error.message || _("没有读到%(title)s，地图其余部分仍可使用。", { title })),
    el("button", { class: "button", type: "button", onclick: again }, icon("refresh"), _("重试")));
  notice.hidden = false;
}

/** Say what is shown on the map and in the legend; the page of coverage does so itself. */
export function present({ legends = [], summary: words = null, describe = () => [], labels = null }) {
  told = { legends, describe, labels };
  tell("overlay:shown", told);
  summary.hidden = !words;
  summary.replaceChildren(...[words ?? []].flat());
}

/** Turn an overlay on with its parameters; "none" turns all off. */
export async function show(id, params = {}) {
  const overlay = overlayOf(id);
  const wanted = overlay ? completed(id, params) : {};
  abort?.abort();
  abort = new AbortController();
  const { signal } = abort;
  const before = now.module;
  now = { id: overlay ? id : "none", params: wanted, module: null };
  const done = wait(overlay?.title ?? "");
  try {
    if (overlay) await turnOn(id, wanted, signal, before);
    else await turnOff(before);
    if (signal.aborted) return;
    notice.hidden = true;
    ready(now.id);
  } catch (error) {
    if (signal.aborted || error.name === "AbortError") return;
    fail(overlay?.title ?? "", error, () => show(id, params));
  } finally {
    done();
  }
}

async function turnOn(id, params, signal, before) {
  const module = await MODULES[id]();
  const shown = await module.show(params, { signal, overlay: overlayOf(id) });
  if (signal.aborted) return;
  if (before && before !== module) before.hide();
  now.module = module;
  present(shown);
}

async function turnOff(before) {
  before?.hide();
  present({});
  await clearAreas("grid");
}

function ready(id) {
  document.documentElement.dataset.overlay = id;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (!performance.getEntriesByName("first-overlay").length) performance.mark("first-overlay");
    tell("overlay:ready", { id, params: now.params });
  }));
}

/** Show what the address asks for, else the county's usual overlay. */
export function start() {
  const fields = asked();
  const id = fields.get("overlay") ?? config.default_overlay;
  return show(id, Object.fromEntries(fields));
}

hear("overlay:change", ({ id, params, from }) => {
  if (from === "start") return;
  const same = now.id === (id ?? "none") && JSON.stringify(completed(id, params)) === JSON.stringify(now.params);
  if (!same) show(id ?? "none", params);
});
