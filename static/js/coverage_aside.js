/* The right column of the page of coverage: areas with three numbers side by side, stations and their load, evenness. */
import { hear, tell } from "./bus.js";
import { el } from "./dom.js";
import { _, number } from "./i18n.js";

const TABS = ["areas", "stations", "evenness", "what-if"];
const MOST = 120;
const part = (name) => document.getElementById(`part-${name}`);
const tab = (name) => document.getElementById(`tab-${name}`);
const present = () => TABS.filter((name) => part(name));

const share = (value) => (value === null || value === undefined ? "—" : `${(value * 100).toFixed(0)} %`);

/** Show one of the parts. */
export function open(name) {
  for (const one of present()) {
    const chosen = one === name;
    part(one).hidden = !chosen;
    tab(one).setAttribute("aria-selected", String(chosen));
    tab(one).tabIndex = chosen ? 0 : -1;
  }
  tell("coverage:tab", { name });
}

function keys(event) {
  const names = present();
  const at = names.findIndex((name) => tab(name) === event.target);
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || at < 0) return;
  event.preventDefault();
  const next = names[(at + step + names.length) % names.length];
  open(next);
  tab(next).focus();
}

/** Listen to the tabs. */
export function start() {
  for (const name of present()) tab(name).addEventListener("click", () => open(name));
  document.querySelector(".coverage-tabs").addEventListener("keydown", keys);
  hear("area:hover", ({ code }) => light(code));
}

function light(code) {
  for (const row of part("areas").querySelectorAll(".lit")) row.classList.remove("lit");
  if (code) part("areas").querySelector(`[data-code="${CSS.escape(code)}"]`)?.classList.add("lit");
}

/** Bring an area's row into view. */
export function mark(code) {
  light(code);
  part("areas").querySelector(".lit")?.scrollIntoView({ block: "nearest" });
}

function bar(kind, value, word) {
  const fill = el("span", { class: `triple-fill ${kind}` });
  fill.style.width = `${Math.max(0, Math.min(1, value ?? 0)) * 100}%`;
  return el("span", { class: "triple-line" }, el("span", { class: "triple-word" }, word),
    el("span", { class: "triple-bar", "aria-hidden": "true" }, fill), el("span", { class: "triple-value" }, share(value)));
}

function areaRow(area, moved, basis) {
  const change = moved?.get(area.code)?.share_delta;
  const said = Number.isFinite(change) && Math.abs(change) >= 0.0005 ? `${change > 0 ? "▲" : "▼"} ${Math.abs(change * 100).toFixed(1)}` : "";
  return el("li", {}, el("button", {
    class: "triple", type: "button", "data-code": area.code,
    onclick: () => tell("area:select", { code: area.code, fly: true, from: "list" }),
    onmouseenter: () => tell("area:hover", { code: area.code, from: "list" }),
    onmouseleave: () => tell("area:hover", { code: null, from: "list" }),
    onfocus: () => tell("area:hover", { code: area.code, from: "list" }),
  }, el("span", { class: "triple-name" }, area.name || area.code, said ? el("span", { class: "figure-delta" }, said) : null,
    el("small", {}, _("%(n)s 户", { n: number(area.households) }))),
  bar("crow", area.crow_share, _("直线")), bar("walk", area.share, basis === "crow" ? _("可达") : _("步行")), bar("seated", area.seated_share, _("有容量"))));
}

function areas(found) {
  const order = (area) => (area.households ? area.share ?? 0 : 2);
  const rows = found.areas.filter(({ code }) => code !== "").sort((a, b) => order(a) - order(b) || b.uncovered - a.uncovered);
  const moved = found.change ? new Map(found.change.areas.map((area) => [area.code, area])) : null;
  const rest = rows.length - MOST;
  const link = `/coverage/uncovered?${found.query}`;
  return [
    el("p", { class: "coverage-note" }, _("步行覆盖低的在前。"), el("a", { href: link }, _("未覆盖名单"))),
    found.change ? changes(found.change) : null,
    el("ol", { class: "triples" }, rows.slice(0, MOST).map((area) => areaRow(area, moved, found.basis))),
    rest > 0 ? el("p", { class: "coverage-note" }, _("另有 %(n)s 个，地图上都有。", { n: number(rest) })) : null,
  ];
}

function changes(change) {
  const words = change.stations.map(({ name, change: verb }) => `${verb} ${name}`);
  const since = change.known_since ? _("站点变化从 %(day)s 起有记录。", { day: change.known_since }) : _("站点还没有变化的记录。");
  return el("div", { class: "coverage-note" },
    el("p", {}, _("%(from)s 至 %(to)s：%(n)s 个站点有变化。", { from: change.from, to: change.to, n: number(words.length) })),
    words.length ? el("p", {}, words.slice(0, 12).join("、")) : el("p", { class: "quiet" }, since));
}

function stations(found) {
  const rows = [...found.stations].sort((a, b) => b.overload - a.overload || b.wanted - a.wanted);
  const head = [_("站点"), _("可服务"), _("就近会来"), _("分到"), _("独家")];
  return [
    el("p", { class: "coverage-note" }, _("超载的在前。独家：限值内只有它一个站点的户数，关掉就失去服务。")),
    el("div", { class: "table-region", role: "region", tabIndex: 0, "aria-label": _("站点负荷") }, el("table", { class: "table loads" },
      el("thead", {}, el("tr", {}, head.map((title, i) => el("th", { scope: "col", class: i ? "numeric" : "" }, el("span", { class: "plain" }, title))))),
      el("tbody", {}, rows.map((one) => el("tr", {},
        el("th", { scope: "row" }, el("a", { href: `/stations/${encodeURIComponent(one.station_code)}` }, one.name)),
        el("td", { class: "numeric" }, number(one.holds)),
        el("td", { class: `numeric${one.overload ? " over" : ""}` }, number(one.wanted), one.overload ? el("span", { class: "visually-hidden" }, _("超载")) : null),
        el("td", { class: "numeric" }, number(one.taken)), el("td", { class: "numeric" }, number(one.only))))))),
  ];
}

function evenness(found) {
  const all = found.times.reduce((sum, { households }) => sum + households, 0);
  const words = [_("没有站点"), _("1 个站点"), _("2 个站点"), _("3 个及以上")];
  const value = ({ value: v, unit }) => (v === null || v === undefined ? "—" : unit ? `${number(Math.round(v))} ${unit}` : v.toFixed(2));
  return [
    el("h2", {}, _("限值内有几个站点")),
    el("ol", { class: "triples" }, found.times.map(({ times, households }) => el("li", { class: "triple" },
      bar("walk", all ? households / all : 0, words[times]), el("small", {}, _("%(n)s 户", { n: number(households) }))))),
    el("h2", {}, _("远近是否均衡")),
    el("dl", { class: "evenness" }, found.equity.map((one) => el("div", {}, el("dt", {}, one.label), el("dd", {}, value(one)), el("dd", { class: "quiet" }, one.rule)))),
  ];
}

/** Tell an answer. */
export function told(found) {
  part("areas").replaceChildren(...areas(found).filter(Boolean));
  part("stations").replaceChildren(...stations(found));
  part("evenness").replaceChildren(...evenness(found));
}
