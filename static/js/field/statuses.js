/* How the stations are just now: asked of the server every half minute while the page is seen and there is a network,
   so that a station that closes for the moment is known within a minute. Offline the pack's own statuses stand. */
import { tell } from "../bus.js";
import { stations } from "./nearest.js";
import { show } from "./stations.js";

const EVERY_MS = 30_000;
let number = null;

function take({ number: told, stations: said }) {
  if (told === number) return;
  number = told;
  for (const station of stations().filter(({ code }) => code in said)) {
    const { status, note, until } = said[station.code];
    Object.assign(station, { status, status_note: note, status_until: until ? Date.parse(until) / 1000 : null });
  }
  tell("stations:statuses");
  show();
}

/** Ask once. */
export async function ask() {
  if (document.hidden || !navigator.onLine) return;
  try {
    const answer = await fetch("/stations/status.json", { headers: { Accept: "application/json" } });
    if (answer.ok) take(await answer.json());
  } catch { /* no network: what is known stands */ }
}

/** Ask from now on. */
export function start() {
  ask();
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
}
