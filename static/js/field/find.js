/* Finds a street, block, station or grid by name without a network, and lets it stand for the position. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { current } from "./pack.js";
import { choose } from "./position.js";
import * as sheet from "./sheet.js";

const MOST = 30;
const KINDS = () => ({ station: [_("站点"), "map-pin"], street: [_("街道"), "route"], block: [_("地块"), "building"], grid: [_("网格"), "hexagon"] });
const ORDER = ["station", "street", "block", "grid"];

/** The places whose name or code holds all words, those that begin so first. */
export function matching(places, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const scored = [];
  for (const place of places) {
    const name = place.name.toLowerCase();
    if (!words.every((word) => name.includes(word) || place.code.toLowerCase().startsWith(word))) continue;
    scored.push([name === words[0] ? 0 : name.startsWith(words[0]) ? 1 : 2, ORDER.indexOf(place.kind), name.length, place]);
  }
  scored.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  return scored.slice(0, MOST).map((one) => one[3]);
}

function take(place) {
  sheet.close();
  if (place.kind === "station") location.hash = `station=${encodeURIComponent(place.code)}`;
  else {
    location.hash = "stations";
    choose({ lon: place.lon, lat: place.lat, source: "place", name: place.name });
  }
}

function option(place) {
  const [kind, picture] = KINDS()[place.kind] ?? ["", "map-pin"];
  return el("li", {}, el("button", { class: "row-link", type: "button", onclick: () => take(place) },
    icon(picture, 20), el("span", {}, place.name), el("small", {}, kind)));
}

/** Open the search. */
export function open() {
  const list = el("ul", { class: "row-links", id: "find-results" });
  const said = el("p", { class: "quiet sheet-note", role: "status" }, _("输入街道、小区、站点或网格的名称。"));
  const field = el("input", { class: "field", type: "search", id: "find-field", enterkeyhint: "search", autocomplete: "off",
    placeholder: _("例如：东关街"), "aria-label": _("搜索街道、地块、站点") });
  field.addEventListener("input", () => {
    const found = matching(current()?.places ?? [], field.value);
    list.replaceChildren(...found.map(option));
    said.hidden = found.length > 0;
    said.textContent = field.value.trim() ? _("没有找到「%(text)s」，换个说法试试。", { text: field.value.trim() }) : _("输入街道、小区、站点或网格的名称。");
  });
  sheet.open(_("搜索地点"), [field, said, list], { name: "find" });
  field.focus();
}
