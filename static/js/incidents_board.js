/* The board keeps itself up to date: it asks every ten seconds with the tag of what it shows, and changes only the cards
   that changed, so that nothing jumps under the pointer. */
import { el, icon } from "./dom.js";
import { _ } from "./i18n.js";

const EVERY = 10_000;
const board = document.getElementById("board");
const age = document.getElementById("board-age");

let tag = "";

function badge({ state, label, icon: name, left, at }) {
  if (!state) return null;
  return el("span", { class: `due due-${state}`, title: at.exact }, icon(name, 16), el("span", {}, label), left ? " " : null,
    left ? el("span", { class: "due-left" }, left) : null);
}

function card(one) {
  const line = (text) => (text ? el("span", { class: "quiet" }, text) : null);
  return el("li", { class: `card-line${one.due.state ? ` is-${one.due.state}` : ""}`, "data-code": one.code },
    el("a", { href: one.url }, el("span", { class: "card-title" }, el("strong", {}, one.class_name), badge(one.due)),
      line(one.grid_name || _("不在网格内")), line(one.organisation),
      el("span", { class: "quiet" }, el("time", { datetime: one.reported.iso, title: one.reported.exact }, one.reported.said))));
}

/** Put the cards in order, keeping every card that says the same as before, and where the reader has scrolled to. */
function arrange(list, cards, first) {
  const present = new Map([...list.children].map((node) => [node.dataset.code, node]));
  const wanted = cards.map((one) => {
    const fresh = card(one);
    const kept = present.get(one.code);
    if (kept && kept.textContent.replace(/\s+/g, "") === fresh.textContent.replace(/\s+/g, "") && kept.className === fresh.className) return kept;
    const focused = kept?.contains(document.activeElement);
    if (kept) kept.replaceWith(fresh);
    if (focused) fresh.querySelector("a").focus({ preventScroll: true });
    if (!kept && !first) fresh.classList.add("is-new");
    return fresh;
  });
  const staying = new Set(wanted);
  for (const node of [...list.children]) if (!staying.has(node)) node.remove();
  wanted.forEach((node, at) => {
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
}

function show({ columns }, first) {
  for (const column of columns) {
    const holder = board.querySelector(`[data-state="${column.state}"]`);
    arrange(holder.querySelector(".board-cards"), column.cards, first);
    holder.querySelector(".count").textContent = column.count;
    holder.querySelector(".board-empty").hidden = column.cards.length > 0;
    holder.querySelector(".board-more").hidden = !column.more;
  }
}

async function update() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/incidents/board.json", { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (answer.status === 401) return location.assign("/sign-in?next=/incidents/board");
    if (answer.status === 200) {
      const first = !tag;
      show(await answer.json(), first);
      tag = answer.headers.get("ETag") ?? "";
    } else if (answer.status !== 304) throw new Error(answer.statusText);
    const time = new Date().toLocaleTimeString("zh-CN", { hour12: false });
    age.textContent = _("更新于 %(time)s，每 10 秒一次", { time });
    document.documentElement.dataset.ready = "board";
  } catch {
    age.textContent = _("暂时连不上，显示的是之前的内容，会自动重试。");
  }
}

setInterval(update, EVERY);
document.addEventListener("visibilitychange", update);
update();
