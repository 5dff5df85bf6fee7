/* The page of one import: progress while the background works, and the parts of the step that is shown. */
import { fetchJson } from "../dom.js";
import { _ } from "../i18n.js";

const ASK_EVERY = 600;
const page = document.getElementById("desk");
const { address, state: seen, step } = page.dataset;

function tell(progress) {
  const percent = Math.round((progress?.share ?? 0) * 100);
  page.querySelector(".run-bar").value = percent;
  page.querySelector(".run-percent").textContent = `${percent} %`;
  page.querySelector(".run-words").textContent = progress?.words || _("等待开始");
}

/** Ask how far it is until its state is another one; the page is read anew then. */
async function follow() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 4 * ASK_EVERY : ASK_EVERY));
    try {
      const now = await fetchJson(`${address}.json`);
      if (now.state !== seen) break;
      tell(now.progress);
    } catch (error) {
      if (error.status === 401) return;
      if (error.status === 404) break;
      page.querySelector(".run-words").textContent = _("暂时连不上服务，稍后自动重试；后台的工作不受影响");
    }
  }
  location.replace(address);
}

/** One part that fails must not take the others with it. */
async function attempt(name) {
  try {
    await (await import(name)).start(page);
  } catch (error) {
    console.warn(error.message || error);
  }
}

document.getElementById("problem")?.focus();
if (page.dataset.busy) {
  document.documentElement.dataset.ready = "desk";
  await follow();
} else {
  if (step === "choose" && document.getElementById("desk-form")) await attempt("./mapping.js");
  if (document.getElementById("repairs-form")) attempt("./repairs.js");
  if (document.getElementById("desk-map")) await attempt("./shapes.js");
  document.documentElement.dataset.ready = "desk";
}
