/* How the stations are just now: asked for every half minute while somebody looks, told as status:change {codes}. */
import { tell } from "./bus.js";

const EVERY = 30 * 1000;
let latest = {};
let asked = 0;
let started = false;

/** What was last said about a station, or null where it is as usual and always was. */
export const statusOf = (code) => latest[code] ?? null;

/** Whether a station of the layer is open to people as far as its status goes (its hours are another matter). */
export const serves = (code, layerStatus) =>
  layerStatus !== "closed" && layerStatus !== "planned" && statusOf(code)?.status !== "closed";

/** Ask now; a failure leaves what is known. */
export async function refresh() {
  asked = Date.now();
  let answer;
  try {
    const response = await fetch("/stations/status.json", { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    answer = await response.json();
  } catch {
    return;
  }
  const said = (one) => (one ? `${one.version} ${one.status}` : "");
  const codes = [...new Set([...Object.keys(latest), ...Object.keys(answer.stations)])]
    .filter((code) => said(latest[code]) !== said(answer.stations[code]));
  latest = answer.stations;
  if (codes.length) tell("status:change", { codes });
}

/** Keep asking while the page is looked at. */
export function watch() {
  if (started) return;
  started = true;
  refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - asked > EVERY) refresh();
  });
}
