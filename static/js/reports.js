/* The list of reports: progress of those being made until they are ready, and the field of the chosen period. */
import { fetchJson } from "./dom.js";
import { _ } from "./i18n.js";

const ASK_EVERY = 700;
const form = document.getElementById("reports-form");

function tell(item, state) {
  const percent = Math.round(state.progress * 100);
  item.querySelector(".run-bar").value = percent;
  item.querySelector(".run-percent").textContent = `${percent} %`;
  item.querySelector(".run-words").textContent = state.words;
  const label = item.querySelector(".state");
  label.textContent = state.state_label;
  label.className = `state run-${state.state}`;
}

/** Ask how far one report is until it has ended; the page that saw the end is read anew. */
async function follow(item) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 4 * ASK_EVERY : ASK_EVERY));
    let state;
    try {
      state = await fetchJson(item.dataset.address);
    } catch (error) {
      if (error.status === 401) return;
      if (error.status === 404) break;
      item.querySelector(".run-words").textContent = _("暂时连不上服务，稍后自动重试；生成不受影响");
      continue;
    }
    tell(item, state);
    if (state.ended) break;
  }
  if (!form || !form.matches(":focus-within")) location.reload();
}

/** The period that is not chosen cannot be typed into; without scripts both can, and only the chosen one counts. */
function choosePeriod() {
  const chosen = form.elements.by.value;
  for (const name of ["month", "day"]) form.elements[name].disabled = name !== chosen;
}

if (form) {
  for (const one of form.elements.by) one.addEventListener("change", choosePeriod);
  choosePeriod();
}
for (const item of document.querySelectorAll(".report[data-address]")) follow(item);
document.getElementById("problem")?.focus();
document.documentElement.dataset.ready = "reports";
