/* Kept views and alerts: two menus of the row above the figures. */
import { el, fetchJson, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { go, goTo, now, onState, queryOf } from "./state.js";
import { manager } from "./rules.js";

const views = document.getElementById("view-list");
const form = document.getElementById("view-form");
const note = document.getElementById("view-note");
const body = document.getElementById("alerts-body");
const badge = document.getElementById("unseen");

/** Send a change; the answer, or null with the server's sentence in `say`. */
export async function send(method, address, value, say) {
  try {
    return await fetchJson(address, { method, headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: value === undefined ? undefined : JSON.stringify(value) });
  } catch (error) {
    say(error.message || _("没有保存成功，请再试一次。"));
    return null;
  }
}

const say = (text) => { note.textContent = text; };

function view({ view_id: number, name, query }) {
  return el("li", {},
    el("button", { class: "menu-item", type: "button", onclick: () => { document.getElementById("views").open = false; goTo(query); } }, icon("bookmark"), name),
    el("button", { class: "button quiet icon-only", type: "button", "aria-label": _("删除视图 %(name)s", { name }), onclick: () => drop(number) }, icon("trash")));
}

function showViews(kept) {
  views.replaceChildren(...kept.map(view));
  if (!kept.length) views.replaceChildren(el("li", { class: "menu-note" }, _("还没有保存的视图。")));
}

async function drop(number) {
  const answer = await send("DELETE", `/leader/views/${number}`, undefined, say);
  if (answer) showViews(answer.views);
}

function alert(one) {
  return el("li", { class: one.new ? "new" : "" },
    el("button", { class: "alert-row", type: "button", "data-area": one.area.code, onclick: () => {
      document.getElementById("alerts").open = false;
      go({ area: one.area.code, level: "", measure: one.measure, open: "" });
    } }, icon("alert-triangle", 16), el("strong", {}, one.area.name || one.area.code), el("span", {}, one.text),
    one.new ? el("span", { class: "new-mark" }, _("新")) : null));
}

function showAlerts(found) {
  badge.hidden = !found.unseen;
  badge.textContent = found.unseen;
  badge.setAttribute("aria-label", _("%(n)s 条未看", { n: found.unseen }));
  const head = found.total ? _("%(n)s 条预警，按近 12 个月的事件判断", { n: found.total }) : _("现在没有预警。");
  body.replaceChildren(el("p", { class: "menu-note" }, head), manager(found, refresh), el("ul", { class: "alert-list" }, found.alerts.map(alert)));
}

async function refresh() {
  const found = await fetchJson("/leader/alerts.json").catch(() => null);
  if (found) showAlerts(found);
}

/** Wire both menus. */
export function start() {
  onState((_state, answer, what) => {
    if (what !== "data") return;
    showViews(answer.views);
    showAlerts(answer.alerts);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = form.querySelector("input").value.trim();
    const answer = await send("POST", "/leader/views", { name, query: queryOf(now()) }, say);
    if (!answer) return;
    form.reset();
    say(_("已保存“%(name)s”", { name }));
    showViews(answer.views);
  });
  const alerts = document.getElementById("alerts");
  const markSeen = async () => {
    if (!alerts.open || badge.hidden) return;
    const answer = await send("POST", "/leader/alerts/seen", undefined, () => {});
    if (answer) badge.hidden = true;
  };
  alerts.addEventListener("toggle", markSeen);
  if (new URLSearchParams(location.search).has("alerts")) {
    alerts.open = true;
    onState((_state, _answer, what) => { if (what === "data") markSeen(); });
  }
}
