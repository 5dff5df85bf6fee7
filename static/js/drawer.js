/* The right column: opens the page of an area or a station beside the map, and gives the place back to the list. */
import { areaPage } from "./drawer_area.js";
import { stationPage } from "./drawer_station.js";
import { bus } from "./bus.js";
import { el, fetchJson, icon } from "./dom.js";
import { _ } from "./i18n.js";
import { reveal, selectArea } from "./places.js";

let side, drawer, attention, status, handle;
let opener = null;
let request = null;
let shown = null;

function expand(open) {
  side.classList.toggle("expanded", open);
  handle.setAttribute("aria-expanded", String(open));
}

function closeButton() {
  return el("button", { class: "button quiet icon-only", type: "button", "aria-label": _("关闭详情"), onclick: close },
    icon("x"));
}

function skeleton() {
  return [
    el("header", { class: "side-head" }, el("h2", { id: "drawer-title", tabindex: "-1" }, _("正在读取…")), closeButton()),
    el("div", { class: "drawer-skeleton", "aria-hidden": "true" },
      Array.from({ length: 7 }, (_none, at) => el("span", { class: at % 3 ? "skeleton" : "skeleton short" }))),
  ];
}

function problem(error, again) {
  const sentence = error.offline
    ? _("连不上服务器。地图上已有的内容仍可查看，请检查网络后重试。")
    : error.message || _("这一处的资料暂时读不出来，其余内容不受影响。");
  return [
    el("header", { class: "side-head" }, el("h2", { id: "drawer-title", tabindex: "-1" }, _("没有读到资料")), closeButton()),
    el("p", { class: "notice error", role: "alert" }, icon("alert-circle"), el("span", {}, sentence)),
    el("button", { class: "button", type: "button", onclick: again }, icon("refresh"), _("重试")),
  ];
}

function present(children, title) {
  drawer.replaceChildren(...children);
  drawer.hidden = false;
  attention.hidden = true;
  side.classList.add("has-place");
  document.getElementById("side-body").scrollTop = 0;
  if (title) {
    status.textContent = _("已打开：%(name)s", { name: title });
    document.getElementById("side-handle-text").textContent = title;
  }
}

async function openPage(key, url, render, { focus = false, fly = false, moved = false } = {}) {
  if (shown === key) return;
  shown = key;
  if (drawer.hidden) opener = document.activeElement;
  request?.abort();
  request = new AbortController();
  const { signal } = request;
  const late = setTimeout(() => { if (!signal.aborted) present(skeleton()); }, drawer.hidden ? 0 : 150);
  expand(true);
  try {
    const place = await fetchJson(url, { signal });
    if (signal.aborted) return;
    present(render(place, closeButton()), place.name);
    if (!fly && !moved) reveal(place);
  } catch (error) {
    if (error.name === "AbortError") return;
    present(problem(error, () => { shown = null; openPage(key, url, render, { focus: true }); }));
  } finally {
    clearTimeout(late);
  }
  if (focus) document.getElementById("drawer-title")?.focus({ preventScroll: true });
}

function hide() {
  if (drawer.hidden) return;
  request?.abort();
  shown = null;
  const inside = drawer.contains(document.activeElement);
  drawer.hidden = true;
  drawer.replaceChildren();
  attention.hidden = false;
  side.classList.remove("has-place");
  status.textContent = "";
  document.getElementById("side-handle-text").textContent = document.getElementById("attention-title").textContent;
  expand(false);
  if (inside || document.activeElement === document.body) giveFocusBack();
}

function giveFocusBack() {
  const visible = opener?.isConnected && opener !== document.body && opener.offsetParent !== null;
  (visible ? opener : document.getElementById("attention-title")).focus({ preventScroll: true });
}

/** Close the page of the place and unselect it. */
export function close() {
  selectArea(null, { from: "drawer" });
}

function onKey(event) {
  if (event.key !== "Escape" || event.defaultPrevented || drawer.hidden) return;
  if (document.querySelector("dialog[open], details.menu[open]") || document.body.dataset.measuring) return;
  event.preventDefault();
  close();
}

/** Wire the column to the bus once the map is ready. */
export function setup() {
  side = document.getElementById("side");
  if (!side || side.dataset.ready) return;
  side.dataset.ready = "1";
  drawer = document.getElementById("drawer");
  attention = document.getElementById("attention");
  status = document.getElementById("drawer-status");
  handle = document.getElementById("side-handle");
  handle.addEventListener("click", () => expand(!side.classList.contains("expanded")));
  document.addEventListener("keydown", onKey);
  bus.addEventListener("area:select", ({ detail }) => {
    if (!detail?.code) return hide();
    return openPage(detail.code, `/areas/${encodeURIComponent(detail.code)}.json`, areaPage, detail);
  });
  bus.addEventListener("station:select", ({ detail }) => {
    if (!detail?.code) return hide();
    return openPage(`station ${detail.code}`, `/stations/${encodeURIComponent(detail.code)}.json`, stationPage, detail);
  });
}
