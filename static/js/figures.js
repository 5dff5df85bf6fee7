/* Refreshes the figures that the server wrote into the page: when a station closes, on coming back, every five minutes. */
import { hear } from "./bus.js";
import { fetchJson } from "./dom.js";
import { number } from "./i18n.js";

const EVERY = 5 * 60 * 1000;
let last = Date.now();

async function refresh() {
  last = Date.now();
  const answer = await fetchJson("/figures.json").catch(() => null);
  for (const figure of (Array.isArray(answer) ? answer : answer?.figures) || []) {
    const place = document.querySelector(`[data-figure="${CSS.escape(figure.code)}"] .figure-value`);
    if (place && place.textContent !== number(figure.value)) place.textContent = number(figure.value);
    const note = place?.closest(".figure").querySelector(".figure-note");
    if (note) note.textContent = figure.note ? ` ${figure.note}` : "";
  }
}

/** Keep the figures fresh; what stands there is already true, so nothing is fetched at the start. */
export function setup() {
  if (!document.getElementById("figures")) return;
  hear("status:change", refresh);
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - last > EVERY) refresh();
  });
}
