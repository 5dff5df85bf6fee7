/* The keyboard's way through every tool: a focus that walks from block to block, a cross that walks over the map. */
import { hear } from "../bus.js";
import { _ } from "../i18n.js";
import { listKeys } from "../keyboard.js";
import { map } from "../map.js";
import { marks, remark } from "./draw.js";
import * as edits from "./edits.js";
import { neighbourTowards, shapes } from "./shapes.js";
import { choose, keyOf, nameOf, state } from "./store.js";
import * as tools from "./tools.js";
import { toggle } from "./tool_select.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 24;
const FINE = 4;
const holder = map.getContainer();
let last = null;

const unproject = ([x, y]) => map.unproject(window.L.point(x, y).multiplyBy(2 ** map.getZoom()));
const overMap = () => tools.active()?.steps === "map";

/** Where the keyboard is: at the cross or at the focused block. */
function here() {
  if (overMap()) return tools.placeAt(unproject(marks.cross));
  return placeOf(marks.focus);
}

function placeOf(block) {
  const [lng, lat] = shapes.places[block];
  return { ...tools.placeAt({ lat, lng }), block, grid: keyOf(block) };
}

function appear() {
  if (overMap()) {
    if (!marks.cross) {
      const size = map.getSize();
      const { lat, lng } = map.containerPointToLatLng(size.divideBy(2));
      const at = tools.placeAt({ lat, lng });
      marks.cross = marks.focus >= 0 ? [shapes.centres[marks.focus * 2], shapes.centres[marks.focus * 2 + 1]] : [at.x, at.y];
    }
  } else if (marks.focus < 0) {
    const { lat, lng } = map.getCenter();
    const { x, y } = tools.placeAt({ lat, lng });
    let least = Infinity;
    for (let i = 0; i < shapes.count; i++) {
      const far = Math.hypot(shapes.centres[i * 2] - x, shapes.centres[i * 2 + 1] - y);
      if (far < least) [marks.focus, least] = [i, far];
    }
  }
  remark();
}

function walk(direction, fine) {
  appear();
  if (overMap()) {
    const step = tools.reach(fine ? FINE : STEP);
    marks.cross = [marks.cross[0] + direction[0] * step, marks.cross[1] + direction[1] * step];
  } else {
    const next = neighbourTowards(marks.focus, direction);
    if (next >= 0) marks.focus = next;
    if (fine && next >= 0) toggle([next], true);
  }
  const at = here();
  map.panInside([at.lat, at.lng], { padding: [90, 90], animate: false });
  const told = tools.extend(at, { keyboard: true });
  remark();
  tools.say(told ? `${overMap() ? "" : `${describe(at)}；`}${told}` : describe(at));
}

/** A block or a place in words. */
function describe({ block, grid, lng, lat }) {
  if (overMap() && block < 0) return _("准星 %(lon)s，%(lat)s，地块之外", { lon: lng.toFixed(5), lat: lat.toFixed(5) });
  if (block < 0) return "";
  const name = shapes.names[block] || shapes.codes[block];
  const where = grid ? nameOf(grid) : _("未划入网格");
  const picked = marks.selected.has(block) ? _("，已选中") : "";
  return _("%(name)s，%(n)s 户，%(grid)s%(picked)s", { name, n: shapes.households[block], grid: where, picked });
}

function enter(event) {
  appear();
  const at = here();
  const tool = tools.active();
  const options = { keyboard: true, add: event.shiftKey, cut: event.shiftKey };
  if (tool.begin) {
    if (tools.underWay()) tools.end(at, options);
    else if (tools.begin(at, options) !== false) tools.say(_("已开始，用方向键移动，回车结束，Esc 取消"));
    return;
  }
  if (tool.point && tools.underWay() && (event.ctrlKey || (last && last[0] === at.x && last[1] === at.y))) {
    last = null;
    tools.finish(options);
    return;
  }
  last = [at.x, at.y];
  tools.press(at, options);
}

const ACTIONS = {
  Enter: enter,
  " ": () => {
    appear();
    const { block } = here();
    if (block < 0) return;
    toggle([block]);
    tools.say(describe(here()));
  },
  Escape: () => {
    if (tools.cancel()) return;
    if (marks.selected.size) toggle([...marks.selected], false);
    else choose("");
  },
  Backspace: () => tools.active().back?.(),
  f: () => tools.finish({ keyboard: true }),
  t: () => {
    appear();
    const { grid } = here();
    if (grid) choose(grid);
    tools.say(grid ? _("选定网格 %(name)s", { name: nameOf(grid) }) : _("这里没有网格"));
  },
  i: () => { appear(); tools.say(describe(here())); },
  "+": () => map.zoomIn(1, { animate: false }),
  "=": () => map.zoomIn(1, { animate: false }),
  "-": () => map.zoomOut(1, { animate: false }),
};

function onMapKey(event) {
  if (event.altKey || event.isComposing || event.target !== holder || !state.version) return;
  if (event.metaKey || (event.ctrlKey && event.key !== "Enter")) return;
  const direction = ARROWS[event.key];
  if (direction) walk(direction, event.shiftKey);
  else if (ACTIONS[event.key]) ACTIONS[event.key](event);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const typing = (node) => node.closest?.("input:not([type=range], [type=checkbox], [type=radio]), select, textarea, dialog[open]");

function onKey(event) {
  if (event.isComposing || typing(event.target)) return;
  const command = event.ctrlKey || event.metaKey;
  const letter = event.key.toLowerCase();
  if (command && letter === "z") (event.shiftKey ? edits.redo : edits.undo)();
  else if (command && letter === "y") edits.redo();
  else if (!command && !event.altKey) {
    const tool = tools.all().find(({ key }) => key === event.key);
    if (!tool) return;
    tools.use(tool.id);
    holder.focus({ preventScroll: true });
  } else return;
  event.preventDefault();
}

/** What the list of keys (?) says of the studio: each tool by its key, then what goes with any tool. */
const listed = () => [
  ...tools.all().sort((a, b) => a.key - b.key).map(({ key, word, help }) => [[key], `${word}：${help}`]),
  [["←", "↑", "→", "↓"], _("走到相邻的地块，画线和拉边界时移动准星")],
  [["Shift", "←"], _("边走边选中地块，准星则小步移动")],
  [["Enter"], _("使用工具：按下、加一个点、松开")],
  [["Shift", "Enter"], _("使用工具，并切开压住的地块或加到选择中")],
  [[_("空格")], _("选中或放开所在的地块")],
  [["F"], _("完成画线")],
  [["Backspace"], _("画线时退一点")],
  [["T"], _("选定所在的网格")],
  [["I"], _("读出所在的地块")],
  [["+", "-"], _("放大、缩小地图")],
  [["Esc"], _("取消正在做的，再按放开选择")],
  [["Ctrl", "Z"], _("撤销")],
  [["Ctrl", "Shift", "Z"], _("重做")],
];

/** Listen; Leaflet's own arrow keys would move the map instead of the focus. */
export function start() {
  map.keyboard.disable();
  holder.tabIndex = 0;
  holder.setAttribute("aria-label", _("草案地图：方向键移动，回车使用工具，空格选中地块，数字键换工具"));
  holder.addEventListener("keydown", onMapKey);
  document.addEventListener("keydown", onKey);
  listKeys(listed());
  hear("studio:tool", () => {
    last = null;
    if (!overMap()) marks.cross = null;
    else if (document.activeElement === holder && marks.focus >= 0) appear();
  });
  hear("studio:changed", ({ whole }) => {
    if (!whole) return;
    marks.focus = -1;
    marks.selected.clear();
  });
}
