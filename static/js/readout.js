/* Small things at the map's edge: coordinates under the pointer, the north arrow, what the data are and who made them. */
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { config, map } from "./map.js";

const L = window.L;

function control(position, className, node) {
  const Made = L.Control.extend({ onAdd: () => {
    const box = L.DomUtil.create("div", className);
    box.append(...[node].flat());
    L.DomEvent.disableClickPropagation(box);
    return box;
  } });
  return new Made({ position }).addTo(map);
}

function coordinates() {
  const place = el("output", { class: "coordinates", title: _("经度, 纬度（CGCS2000）") });
  const show = ({ lng, lat }) => { place.textContent = `${lng.toFixed(5)}, ${lat.toFixed(5)}`; };
  show(map.getCenter());
  map.on("mousemove", ({ latlng }) => show(latlng));
  map.on("moveend", () => { if (matchMedia("(pointer: coarse)").matches) show(map.getCenter()); });
  control("bottomleft", "map-readout", place);
}

function north() {
  control("topright", "north-arrow", [el("span", { "aria-hidden": "true" }, "▲"), el("span", {}, _("北"))]);
}

function notes() {
  const parts = [];
  if (config.synthetic) parts.push(el("strong", {}, _("示范数据")));
  if (config.review_number) parts.push(el("span", {}, _("审图号：%(number)s", { number: config.review_number })));
  if (config.attribution) parts.push(el("span", {}, config.attribution));
  if (parts.length) control("bottomleft", "corner-note", parts);
}

/** Say in plain words why the place of this device is not shown. */
function locateMistakes() {
  const notice = document.getElementById("map-notice");
  window.addEventListener("locate:mistake", () => {
    notice.className = "map-notice";
    notice.textContent = window.isSecureContext
      ? _("没有得到位置：请在浏览器里允许定位，或直接在地图上点选。")
      : _("定位需要安全连接（https），请直接在地图上点选。");
    notice.hidden = false;
    setTimeout(() => { notice.hidden = true; }, 6000);
  });
}

/** Bring the controls whose plugins waited for the first overlay: locate and full screen. */
async function lateControls() {
  const template = document.getElementById("late-controls");
  if (!template) return;
  await Promise.all([...template.content.querySelectorAll("script, link")].map((node) => new Promise((resolve, reject) => {
    const copy = document.createElement(node.localName);
    for (const { name, value } of node.attributes) copy.setAttribute(name, value);
    copy.async = false;
    copy.addEventListener("load", resolve);
    copy.addEventListener("error", reject);
    document.head.append(copy);
  })));
  window.gisControls();
}

/** Add all of them. */
export async function start() {
  coordinates();
  north();
  notes();
  locateMistakes();
  await lateControls();
}
