/* What waits, what went, what needs a word: every item of the worker's outbox, and what became of the reports. */
import { el, icon } from "../dom.js";
import { hear } from "../bus.js";
import { _, day, number } from "../i18n.js";
import { card as conflictCard } from "./conflicts.js";
import * as outbox from "./outbox.js";
import * as packs from "./pack.js";
import * as sender from "./sender.js";
import { room } from "./store.js";
import { current, go } from "./views.js";

const part = (id) => document.getElementById(id);
const shares = new Map();
const cards = new Map();
let sending = { word: "idle", at: 0 };
let mine = [];
let wanted = false;

const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
const when = (at) => `${day(at)} ${clock(at)}`;
const NAMES = { step: _("处置"), follow: _("我也遇到"), report: _("上报") };
const title = (item) => item.title || NAMES[item.kind];

/** Open the view. */
export async function open() {
  await packs.pack();
  await draw();
  if (await progress()) draw();
}

/** Ask what became of the worker's reports, where there is a network. */
async function progress() {
  if (!navigator.onLine) return false;
  try {
    const answer = await fetch("/api/v1/incidents?tab=mine&order=reported", { headers: { Accept: "application/json" } });
    if (answer.ok) mine = (await answer.json()).incidents;
    return answer.ok;
  } catch {
    return false;
  }
}

async function draw() {
  if (current().view !== "queue" || wanted) return;
  wanted = true;
  await Promise.resolve();
  wanted = false;
  const all = await outbox.items();
  const of = (...states) => all.filter((one) => states.includes(one.state));
  fill("queue-conflicts", of("conflict", "refused").map(undecided));
  fill("queue-waiting", of("sending", "waiting").map(waiting), _("没有等待发送的内容。"));
  fill("queue-drafts", of("draft").filter((one) => !outbox.isBlank(one)).map(draft));
  fill("queue-sent", sent(of("sent")), _("还没有上报。发现问题时点下方“上报”。"));
  await state(of("sending", "waiting").length);
}

/** The card of what needs a word; the one that is shown stays while nothing about it has changed. */
function undecided(item) {
  const key = JSON.stringify(item);
  if (cards.get(item.id)?.key !== key) cards.set(item.id, { key, node: conflictCard(item) });
  return cards.get(item.id).node;
}

function fill(id, shown, empty = "") {
  const holder = part(id).lastElementChild;
  part(id).hidden = !shown.length && !empty;
  if (shown.length && shown.length === holder.children.length && shown.every((one, at) => one === holder.children[at])) return;
  holder.replaceChildren(...(shown.length ? shown : [el("p", { class: "quiet" }, empty)]));
}

const facts = (item) => el("p", { class: "quiet" }, [when(item.made_at), item.values.address, item.photos.length ? _("%(n)s 张照片", { n: item.photos.length }) : "",
  item.voice ? _("语音") : ""].filter(Boolean).join(" · "));

function waiting(item) {
  const share = shares.get(item.id);
  const word = item.state === "sending" ? (share > 0 && share < 1 ? _("正在发送 %(share)s", { share: `${Math.round(share * 100)} %` }) : _("正在发送"))
    : item.tries ? _("等待重发，已试 %(n)s 次", { n: item.tries }) : _("等待发送");
  const bar = item.state === "sending" ? el("progress", { max: 1, value: share ?? 0, "aria-label": _("发送进度") }) : null;
  return el("article", { class: "queue-card", "data-item": item.id, "data-state": item.state }, el("h3", {}, icon(item.state === "sending" ? "send" : "clock"), title(item)), facts(item),
    el("p", { class: "queue-word" }, word), bar, item.state === "waiting" ? actions(item) : null);
}

function actions(item) {
  return el("div", { class: "queue-actions" }, el("button", { type: "button", class: "button", onclick: () => remove(item) }, icon("trash"), _("删除")));
}

