/* The strip above the map: what the tool in hand can be told, and what can be done with the selected blocks. */
import { hear, tell } from "../bus.js";
import { el, icon } from "../dom.js";
import { _, number } from "../i18n.js";
import { marks } from "./draw.js";
import { edit } from "./edits.js";
import { shapes } from "./shapes.js";
import { choose, draft, gridOf, isLocked, keyOf, mayEdit, nameOf, state } from "./store.js";
import { brush } from "./tool_paint.js";
import { pulling } from "./tool_pull.js";
import { selectedCodes, selectedWords, toggle, toggleLock } from "./tool_select.js";
import * as tools from "./tools.js";

const rail = document.getElementById("rail");
const strip = document.getElementById("tool-options");

const button = (id, name, word, onclick, more = {}) => el("button", { class: "button", id, type: "button", onclick, ...more }, name && icon(name, 18), word);

/** Grids one may choose from: those of a community, or all. */
export function gridOptions(community, chosen, first) {
  const rows = [...state.grids.values()].filter((row) => !community || row.community === community);
  return [...first.map(([value, word]) => el("option", { value, selected: value === chosen }, word)),
    ...rows.map((row) => el("option", { value: row.key, selected: row.key === chosen }, _("%(name)s（%(n)s 户）", { name: row.name || row.key, n: number(row.households) })))];
}

function brushOptions() {
  const size = el("input", { type: "range", min: 0, max: brush.most, step: 5, value: brush.radius, id: "brush-radius",
    oninput: ({ target }) => { brush.radius = Number(target.value); } });
  const target = el("select", { class: "field", id: "brush-target", onchange: ({ target: { value } }) => {
    state.target = value;
    if (value) choose(value);
  } }, ...gridOptions(gridOf(state.chosen)?.community, state.target, [["", _("按下处的网格")]]));
  return [el("label", { class: "option" }, _("划入"), target), el("label", { class: "option" }, _("笔刷"), size)];
}

function lineOptions() {
  return [button("line-finish", "check", _("完成"), () => tools.finish()), button("line-back", "arrow-left", _("退一点"), () => tools.active().back()),
    button("line-cancel", "x", _("取消"), () => tools.cancel())];
}

function pullOptions() {
  return [el("label", { class: "check option" }, el("input", { type: "checkbox", id: "pull-cut", checked: pulling.cut,
    onchange: ({ target }) => { pulling.cut = target.checked; } }), _("切开压住的地块（绕开楼栋）"))];
}

const OPTIONS = { paint: brushOptions, line: lineOptions, cut: lineOptions, pull: pullOptions };

/** The community that all selected blocks lie in, "" where they do not. */
function community() {
  const found = new Set([...marks.selected].map((i) => gridOf(keyOf(i))?.community ?? shapes.communities[shapes.community[i]]?.code));
  return found.size === 1 ? [...found][0] : "";
}

function selection() {
  if (!marks.selected.size) return [];
  const clear = button("selection-clear", "x", _("放开"), () => toggle([...marks.selected], false));
  const words = el("strong", { class: "option", id: "selection-words" }, selectedWords());
  if (!mayEdit()) return [words, clear];
  const into = el("select", { class: "field", id: "selection-to", "aria-label": _("划入哪个网格") },
    ...gridOptions(community(), state.chosen, [["", _("不划入任何网格")]]));
  const parts = [words, into,
    button("selection-transfer", "arrows-transfer-up", _("划入"), () => transfer(into.value)),
    button("selection-new", "plus", _("新建网格"), () => done({ verb: "new_grid", blocks: selectedCodes() }, _("已新建网格"))),
    button("selection-lock", "lock", _("锁定地块"), lockBlocks)];
  if (draft.may.move_community) parts.push(...communityMove());
  return [...parts, clear];
}

function communityMove() {
  const to = el("select", { class: "field", id: "selection-community", "aria-label": _("划到哪个社区") },
    ...shapes.communities.map(({ code, name }) => el("option", { value: code }, name || code)));
  return [to, button("selection-move", "border-outer", _("改社区界"), () => done({ verb: "move_community", blocks: selectedCodes(), to: to.value }, _("已移动社区边界")))];
}

async function done(operation, words) {
  if (await edit(operation, words)) toggle([...marks.selected], false);
}

function transfer(to) {
  const name = to ? nameOf(to) : _("未划入网格");
  done({ verb: "transfer", blocks: selectedCodes(), to: to || null }, _("%(n)s 个地块划入 %(name)s", { n: marks.selected.size, name }));
}

async function lockBlocks() {
  for (const i of marks.selected) if (!isLocked("block", shapes.codes[i])) await toggleLock("block", shapes.codes[i]);
}

function drawStrip() {
  const focused = strip.contains(document.activeElement) ? document.activeElement.id : "";
  const tool = tools.active();
  const own = OPTIONS[tool?.id]?.() ?? [];
  const chosen = selection();
  strip.replaceChildren(...own, ...chosen);
  strip.hidden = !own.length && !chosen.length;
  if (focused) document.getElementById(focused)?.focus();
}

function drawRail() {
  const closed = !draft.may.edit;
  rail.replaceChildren(...tools.all().sort((a, b) => a.key - b.key).filter((tool) => !closed || ["select", "lasso", "remark"].includes(tool.id))
    .map((tool) => el("button", { class: "rail-tool", id: `tool-${tool.id}`, type: "button", "aria-pressed": "false", "aria-keyshortcuts": tool.key,
      title: `${tool.help}（${tool.key}）`, onclick: () => tools.use(tool.id) }, icon(tool.icon, 22), el("span", {}, tool.word), el("kbd", { "aria-hidden": "true" }, tool.key))));
  walkable();
}

/** One stop of the Tab key for the whole rail; arrows go along it. */
function walkable() {
  const all = [...rail.children];
  all.forEach((one, at) => { one.tabIndex = at ? -1 : 0; });
  rail.onkeydown = (event) => {
    const at = all.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = all[(at + step + all.length) % all.length];
    all.forEach((one) => { one.tabIndex = one === next ? 0 : -1; });
    next.focus();
  };
}

/** Make rail and strip, and keep them right. */
export function start() {
  drawRail();
  hear("studio:tool", ({ id }) => {
    for (const one of rail.children) one.setAttribute("aria-pressed", String(one.id === `tool-${id}`));
    drawStrip();
  });
  for (const name of ["studio:selected", "studio:choose", "studio:changed", "studio:whole"]) hear(name, drawStrip);
  hear("studio:refused", () => tell("studio:selected"));
}
