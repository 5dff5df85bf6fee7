/* Where the worker stands: asked of the phone while the page is seen, or chosen by hand. It is kept in memory alone,
   never stored and never sent. Tells `position:change {lon, lat, accuracy_m, source, name, at}` and `position:state`. */
import { tell } from "../bus.js";
import { now } from "./pack.js";
import { straight } from "./network.js";

const MOVED_M = 8; // what is less is the trembling of the receiver
const COARSE_M = 200;
const PATIENCE_MS = 12_000;
const OPTIONS = { enableHighAccuracy: true, maximumAge: 15_000, timeout: 30_000 };

let fix = null; // what the phone says
let chosen = null; // what the worker said, which counts until the worker asks for the phone's again
let state = "asking"; // asking · found · refused · failed · slow
let watch = null;

/** The place that counts: {lon, lat, accuracy_m, source: gps|tap|place|station|grid|link, name, at}, or null. */
export const position = () => chosen ?? fix;

/** How positioning goes: asking, slow, found, refused, failed; and whether a place was chosen by hand. */
export const positioning = () => ({ state, chosen: Boolean(chosen), fix });

/** Too vague to name a grid by. */
export const coarse = (place) => place?.source === "gps" && place.accuracy_m > COARSE_M;

/** Let a place chosen by hand count. */
export function choose({ lon, lat, source, name = "" }) {
  chosen = { lon, lat, accuracy_m: 0, source, name, at: now() };
  tell("position:change", chosen);
  tell("position:state", positioning());
}

/** Let the phone's own position count again; asks for it once more where it had failed. */
export function ownAgain() {
  chosen = null;
  if (state !== "found") ask();
  if (fix) tell("position:change", fix);
  tell("position:state", positioning());
}

function become(next) {
  if (state === next) return;
  state = next;
  tell("position:state", positioning());
}

function found({ coords: { longitude, latitude, accuracy } }) {
  const told = { lon: longitude, lat: latitude, accuracy_m: Math.round(accuracy), source: "gps", name: "", at: now() };
  const same = fix && straight(fix.lon, fix.lat, told.lon, told.lat) < Math.max(MOVED_M, told.accuracy_m / 4)
    && Math.abs(fix.accuracy_m - told.accuracy_m) < Math.max(10, fix.accuracy_m / 3);
  become("found");
  if (same) return;
  fix = told;
  if (!chosen) tell("position:change", fix);
  tell("position:state", positioning());
}

function missed({ code }) {
  if (code === 1) {
    fix = null;
    stop();
    become("refused");
  } else if (!fix) become(code === 3 ? "slow" : "failed");
}

function ask() {
  if (!navigator.geolocation || !window.isSecureContext) return become("failed");
  stop();
  become("asking");
  watch = navigator.geolocation.watchPosition(found, missed, OPTIONS);
  setTimeout(() => state === "asking" && become("slow"), PATIENCE_MS);
}

function stop() {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  watch = null;
}

/** Ask from now on, only while the page is seen. */
export function start() {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop();
    else if (state !== "refused") ask();
  });
  ask();
}
