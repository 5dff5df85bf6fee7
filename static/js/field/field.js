/* The field page's entry: the views at once, the list as soon as there are a pack and a position, the map's ground and
   the forms after that, so that the first answer waits for nothing that it does not need. */
import { hear, tell } from "../bus.js";
import * as filters from "./filters.js";
import * as here from "./here.js";
import * as nearest from "./nearest.js";
import * as pack from "./pack.js";
import * as position from "./position.js";
import * as stations from "./stations.js";
import * as top from "./top.js";
import * as trouble from "./trouble.js";
import * as views from "./views.js";

const PATIENCE_MS = 2500;
const FRESH_MS = 10_000;

function takePack({ pack: held }) {
  nearest.take(held);
  here.take(held);
  stations.show(true);
}

function buttons() {
  const when = (id, work) => document.getElementById(id).addEventListener("click", work);
  const find = async () => (await import("./find.js")).open();
  const scan = async () => (await import("./scan.js")).open();
  when("find-button", find);
  when("scan-button", scan);
  when("menu-button", async () => (await import("./menu.js")).open());
  hear("find:open", find);
  hear("scan:open", scan);
  hear("position:own", () => {
    if (views.current().params.has("at") || views.current().params.has("grid")) history.replaceState(null, "", "#stations");
    position.ownAgain();
  });
}

/** The map's own scripts come after ours, so that the list need not wait for them. */
const ready = document.readyState === "complete" || performance.getEntriesByType("navigation")[0]?.domContentLoadedEventStart > 0;
const mapThere = ready ? Promise.resolve() : new Promise((resolve) => {
  // "interactive" begins before the deferred scripts, the map's among them, have run
  document.addEventListener("DOMContentLoaded", resolve, { once: true });
  addEventListener("load", resolve, { once: true });
});

const FORMS = { report: () => import("./report.js"), day: () => import("./day.js"), queue: () => import("./queue.js") };

async function openForm({ view, params }) {
  if (!(view in FORMS)) return;
  await mapThere;
  (await FORMS[view]()).open(params);
}

/** Everything that the first answer did not need; a part that fails leaves the others. */
async function rest() {
  await mapThere;
  (await import("./way.js")).start();
  const parts = [import("./links.js"), import("./ground.js"), import("./labels.js"), import("./offline.js"), import("./statuses.js")];
  for (const part of parts) {
    try {
      (await part).start();
    } catch (error) {
      console.warn(error.message || error);
    }
  }
}

/** The first answer of use is there: the nearest stations, or what to do where there is no position. */
const useful = new Promise((resolve) => {
  hear("field:useful", () => {
    const { dataset } = document.documentElement;
    dataset.useful ??= String(Math.round(performance.now()));
    resolve();
  });
});

hear("pack:change", takePack);
hear("view:open", openForm);
views.start();
filters.start();
trouble.start();
top.start();
stations.start();
position.start();
buttons();
const held = await pack.pack();
if (!held) tell("pack:none");
await Promise.race([useful, new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); })]);
await rest();
if (held && Math.abs(pack.now() - Date.parse(pack.age().fetched_at)) > FRESH_MS) pack.refresh(); // before its time: the clock was set back
document.documentElement.dataset.ready = "1";
