/* Keys of the whole service: / searches, g and a letter changes page, arrows walk from area to area, ? lists them. */
import { bus } from "./bus.js";
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { selectArea } from "./places.js";

const PAGES = {
  m: ["/map", () => _("地图")],
  l: ["/leader", () => _("总览")],
  c: ["/map#overlay=coverage", () => _("覆盖")],
  a: ["/map#overlay=assignment", () => _("责任")],
  i: ["/map#overlay=incidents", () => _("事件")],
  t: ["/layers/grids/table", () => _("数据表")],
};
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

let selected = null;
let leading = 0;
let dialog = null;
let own = null;

const typing = (node) => node.closest?.("input, select, textarea, [contenteditable], dialog[open], [role=slider]");
const scrolling = (node) => node.closest?.(".table-region, .figures, [role=listbox], [role=tablist], [role=radiogroup]");

function rows() {
  const onMap = [
    [["←", "↑", "→", "↓"], _("从选中的区域走到相邻区域")],
    [["Esc"], _("关闭详情、菜单或测量")],
  ];
  return [
    [["/"], _("搜索")],
    ...Object.entries(PAGES).map(([letter, [, name]]) => [["g", letter], _("去：%(page)s", { page: name() })]),
    ...(own ?? (document.body.classList.contains("map-page") || window.gisMap ? onMap : [])),
    [["?"], _("显示这张清单")],
  ];
}

/** List a page's own keys, each [[key, …], what it does], in place of the usual keys of a map. */
export function listKeys(keys) {
  own = keys;
  dialog?.remove();
  dialog = null;
}

/** Show the list of keys; the browser's own dialog keeps the focus inside and gives it back. */
export function showKeys() {
  if (!dialog) {
    const close = el("button", { class: "button", type: "button", onclick: () => dialog.close() }, _("关闭"));
    dialog = el("dialog", { class: "keys", "aria-labelledby": "keys-title" },
      el("h2", { id: "keys-title" }, _("键盘快捷键")),
      el("table", {}, el("tbody", {}, rows().map(([keys, what]) =>
        el("tr", {}, el("th", { scope: "row" }, keys.map((key) => el("kbd", {}, key))), el("td", {}, what))))),
      close);
    document.body.append(dialog);
  }
  if (dialog.open) return;
  dialog.showModal();
  dialog.scrollTop = 0; // a long list begins at its beginning, though the button to close it has the focus
}

/** Find the area that lies next in a direction: near, and within 60° of it. Centres is a Map code → [x, y]. */
export function nextArea(centres, from, [dx, dy]) {
  const origin = centres.get(from);
  if (!origin) return null;
  const squeeze = Math.cos((origin[1] * Math.PI) / 180);
  let best = null;
  let least = Infinity;
  for (const [code, [x, y]] of centres) {
    if (code === from) continue;
    const east = (x - origin[0]) * squeeze;
    const north = y - origin[1];
    const ahead = east * dx + north * dy;
    const far = Math.hypot(east, north);
    if (ahead <= 0 || ahead < far / 2) continue;
    const cost = (far * far) / ahead;
    if (cost < least) [best, least] = [code, cost];
  }
  return best;
}

function centreOf(geometry) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part) => {
    if (typeof part[0] === "number") {
      west = Math.min(west, part[0]); east = Math.max(east, part[0]);
      south = Math.min(south, part[1]); north = Math.max(north, part[1]);
    } else part.forEach(visit);
  };
  visit(geometry.coordinates);
  return [(west + east) / 2, (south + north) / 2];
}

const LAYER = { county: "county", subdistrict: "subdistricts", community: "communities", grid: "grids" };

async function walk(direction) {
  const { loadLayer } = await import("./layers.js");
  const layer = await loadLayer(LAYER[selected.level] || "grids");
  const centres = new Map(layer.features.filter((feature) => feature.geometry)
    .map((feature) => [String(feature.id), centreOf(feature.geometry)]));
  const next = nextArea(centres, selected.code, direction);
  if (!next) return;
  const [x, y] = centres.get(next);
  window.gisMap?.panInside([y, x], { padding: [80, 80], animate: false });
  selectArea(next, { keyboard: true });
}

function onLetter(event) {
  if (Date.now() - leading < 2500 && PAGES[event.key]) {
    leading = 0;
    event.preventDefault();
    location.assign(PAGES[event.key][0]);
  } else if (event.key === "g") {
    leading = Date.now();
  } else if (event.key === "/") {
    const box = document.getElementById("search-input");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "?") {
    event.preventDefault();
    showKeys();
  }
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const direction = ARROWS[event.key];
  if (!direction) onLetter(event);
  else if (selected && !scrolling(event.target) && !document.body.dataset.measuring) {
    event.preventDefault();
    event.stopPropagation();
    walk(direction);
  }
}

/** Wire the keys once. */
export function setup() {
  if (document.documentElement.dataset.keys) return;
  document.documentElement.dataset.keys = "1";
  document.addEventListener("keydown", onKey, { capture: true });
  bus.addEventListener("area:select", ({ detail }) => { selected = detail?.code ? detail : null; });
  for (const opener of document.querySelectorAll("[data-open-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => {
      opener.closest("details")?.removeAttribute("open");
      showKeys();
    });
  }
}
