/* The brush: blocks it touches go into a grid, seen at once and sent when the stroke ends. */
import { _, number } from "../i18n.js";
import { marks, remark } from "./draw.js";
import { edit } from "./edits.js";
import { blocksNear, shapes } from "./shapes.js";
import { choose, forget, gridOf, isLocked, keyOf, mayEdit, nameOf, preview, state } from "./store.js";
import * as tools from "./tools.js";

/** The radius of the brush, in pixels of the screen; 0 takes the one block beneath. */
export const brush = { radius: 0, most: 80 };

let stroke = null;

function refused(block, to) {
  if (isLocked("block", shapes.codes[block]) || isLocked("grid", keyOf(block))) return true;
  const community = gridOf(to)?.community;
  const own = gridOf(keyOf(block))?.community ?? shapes.communities[shapes.community[block]]?.code;
  return Boolean(community && own && community !== own);
}

function cover(at) {
  const fresh = blocksNear(at.x, at.y, tools.reach(brush.radius)).concat(at.block >= 0 ? [at.block] : [])
    .filter((i) => keyOf(i) !== stroke.to && !stroke.blocks.has(i) && !refused(i, stroke.to));
  if (!fresh.length) return;
  for (const i of fresh) stroke.blocks.add(i);
  preview([...new Set(fresh)], stroke.to);
}

/** Between two places of the pointer the brush goes straight, so that a quick hand leaves no gaps. */
function sweep(at) {
  const { x, y } = stroke.last;
  const far = Math.hypot(at.x - x, at.y - y);
  const steps = Math.min(40, Math.ceil(far / tools.reach(Math.max(6, brush.radius))));
  for (let step = 1; step < steps; step++) {
    const part = step / steps;
    const between = { x: x + (at.x - x) * part, y: y + (at.y - y) * part };
    cover({ ...between, block: blocksNear(between.x, between.y, 0)[0] ?? -1 });
  }
  cover(at);
  stroke.last = at;
}

function show(at) {
  marks.brush = brush.radius ? { at: [at.x, at.y], radius: tools.reach(brush.radius) } : null;
  remark();
}

tools.add({
  id: "paint", key: "2", icon: "brush", steps: "blocks", drag: true,
  get word() { return _("刷"); },
  get help() { return _("从一个网格按下，刷过的地块划入它；先指定网格则划入指定的网格"); },
  begin(at) {
    if (!mayEdit()) {
      tools.say(_("这个草案现在不能编辑"), { alarm: true });
      return false;
    }
    const to = state.target || at.grid;
    if (!to) {
      tools.say(_("这里没有网格，请先指定划入哪个网格"), { alarm: true });
      return false;
    }
    stroke = { to, blocks: new Set(), last: at };
    choose(to);
    cover(at);
    show(at);
    return true;
  },
  extend(at, { keyboard }) {
    if (keyboard) cover(at);
    else sweep(at);
    show(at);
    return _("%(name)s：%(n)s 户", { name: nameOf(stroke.to), n: number(gridOf(stroke.to)?.households) });
  },
  hover: show,
  end() {
    const { to, blocks } = stroke;
    stroke = null;
    if (!blocks.size) return tools.say(_("没有刷到新的地块"));
    const codes = [...blocks].map((i) => shapes.codes[i]);
    return edit({ verb: "transfer", blocks: codes, to }, _("%(n)s 个地块划入 %(name)s", { n: number(codes.length), name: nameOf(to) }));
  },
  cancel() {
    if (stroke) forget();
    stroke = null;
    marks.brush = null;
  },
});
