/* The right column: the check list, always in sight; the chosen grid with what changed; all grids; the history. */
import { hear } from "../bus.js";
import { el, icon } from "../dom.js";
import { _, number } from "../i18n.js";
import { map } from "../map.js";
import { classOf, legend } from "./balance.js";
import { marks, remark } from "./draw.js";
import { edit } from "./edits.js";
import { boxAround, shapes } from "./shapes.js";
import { blocksOf, choose, gridOf, isLocked, looseCount, mayEdit, nameOf, state } from "./store.js";
import { toggleLock } from "./tool_select.js";
import * as tools from "./tools.js";

const L = window.L;
const at = (id) => document.getElementById(id);
const MOST = 80;

/** Bring blocks into view. */
export function goTo(blocks) {
  const box = boxAround(blocks);
  if (!Number.isFinite(box[0])) return;
  const corner = (x, y) => map.unproject(L.point(x, y).multiplyBy(2 ** map.getZoom()));
  map.fitBounds(L.latLngBounds(corner(box[0], box[1]), corner(box[2], box[3])), { padding: [80, 80], maxZoom: 17, animate: false });
}

/* The check list */
function drawChecks() {
  const hard = state.faults.filter((one) => one.hard).length;
  at("checks-count").replaceChildren(
    el("span", { class: hard ? "tally bad" : "tally good" }, icon(hard ? "x" : "check", 16), hard ? _("%(n)s 项必须改", { n: hard }) : _("必守规则都符合")),
    state.faults.length > hard ? el("span", { class: "tally soft" }, icon("alert-triangle", 16), _("%(n)s 项提醒", { n: state.faults.length - hard })) : "");
  at("checks-list").replaceChildren(...state.faults.slice(0, MOST).map(faultRow),
    state.faults.length > MOST ? el("li", { class: "quiet" }, _("还有 %(n)s 项", { n: state.faults.length - MOST })) : "");
}

function faultRow(fault) {
  return el("li", {}, el("button", { class: `fault ${fault.hard ? "hard" : "soft"}`, type: "button", "data-rule": fault.rule, onclick: () => visit(fault) },
    icon(fault.hard ? "x" : "alert-triangle", 16), el("span", {}, el("strong", {}, fault.message), fault.remedy ? el("small", {}, fault.remedy) : "")));
}

function visit(fault) {
  marks.fault = fault.blocks;
  if (fault.grid) choose(fault.grid);
  if (fault.blocks.length) goTo(fault.blocks);
  else if (fault.grid) goTo(blocksOf(fault.grid));
  else if (fault.place) map.setView([fault.place[1], fault.place[0]], Math.max(16, map.getZoom()), { animate: false });
  remark();
  tools.say(`${fault.message} ${fault.remedy ?? ""}`);
}

