/* One task: what, where, until when, and the steps that may be taken, each with photos of before or after. */
import { el, icon } from "../dom.js";
import { _, day, number } from "../i18n.js";
import * as outbox from "./outbox.js";
import { MOST, read, smaller } from "./report_photo.js";
import { isFull } from "./store.js";
import * as packs from "./pack.js";
import { beginStep, waitingFor } from "./tasks.js";

const KINDS = { handle: "before", resolve: "after" };
const PHOTOS = { before: _("处置前的照片"), after: _("处置后的照片"), photo: _("照片") };
const TO_DO = ["handle", "resolve", "verify", "return", "finish_stage"];
const NEXT = { dispatched: { handle: "handling" }, handling: { resolve: "resolved" } };
const SHOWN_AFTER = { handling: [{ verb: "resolve", label: _("处置反馈"), needs: ["note"], takes: ["photos"] }] };
const open = new Map(); // which step of which task is open: code -> draft id

function due(task) {
  if (!task.due_at) return el("span", { class: "due" }, _("没有时限"));
  const at = new Date(task.due_at * 1000);
  const state = at < packs.now() ? "overdue" : task.deadline === "overdue" ? "due_soon" : task.deadline || "in_time";
  const clock = at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  return el("span", { class: `due due-${state}` }, icon({ overdue: "alert-triangle", due_soon: "clock" }[state] ?? "circle-check", 16),
    el("span", {}, `${state === "overdue" ? _("已超期") : _("时限")} ${day(at)} ${clock}`));
}

/** The card of a task; `redraw` draws the list anew. */
export async function card(task, redraw) {
  const waiting = await waitingFor(task.incident_code);
  const far = task.distance_m === null ? "" : _("直线 %(n)s 米", { n: number(Math.round(task.distance_m)) });
  const head = el("h3", {}, el("a", { href: `/incidents/${task.incident_code}` }, task.class_name));
  const place = [task.address || task.grid_name, far].filter(Boolean).join(" · ");
  const words = task.description ? el("p", {}, task.description) : null;
  const wait = waiting.length ? el("p", { class: "notice" }, icon("clock"), el("span", {}, _("待发：%(names)s", { names: waiting.map((one) => one.title.split(" · ")[0]).join("、") }))) : null;
  const steps = stepsOf(task, waiting);
  const draft = open.has(task.incident_code) ? await outbox.find(open.get(task.incident_code)) : (await unfinished(task.incident_code));
  const body = draft ? await form(task, draft, redraw) : el("div", { class: "queue-actions" },
    steps.map((one, at) => el("button", { type: "button", class: at ? "button" : "button primary", onclick: () => begin(task, one, redraw) }, one.label)));
  return el("article", { class: "queue-card task", "data-code": task.incident_code }, head, due(task), el("p", { class: "quiet" }, place), words, wait, body);
}

/** The steps that may be taken now: those of the server's state, or of the state that the waiting steps will have made. */
function stepsOf(task, waiting) {
  const state = waiting.reduce((now, one) => NEXT[now]?.[one.values.verb] ?? "", task.state);
  const verbs = waiting.length ? SHOWN_AFTER[state] ?? [] : task.verbs;
  return verbs.filter((one) => TO_DO.includes(one.verb) && !one.override).sort((a, b) => TO_DO.indexOf(a.verb) - TO_DO.indexOf(b.verb));
}

/** A step of this task that was begun and not finished, as when the page was closed in between. */
async function unfinished(code) {
  const found = (await outbox.items()).find((one) => one.kind === "step" && one.state === "draft" && one.values.incident_code === code);
  if (found) open.set(code, found.id);
  return found;
}

async function begin(task, step, redraw) {
  const made = await beginStep(task, step.verb, step.label);
  await outbox.edit(made.id, (one) => { one.needs = step.needs; one.takes = step.takes; });
  open.set(task.incident_code, made.id);
  redraw();
}

async function form(task, draft, redraw) {
  const { verb } = draft.values;
  const kind = KINDS[verb] ?? "photo";
  const said = el("p", { class: "fault", role: "status" });
  const takes = [...(draft.needs ?? []), ...(draft.takes ?? [])];
  const note = el("textarea", { class: "field", rows: 2, maxLength: 2000, value: draft.values.note ?? "", required: draft.needs?.includes("note"),
    oninput: () => { said.textContent = ""; },
    onchange: ({ target }) => outbox.edit(draft.id, (one) => { one.values.note = target.value; }) });
  const camera = el("input", { type: "file", class: "visually-hidden", accept: "image/*", id: `photo-${task.incident_code}`, multiple: true, "data-kind": kind,
    onchange: async ({ target }) => { await add(draft.id, [...target.files], kind, said); redraw(); } });
  camera.setAttribute("capture", "environment");
  const thumbs = await Promise.all(draft.photos.map((photo) => thumb(draft.id, photo, redraw)));
  return el("form", { class: "step-form", novalidate: true, onsubmit: (event) => { event.preventDefault(); finish(task, draft, note, said, redraw); } },
    takes.includes("photos") ? el("div", { class: "report-photos" }, thumbs, camera, el("label", { class: "photo-add", htmlFor: camera.id }, icon("camera", 26), el("span", {}, PHOTOS[kind]))) : null,
    el("label", {}, _("说明"), draft.needs?.includes("note") ? null : el("small", {}, _("（可不填）")), note), said,
    el("div", { class: "queue-actions" }, el("button", { type: "submit", class: "button primary" }, icon("send"), draft.title.split(" · ")[0]),
      el("button", { type: "button", class: "button", onclick: async () => { open.delete(task.incident_code); await outbox.remove(draft.id); redraw(); } }, _("取消"))));
}

async function thumb(id, photo, redraw) {
  const blob = await outbox.blobOf(photo.id);
  if (!blob) return null;
  const image = el("img", { src: URL.createObjectURL(blob), alt: PHOTOS[photo.kind], onload: ({ target }) => URL.revokeObjectURL(target.src) });
  return el("div", { class: "photo-thumb" }, image,
    el("button", { type: "button", class: "button icon-only photo-away", "aria-label": _("删除照片"), onclick: async () => { await outbox.detach(id, photo.id); redraw(); } }, icon("x")));
}

async function add(id, files, kind, said) {
  for (const file of files.slice(0, MOST)) {
    try {
      const blob = await read(file);
      await outbox.attach(id, (await smaller(blob)) ?? blob, kind);
    } catch (error) {
      said.textContent = isFull(error) ? _("手机存储已满，照片没有保存。请先发送待发的内容。") : _("照片没有读完整，没有加入，请再拍一张。");
      return;
    }
  }
}

async function finish(task, draft, note, said, redraw) {
  if (draft.needs?.includes("note") && !note.value.trim()) {
    said.textContent = _("请写一句说明。");
    note.focus();
    return;
  }
  await outbox.edit(draft.id, (one) => { one.values.note = note.value.trim(); });
  open.delete(task.incident_code);
  await outbox.queue(draft.id);
  redraw();
}
