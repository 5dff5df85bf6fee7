/* The form of maps for paper: only the fields that an overlay has, and the map drawn anew at every choice. */
import { _ } from "./i18n.js";

const form = document.getElementById("map-form");
const preview = document.getElementById("preview");
const file = document.getElementById("preview-svg");
const note = document.getElementById("preview-note");
const LATER = 250;

/** Show and send only what the chosen overlay has. */
function fit() {
  const overlay = form.elements.overlay.value;
  for (const holder of form.querySelectorAll("[data-only]")) {
    const wanted = holder.dataset.only.split(" ").includes(overlay);
    holder.hidden = !wanted;
    holder.querySelectorAll("select, input").forEach((field) => { field.disabled = !wanted; });
  }
  const format = form.elements.format;
  if (format) form.elements.dpi.closest(".form-field").hidden = format.value !== "png";
}

function asked() {
  const fields = [...new FormData(form)].filter(([name, value]) => value && !["format", "dpi"].includes(name));
  return new URLSearchParams(fields);
}

function draw() {
  const query = asked();
  history.replaceState(null, "", `?${query}`);
  file.href = `/paper/maps/drawing.svg?${query}&save=1`;
  if (!preview) return;
  note.textContent = _("正在画图…");
  preview.src = `/paper/maps/drawing.svg?${query}`;
}

/** Say why there is no map, in the service's own words. */
async function explain() {
  const answer = await fetch(`${preview.src}`, { headers: { Accept: "application/json" } }).catch(() => null);
  const told = answer && !answer.ok ? await answer.json().catch(() => null) : null;
  note.textContent = told?.error?.message ?? _("没有画成，请改变选择后重试");
}

let late = 0;
form.addEventListener("change", () => {
  fit();
  clearTimeout(late);
  late = setTimeout(draw, LATER);
});
preview?.addEventListener("load", () => { note.textContent = ""; });
preview?.addEventListener("error", explain);
fit();
document.getElementById("problem")?.focus();
document.documentElement.dataset.ready = "paper";
