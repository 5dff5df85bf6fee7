/* Choosing: blocks one by one, along a lasso, and the grids that lock, merge and remark are about. */
import { tell } from "../bus.js";
import { _, number } from "../i18n.js";
import { marks, remark } from "./draw.js";
import { edit } from "./edits.js";
import { blocksIn, shapes } from "./shapes.js";
import { choose, isLocked, keyOf, mayEdit, nameOf } from "./store.js";
import * as tools from "./tools.js";

/** Select blocks or let them go; `on` is left out to turn each round. */
export function toggle(blocks, on) {
  for (const block of blocks) {
    if (on ?? !marks.selected.has(block)) marks.selected.add(block);
    else marks.selected.delete(block);
  }
  remark();
  tell("studio:selected");
}

/** How much is selected, in words. */
export function selectedWords() {
  const blocks = [...marks.selected];
  const homes = blocks.reduce((sum, i) => sum + shapes.households[i], 0);
  return _("已选 %(blocks)s 个地块、%(homes)s 户", { blocks: number(blocks.length), homes: number(homes) });
}

export const selectedCodes = () => [...marks.selected].map((i) => shapes.codes[i]);

const select = {
  id: "select", key: "1", icon: "pointer", steps: "blocks",
  get word() { return _("选择"); },
  get help() { return _("点地块选中它所在的网格，按住 Shift 点选多个地块"); },
  press({ block, grid }, { add }) {
    if (block < 0) {
      toggle([...marks.selected], false);
      return choose("");
    }
    if (add || marks.selected.size) toggle([block]);
    return choose(grid);
  },
};

let loop = [];
const lasso = {
  id: "lasso", key: "3", icon: "lasso", steps: "map", drag: true, sticky: true,
  get word() { return _("套索"); },
  get help() { return _("圈出地块，中心在圈内的被选中"); },
  begin({ x, y }, { add }) {
    if (!add) toggle([...marks.selected], false);
    loop = [[x, y]];
  },
  extend({ x, y }) {
    loop.push([x, y]);
    Object.assign(marks, { line: loop, open: true });
    remark();
  },
  end({ x, y }) {
    loop.push([x, y]);
    const found = loop.length > 2 ? blocksIn(Float64Array.from(loop.flat())) : [];
    marks.line = [];
    toggle(found, true);
    tools.say(found.length ? selectedWords() : _("圈内没有地块"));
  },
  cancel() { loop = []; },
};

let first = "";
const merge = {
  id: "merge", key: "7", icon: "arrows-join-2", steps: "blocks",
  get word() { return _("合并"); },
  get help() { return _("先点一个网格，再点相邻的一个"); },
  press({ grid }) {
    if (!mayEdit()) return tools.say(_("这个草案现在不能编辑"), { alarm: true });
    if (!grid) return tools.say(_("这里没有网格"), { alarm: true });
    if (!first || first === grid) {
      first = grid;
      choose(grid);
      return tools.say(_("已选 %(name)s，再点相邻的网格", { name: nameOf(grid) }));
    }
    const both = [first, grid];
    first = "";
    return edit({ verb: "merge", grids: both }, _("已合并 %(one)s 和 %(two)s", { one: nameOf(both[0]), two: nameOf(both[1]) }));
  },
  cancel() { first = ""; },
};

const lock = {
  id: "lock", key: "8", icon: "lock", steps: "blocks",
  get word() { return _("锁定"); },
  get help() { return _("点网格锁定或解锁，锁定后不能改动"); },
  press({ grid }) {
    if (!grid) return tools.say(_("这里没有网格"), { alarm: true });
    choose(grid);
    return toggleLock("grid", grid);
  },
};

/** Lock or unlock a grid or a community. */
export function toggleLock(what, key) {
  const on = isLocked(what, key);
  const name = what === "grid" ? nameOf(key) : shapes.communities.find(({ code }) => code === key)?.name ?? key;
  return edit({ verb: on ? "unlock" : "lock", what, key }, on ? _("已解锁 %(name)s", { name }) : _("已锁定 %(name)s", { name }));
}

const remarkTool = {
  id: "remark", key: "9", icon: "message-plus", steps: "map",
  get word() { return _("备注"); },
  get help() { return _("点地图上的一处，写下备注"); },
  press({ lng, lat }) { tell("studio:pin", { lon: lng, lat }); },
};

for (const tool of [select, lasso, merge, lock, remarkTool]) tools.add(tool);
