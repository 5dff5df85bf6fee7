/* Adds to the form of siting what a plain form cannot do: only the fields that a goal asks for, and names to pick from. */
import { el, fetchJson, icon } from "./dom.js";
import { _ } from "./i18n.js";

const form = document.getElementById("siting-form");
const compare = document.getElementById("compare-button");
const NEEDS = { share: ["lscp"], k: ["mclp", "median", "center", "capacitated_median"], seats: ["capacitated_median"] };

const fieldOf = (name) => form.elements[name].closest(".form-field");

/** Show and send only what the chosen goal asks for. */
function fit() {
  const model = form.elements.model.value;
  for (const [name, models] of Object.entries(NEEDS)) {
    fieldOf(name).hidden = !models.includes(model);
    form.elements[name].disabled = !models.includes(model);
  }
}

let names = null;

async function fillNames() {
  const on = form.elements.on.value;
  if (names?.dataset.on === on) return;
  const { places, stations } = await fetchJson(`/siting/candidates.json?on=${on}`);
  const option = ([code, name]) => el("option", { value: name ? `${name} ${code}` : code });
  const list = el("datalist", { id: "siting-places" }, ...Object.entries(stations).map(option), ...Object.entries(places).map(option));
  list.dataset.on = on;
  names?.remove();
  names = list;
  document.body.append(list);
}

function picker(holder) {
  const area = holder.querySelector("textarea");
  const said = holder.querySelector("label").firstChild.textContent.trim();
  const box = el("input", { class: "field", type: "text", placeholder: _("输入名称查找"), "aria-label": _("查找并加入：%(list)s", { list: said }) });
  box.setAttribute("list", "siting-places");
  const add = () => {
    const text = box.value.trim();
    if (!text) return;
    const known = area.value.split(/[、，,;；\n]+/).map((one) => one.trim()).filter(Boolean);
    if (!known.includes(text)) area.value = [...known, text].join("、");
    box.value = "";
  };
  box.addEventListener("focus", () => { fillNames().catch(() => {}); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  area.before(el("span", { class: "place-pick" }, box, el("button", { class: "button", type: "button", onclick: add }, icon("plus", 16), _("加入"))));
}

function watchCompare() {
  const boxes = [...document.querySelectorAll("input[name=run]")];
  const most = Number(compare.dataset.most);
  const set = () => {
    const chosen = boxes.filter(({ checked }) => checked).length;
    compare.disabled = chosen < 2 || chosen > most;
    boxes.forEach((box) => { box.disabled = !box.checked && chosen >= most; });
  };
  boxes.forEach((box) => box.addEventListener("change", set));
  set();
}

/** A list with work under way is read again until it has ended. */
function follow() {
  if (!document.querySelector(".runs .run-running, .runs .run-queued")) return;
  setInterval(async () => {
    if (document.hidden || document.querySelector("input[name=run]:checked")) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".runs tbody");
    if (fresh) document.querySelector(".runs tbody").replaceWith(document.importNode(fresh, true));
    watchCompare();
  }, 3000);
}

if (form) {
  form.elements.model.addEventListener("change", fit);
  form.querySelectorAll(".place-list").forEach(picker);
  fit();
}
document.getElementById("problem")?.focus();
watchCompare();
follow();
document.documentElement.dataset.ready = "siting";
