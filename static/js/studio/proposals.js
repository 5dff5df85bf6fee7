/* Proposals: what to reach and where; one community answers while the slider moves, the county in the background.
   Each community is looked at on the map and accepted by itself; accepting is an edit that can be undone. */
import { hear } from "../bus.js";
import { el, fetchJson, icon } from "../dom.js";
import { _, number } from "../i18n.js";
import { marks, remark } from "./draw.js";
import { edit } from "./edits.js";
import { goTo } from "./panel.js";
import { shapes } from "./shapes.js";
import { draft, gridOf, keyOf, mayEdit, state } from "./store.js";
import * as tools from "./tools.js";
import { selectedCodes } from "./tool_select.js";

const part = document.getElementById("part-proposals");
const at = (id) => document.getElementById(id);
const ASK_EVERY = 1200;
const LIVE = 80;
const GOALS = [["least_change", () => _("变动最少，符合规则")], ["balance", () => _("户数最均衡")], ["compact", () => _("形状最紧凑")], ["from_nothing", () => _("从头划成几个网格")]];

let found = { communities: [] };
let running = null;
let timer = 0;
let chosen = new Map(); // community → which candidate
let asking = null;

const send = (path, body, signal) => fetchJson(`${draft.url}/proposals${path}`, { method: "POST", signal, body: JSON.stringify(body),
  headers: { Accept: "application/json", "Content-Type": "application/json" } });

/** What the form asks, as the server reads it; its slider runs the other way. */
function question() {
  const scope = at("proposal-scope").value;
  const goal = at("proposal-goal").value;
  const wanted = at("proposal-n").value;
  return {
    goal, slider: 1 - Number(at("proposal-slider").value) / 100,
    communities: scope.startsWith("c:") ? [scope.slice(2)] : null,
    blocks: scope === "blocks" ? selectedCodes() : null,
    n: goal === "from_nothing" && wanted ? Number(wanted) : null,
  };
}

async function search() {
  const asked = question();
  if (asked.blocks && !asked.blocks.length) return say(_("还没有选中地块"));
  try {
    show(await send("", asked));
    follow();
  } catch (error) {
    say(error.message || _("没有开始，请检查网络后再试。"));
  }
  return undefined;
}

function follow() {
  clearTimeout(timer);
  if (running && !running.ended) timer = setTimeout(refresh, ASK_EVERY);
}

async function refresh() {
  try {
    show(await fetchJson(`${draft.url}/proposals.json`));
  } catch (error) {
    say(error.message || _("暂时连不上服务，稍后自动重试；计算不受影响"));
  }
  follow();
}

async function stop() {
  show(await send(`/${running.id}/stop`, {}));
  follow();
}

/** One community while the slider moves: the newest question counts, older ones are let go. */
function live() {
  const asked = question();
  if (asked.communities?.length !== 1 || !mayEdit()) return;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const told = await send("/live", { ...asked, count: 2 }, asking.signal);
      found = told;
      chosen = new Map();
      drawFound();
      look(told.communities[0]);
    } catch (error) {
      if (error.name !== "AbortError") say(error.message || _("没有算出来，请检查网络后再试。"));
    }
  }, LIVE);
}

function show(told) {
  if (!told.id) return;
  running = told;
  found = told;
  at("proposal-bar").hidden = told.ended;
  at("proposal-progress").value = told.progress;
  at("proposal-stop").hidden = told.ended;
  say(told.ended ? told.error || doneWords(told) : `${told.words} ${Math.round(told.progress * 100)} %`);
  part.dataset.state = told.state;
  drawFound();
}

function doneWords({ totals }) {
  if (!totals) return _("没有结果");
  return _("共变动 %(n)s 户，影响 %(people)s 人，网格间边界 %(km)s 公里", { n: number(totals.moved), people: number(totals.people), km: (totals.border_m / 1000).toFixed(1) });
}

const say = (words) => { at("proposal-status").textContent = words; };
const pickOf = (one) => one.candidates[chosen.get(one.community) ?? 0];

/** Blocks that a candidate would move, as the draft stands now. */
function movedBy(one) {
  const { table } = pickOf(one);
  const rows = [];
  for (let i = 0; i < shapes.count; i++) {
    const key = table[shapes.codes[i]];
    if (key !== undefined && key !== keyOf(i)) rows.push(i);
  }
  return rows;
}

function look(one) {
  if (!one?.candidates.length) return;
  marks.changing = new Set(movedBy(one));
  remark();
  if (marks.changing.size) goTo([...marks.changing]);
  tools.say(_("%(name)s：虚线框住的 %(n)s 个地块将换网格", { name: one.name, n: marks.changing.size }));
}

async function accept(communities) {
  const table = Object.assign({}, ...communities.map((one) => pickOf(one).table));
  const words = communities.length === 1 ? _("已采用 %(name)s 的建议", { name: communities[0].name }) : _("已采用 %(n)s 个社区的建议", { n: communities.length });
  marks.changing = new Set();
  if (await edit({ verb: "adopt", table, communities: communities.map(({ community }) => community) }, words)) {
    const taken = new Set(communities.map(({ community }) => community));
    found = { ...found, communities: found.communities.filter(({ community }) => !taken.has(community)) };
    drawFound();
  }
}

