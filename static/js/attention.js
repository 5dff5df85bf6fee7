/* The right column's first page: communities in the order of their need, each with the reason in words. */
import { bus } from "./bus.js";
import { el, fetchJson, icon } from "./dom.js";
import { _, number, percent } from "./i18n.js";
import { selectArea } from "./places.js";

const COVERAGE = "/overlays/coverage.geojson?level=community&limit=500m&geometry=none";
const POSTS = [["grid_worker", "worker"], ["grid_leader", "leader"]];
const VACANCY_WEIGHT = 0.05;

let list, status, section;

/** Rank communities: share of households without a station in reach, plus five points per vacant post. */
export function rank(features, vacancies) {
  return features.map((feature) => {
    const facts = feature.properties;
    const code = String(feature.id ?? facts.code);
    const empty = vacancies.get(code) || { worker: 0, leader: 0 };
    const thin = Number.isFinite(facts.share) ? 1 - facts.share : 0;
    return { code, ...facts, ...empty, thin, need: thin + VACANCY_WEIGHT * (empty.worker + empty.leader) };
  }).filter((one) => one.need > 0.005)
    .sort((a, b) => b.need - a.need || a.code.localeCompare(b.code));
}

async function vacantPosts() {
  const count = new Map();
  await Promise.all(POSTS.map(async ([role, key]) => {
    const answer = await fetchJson(`/overlays/assignment.geojson?role=${role}&geometry=none`).catch(() => null);
    for (const { id, properties } of answer?.features || []) {
      if (!properties.vacant) continue;
      const community = String(id ?? properties.code).slice(0, 12);
      const own = count.get(community) || { worker: 0, leader: 0 };
      own[key] += 1;
      count.set(community, own);
    }
  }));
  return count;
}

function posts({ worker, leader }) {
  const words = [];
  if (worker) words.push(_("%(n)s 个网格缺网格员", { n: worker }));
  if (leader) words.push(_("%(n)s 个网格缺网格长", { n: leader }));
  return words.length ? el("span", { class: "attention-posts" }, icon("user-off", 16), words.join(" · ")) : null;
}

function reach(one) {
  if (!Number.isFinite(one.share)) return null;
  return el("span", {}, _("%(share)s 户在 500 米步行内", { share: percent(one.share) }));
}

const reasons = (one) => [reach(one), posts(one)].filter(Boolean);

function gap(one) {
  return one.uncovered || one.households - one.covered || 0;
}

function row(one, at) {
  const base = _("%(covered)s / %(households)s 户在 500 米步行内", {
    covered: number(one.covered), households: number(one.households),
  });
  const light = (code) => bus.dispatchEvent(new CustomEvent("area:hover", { detail: { code, from: "attention" } }));
  const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("span", { class: "bar-fill" }));
  bar.firstChild.style.inlineSize = `${Math.round((one.share || 0) * 100)}%`;
  const button = el("button", { class: "attention-row", type: "button", "data-area": one.code, title: base,
    onclick: () => selectArea(one.code, { focus: true, fly: true, from: "attention" }) },
  el("span", { class: "rank", "aria-hidden": "true" }, at + 1),
  el("span", { class: "attention-name" }, one.name || one.code),
  el("span", { class: "attention-gap" }, _("%(n)s 户未覆盖", { n: number(gap(one)) })),
  bar,
  el("span", { class: "attention-reason" }, ...reasons(one)));
  button.addEventListener("pointerenter", () => light(one.code));
  button.addEventListener("pointerleave", () => light(null));
  button.addEventListener("focus", () => light(one.code));
  button.addEventListener("blur", () => light(null));
  return el("li", {}, button);
}

function fail(error) {
  const sentence = error.message || _("排名暂时算不出来，地图仍可使用。");
  list.replaceChildren(el("li", { class: "notice error" }, icon("alert-circle"), el("span", {}, sentence)),
    el("li", {}, el("button", { class: "button", type: "button", onclick: load }, icon("refresh"), _("重试"))));
}

async function load() {
  section.setAttribute("aria-busy", "true");
  try {
    const [coverage, vacancies] = await Promise.all([fetchJson(COVERAGE), vacantPosts()]);
    const ranked = rank(coverage.features || [], vacancies);
    if (ranked.length) list.replaceChildren(...ranked.map(row));
    else list.replaceChildren(el("li", { class: "empty" }, _("没有需要特别关注的社区：住户都在步行范围内，岗位都有人。")));
    status.textContent = _("需要关注的社区 %(n)s 个", { n: ranked.length });
  } catch (error) {
    fail(error);
  } finally {
    section.setAttribute("aria-busy", "false");
  }
}

/** Fill the list when the browser has time for it, and light its rows as the map is hovered. */
export function setup() {
  section = document.getElementById("attention");
  if (!section || section.dataset.ready) return;
  section.dataset.ready = "1";
  list = document.getElementById("attention-list");
  status = document.getElementById("attention-status");
  bus.addEventListener("area:hover", ({ detail }) => {
    const community = String(detail?.code || "").slice(0, 12);
    for (const button of list.querySelectorAll("[data-area]")) {
      button.classList.toggle("lit", button.dataset.area === community);
    }
  });
  if ("requestIdleCallback" in window) requestIdleCallback(load, { timeout: 1500 });
  else setTimeout(load, 300);
}
