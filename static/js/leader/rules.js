/* The rules of alert, at the foot of the alerts: everybody reads them, who may changes them. */
import { el, fetchJson, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { data } from "./state.js";

async function change(method, address, value, done, say) {
  try {
    await fetchJson(address, { method, headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: value === undefined ? undefined : JSON.stringify(value) });
    await done();
  } catch (error) {
    say(error.message || _("没有保存成功，请再试一次。"));
  }
}

function line(rule, may, done, say) {
  const { rule_id: number, version, active, text } = rule;
  const box = el("input", { type: "checkbox", checked: active, disabled: !may,
    onchange: () => change("POST", `/leader/alerts/rules/${number}`, { active: box.checked, version }, done, say) });
  return el("li", {}, el("label", { class: "check" }, box, text),
    may ? el("button", { class: "button quiet icon-only", type: "button", "aria-label": _("删除规则：%(text)s", { text }),
      onclick: () => change("DELETE", `/leader/alerts/rules/${number}`, undefined, done, say) }, icon("trash")) : null);
}

function select(name, label, options) {
  return el("label", {}, el("span", { class: "visually-hidden" }, label),
    el("select", { class: "field", name }, options.map(([value, word]) => el("option", { value }, word))));
}

function adding(done, say) {
  const figures = (data()?.figures ?? []).map(({ code, label }) => [code, label]);
  const form = el("form", { class: "rule-form" },
    select("level", _("哪一级"), [["community", _("社区")], ["grid", _("网格")], ["subdistrict", _("街道")]]),
    select("measure", _("哪项数字"), figures),
    select("side", _("高于还是低于"), [["above", _("高于")], ["below", _("低于")]]),
    el("label", {}, el("span", { class: "visually-hidden" }, _("界限")), el("input", { class: "field", name: "threshold", type: "number", min: 0, step: "any", required: true })),
    el("span", { class: "rule-unit" }), el("button", { class: "button", type: "submit" }, icon("plus"), _("添加")));
  const figure = () => data().figures.find(({ code }) => code === form.elements.measure.value);
  const unit = () => { form.querySelector(".rule-unit").textContent = figure()?.kind === "rate" ? "%" : figure()?.unit ?? ""; };
  form.addEventListener("change", unit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { level, measure, side, threshold } = form.elements;
    const value = Number(threshold.value) / (figure().kind === "rate" ? 100 : 1);
    change("POST", "/leader/alerts/rules", { level: level.value, measure: measure.value, side: side.value, threshold: value }, done, say);
  });
  unit();
  return form;
}

/** The rules, to be switched, deleted and added where the account may. */
export function manager({ rules, may_manage: may }, done) {
  const note = el("p", { class: "menu-note", role: "status" });
  const say = (text) => { note.textContent = text; };
  return el("details", { class: "rules" }, el("summary", {}, _("预警规则（%(n)s 条）", { n: rules.length })),
    el("ul", {}, rules.map((rule) => line(rule, may, done, say))), may ? adding(done, say) : null, note);
}
