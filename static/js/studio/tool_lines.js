/* Lines drawn from point to point: one splits a grid, the other cuts a block. The line is only an instruction; the
   server finds what it parts and goes round the buildings. */
import { _ } from "../i18n.js";
import { map } from "../map.js";
import { marks, remark } from "./draw.js";
import { edit } from "./edits.js";
import { blockAt, shapes } from "./shapes.js";
import { choose, keyOf, mayEdit, nameOf, state } from "./store.js";
import * as tools from "./tools.js";

const SAMPLES = 60;
let points = [];

const unproject = ([x, y]) => map.unproject(window.L.point(x, y).multiplyBy(2 ** map.getZoom()));

/** Points of zoom 0 as [longitude, latitude]. */
export const lonLat = (line) => line.map((point) => unproject(point)).map(({ lng, lat }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]);

/** What a line runs through most, by blocks along it; `of` names what a block counts for. */
function mostUnder(line, of) {
  const counts = new Map();
  for (let part = 1; part < line.length; part++) {
    const [[ax, ay], [bx, by]] = [line[part - 1], line[part]];
    for (let at = 0; at <= SAMPLES; at++) {
      const block = blockAt(ax + ((bx - ax) * at) / SAMPLES, ay + ((by - ay) * at) / SAMPLES);
      const name = block < 0 ? "" : of(block);
      if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return counts;
}

const most = (counts) => [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];

function show(next) {
  Object.assign(marks, { line: next ? [...points, next] : points, open: true });
  remark();
}

const shared = {
  steps: "map",
  point(at) {
    if (!mayEdit()) {
      tools.cancel();
      return tools.say(_("这个草案现在不能编辑"), { alarm: true });
    }
    const last = points.at(-1);
    if (!last || Math.hypot(last[0] - at.x, last[1] - at.y) > tools.reach(2)) points.push([at.x, at.y]);
    show();
    return tools.say(_("已画 %(n)s 个点，双击或按 F 完成，退格去掉一个点", { n: points.length }));
  },
  extend({ x, y }) { show([x, y]); },
  back() {
    points.pop();
    show();
    tools.say(_("去掉了一个点，还有 %(n)s 个", { n: points.length }));
  },
  cancel() { points = []; },
  finish() {
    const line = points;
    points = [];
    marks.line = [];
    if (line.length < 2) return tools.say(_("线至少要有两个点"), { alarm: true });
    return this.done(line);
  },
};

tools.add({
  ...shared, id: "line", key: "4", icon: "slice",
  get word() { return _("切分"); },
  get help() { return _("逐点画一条穿过网格的线，双击完成"); },
  done(line) {
    const counts = mostUnder(line, keyOf);
    const grid = counts.has(state.chosen) ? state.chosen : most(counts);
    if (!grid) return tools.say(_("线没有穿过任何网格"), { alarm: true });
    choose(grid);
    return edit({ verb: "split_line", grid, line: lonLat(line) }, _("已切分 %(name)s", { name: nameOf(grid) }));
  },
});

tools.add({
  ...shared, id: "cut", key: "6", icon: "scissors",
  get word() { return _("切地块"); },
  get help() { return _("画一条穿过一个地块的线，遇楼绕行，双击完成"); },
  done(line) {
    const block = most(mostUnder(line, (i) => i));
    if (block === undefined) return tools.say(_("线没有穿过任何地块"), { alarm: true });
    const name = shapes.names[block] || shapes.codes[block];
    return edit({ verb: "cut_block", block: shapes.codes[block], line: lonLat(line) }, _("已切开地块 %(name)s", { name }));
  },
});
