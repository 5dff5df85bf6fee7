/* The bar at the top and the words on the map: the grid and its code, who answers, the accuracy, how near a border is,
   the connection, what waits to be sent and how old the data are. */
import { hear } from "../bus.js";
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { gridOf, gridTitle, hereNow } from "./here.js";
import * as pack from "./pack.js";
import { position } from "./position.js";
import { trouble } from "./trouble.js";
import { current } from "./views.js";
import { ageOf, metres, spanOf, timeOf } from "./words.js";

const CLOCK_MS = 5 * 60_000;
const at = (id) => document.getElementById(id);
const queue = { waiting: 0, sending: 0, conflicts: 0 };
let warned = false;

/** The grid that the bar names: the one the address asks for, else the one of the position. */
const named = () => gridOf(current().params.get("grid") ?? "") ?? hereNow()?.grid ?? null;

const INSTEAD = () => ({ wait: _("正在定位…"), slow: _("正在定位…"), refused: _("没有位置"), failed: _("没有位置"),
  coarse: _("位置不够准"), outside: _("在县域之外"), unknown: _("不在网格内"), nodata: _("没有数据") });

function grid() {
  const found = named();
  const problem = trouble();
  const shown = found && (!problem || found !== hereNow()?.grid) ? found : null;
  at("grid-title").textContent = shown ? gridTitle(shown) : INSTEAD()[problem] ?? _("正在定位…");
  at("grid-code").textContent = shown ? shown.code : "";
  at("grid-button").disabled = !shown;
  onMap(problem);
}

function onMap(problem) {
  const place = position();
  const exact = place?.source === "gps" ? _("定位误差约 %(far)s", { far: metres(place.accuracy_m) }) : place?.name || "";
  at("accuracy").hidden = !place;
  at("accuracy").textContent = exact;
  const [near] = problem ? [] : hereNow()?.near ?? [];
  const hint = at("border-hint");
  hint.hidden = !near;
  if (near) {
    const words = hereNow().grid ? _("靠近网格边界：%(far)s 外是 %(name)s", { far: metres(near.distance_m), name: gridTitle(near.grid) })
      : _("不在网格内，最近的是 %(far)s 外的 %(name)s", { far: metres(near.distance_m), name: gridTitle(near.grid) });
    hint.replaceChildren(icon("alert-triangle", 18), el("span", {}, words));
  }
}

function state() {
  const { fetched_at: fetched, online, signedOut } = pack.age();
  const waiting = queue.waiting + queue.sending;
  const parts = [online ? _("在线") : _("离线")];
  if (signedOut) parts[0] = _("未登录");
  if (queue.conflicts) parts.push(_("%(n)s 条待处理", { n: queue.conflicts }));
  else if (waiting) parts.push(_("%(n)s 条待发", { n: waiting }));
  const pill = at("data-state");
  pill.dataset.state = signedOut || queue.conflicts ? "attention" : online ? "online" : "offline";
  at("state-word").textContent = parts.join(" · ");
  const when = typeof fetched === "number" ? fetched : Date.parse(fetched ?? "") || null;
  at("state-age").textContent = when ? _("数据 %(age)s", { age: ageOf(when, pack.now()) }) : _("没有数据");
  pill.title = when ? `${ageOf(when, pack.now())} ${timeOf(when)}` : "";
  wrongClock();
}

/** Say once that the phone's clock is wrong; everything here goes by the corrected time. */
function wrongClock() {
  const offset = pack.clockOffset();
  const wrong = Math.abs(offset) > CLOCK_MS;
  if (wrong === warned) return;
  warned = wrong;
  const words = offset > 0 ? _("手机的钟慢了约 %(span)s", { span: spanOf(offset) }) : _("手机的钟快了约 %(span)s", { span: spanOf(offset) });
  notice("clock", wrong ? el("span", {}, `${words}${_("；这里都按服务器的时间计算，请校准手机时间。")}`) : null);
}

/** Put a notice under the bar, or take it away: notice("clock", node | null). */
export function notice(name, content) {
  const old = document.querySelector(`[data-notice="${name}"]`);
  if (!content) return old?.remove();
  const close = el("button", { class: "button quiet icon-only", type: "button", "aria-label": _("知道了"), onclick: () => notice(name, null) }, icon("x"));
  const made = el("div", { class: "field-notice", "data-notice": name }, icon("alert-circle"), content, close);
  if (old) old.replaceWith(made);
  else at("notices").append(made);
}

/** Follow everything that the bar tells. */
export function start() {
  for (const name of ["here:change", "position:change", "position:state", "pack:change", "view:open"]) hear(name, grid);
  hear("pack:state", state);
  hear("queue:change", (counts) => { Object.assign(queue, counts); state(); });
  hear("tasks:change", ({ count }) => {
    at("task-count").hidden = !count;
    at("task-count").textContent = count || "";
  });
  setInterval(state, 30_000);
  addEventListener("online", state);
  at("grid-button").addEventListener("click", async () => {
    const found = named();
    if (found) (await import("./answers.js")).show(found, found === hereNow()?.grid ? hereNow().near : []);
  });
  grid();
  state();
}
