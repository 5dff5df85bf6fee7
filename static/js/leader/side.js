/* The right column: what a figure is made of, who answers, and which areas need attention, with the reason in words. */
import { el, fetchJson, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { lightsIn, linked } from "./rows.js";
import { data, figureOf, go, now, onState } from "./state.js";
import { baseSaid, count } from "./words.js";

const detail = document.getElementById("detail");
const who = document.getElementById("who");
const attention = document.getElementById("attention");
const list = document.getElementById("attention-list");
const SHOWN = 12;
const FIRST = 10;

let part = "above";
let asking = null;

function close() {
  const code = now().open;
  go({ open: "" });
  document.querySelector(`[data-figure="${code}"]`)?.focus();
}

function made(figure) {
  const line = (word, value, own) => el("div", { class: own === part ? "own" : "" }, el("dt", {}, word), el("dd", {}, count(value)));
  return el("dl", { class: "made-of" },
    line(_("分子：%(what)s", { what: figure.above }), figure.numerator, "above"),
    line(_("分母：%(what)s", { what: figure.below }), figure.denominator, "below"),
    figure.change ? el("div", {}, el("dt", {}, _("对比期")),
      el("dd", {}, `${figure.change.earlier_said} · ${baseSaid(figure, figure.change.numerator, figure.change.denominator)}`)) : null);
}

function choice({ code, label }) {
  return el("button", { class: "button", type: "button", "aria-pressed": String(code === part), onclick: () => { part = code; show(); } }, label);
}

function rowOf(row, columns) {
  const [first, ...others] = row;
  const weight = others.pop();
  const link = first && columns.length === 7;
  return el("li", {},
    link ? el("a", { href: `/incidents/${encodeURIComponent(first)}` }, first) : first ? el("span", {}, first) : null,
    el("span", { class: "quiet" }, others.filter(Boolean).join(" · ")), el("strong", {}, count(weight)));
}

async function fillList(figure, holder) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  const query = `${figure.list.split("?")[1]}&part=${part}`;
  try {
    const found = await fetchJson(`/leader/list.json?${query}`, { signal });
    if (signal.aborted) return;
    holder.replaceChildren(
      el("div", { class: "part-choice", role: "group", "aria-label": _("看哪一部分") }, found.parts.map(choice)),
      el("p", { class: "quiet", role: "status" }, _("合计 %(n)s %(of)s，共 %(rows)s 行", { n: count(found.total), of: found.of, rows: count(found.size) })),
      el("ul", { class: "counted" }, found.rows.slice(0, SHOWN).map((row) => rowOf(row, found.columns))),
      el("a", { class: "button", href: `/leader/list?${query}` }, icon("list"), _("看全部清单")));
  } catch (error) {
    if (error.name !== "AbortError") holder.replaceChildren(el("p", { class: "notice error" }, error.message || _("清单没有读到，请再试一次。")));
  }
}

function show() {
  const code = now().open;
  const figure = code ? figureOf(code) : null;
  const opened = detail.hidden && Boolean(figure);
  detail.hidden = !figure;
  if (!figure) return;
  const holder = el("div", { class: "counted-part" }, el("span", { class: "skeleton" }));
  const back = el("button", { class: "button quiet", type: "button", onclick: close }, icon("arrow-left"), _("返回"), el("kbd", { "aria-hidden": "true" }, "Esc"));
  detail.replaceChildren(
    el("header", { class: "side-head" }, el("h2", { id: "detail-title", tabIndex: -1 }, figure.label, " ", figure.said, figure.unit ? ` ${figure.unit}` : ""), back),
    el("p", { class: "detail-rule" }, figure.rule), made(figure), holder);
  if (opened) document.getElementById("side-body").scrollTop = 0;
  fillList(figure, holder);
}

function post({ role, name, phone, vacant }) {
  return el("li", { class: vacant ? "vacant" : "" }, el("span", { class: "quiet" }, role),
    el("span", {}, vacant ? [icon("user-off", 16), _("空缺")] : name), vacant ? null : el("span", { class: "quiet" }, phone));
}

function showWho(answer) {
  who.hidden = !answer.who.length;
  who.replaceChildren(el("h2", { id: "who-title" }, _("谁负责")), el("ul", {}, answer.who.map(post)),
    el("a", { href: `/map#area=${encodeURIComponent(answer.area.code)}` }, _("在地图上看这里的全部详情")));
}

function row(one, at, most) {
  const fill = el("span", { class: "bar-fill" });
  fill.style.inlineSize = `${most ? (one.need / most) * 100 : 0}%`;
  const button = el("button", { class: "attention-row", type: "button", title: one.reasons.map(({ text }) => text).join("\n"), onclick: () => go({ area: one.code, level: "", open: "" }) },
    el("span", { class: "rank", "aria-hidden": "true" }, at + 1),
    el("span", { class: "attention-name" }, one.name || one.code, one.who ? el("small", {}, ` ${one.who}`) : null),
    el("span", { class: "attention-gap" }, _("占差额 %(share)s", { share: `${(one.need * 100).toFixed(1)} %` })),
    el("span", { class: "bar", "aria-hidden": "true" }, fill),
    el("span", { class: "attention-reason" }, one.reasons.map(({ text, measure }) => el("span", { "data-measure": measure }, text))));
  return el("li", {}, linked(button, one.code));
}

function showAttention({ attention: found }) {
  document.getElementById("attention-rule").textContent = found.rule;
  document.getElementById("attention-title").textContent = found.level === "grid" ? _("需要关注的网格") : _("需要关注的社区");
  const most = found.rows[0]?.need ?? 0;
  const rows = found.rows.map((one, at) => row(one, at, most));
  const others = rows.splice(FIRST);
  if (others.length) {
    const more = el("button", { class: "button quiet", type: "button", onclick: () => more.parentElement.replaceWith(...others) },
      icon("chevron-down"), _("其余 %(n)s 个", { n: others.length }));
    rows.push(el("li", {}, more));
  }
  if (rows.length) list.replaceChildren(...rows);
  else list.replaceChildren(el("li", { class: "empty" }, _("各项数字都达到了目标，没有需要特别关注的。")));
  attention.setAttribute("aria-busy", "false");
}

function fail(error) {
  list.replaceChildren(el("li", { class: "notice error" }, icon("alert-circle"),
    el("span", {}, error.message || _("数字没有读到，请检查网络后再试一次。"))));
  attention.setAttribute("aria-busy", "false");
}

/** Fill the column whenever something is asked. */
export function start() {
  lightsIn(list);
  onState((_state, answer, what, error) => {
    if (what === "error") return fail(error);
    if (what === "data") {
      showAttention(answer);
      showWho(answer);
    }
    return show();
  });
  if (data()) showAttention(data());
}
