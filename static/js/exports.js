/* The page of exports: what suits the chosen format, the warning of offset positions, progress of large ones. */
import { fetchJson } from "./dom.js";
import { _ } from "./i18n.js";

const ASK_EVERY = 700;
const KML_SYSTEMS = ["EPSG:4490", "EPSG:4326"];
const form = document.getElementById("export-form");
const systems = document.getElementById("export-crs");
const warning = document.getElementById("offset-warning");

/** KML is longitude and latitude alone; the warning is there while an offset system is chosen. */
function suit() {
  const kml = form.elements.format.value === "kml";
  for (const option of systems.options) option.disabled = kml && !KML_SYSTEMS.includes(option.value);
  if (systems.selectedOptions[0]?.disabled) systems.value = KML_SYSTEMS[0];
  warning.hidden = !systems.selectedOptions[0]?.dataset.offset;
  for (const one of warning.querySelectorAll("[data-system]")) one.hidden = one.dataset.system !== systems.value;
}

function tell(item, state) {
  const percent = Math.round(state.progress * 100);
  item.querySelector(".run-bar").value = percent;
  item.querySelector(".run-percent").textContent = `${percent} %`;
  item.querySelector(".run-words").textContent = state.words;
}

/** Ask how far one export is until it has ended; the page that saw the end is read anew. */
async function follow(item) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 4 * ASK_EVERY : ASK_EVERY));
    try {
      const state = await fetchJson(item.dataset.address);
      tell(item, state);
      if (state.ended) break;
    } catch (error) {
      if (error.status === 401) return;
      if (error.status === 404) break;
      item.querySelector(".run-words").textContent = _("暂时连不上服务，稍后自动重试；生成不受影响");
    }
  }
  if (!form.matches(":focus-within")) location.reload();
}

form.addEventListener("change", suit);
suit();
for (const item of document.querySelectorAll(".report[data-address]")) follow(item);
document.getElementById("problem")?.focus();
document.documentElement.dataset.ready = "exports";
