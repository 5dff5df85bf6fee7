/* The search box: an ARIA combobox over grids, communities and stations, on the map and beside it. */
import { el, fetchJson, icon } from "./dom.js";
import { _ } from "./i18n.js";
import { go } from "./places.js";

const KINDS = [
  ["community", () => _("社区"), "building-community"],
  ["grid", () => _("网格"), "hexagon"],
  ["subdistrict", () => _("街道"), "building"],
  ["station", () => _("站点"), "home"],
];

let box, popup, list, note, status;
let options = [];
let active = -1;
let wait = 0;
let request = null;

function close() {
  popup.hidden = true;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
  active = -1;
}

function open() {
  popup.hidden = false;
  box.setAttribute("aria-expanded", String(options.length > 0));
}

function activate(index) {
  options[active]?.node.setAttribute("aria-selected", "false");
  active = options.length ? (index + options.length) % options.length : -1;
  const chosen = options[active];
  if (!chosen) return;
  chosen.node.setAttribute("aria-selected", "true");
  chosen.node.scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", chosen.node.id);
}

function choose(index) {
  const chosen = options[index];
  if (!chosen) return;
  box.value = chosen.place.name;
  close();
  go(chosen.place);
}

function marked(text, query) {
  const at = text.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0 || !query) return [text];
  return [text.slice(0, at), el("mark", {}, text.slice(at, at + query.length)), text.slice(at + query.length)];
}

function optionOf(place, symbol, query) {
  const index = options.length;
  const node = el(
    "div", { class: "search-option", role: "option", id: `search-option-${index}`, "aria-selected": "false" },
    icon(symbol), el("span", {}, ...marked(place.name, query)), el("small", {}, aside(place)),
  );
  node.addEventListener("mousedown", (event) => event.preventDefault());
  node.addEventListener("click", () => choose(index));
  options.push({ node, place });
  return node;
}

function aside(place) {
  const label = place.label && place.label !== place.name ? place.label : place.code;
  return label.replace(place.name, "").trim().replace(/^[·,，]\s*/, "") || place.code;
}

function show(places, query) {
  options = [];
  active = -1;
  box.removeAttribute("aria-activedescendant");
  const known = new Set(KINDS.map(([kind]) => kind));
  const rest = places.filter((place) => !known.has(place.kind)).map((place) => place.kind);
  const kinds = [...KINDS, ...[...new Set(rest)].map((kind) => [kind, () => kind, "map-pin"])];
  const groups = kinds.map(([kind, title, symbol]) => {
    const own = places.filter((place) => place.kind === kind);
    if (!own.length) return null;
    return el("div", { class: "search-group", role: "group", "aria-label": title() },
      el("p", { class: "search-group-title", "aria-hidden": "true" }, title()),
      own.map((place) => optionOf(place, symbol, query)));
  });
  list.replaceChildren(...groups.filter(Boolean));
  say(places.length ? "" : _("没有找到“%(q)s”。可试社区名、网格编码后三位或站点名。", { q: query }));
  status.textContent = places.length ? _("%(n)s 条结果，用上下键选择", { n: places.length }) : note.textContent;
  open();
}

function say(sentence) {
  note.textContent = sentence;
  note.hidden = !sentence;
}

async function find(query) {
  request?.abort();
  if (!query) {
    options = [];
    list.replaceChildren();
    return close();
  }
  request = new AbortController();
  try {
    const found = await fetchJson(`/search.json?q=${encodeURIComponent(query)}`, { signal: request.signal });
    show(Array.isArray(found) ? found : found.results, query);
  } catch (error) {
    if (error.name === "AbortError") return;
    options = [];
    list.replaceChildren();
    say(error.message || _("搜索没有回应，请稍后再试。"));
    open();
  }
}

function onKey(event) {
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (popup.hidden && options.length) open();
    activate(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (!popup.hidden && options.length) choose(Math.max(active, 0));
  } else if (event.key === "Escape") {
    event.stopPropagation();
    if (!popup.hidden) close();
    else if (box.value) box.value = "";
    else box.blur();
  }
}

/** Wire the search box once; harmless where the page has none. */
export function setup() {
  box = document.getElementById("search-input");
  if (!box || box.dataset.ready) return;
  box.dataset.ready = "1";
  popup = document.getElementById("search-popup");
  list = document.getElementById("search-results");
  note = document.getElementById("search-note");
  status = document.getElementById("search-status");
  box.form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("keydown", onKey);
  box.addEventListener("input", () => {
    clearTimeout(wait);
    request?.abort();
    wait = setTimeout(() => find(box.value.trim()), 160);
  });
  // Somebody may have typed before this module was here.
  if (document.activeElement === box && box.value.trim()) find(box.value.trim());
  box.addEventListener("focus", () => { if (options.length && box.value) open(); });
  box.addEventListener("blur", () => setTimeout(close, 120));
}