function row(one) {
  const head = el("div", { class: "pair" }, el("strong", {}, one.name));
  if (!one.candidates.length) return el("li", { class: "candidate" }, head, el("p", { class: "quiet" }, one.reason ? `${one.reason.message}。${one.reason.remedy}` : _("没有可行的方案")));
  const pick = pickOf(one);
  const choice = one.candidates.length > 1 ? el("select", { class: "field", "aria-label": _("%(name)s的备选方案", { name: one.name }),
    onchange: ({ target }) => { chosen.set(one.community, Number(target.value)); drawFound(); look(one); } },
  ...one.candidates.map((other, i) => el("option", { value: i, selected: other === pick }, _("方案 %(n)s：变动 %(moved)s 户", { n: i + 1, moved: number(other.moved) })))) : null;
  if (choice) head.append(choice);
  const fact = (word, value, extra = "") => el("div", { class: extra }, el("dt", {}, word), el("dd", {}, value));
  const bound = pick.bound === null || pick.bound === undefined ? null
    : fact(_("至少要动"), pick.proven ? _("%(n)s 户，已证明最少", { n: number(pick.bound) }) : _("%(n)s 户", { n: number(pick.bound) }), pick.proven ? "wide proven" : "wide");
  return el("li", { class: "candidate", "data-community": one.community }, head,
    el("dl", {}, fact(_("变动住户"), number(pick.moved)), fact(_("影响人员"), number(pick.people)), fact(_("边界（米）"), number(Math.round(pick.border_m))),
      fact(_("紧凑度"), pick.pp.toFixed(3)), fact(_("户数"), pick.loads.join(" / "), "wide"), bound),
    pick.in_band && pick.contiguous && !one.reason ? "" : el("p", { class: "fault soft" }, icon("alert-triangle", 16), el("span", {}, one.reason ? `${one.reason.message}。${one.reason.remedy}` : _("仍有网格不符合规则"))),
    el("div", { class: "pair" }, el("button", { class: "button", type: "button", onclick: () => look(one) }, icon("eye", 16), _("看")),
      mayEdit() ? el("button", { class: "button primary accept", type: "button", onclick: () => accept([one]) }, icon("check", 16), _("采用")) : ""));
}

function drawFound() {
  const rows = found.communities.filter((one) => !one.candidates.length ? one.reason && one.reason.code !== "empty" : pickOf(one).moved_blocks > 0 || !pickOf(one).in_band);
  const usable = rows.filter((one) => one.candidates.length);
  at("proposal-accept-all").hidden = usable.length < 2 || !mayEdit();
  at("proposal-accept-all").onclick = () => accept(usable);
  at("proposal-list").replaceChildren(...rows.map(row));
}

function scopes() {
  const select = at("proposal-scope");
  const now = select.value;
  const own = gridOf(state.chosen)?.community;
  select.replaceChildren(el("option", { value: "" }, _("全县")), el("option", { value: "blocks", disabled: !marks.selected.size }, _("选中的地块")),
    ...shapes.communities.map(({ code, name }) => el("option", { value: `c:${code}` }, name)));
  select.value = now || (own ? `c:${own}` : "");
}

function form() {
  const goal = el("select", { class: "field", id: "proposal-goal", onchange: () => {
    at("proposal-n-row").hidden = at("proposal-goal").value !== "from_nothing";
    live();
  } }, ...GOALS.map(([value, word]) => el("option", { value }, word())));
  return el("div", { class: "proposal" },
    el("label", {}, _("目标"), goal), el("label", {}, _("范围"), el("select", { class: "field", id: "proposal-scope", onchange: live })),
    el("label", { id: "proposal-n-row", hidden: true }, _("网格数"), el("input", { class: "field", id: "proposal-n", type: "number", min: 1, max: 60, onchange: live })),
    el("label", {}, el("span", { class: "ends" }, el("span", {}, _("最少变动")), el("span", {}, _("最佳形状"))),
      el("input", { type: "range", id: "proposal-slider", min: 0, max: 100, step: 5, value: 60, oninput: live, "aria-label": _("在最少变动与最佳形状之间") })),
    el("div", { class: "pair" }, el("button", { class: "button primary", id: "proposal-start", type: "button", onclick: search }, icon("wand", 16), _("求方案")),
      el("button", { class: "button", id: "proposal-stop", type: "button", hidden: true, onclick: stop }, icon("player-stop", 16), _("停止")),
      el("button", { class: "button", id: "proposal-accept-all", type: "button", hidden: true }, icon("check", 16), _("全部采用"))),
    el("div", { id: "proposal-bar", hidden: true }, el("progress", { id: "proposal-progress", max: 1, value: 0, "aria-label": _("求方案的进度") })),
    el("p", { class: "quiet", id: "proposal-status", role: "status" }, _("结果只是建议，采用之前什么也不变。")));
}

/** Make the part; a search that goes on since before is followed. */
export function start() {
  if (!draft.may.propose) {
    part.replaceChildren(el("p", { class: "quiet proposal" }, _("您可以查看，不能求方案。")));
    return;
  }
  part.replaceChildren(form(), el("ul", { id: "proposal-list" }));
  scopes();
  for (const name of ["studio:selected", "studio:choose", "studio:whole"]) hear(name, scopes);
  hear("studio:changed", () => { if (found.communities.length) drawFound(); });
  refresh();
}
