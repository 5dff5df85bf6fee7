/* Values as they are read; the server says the figures, the areas' values are said here in the same way. */
import { _ } from "../i18n.js";

const one = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** A value of a figure: "38.2 %" or "12.4". */
export function valueSaid(figure, value) {
  if (!Number.isFinite(value)) return "—";
  return figure.kind === "rate" ? `${one.format(value * 100)} %` : one.format(value);
}

/** A plain number with thousands separated. */
export const count = (number) => whole.format(number);

/** What a value is made of: "137 / 361 户". */
export function baseSaid(figure, numerator, denominator) {
  return _("%(n)s / %(d)s", { n: count(numerator), d: count(denominator) });
}

/** A value in the unit of its legend: shares as percent. */
export const scaled = (figure, value) => (figure.kind === "rate" && Number.isFinite(value) ? value * 100 : value ?? NaN);

/** The mark and the word of a change. */
export const arrow = (way) => ({ up: "▲", down: "▼", same: "＝" })[way];

/** How good a value is: worst 0 … best 1 among the areas' values; null where neither end is better. */
export function order(figure, first, second) {
  const missing = (value) => (Number.isFinite(value) ? 0 : 1);
  if (missing(first) || missing(second)) return missing(first) - missing(second);
  return figure.better > 0 ? first - second : second - first;
}