/* The chosen grid */
const percent = (share) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(share * 100).toFixed(1)} %`;
const change = (now, then, digits = 0) => {
  if (!Number.isFinite(then) || !Number.isFinite(now)) return "";
  const step = now - then;
  if (Math.abs(step) < 0.5 * 10 ** -digits) return "";
  return `${step > 0 ? "▲" : "▼"} ${digits ? Math.abs(step).toFixed(digits) : number(Math.abs(step))}`;
};

const FACTS = [
  ["households", () => _("住户"), (row) => number(row.households), 0],
  ["deviation", () => _("偏离均值"), (row) => percent(row.deviation), null],
  ["polsby_popper", () => _("紧凑度"), (row) => (row.polsby_popper ?? 0).toFixed(2), 2],
  ["buildings", () => _("楼栋"), (row) => number(row.buildings), 0],
  ["blocks", () => _("地块"), (row) => number(row.blocks), 0],
  ["incidents", () => _("近一年事件"), (row) => number(row.incidents), 0],
  ["stations", () => _("可达站点"), (row) => number(row.stations), 0],
  ["area_m2", () => _("面积（公顷）"), (row) => number(row.area_m2 / 10000), null],
  ["moved", () => _("变动住户"), (row) => number(row.moved), null],
];

function drawChosen() {
  const row = gridOf(state.chosen);
  if (!row) {
    at("chosen").replaceChildren(summary());
    return;
  }
  const facts = FACTS.map(([name, word, write, digits]) => el("div", { class: "fact" }, el("dt", {}, word()),
    el("dd", {}, el("strong", { "data-figure": name }, write(row)), digits === null || !row.was ? "" : el("small", {}, change(row[name], row.was[name], digits)))));
  at("chosen").replaceChildren(
    el("div", { class: "chosen-head" }, el("h3", { id: "chosen-name" }, row.name || row.key), el("small", {}, row.community_name),
      el("button", { class: "button quiet icon-only", type: "button", "aria-label": _("放开这个网格"), onclick: () => choose("") }, icon("x", 16))),
    el("dl", { class: "facts", id: "chosen-facts" }, facts),
    row.who?.length ? el("p", { class: "quiet" }, _("受影响：%(who)s", { who: row.who.join("、") })) : "",
    mayEdit() ? actions(row) : "");
}

function summary() {
  const { moved, share, mean } = state.summary ?? {};
  return el("div", {}, el("p", { class: "quiet" }, _("点地图上的网格看它的数据。")),
    Number.isFinite(moved) ? el("p", { id: "moved-total" }, _("与现行相比变动 %(n)s 户（%(share)s），平均每网格 %(mean)s 户",
      { n: number(moved), share: `${(share * 100).toFixed(1)} %`, mean: number(mean) })) : "");
}

function actions(row) {
  const parts = el("input", { class: "field", type: "number", id: "split-parts", min: 2, max: 9, value: 2, "aria-label": _("分成几个") });
  const others = neighboursOf(row.key);
  const other = el("select", { class: "field", id: "merge-with", "aria-label": _("与哪个网格合并") }, ...others.map((key) => el("option", { value: key }, nameOf(key))));
  const name = el("input", { class: "field", id: "grid-name", maxLength: 40, value: row.name, "aria-label": _("网格名称") });
  const button = (id, mark, word, onclick) => el("button", { class: "button", id, type: "button", onclick }, icon(mark, 16), word);
  const locked = isLocked("grid", row.key);
  return el("div", { class: "chosen-actions" },
    el("div", { class: "pair" }, parts, button("do-split", "arrows-split-2", _("等分"), () => edit({ verb: "split_parts", grid: row.key, parts: Number(parts.value) }, _("已等分 %(name)s", { name: nameOf(row.key) })))),
    others.length ? el("div", { class: "pair" }, other, button("do-merge", "arrows-join-2", _("合并"), () => edit({ verb: "merge", grids: [row.key, other.value] }, _("已合并 %(one)s 和 %(two)s", { one: nameOf(row.key), two: nameOf(other.value) })))) : "",
    el("div", { class: "pair" }, name, button("do-rename", "check", _("改名"), () => edit({ verb: "rename", grid: row.key, name: name.value }, _("已改名为 %(name)s", { name: name.value })))),
    el("div", { class: "pair" },
      button("do-lock", locked ? "lock-open" : "lock", locked ? _("解锁") : _("锁定"), () => toggleLock("grid", row.key)),
      button("do-lock-community", isLocked("community", row.community) ? "lock-open" : "lock", isLocked("community", row.community) ? _("解锁社区") : _("锁定社区"), () => toggleLock("community", row.community)),
      button("do-dissolve", "trash", _("撤销网格"), () => edit({ verb: "dissolve", grid: row.key }, _("已撤销网格 %(name)s，地块并入邻居", { name: nameOf(row.key) })))));
}

function neighboursOf(key) {
  const found = new Set();
  const row = gridOf(key);
  for (const i of blocksOf(key)) {
    for (const j of shapes.neighbours[i] ?? []) {
      const other = state.keys[state.shown[j]];
      if (other && other !== key && gridOf(other)?.community === row.community) found.add(other);
    }
  }
  return [...found].sort();
}

/* All grids */
function drawTable() {
  const near = gridOf(state.chosen)?.community;
  const rows = [...state.grids.values()].filter((row) => !near || row.community === near)
    .sort((a, b) => (near ? (a.key < b.key ? -1 : 1) : Math.abs(b.deviation) - Math.abs(a.deviation))).slice(0, MOST);
  at("grids-body").replaceChildren(...rows.map((row) => {
    const { out } = classOf(row);
    return el("tr", { class: row.key === state.chosen ? "lit" : "", "data-grid": row.key },
      el("th", { scope: "row" }, el("button", { class: "link", type: "button", onclick: () => { choose(row.key); goTo(blocksOf(row.key)); } }, row.name || row.key)),
      el("td", { class: `numeric${out ? " out" : ""}` }, number(row.households)), el("td", { class: "numeric" }, percent(row.deviation)),
      el("td", { class: "numeric" }, (row.polsby_popper ?? 0).toFixed(2)));
  }));
  at("grids-scope").textContent = near ? gridOf(state.chosen).community_name : _("偏离最大的网格");
}

/* History and bar */
function drawHistory() {
  const { list, can_undo: back, can_redo: on } = state.history;
  at("undo").disabled = !back || !mayEdit();
  at("redo").disabled = !on || !mayEdit();
  at("history-list").replaceChildren(...(list.length ? list.map((one) => el("li", { class: one.done ? "" : "undone" },
    el("span", {}, one.words), el("small", {}, `${one.actor} ${one.at}`))) : [el("li", { class: "quiet" }, _("还没有改动。"))]));
  at("saved").textContent = _("第 %(n)s 版，已保存", { n: state.version });
}

function tabs() {
  const all = [...document.querySelectorAll("#studio-tabs [role=tab]")];
  const show = (tab) => {
    for (const one of all) {
      const on = one === tab;
      one.setAttribute("aria-selected", String(on));
      one.tabIndex = on ? 0 : -1;
      at(one.getAttribute("aria-controls")).hidden = !on;
    }
  };
  all.forEach((tab, index) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = all[(index + step + all.length) % all.length];
      show(next);
      next.focus();
    });
  });
}

function draw() {
  drawChecks();
  drawChosen();
  drawTable();
  drawHistory();
  legend(at("balance-legend"));
  at("fill-loose").hidden = !mayEdit() || !looseCount();
}

let frame = 0;

/** Fill the column and keep it right. */
export function start() {
  tabs();
  at("fill-loose").addEventListener("click", () => edit({ verb: "fill" }, _("未划入的地块已并入邻居")));
  hear("studio:whole", draw);
  hear("studio:figures", draw);
  hear("studio:changed", () => {
    marks.fault = [];
    draw();
  });
  hear("studio:choose", () => {
    drawChosen();
    drawTable();
  });
  hear("studio:arcs", drawChosen);
  hear("studio:preview", () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      drawChosen();
      legend(at("balance-legend"));
    });
  });
}

