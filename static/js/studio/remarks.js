/* Remarks pinned to places: a list beside the map, a pin on it; whoever sees the draft may write one. */
import { hear } from "../bus.js";
import { el, fetchJson, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { map } from "../map.js";
import { draft } from "./store.js";
import * as tools from "./tools.js";

const L = window.L;
const part = document.getElementById("part-remarks");
const list = el("ul", { class: "remarks", id: "remarks-list" });
const form = el("form", { class: "remark-form", id: "remark-form", hidden: true, onsubmit: save });
let pins = [];
let place = null;

async function write(path, body) {
  return fetchJson(`${draft.url}/remarks${path}`, { method: "POST", body: JSON.stringify(body),
    headers: { Accept: "application/json", "Content-Type": "application/json" } });
}

async function save(event) {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (!text) return;
  try {
    show(await write("", { ...place, text }));
    form.hidden = true;
    form.reset();
    tools.say(_("备注已保存"));
  } catch (error) {
    tools.say(error.message || _("没有保存，请检查网络后再试。"), { alarm: true });
  }
}

function pin({ lon, lat }) {
  place = { lon, lat };
  document.getElementById("tab-remarks").click();
  form.hidden = false;
  form.elements.text.focus();
}

function row(one) {
  const act = async () => show(await write(`/${one.id}`, { resolved: !one.resolved }));
  return el("li", { class: one.resolved ? "resolved" : "" },
    el("button", { class: "link", type: "button", onclick: () => map.setView([one.lat, one.lon], Math.max(16, map.getZoom()), { animate: false }) }, icon("map-pin", 16), one.text),
    el("small", {}, `${one.actor} ${one.at}`), el("button", { class: "button", type: "button", onclick: act }, one.resolved ? _("重新打开") : _("已处理")));
}

function show({ remarks }) {
  list.replaceChildren(...(remarks.length ? remarks.map(row) : [el("li", { class: "quiet" }, _("还没有备注。用“备注”工具点地图上的一处。"))]));
  document.getElementById("remarks-open").textContent = String(remarks.filter(({ resolved }) => !resolved).length || "");
  pins.forEach((one) => one.remove());
  pins = remarks.filter(({ resolved }) => !resolved).map((one) => L.circleMarker([one.lat, one.lon],
    { radius: 8, weight: 2, color: "#ffffff", fillColor: "#c2410c", fillOpacity: 1, pane: "markerPane" }).bindTooltip(el("span", {}, one.text)).addTo(map));
}

async function refresh() {
  show(await fetchJson(`${draft.url}/remarks.json`));
}

/** Make the part and fill it. */
export function start() {
  form.append(el("label", {}, _("备注"), el("textarea", { class: "field", name: "text", rows: 3, maxLength: 500, required: true })),
    el("div", { class: "pair" }, el("button", { class: "button primary", type: "submit" }, _("保存备注")),
      el("button", { class: "button", type: "button", onclick: () => { form.hidden = true; } }, _("取消"))));
  part.replaceChildren(form, list);
  hear("studio:pin", pin);
  hear("studio:remarks", () => refresh().catch(() => {}));
  refresh().catch(() => {});
}
