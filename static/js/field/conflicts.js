/* What the server could not take as it was: why, and what the worker may choose. Nothing is settled by itself, nothing
   dropped: deleting asks. The card of an item depends on the code of its problem; one that is not known here can be
   changed, sent again or deleted. */
import { el, fetchJson, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { gridOf, gridTitle } from "./here.js";
import * as outbox from "./outbox.js";
import * as packs from "./pack.js";
import { likely, line } from "./report_near.js";
import { go } from "./views.js";

const TITLES = {
  grid_redrawn: _("网格已调整"),
  class_withdrawn: _("类别已停用"),
  grid_choice_needed: _("位置在网格边界附近"),
  duplicate_closed: _("这件事已经结案"),
  duplicates_nearby: _("附近已有同类事件"),
  stale_version: _("事件已被他人更新"),
};

const button = (text, onclick, more = {}) => el("button", { type: "button", class: "button", onclick, ...more }, text);

/** Change what is sent, then put the item in line again. */
async function again(item, values = {}, more = {}) {
  await outbox.edit(item.id, (one) => { Object.assign(one.values, values); Object.assign(one, more); });
  await outbox.queue(item.id);
}

const gridName = (code) => { const grid = gridOf(code); return grid ? gridTitle(grid) : code; };

function redrawn(item) {
  const { now = {}, known = {}, grids = [], plan_id: plan } = item.problem.data;
  const takes = (code) => again(item, { known_grid_code: now.grid_code ?? "", known_plan_id: plan ?? "", grid_code: code });
  const others = grids.filter((one) => one.grid_code !== now.grid_code);
  return [el("p", { class: "quiet" }, _("原来是 %(before)s，现在是 %(after)s。", { before: known.name || known.grid_code || "—", after: now.name || now.grid_code || _("不在已有网格内") })),
    button(now.name ? _("按新网格发送：%(name)s", { name: now.name }) : _("按新网格发送"), () => takes(""), { class: "button primary" }),
    ...others.map((one) => button(one.name || one.grid_code, () => takes(one.grid_code)))];
}

function withdrawn(item) {
  const classes = item.problem.data.classes ?? packs.current()?.classes ?? [];
  const choice = el("select", { class: "field", "aria-label": _("另选类别") }, el("option", { value: "" }, _("另选类别")),
    classes.filter((one) => one.class_code !== item.values.class_code).map((one) => el("option", { value: one.class_code }, one.name)));
  return [choice, button(_("改类别并发送"), () => {
    const kind = classes.find((one) => one.class_code === choice.value);
    if (kind) again(item, { class_code: kind.class_code, attributes: null }, { title: kind.name });
    else choice.focus();
  }, { class: "button primary" })];
}

function choiceNeeded(item) {
  return (item.problem.data.grids ?? []).map((one) => button([one.name || gridName(one.grid_code), one.distance].filter(Boolean).join(" · "), () => again(item, { grid_code: one.grid_code, known_grid_code: one.grid_code })));
}

function closed(item) {
  return [button(_("作为新事件上报"), () => again(item, { confirm_new: "1", incident_code: "", follows: "" }, { kind: "report" }), { class: "button primary" })];
}

function nearby(item) {
  const list = el("ul", { class: "near-list" });
  const fill = (found) => list.replaceChildren(...found.map((one) => line({ ...one, code: one.code ?? one.incident_code }, (two) => again(item, { incident_code: two.code ?? two.incident_code }, { kind: "follow" }))));
  if (item.problem.data.duplicates?.length) fill(item.problem.data.duplicates);
  else likely(item.values).then(fill);
  return [list, button(_("都不是，作为新事件上报"), () => again(item, { confirm_new: "1" }), { class: "button primary" })];
}

/** A step that came too late: how the incident stands now, and the step again where it is still allowed. */
function stale(item) {
  const said = el("p", { class: "quiet" }, _("正在查看现在的状态…"));
  const redo = button(_("仍然提交"), () => {}, { class: "button primary", disabled: true });
  fetchJson(`/api/v1/incidents/${encodeURIComponent(item.values.incident_code)}`).then((now) => {
    const may = now.verbs.some((one) => one.verb === item.values.verb);
    said.textContent = _("现在的状态：%(state)s", { state: now.state_label }) + (may ? "" : ` · ${_("此步骤已不能再做")}`);
    redo.disabled = !may;
    redo.onclick = () => again(item, { version: now.version });
  }).catch(() => { said.textContent = _("有网络时可查看现在的状态。"); });
  return [said, redo, el("a", { class: "button", href: `/incidents/${item.values.incident_code}` }, _("查看事件"))];
}

const CHOICES = { grid_redrawn: redrawn, class_withdrawn: withdrawn, grid_choice_needed: choiceNeeded, duplicate_closed: closed, duplicates_nearby: nearby,
  stale_version: stale, transition_forbidden: stale };

async function edit(item) {
  await outbox.edit(item.id, (one) => Object.assign(one, { state: "draft", kind: one.kind === "follow" ? "report" : one.kind }));
  go("report", { draft: item.id });
}

async function remove(item) {
  if (!confirm(_("删除“%(title)s”和它的 %(n)s 张照片？它没有被服务器接收，删除后无法恢复。", { title: item.title || _("上报"), n: item.photos.length }))) return;
  await outbox.remove(item.id);
}

/** The card of one item that needs the worker's word. */
export function card(item) {
  const { code, message, fields } = item.problem ?? { code: "", message: "", fields: {} };
  const settle = CHOICES[code];
  const why = [message, ...(settle ? [] : Object.values(fields ?? {}))].filter(Boolean).join("；");
  return el("article", { class: "queue-card conflict", "data-item": item.id, "data-problem": code },
    el("h3", {}, icon("alert-triangle"), TITLES[code] ?? _("服务器没有接收")),
    el("p", {}, el("strong", {}, item.title), " ", why),
    el("p", { class: "quiet" }, item.photos.length ? _("%(n)s 张照片都在这部手机上。", { n: item.photos.length }) : _("内容在这部手机上。")),
    el("div", { class: "queue-actions" }, ...(settle ? settle(item) : [button(_("再发一次"), () => again(item))]),
      item.kind === "step" ? null : button(_("修改"), () => edit(item)), button(_("删除"), () => remove(item))));
}
