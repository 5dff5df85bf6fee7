/* The page of a run, and of runs side by side: the chosen places on the map, and progress until the work has ended. */
import { fetchJson } from "./dom.js";
import * as ground from "./ground.js";
import { _ } from "./i18n.js";
import { config, map } from "./map.js";
import * as stations from "./stations.js";

const L = window.L;
const page = document.getElementById("run");
const ASK_EVERY = 700;
const marks = new Map();

function mark(place, number, several) {
  const label = document.createElement("span");
  label.textContent = several ? "ABCD"[number - 1] : String(place.number);
  const name = `siting-mark mark-${number}${place.kept ? " kept" : ""}`;
  const nudge = several ? [11 + (number - 1.5) * 6, 11] : [13, 11];
  const said = several ? `${config.siting[number - 1].name}：${place.name}` : `${place.number} ${place.name}`;
  const found = L.marker([place.lat, place.lon], {
    icon: L.divIcon({ className: name, html: label, iconSize: [26, 22], iconAnchor: nudge }), title: said, alt: said,
  });
  found.on("mouseover", () => light(place.code)).on("mouseout", () => light(null)).on("click", () => light(place.code, true));
  marks.set(place.code, [...(marks.get(place.code) ?? []), found]);
  return found.addTo(map);
}

function light(code, show = false) {
  for (const [one, found] of marks) for (const each of found) each.getElement()?.classList.toggle("lit", one === code);
  for (const row of document.querySelectorAll(".place-row")) {
    row.classList.toggle("lit", row.dataset.code === code);
    if (show && row.dataset.code === code) row.scrollIntoView({ block: "nearest" });
  }
}

function rows() {
  for (const row of document.querySelectorAll(".place-row")) {
    const { code } = row.dataset;
    row.addEventListener("mouseenter", () => light(code));
    row.addEventListener("mouseleave", () => light(null));
    row.addEventListener("focus", () => light(code));
    row.addEventListener("click", () => {
      map.setView(marks.get(code)[0].getLatLng(), Math.max(map.getZoom(), 16), { animate: false });
      light(code);
    });
  }
}

async function draw() {
  const scenarios = config.siting ?? [];
  const all = scenarios.flatMap(({ places }) => places);
  scenarios.forEach(({ places }, at) => places.forEach((place) => mark(place, at + 1, scenarios.length > 1)));
  if (all.length) map.fitBounds(L.latLngBounds(all.map(({ lat, lon }) => [lat, lon])), { padding: [48, 48], maxZoom: 16, animate: false });
  rows();
  try {
    await ground.start();
    await stations.start();
    await ground.fill();
  } catch (error) {
    console.warn(error.message || error);
  }
}

function tell(holder, state) {
  if (!holder) return;
  const percent = Math.round(state.progress * 100);
  holder.querySelector(".run-bar").value = percent;
  holder.querySelector(".run-percent").textContent = `${percent} %`;
  holder.querySelector(".run-words").textContent = state.words;
  holder.querySelector(".run-seconds").textContent = state.seconds;
}

/** Ask how far it is until run and curve have ended; a page that saw one end is read anew. */
async function follow() {
  const waiting = { run: !page.dataset.ended, curve: Boolean(page.dataset.curve) };
  while (waiting.run || waiting.curve) {
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 4 * ASK_EVERY : ASK_EVERY));
    let state;
    try {
      state = await fetchJson(page.dataset.address);
    } catch (error) {
      if (error.status === 401 || error.status === 404) return;
      document.querySelector(".run-words").textContent = _("暂时连不上服务，稍后自动重试；计算不受影响");
      continue;
    }
    tell(document.getElementById("progress"), state);
    document.querySelector(".table-head .state").textContent = state.state_label;
    if (state.curve) tell(document.getElementById("curve-progress"), state.curve);
    if ((waiting.run && state.ended) || (waiting.curve && (!state.curve || state.curve.ended))) {
      location.reload();
      return;
    }
  }
}

if (page) follow();
await draw();
document.documentElement.dataset.ready = "siting";
