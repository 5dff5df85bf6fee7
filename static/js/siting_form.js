/* Adds to the form of siting what a plain form cannot do: only the fields that a goal asks for, and names to pick from. */
import { el, icon } from "./dom.js";
import { _ } from "./i18n.js";
import * as lists from "./siting_lists.js";

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
let pick = null;

async function fillNames() {
  const on = form.elements.on.value;
  if (names?.dataset.on === on) return;
  const { places, stations } = await pick.load();
  const option = ([code, name]) => el("option", { value: name ? `${name} ${code}` : code });
  const list = el("datalist", { id: "siting-places" }, ...Object.entries(stations).map(option), ...Object.entries(places).map(option));
  list.dataset.on = on;
  names?.remove();
  names = list;
  document.body.append(list);
}

function picker(holder) {
  const said = holder.querySelector("label").firstChild.textContent.trim();
  const box = el("input", { class: "field", type: "text", placeholder: _("输入名称查找"), "aria-label": _("查找并加入：%(list)s", { list: said }) });
  box.setAttribute("list", "siting-places");
  const add = () => {
    const text = box.value.trim();
    if (!text) return;
    lists.add(holder.dataset.list, text);
    box.value = "";
  };
  box.addEventListener("focus", () => { fillNames().catch(() => {}); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  holder.querySelector(".chosen-places").before(el("span", { class: "place-pick" }, box, el("button", { class: "button", type: "button", onclick: add }, icon("plus", 16), _("加入"))));
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

/** Say how many stations the budget pays for. */
function sayBudget() {
  const [money, price] = ["budget", "price_each"].map((name) => Number(form.elements[name].value));
  const most = money > 0 && price > 0 ? Math.floor(money / price + 1e-9) : 0;
  document.getElementById("budget-worth").textContent = most ? _("最多 %(n)s 个新站点", { n: most }) : "";
}

if (form) {
  pick = await import("./siting_pick.js");
  for (const name of ["budget", "price_each"]) form.elements[name].addEventListener("input", sayBudget);
  sayBudget();
  form.elements.model.addEventListener("change", fit);
  form.querySelectorAll(".place-list").forEach(picker);
  lists.start();
  fit();
}
document.getElementById("problem")?.focus();
watchCompare();
follow();
await pick?.start();
document.documentElement.dataset.ready = "siting";
