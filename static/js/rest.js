/* Everything on the map page that may come after the first overlay: panel, legend, ground, names, marks, the edge. */
import { tell } from "./bus.js";
import * as ground from "./ground.js";
import "./highlight.js";
import * as labels from "./labels.js";
import * as legend from "./legend.js";
import * as overlays from "./overlays.js";
import * as panel from "./panel.js";
import * as pick from "./pick.js";
import * as stations from "./stations.js";

const EDGE = ["drawer", "attention", "share", "measure", "figures", "readout", "print", "save_picture"];

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
  await (module.setup ?? module.start)();
}

/** Start all parts; the page is ready when each has done what it can. */
export async function start() {
  legend.start();
  panel.start();
  pick.start();
  await Promise.all([
    attempt(ground.start),
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
