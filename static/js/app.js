/* The map page's entry: the overlay first, with the areas it colours; then the ground, names, marks and everything at
   the edge, so that the first answer is seen before the last tool is loaded. */
import { tell } from "./bus.js";
import * as ground from "./ground.js";
import "./highlight.js";
import * as labels from "./labels.js";
import * as overlays from "./overlays.js";
import * as panel from "./panel.js";
import * as pick from "./pick.js";
import * as stations from "./stations.js";

const EDGE = ["drawer", "attention", "share", "measure", "figures", "readout"];

/** One part that fails must not take the others with it. */
async function attempt(part) {
  try {
    await part();
  } catch (error) {
    console.warn(error.message || error);
  }
}

async function edge(name) {
  const module = await import(`./${name}.js`);
  (module.setup ?? module.start)();
}

async function start() {
  panel.start();
  pick.start();
  const first = overlays.start();
  await attempt(() => Promise.all([first, ground.start()]));
  await Promise.all([
    attempt(stations.start),
    ...EDGE.map((name) => attempt(() => edge(name))),
    attempt(async () => {
      await labels.start();
      await ground.fill();
      await labels.addStreets();
    }),
  ]);
  tell("overlay:change", { ...overlays.current(), from: "start" });
  document.documentElement.dataset.ready = "map";
}

start();
