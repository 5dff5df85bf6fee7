/* Choosing what it is: the classes reported most often as large buttons, all of them by group beneath; and what a class asks. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";

const FIRST = 6;

function option(kind, chosen, choose) {
  const input = el("input", { type: "radio", name: "report-class", value: kind.class_code, checked: kind.class_code === chosen,
    onchange: () => choose(kind) });
  return el("label", { class: "class-option" }, input, icon(kind.icon, 22), el("span", {}, kind.name));
}

/** Draw the choice of a pack's classes; `choose(kind)` hears of a choice. */
export function draw({ frequent, groups, more }, classes, chosen, choose) {
  const often = classes.filter((one) => one.frequent);
  const first = (often.length ? often : classes).slice(0, FIRST);
  const picked = classes.find((one) => one.class_code === chosen);
  if (picked && !first.includes(picked)) first.splice(FIRST - 1, 1, picked);
  frequent.replaceChildren(...first.map((kind) => option(kind, chosen, choose)));
  const byGroup = Map.groupBy ? Map.groupBy(classes, (one) => one.group) : grouped(classes);
  groups.replaceChildren(...[...byGroup].map(([name, kinds]) => el("fieldset", { class: "class-choice" }, el("legend", {}, name),
    el("div", { class: "class-frequent" }, kinds.map((kind) => option(kind, null, (one) => { more.open = false; choose(one); }))))));
  more.hidden = classes.length <= first.length;
}

function grouped(classes) {
  const found = new Map();
  for (const one of classes) found.set(one.group, [...(found.get(one.group) ?? []), one]);
  return found;
}

/** Draw what a class asks; `answered(answers)` hears of every change. */
export function questions(holder, kind, answers, answered) {
  const given = { ...answers };
  const tellIt = (code, value) => {
    if (value === "" || value?.length === 0) delete given[code];
    else given[code] = value;
    answered({ ...given });
  };
  holder.replaceChildren(...(kind?.attributes ?? []).map((one) => (one.variable ? question(one, given[one.code], tellIt) : el("p", { class: "quiet" }, one.description))));
}

function question(one, value, told) {
  const title = [one.description, one.required ? null : el("small", {}, " ", _("（可不填）"))];
  if (one.datatype === "multivaluelist") return many(one, title, value ?? [], told);
  const field = one.values.length
    ? el("select", { class: "field" }, el("option", { value: "" }, _("请选择")), one.values.map(({ key, name }) => el("option", { value: key, selected: key === value }, name)))
    : el("input", { class: "field", maxLength: 400, value: value ?? "", inputMode: one.datatype === "number" ? "decimal" : "text", type: one.datatype === "datetime" ? "datetime-local" : "text" });
  field.required = one.required;
  field.dataset.question = one.code;
  field.addEventListener("change", () => told(one.code, field.value));
  return el("label", { class: "question" }, title, field);
}

function many(one, title, value, told) {
  const boxes = one.values.map(({ key, name }) => el("label", { class: "choice" }, el("input", { type: "checkbox", value: key, checked: value.includes(key) }), name));
  const set = el("fieldset", { class: "choices" }, el("legend", {}, title), boxes);
  set.addEventListener("change", () => told(one.code, [...set.querySelectorAll("input:checked")].map((box) => box.value)));
  return set;
}

/** What a class asks and was not answered: its words. */
export const unanswered = (kind, answers = {}) => (kind?.attributes ?? []).filter((one) => one.variable && one.required && !answers[one.code]?.length).map((one) => one.description);
