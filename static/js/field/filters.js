/* The filters over the stations as chips: open now (on at first), water, charging, toilet, first aid. They last as long
   as the tab. Tells `filters:change`. */
import { tell } from "../bus.js";
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";

const KEY = "field-filters";
const CHIPS = () => [["open", _("现在开放"), "clock"], ["water", _("饮水"), "droplet"], ["charging", _("充电"), "plug"],
  ["toilet", _("卫生间"), "toilet-paper"], ["first_aid", _("急救"), "first-aid-kit"]];
const FIRST = { open: true, water: false, charging: false, toilet: false, first_aid: false };
let chosen = { ...FIRST, ...kept() };

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** What is asked for now. */
export const filters = () => chosen;

/** How many filters besides "open now" are set. */
export const narrowed = () => Object.entries(chosen).some(([name, on]) => on && name !== "open");

/** Ask for something else. */
export function set(changes) {
  chosen = { ...chosen, ...changes };
  try { sessionStorage.setItem(KEY, JSON.stringify(chosen)); } catch { /* this page only, then */ }
  mark();
  tell("filters:change", chosen);
}

/** Ask for any station at all. */
export const clear = () => set({ ...FIRST, open: false });

function mark() {
  for (const chip of document.querySelectorAll("[data-filter]")) {
    chip.setAttribute("aria-pressed", String(Boolean(chosen[chip.dataset.filter])));
  }
}

/** Put the chips into the page. */
export function start() {
  const holder = document.getElementById("filters");
  holder.append(...CHIPS().map(([name, title, picture]) => el("button", {
    class: "chip", type: "button", "data-filter": name, "aria-pressed": "false", onclick: () => set({ [name]: !chosen[name] }),
  }, icon(picture, 18), title)));
  mark();
}
