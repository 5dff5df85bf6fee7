/* The studio: blocks and state first, then borders, then the ground beneath; tools, panel and keys around them. */
import { hear, tell } from "../bus.js";
import { el } from "../dom.js";
import * as ground from "../ground.js";
import { _ } from "../i18n.js";
import { map } from "../map.js";
import * as draw from "./draw.js";
import * as edits from "./edits.js";
import * as keys from "./keys.js";
import * as options from "./options.js";
import * as panel from "./panel.js";
import * as pointer from "./pointer.js";
import { draft, load, loadArcs } from "./store.js";
import "./tool_lines.js";
import "./tool_paint.js";
import "./tool_pull.js";
import "./tool_select.js";
import * as tools from "./tools.js";

const at = (id) => document.getElementById(id);
const notice = at("map-notice");
// The ground shows everything but the grids of the plan in force: their place is taken by the draft's.
const GROUND = ["county", "water", "streets", "gates", "buildings"];

function say({ words, alarm }) {
  at("status").textContent = words;
  at("status").classList.toggle("alarm", Boolean(alarm));
}

function refused({ error, words }) {
  const fields = Object.values(error.fields ?? {});
  const told = [error.message, ...fields.filter((one) => one !== error.message)].join("。");
  notice.className = "map-notice error";
  const go = error.place ? el("button", { class: "button", type: "button", onclick: () => map.setView([error.place[1], error.place[0]], Math.max(17, map.getZoom()), { animate: false }) }, _("看这里")) : "";
  notice.replaceChildren(el("span", {}, told), go, el("button", { class: "button quiet", type: "button", onclick: () => { notice.hidden = true; } }, _("关闭")));
  notice.hidden = false;
  say({ words: _("没有改：%(why)s", { why: told }), alarm: true });
  at("saved").textContent = _("未保存：%(what)s", { what: words ?? "" });
}

function sheets() {
  const side = at("side");
  const handle = at("side-handle");
  handle.addEventListener("click", () => handle.setAttribute("aria-expanded", String(side.classList.toggle("expanded"))));
}

function listen() {
  hear("studio:say", say);
  hear("studio:refused", refused);
  hear("studio:saving", () => { at("saved").textContent = _("正在保存…"); });
  hear("studio:saved", ({ words }) => {
    notice.hidden = true;
    if (words) say({ words });
  });
  hear("studio:others", ({ who, words }) => say({ words: _("%(who)s 刚才：%(words)s", { who, words }) }));
  at("undo").addEventListener("click", () => edits.undo());
  at("redo").addEventListener("click", () => edits.redo());
}

async function later() {
  map.createPane("studio-ground");
  await ground.start();
  tell("layers:change", { shown: GROUND });
  await ground.fill();
}

async function start() {
  listen();
  draw.start();
  options.start();
  panel.start();
  sheets();
  try {
    await load();
    performance.mark("studio-useful");
    await loadArcs();
  } catch (error) {
    notice.className = "map-notice error";
    notice.replaceChildren(el("span", {}, error.message || _("草案没有加载，请检查网络后重试。")),
      el("button", { class: "button", type: "button", onclick: () => location.reload() }, _("重试")));
    notice.hidden = false;
    return;
  }
  notice.hidden = true;
  pointer.start();
  keys.start();
  tools.use("select");
  edits.watch();
  for (const name of ["remarks", "proposals"]) (await import(`./${name}.js`)).start();
  document.documentElement.dataset.ready = "studio";
  await later();
}

say({ words: _("正在加载草案…") });
if (draft.url) start();
