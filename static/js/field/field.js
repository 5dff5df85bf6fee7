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
import * as way from "./way.js";

const PATIENCE_MS = 2500;

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

const FORMS = { report: () => import("./report.js"), day: () => import("./day.js"), queue: () => import("./queue.js") };

async function openForm({ view, params }) {
  if (view in FORMS) (await FORMS[view]()).open(params);
}

/** Everything that the first answer did not need; a part that fails leaves the others. */
async function rest() {
  const parts = [import("./links.js"), import("./ground.js"), import("./labels.js"), import("./offline.js"), import("./statuses.js")];
  for (const part of parts) {
    try {
      (await part).start();
    } catch (error) {
      console.warn(error.message || error);
    }
  }
}

hear("pack:change", takePack);
hear("view:open", openForm);
views.start();
filters.start();
trouble.start();
top.start();
way.start();
stations.start();
position.start();
buttons();
const useful = new Promise((resolve) => { hear("stations:useful", resolve); });
const held = await pack.pack();
if (!held) tell("pack:state", pack.age());
await Promise.race([useful, new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); })]);
await rest();
if (held) pack.refresh();
document.documentElement.dataset.ready = "1";
