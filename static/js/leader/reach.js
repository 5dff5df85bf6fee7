/* The three numbers of coverage of the area that is looked at, side by side: by circle, on foot, on foot within capacity.
   They come when an area is chosen or the figure of coverage is opened; each leads to the list of what it counts. */
import { el, fetchJson, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { now, onState } from "./state.js";
import { baseSaid, valueSaid } from "./words.js";

const place = document.getElementById("reach");
const detail = document.getElementById("detail");

let asking = null;
let shown = null;

/** A circle has a drawn word of its own and is never called walking. */
const heads = (basis) => [_("直线圈内"), basis === "crow" ? _("直线可达") : _("步行可达"), _("且有容量")];

function cell(number) {
  const base = baseSaid(number, number.numerator, number.denominator);
  const title = `${number.label}：${number.rule} ${base} ${number.counted_in}`;
  return el("td", {}, el("a", { href: number.list, title, "data-number": number.code },
    el("strong", {}, valueSaid({ kind: "rate" }, number.value)), el("small", {}, base)));
}

function line({ when, label, stations, numbers }) {
  return el("tr", { "data-when": when }, el("th", { scope: "row" }, label, el("small", {}, _("%(n)s 个站点", { n: stations }))), numbers.map(cell));
}

function table({ rows, basis, limit_label: limit }) {
  return el("table", { class: "reach-table" }, el("caption", { class: "visually-hidden" }, _("%(limit)s内覆盖的住户", { limit })),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, limit), heads(basis).map((word) => el("th", { scope: "col" }, word)))),
    el("tbody", {}, rows.map(line)));
}

function rules({ rows: [{ numbers }] }) {
  return el("details", { class: "reach-rules" }, el("summary", {}, icon("info-circle", 16), _("三个数字怎么算")),
    el("dl", {}, numbers.flatMap(({ label, rule }) => [el("dt", {}, label), el("dd", {}, rule)])));
}

async function show() {
  const { area = "", open } = now();
  const wanted = area || open === "coverage" ? area : null;
  if (open && open !== "coverage") detail.after(place);
  else detail.before(place);
  place.hidden = wanted === null;
  if (wanted === null || wanted === shown) return;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  shown = wanted;
  const title = el("h2", { id: "reach-title" }, _("驿站覆盖"));
  place.replaceChildren(title, el("span", { class: "skeleton" }));
  try {
    const found = await fetchJson(`/leader/coverage.json${wanted ? `?area=${encodeURIComponent(wanted)}` : ""}`, { signal });
    if (signal.aborted) return;
    place.replaceChildren(title, table(found), rules(found), el("a", { class: "button", id: "to-coverage", href: found.href }, icon("map"), _("在覆盖分析中看")));
  } catch (error) {
    if (error.name === "AbortError") return;
    shown = null;
    place.replaceChildren(title, el("p", { class: "notice error" }, error.message || _("数字没有读到，请检查网络后再试一次。")));
  }
}

/** Fill the part whenever another area, or the figure of coverage, is looked at. */
export function start() {
  onState((_state, answer, what) => {
    if (what === "error" || !answer) return;
    if (what === "data") shown = null;
    show();
  });
}
