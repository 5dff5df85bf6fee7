/* The colours of balance: seven classes around the middle of the rules' band, told apart by lightness too. */
import { el } from "../dom.js";
import { _, number } from "../i18n.js";
import { looseCount, state } from "./store.js";

export const UNASSIGNED = "unassigned";
// PuOr of ColorBrewer, safe for the colour-blind: violet has too few households, orange too many.
const COLOURS = ["#8073ac", "#b2abd2", "#d8daeb", "#f7f7f7", "#fee0b6", "#fdb863", "#e08214"];

/** The bounds between the classes: the outer ones are the rules' own. */
function bounds() {
  const [low, high] = state.band;
  const middle = (low + high) / 2;
  const half = (high - low) / 2;
  return [low - half / 2, low, middle - half * 0.4, middle + half * 0.4, high, high + half / 2].map(Math.round);
}

/** The class of a grid's row: {at, out}; out where the rules' band is left. */
export function classOf({ households }) {
  const steps = bounds();
  const at = households < steps[0] ? 0 : households < steps[1] ? 1 : households < steps[2] ? 2 : households <= steps[3] ? 3
    : households <= steps[4] ? 4 : households <= steps[5] ? 5 : 6;
  return { at, out: at < 2 || at > 4 };
}

export const colourOf = (row) => COLOURS[classOf(row).at];

/** The legend, with how many grids are in each class. */
export function legend(holder) {
  const steps = bounds();
  const counts = COLOURS.map(() => 0);
  for (const row of state.grids.values()) counts[classOf(row).at] += 1;
  const words = [_("少于 %(n)s", { n: number(steps[0]) }), `${number(steps[0])}–${number(steps[1] - 1)}`, `${number(steps[1])}–${number(steps[2] - 1)}`,
    `${number(steps[2])}–${number(steps[3])}`, `${number(steps[3] + 1)}–${number(steps[4])}`, `${number(steps[4] + 1)}–${number(steps[5])}`, _("多于 %(n)s", { n: number(steps[5]) })];
  const item = (word, colour, count, out) => {
    const swatch = el("span", { class: "balance-swatch", "aria-hidden": "true" });
    if (colour) swatch.style.background = colour;
    else swatch.classList.add("no-data");
    return el("li", { class: out ? "out" : "" }, swatch, el("span", {}, word), el("small", {}, String(count)));
  };
  const loose = looseCount();
  holder.replaceChildren(el("span", { class: "balance-title" }, _("每网格户数")),
    el("ul", { class: "balance" }, ...words.map((word, at) => item(word, COLOURS[at], counts[at], at < 2 || at > 4)),
      loose ? item(_("未划入"), null, loose, true) : null));
}
