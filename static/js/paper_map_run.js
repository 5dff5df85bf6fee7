/* The page of a map that is being made: progress until it has ended, then the page anew, with the file. */
import { fetchJson } from "./dom.js";
import { _ } from "./i18n.js";

const ASK_EVERY = 700;
const page = document.getElementById("run");
const holder = document.getElementById("progress");

function tell(state) {
  const percent = Math.round(state.progress * 100);
  holder.querySelector(".run-bar").value = percent;
  holder.querySelector(".run-percent").textContent = `${percent} %`;
  holder.querySelector(".run-words").textContent = state.words;
  holder.querySelector(".run-seconds").textContent = state.seconds;
}

async function follow() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, document.hidden ? 4 * ASK_EVERY : ASK_EVERY));
    try {
      const state = await fetchJson(page.dataset.address);
      tell(state);
      if (state.ended) break;
    } catch (error) {
      if (error.status === 401 || error.status === 404) return;
      holder.querySelector(".run-words").textContent = _("暂时连不上服务，稍后自动重试；不影响生成");
    }
  }
  location.reload();
}

document.documentElement.dataset.ready = "paper";
follow();