async function remove(item) {
  if (!confirm(_("删除“%(title)s”和它的 %(n)s 张照片？它还没有发送，删除后无法恢复。", { title: title(item), n: item.photos.length }))) return;
  await outbox.remove(item.id);
}

function draft(item) {
  return el("article", { class: "queue-card", "data-item": item.id, "data-state": "draft" }, el("h3", {}, title(item)), facts(item),
    el("div", { class: "queue-actions" }, el("button", { type: "button", class: "button primary", onclick: () => go("report", { draft: item.id }) }, _("继续")),
      el("button", { type: "button", class: "button", onclick: () => remove(item) }, icon("trash"), _("删除"))));
}

/** Receipts of this phone and what the server knows of the worker's reports, newest first, each once. */
function sent(receipts) {
  const known = new Map(mine.map((one) => [one.incident_code, { code: one.incident_code, name: one.class_name, state: one.state_label, at: one.reported_at }]));
  for (const { sent: told, title: name, made_at: made, kind } of receipts) {
    if (kind === "report" && !known.has(told.incident_code)) known.set(told.incident_code, { code: told.incident_code, name, state: told.state_label, at: made });
  }
  return [...known.values(), ...followed(receipts)].sort((a, b) => b.at.localeCompare(a.at)).map((one) => el("a", { class: "queue-card sent", href: `/incidents/${one.code}`, [one.followed ? "data-followed" : "data-code"]: one.code },
    el("h3", {}, icon(one.followed ? "users" : "check"), one.name || one.code), el("p", { class: "quiet" }, [one.code, when(one.at)].join(" · ")), el("span", { class: "state" }, one.state || _("已发送"))));
}

/** What the worker follows instead of reporting it again, as this phone remembers it. */
const followed = (receipts) => receipts.filter((one) => one.kind === "follow").map(({ sent: told, title: name, made_at: made }) => (
  { code: told.incident_code, name: [NAMES.follow, name].filter(Boolean).join(" · "), state: told.state_label, at: made, followed: true }));

async function state(waitingCount) {
  const { fetched_at: fetched, online, signedOut } = packs.age();
  const lines = [];
  if (signedOut) lines.push(el("p", { class: "notice" }, icon("lock"), el("span", {}, _("登录已过期，内容都在。")), el("a", { class: "button primary", href: "/sign-in?next=/field" }, _("登录后继续发送"))));
  else if (!online || !navigator.onLine) lines.push(el("p", { class: "notice" }, icon("cloud-off"), el("span", {}, waitingCount ? _("没有网络，%(n)s 条内容存在这部手机上，有网络时自动发送。", { n: waitingCount }) : _("没有网络。"))));
  else if (sending.word === "later") lines.push(el("p", { class: "notice" }, icon("clock"), el("span", {}, _("暂时连不上服务器，%(at)s 再试。", { at: clock(sending.at) }))));
  lines.push(el("p", { class: "quiet" }, fetched ? _("数据更新于 %(at)s", { at: when(fetched) }) : _("还没有取得数据")));
  const space = await room();
  if (space && space.quota - space.usage < 20 * 2 ** 20) lines.push(el("p", { class: "notice error" }, icon("alert-triangle"), el("span", {}, _("手机存储快满了，剩 %(n)s MB。请先发送，或删掉不要的草稿和照片。", { n: number(Math.max(0, (space.quota - space.usage) / 2 ** 20)) }))));
  part("queue-state").replaceChildren(...lines);
  part("queue-now").disabled = !waitingCount || signedOut;
}

part("queue-now").addEventListener("click", () => sender.flush());
part("queue-renew").addEventListener("click", async () => { await packs.refresh(); await progress(); draw(); });
hear("queue:change", draw);
hear("pack:state", draw);
hear("send:state", (told) => { sending = told; draw(); });
hear("send:progress", ({ id, share }) => {
  shares.set(id, share);
  const bar = document.querySelector(`[data-item="${id}"] progress`);
  if (bar) bar.value = share;
});
