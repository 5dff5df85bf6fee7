/* The leader's page: the figures and the map's colours first, from one request; the ground, the names and the chart after. */
import "../highlight.js";
import * as legend from "../legend.js";
import { config } from "../map.js";
import * as county from "./county.js";
import "./figures.js";
import * as keep from "./keep.js";
import * as panel from "./panel.js";
import * as pickers from "./pickers.js";
import * as reach from "./reach.js";
import * as side from "./side.js";
import { data, figureOf, load, onState, up } from "./state.js";

legend.start();
county.start();
panel.start();
side.start();
reach.start();
keep.start();
pickers.start();

/** One part that fails must not take the others with it. */
async function attempt(part) {
  try {
    await part();
  } catch (error) {
    console.warn(error.message || error);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.target.closest?.("input, select, dialog[open], details[open]")) return;
  if (up()) event.preventDefault();
});

async function trend() {
  const { trendIn, trendWords } = await import("./trend.js");
  const draw = trendIn(document.getElementById("trend-chart"), config.chart);
  const words = document.getElementById("trend-words");
  const title = document.getElementById("trend-title");
  const show = (answer) => {
    const figure = figureOf();
    title.textContent = `${figure.label} · ${answer.trend.months[0]} – ${answer.trend.months.at(-1)}`;
    words.textContent = trendWords(figure, answer.trend);
    return draw(figure, answer.trend);
  };
  onState((_state, answer, what) => { if (what !== "error" && answer) attempt(() => show(answer)); });
  if (data()) await show(data());
}

async function rest() {
  const [ground, labels] = await Promise.all([import("../ground.js"), import("../labels.js")]);
  await Promise.all([attempt(trend), attempt(ground.start), attempt(labels.start)]);
  county.present();
  document.documentElement.dataset.ready = "leader";
  await attempt(ground.fill);
}

await load();
await rest();
