/* The day: what was dispatched to the worker, and the round through the grid. What was ticked off stays on this phone,
   by day, without times or order; the server hears how many of how many, per grid and day. */
import { el, icon } from "../dom.js";
import { hear } from "../bus.js";
import { _, number } from "../i18n.js";
import { gridOf, gridTitle, hereNow } from "./here.js";
import * as packs from "./pack.js";
import { field } from "./store.js";
import * as work from "./tasks.js";
import { card } from "./task_card.js";
import { current } from "./views.js";

const part = (id) => document.getElementById(id);
const ICONS = { station: "map-pin", street: "route" };
let order = "due";
let told = { tasks: [], at: null, fresh: false };
let chosen = "";

/** Open the view. */
export async function open() {
  const pack = await packs.pack();
  if (!pack) return;
  grids(pack);
  await patrol();
  await drawTasks();
  told = await work.tasks();
  await drawTasks();
  await unsent();
}

/** Draw the tasks in the chosen order. */
async function drawTasks() {
  if (current().view !== "day") return;
  const list = work.ordered(told.tasks, order);
  const clock = told.at ? new Date(told.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false }) : "";
  part("tasks-said").textContent = list.length ? (told.fresh ? "" : _("没有网络，这是 %(at)s 的任务。", { at: clock })) : _("没有派给您的任务。");
  part("task-list").replaceChildren(...(await Promise.all(list.map((one) => card(one, drawTasks)))));
}

function orderBy(event) {
  const button = event.target.closest("[data-order]");
  if (!button) return;
  order = button.dataset.order;
  for (const one of part("task-order").children) one.setAttribute("aria-pressed", String(one === button));
  drawTasks();
}

/** Which own grid the round goes through: the one stood in, else the first. */
function grids(pack) {
  const own = Object.keys(pack.patrol ?? {});
  const here = hereNow()?.grid?.code;
  if (!own.includes(chosen)) chosen = own.includes(here) ? here : own[0] ?? "";
  part("patrol-grid-label").hidden = own.length < 2;
  part("patrol-grid").replaceChildren(...own.map((code) => el("option", { value: code, selected: code === chosen }, gridOf(code) ? gridTitle(gridOf(code)) : code)));
}

/** Today by the server's clock, in the county's time. */
const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(packs.now());
const key = (code) => `${today()} ${code}`;

async function ticked(code) {
  return (await (await field()).get("ticks", key(code))) ?? { done: [], sent: 0 };
}

/** Draw the round of the chosen grid. */
async function patrol() {
  const stops = packs.current()?.patrol?.[chosen] ?? [];
  const { done } = await ticked(chosen);
  part("patrol-count").textContent = chosen && stops.length
    ? _("已看 %(done)s / %(total)s 处", { done: number(done.length), total: number(stops.length) }) : _("没有划给您的网格，或网格里没有可巡查的街道和站点。");
  part("patrol-list").replaceChildren(...stops.map((stop) => el("li", {}, el("label", { class: "choice patrol-stop" },
    el("input", { type: "checkbox", value: stop.code, checked: done.includes(stop.code), onchange: ({ target }) => tick(stop.code, target.checked) }),
    icon(ICONS[stop.kind] ?? "map-pin"), el("span", {}, stop.name)))));
}

async function tick(stop, on) {
  const db = await field();
  const tx = db.transaction("ticks", "readwrite");
  const kept = (await tx.store.get(key(chosen))) ?? { done: [] };
  const done = on ? [...new Set([...kept.done, stop])].sort() : kept.done.filter((one) => one !== stop);
  tx.store.put({ day: today(), grid_code: chosen, done, total: packs.current().patrol[chosen].length, unsent: true }, key(chosen));
  await tx.done;
  const stops = packs.current().patrol[chosen];
  part("patrol-count").textContent = _("已看 %(done)s / %(total)s 处", { done: number(done.length), total: number(stops.length) });
  clearTimeout(tick.timer);
  tick.timer = setTimeout(unsent, 1500);
}

/** Send the counts that the server has not heard: how many of how many, nothing of which or when. */
async function unsent() {
  const db = await field();
  for (const name of await db.getAllKeys("ticks")) {
    const kept = await db.get("ticks", name);
    if (!kept?.unsent) continue;
    try {
      const answer = await fetch(`/field/patrols/${encodeURIComponent(kept.grid_code)}/${kept.day}`, { method: "PUT",
        headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify({ done: kept.done.length, total: kept.total }) });
      if (!answer.ok && answer.status >= 500) return;
      const now = await db.get("ticks", name);
      if (answer.ok && now && now.done.length === kept.done.length) await db.put("ticks", { ...now, unsent: false }, name);
    } catch {
      return;
    }
  }
}

part("task-order").addEventListener("click", orderBy);
part("patrol-grid").addEventListener("change", ({ target }) => { chosen = target.value; patrol(); });
hear("pack:change", ({ pack }) => { if (pack && current().view === "day") open(); });
hear("queue:change", drawTasks);
hear("position:change", () => { if (order === "distance") drawTasks(); });
addEventListener("online", () => unsent().catch(() => {}));
