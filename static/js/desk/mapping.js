/* Adds to the form of choices what a plain form cannot do: samples that follow, and another layer at once. */
import { _ } from "../i18n.js";

/** The names of the columns that nothing takes. */
function unused(form, samples) {
  const taken = new Set([...form.querySelectorAll("select[name^=column-]")].map((one) => one.value));
  return Object.keys(samples).filter((name) => !taken.has(name));
}

function show(row, samples) {
  const { value } = row.querySelector("select");
  row.querySelector(".sample").textContent = (value && samples[value]) || "—";
  row.querySelector(".why").textContent = "";
  row.classList.toggle("unfilled", !value);
}

/** Start listening to the form. */
export function start() {
  const form = document.getElementById("desk-form");
  const what = document.getElementById("desk-what");
  const samples = JSON.parse(document.getElementById("desk-samples").textContent);
  what.querySelector("button").hidden = true;
  what.addEventListener("change", () => what.requestSubmit());
  const other = document.getElementById("new-crs");
  const fit = () => { if (other) other.closest(".form-field").hidden = form.elements.crs.value !== "other"; };
  form.addEventListener("change", ({ target }) => {
    fit();
    if (!target.name?.startsWith("column-")) return;
    show(target.closest("tr"), samples);
    const left = unused(form, samples);
    document.getElementById("unused-columns").textContent = left.length ? _("文件里没有用到的列：%(names)s", { names: left.join("、") }) : "";
  });
  fit();
}
