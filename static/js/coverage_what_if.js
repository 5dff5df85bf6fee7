/* What if: stations as marks to drag, close, add and resize; every step asks the server and can be undone. */
import { hear, tell } from "./bus.js";
import { answer, objects, question, toAddress } from "./coverage_state.js";
import { el, fetchJson, icon } from "./dom.js";
import { _, number } from "./i18n.js";
import { map } from "./map.js";
import { corners, stationColour } from "./station_shape.js";

const L = window.L;
const part = document.getElementById("part-what-if");
const status = el("p", { class: "coverage-note", role: "status" });
const NEW_SEATS = 20;
const LIVE = 120; // milliseconds between two questions while a station is dragged

let changes = [];
let undone = [];
let marks = new Map();
let on = false;
let adding = false;
let moving = null;
let asking = null;
let last = 0;
let resting = 0;

const clone = (value) => JSON.parse(JSON.stringify(value));

/** What was changed, from the address. */
function remembered() {
  try {
    const found = JSON.parse(new URLSearchParams(location.search).get("changes") ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function toUrl() {
  toAddress(changes.length ? { changes: JSON.stringify(changes) } : {});
}

/** One change per station and verb: a later move takes the place of the earlier one. */
function fold(list) {
  const kept = [];
  for (const one of list) {
    const at = kept.findIndex(({ station_code: code, verb }) => code === one.station_code && verb === one.verb && verb !== "add");
    const added = kept.find(({ station_code: code, verb }) => verb === "add" && code === one.station_code);
    if (added && one.verb === "close") kept.splice(kept.indexOf(added), 1);
    else if (added && one.verb !== "add") Object.assign(added, { lon: one.lon ?? added.lon, lat: one.lat ?? added.lat, capacity: one.capacity ?? added.capacity });
    else if (at >= 0) kept[at] = one;
    else kept.push({ ...one });
  }
  return kept;
}

function change(one) {
  changes.push(one);
  undone = [];
  after();
}

function after() {
  toUrl();
  place();
  draw();
  ask(fold(changes));
}

async function ask(list) {
  asking?.abort();
  if (!list.length) {
    tell("coverage:what-if", {});
    status.textContent = _("还没有改动。拖动站点，或点站点改规模、停用。");
    return;
  }
  asking = new AbortController();
  const { signal } = asking;
  const fields = Object.fromEntries(question());
  const body = { changes: list, limit: fields.limit, when: fields.when, kind: fields.kind, amenities: fields.amenities ?? "", level: fields.level };
  if (fields.at) body.moment = `${fields.at}:00+08:00`;
  const begun = performance.now();
  try {
    const found = await fetchJson("/coverage/what-if", {
      method: "POST", signal, headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });
    if (signal.aborted) return;
    await show(found);
    part.dataset.tookMs = String(Math.round(performance.now() - begun));
  } catch (error) {
    if (!signal.aborted && error.name !== "AbortError") status.textContent = error.message || _("没有算出来，请检查网络后再试。");
  }
}

async function show(found) {
  const base = answer();
  const counts = { share: ["covered", "share"], crow_share: ["crow_covered", "crow_share"], seated_share: ["seated", "seated_share"] };
  const figures = base.figures.map((one) => {
    if (counts[one.code]) return { ...one, value: found.after[counts[one.code][1]], numerator: found.after[counts[one.code][0]] };
    return one.code === "mean_m" ? { ...one, value: found.after.mean_m } : one;
  });
  const { share, crow_share, seated_share, mean_m } = found.delta;
  tell("coverage:what-if", { found: { ...base, areas: objects(found.areas), figures }, deltas: { share, crow_share, seated_share, mean_m } });
  status.textContent = _("新覆盖 %(gained)s 户，失去 %(lost)s 户；超载站点 %(over)s 个。", {
    gained: number(found.gained), lost: number(found.lost), over: number(found.after.overloaded) });
}

/* Marks */
function shape(kind, state) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-16 -16 32 32");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", `M${corners(kind, 9).map((point) => point.join(" ")).join("L")}Z`);
  path.setAttribute("fill", state === "closed" ? "none" : stationColour(kind));
  path.setAttribute("stroke", state ? "currentColor" : "white");
  path.setAttribute("stroke-width", state ? 3 : 2);
  svg.append(path);
  return svg;
}

/** The stations as the changes leave them: {code, name, kind, lon, lat, capacity, state}. */
function standing() {
  const rows = new Map(answer().stations.map((one) => [one.station_code, { ...one, code: one.station_code, state: "" }]));
  for (const one of fold(changes)) {
    if (one.verb === "add") rows.set(one.station_code, { code: one.station_code, name: _("新站点"), kind: "warm_station", ...one, state: "added" });
    const row = rows.get(one.station_code);
    if (!row) continue;
    if (one.verb === "close") row.state = "closed";
    if (one.verb === "move") Object.assign(row, { lon: one.lon, lat: one.lat, state: "moved" });
    if (one.verb === "resize") Object.assign(row, { capacity: one.capacity, state: row.state || "resized" });
  }
  return rows;
}

function place() {
  for (const mark of marks.values()) mark.remove();
  marks = new Map();
  if (!on || !answer()) return;
  for (const row of standing().values()) marks.set(row.code, markOf(row).addTo(map));
}

function markOf(row) {
  const mark = L.marker([row.lat, row.lon], {
    draggable: row.state !== "closed", keyboard: true, title: row.name, alt: row.name, autoPan: true,
    icon: L.divIcon({ className: `what-if-mark ${row.state}`, iconSize: [32, 32], html: shape(row.kind, row.state) }),
  });
  const spot = () => ({ lon: Number(mark.getLatLng().lng.toFixed(6)), lat: Number(mark.getLatLng().lat.toFixed(6)) });
  const live = () => {
    last = performance.now();
    ask(fold([...changes, { verb: "move", station_code: row.code, ...spot() }]));
  };
  mark.on("drag", () => { // where it rests is asked too, though it be held still
    clearTimeout(resting);
    if (performance.now() - last >= LIVE) live();
    else resting = setTimeout(live, LIVE);
  });
  mark.on("dragend", () => {
    clearTimeout(resting);
    change({ verb: "move", station_code: row.code, ...spot() });
  });
  mark.on("click", () => offer(row));
  return mark;
}

function offer(row) {
  L.popup({ minWidth: 200, offset: [0, -10] }).setLatLng([row.lat, row.lon]).setContent(menu(row)).openOn(map);
}

/** Wait for a click on the map, for whom dragging is no way: `what` is "adds", "moves" or "" (waits no longer). */
function wait(what, row = null) {
  adding = what === "adds";
  moving = row;
  map.getContainer().classList.toggle("adds", what !== "");
  if (row) status.textContent = _("点地图，把“%(name)s”移到那里。", { name: row.name });
  draw();
}

function menu(row) {
  const seats = el("input", { class: "field", type: "number", min: 0, max: 100000, value: row.capacity, "aria-label": _("座位数") });
  const act = (one) => () => { map.closePopup(); change({ station_code: row.code, ...one() }); };
  return el("div", { class: "what-if-menu" }, el("strong", {}, row.name),
    el("label", {}, _("座位数"), seats),
    el("button", { class: "button", type: "button", onclick: act(() => ({ verb: "resize", capacity: Math.max(0, Math.round(Number(seats.value) || 0)) })) }, _("改规模")),
    row.state === "closed" ? null : el("button", { class: "button", type: "button", onclick: () => { map.closePopup(); wait("moves", row); } }, icon("map-pin", 16), _("移到别处")),
    row.state === "closed" ? null : el("button", { class: "button", type: "button", onclick: act(() => ({ verb: "close" })) }, icon("trash", 16), row.state === "added" ? _("去掉") : _("停用")));
}

/* The part beside the map */
const WORDS = { close: () => _("停用"), move: () => _("移动"), add: () => _("新增"), resize: ({ capacity }) => _("改为 %(n)s 座", { n: number(capacity) }) };

function draw() {
  const names = answer() ? standing() : new Map();
  const list = fold(changes);
  const row = (one) => el("li", {}, el("span", {}, `${WORDS[one.verb](one)} · ${names.get(one.station_code)?.name ?? one.station_code}`),
    el("button", { class: "button quiet icon-only", type: "button", "aria-label": _("去掉这项改动"),
      onclick: () => { undone = []; changes = changes.filter(({ station_code: code, verb }) => !(code === one.station_code && (verb === one.verb || one.verb === "add"))); after(); } }, icon("x", 16)));
  document.getElementById("what-if-list").replaceChildren(...list.map(row));
  document.getElementById("what-if-undo").disabled = !changes.length;
  document.getElementById("what-if-redo").disabled = !undone.length;
  document.getElementById("what-if-clear").disabled = !changes.length;
  const keep = document.getElementById("what-if-keep");
  if (keep) keep.hidden = !list.length;
  document.getElementById("what-if-add").setAttribute("aria-pressed", String(adding));
  const pick = document.getElementById("what-if-pick");
  const rows = [...names.values()].sort((one, other) => one.name.localeCompare(other.name, "zh"));
  pick.replaceChildren(el("option", { value: "" }, _("按名称选站点…")), ...rows.map(({ code, name }) => el("option", { value: code }, name)));
}

function tools() {
  const button = (id, name, word, onclick) => el("button", { class: "button", id, type: "button", onclick }, icon(name, 16), word);
  return el("div", { class: "what-if-tools" },
    button("what-if-add", "plus", _("新增站点"), () => wait(adding ? "" : "adds")),
    button("what-if-undo", "arrow-left", _("撤销"), () => { undone.push(changes.pop()); after(); }),
    button("what-if-redo", "refresh", _("重做"), () => { changes.push(undone.pop()); after(); }),
    button("what-if-clear", "trash", _("全部还原"), () => { undone = clone(changes).reverse(); changes = []; after(); }));
}

/** Every station by name: the way to those whose marks lie on each other, and for who points with the keyboard. */
function picker() {
  const choose = ({ target }) => {
    const row = standing().get(target.value);
    target.value = "";
    if (!row) return;
    map.setView([row.lat, row.lon], Math.max(map.getZoom(), 16), { animate: false });
    offer(row);
  };
  return el("p", { class: "what-if-pick" }, el("select", { class: "field", id: "what-if-pick", "aria-label": _("按名称选站点…"), onchange: choose }));
}

function keeper() {
  if (!part.dataset.mayKeep) return null;
  const name = el("input", { class: "field", name: "name", maxLength: 60, required: true, placeholder: _("设想名称"), "aria-label": _("设想名称") });
  const save = async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(question());
    const body = { name: name.value, changes: fold(changes), limit: fields.limit, when: fields.when, kind: fields.kind, amenities: fields.amenities ?? "", level: fields.level };
    if (fields.at) body.moment = `${fields.at}:00+08:00`;
    try {
      await fetchJson("/coverage/scenarios", { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) });
      name.value = "";
      status.textContent = _("已存为设想。");
      await kept();
    } catch (error) {
      status.textContent = error.message || _("没有保存，请再试。");
    }
  };
  return el("form", { class: "what-if-keep", id: "what-if-keep", hidden: true, onsubmit: save }, name, el("button", { class: "button primary", type: "submit" }, _("存为设想")));
}

async function kept() {
  const { scenarios } = await fetchJson("/coverage/scenarios.json");
  const percent = (value) => `${(value * 100).toFixed(1)} %`;
  const row = (one) => el("li", {}, el("button", { class: "link", type: "button", onclick: () => { changes = clone(one.changes); undone = []; after(); } }, one.name),
    el("small", {}, _("步行 %(before)s → %(after)s，有容量 %(old)s → %(new)s", {
      before: percent(one.figures.before.share), after: percent(one.figures.after.share), old: percent(one.figures.before.seated_share), new: percent(one.figures.after.seated_share) })),
    part.dataset.mayKeep ? el("button", { class: "button quiet icon-only", type: "button", "aria-label": _("删除设想 %(name)s", { name: one.name }),
      onclick: async () => { await fetch(`/coverage/scenarios/${one.scenario_id}`, { method: "DELETE" }); await kept(); } }, icon("trash", 16)) : null);
  document.getElementById("what-if-kept").replaceChildren(...(scenarios.length ? scenarios.map(row) : [el("li", { class: "quiet" }, _("还没有存下的设想。"))]));
}

/** Make the part and begin where the address says. */
export function start() {
  part.replaceChildren(
    el("p", { class: "coverage-note" }, _("拖动站点看覆盖怎么变；只是设想，不改数据。")),
    tools(), picker(), status, el("ol", { class: "what-if-list", id: "what-if-list" }), ...[keeper()].filter(Boolean),
    el("h2", {}, _("存下的设想")), el("ul", { class: "what-if-list", id: "what-if-kept" }));
  hear("coverage:tab", ({ name }) => { on = name === "what-if"; if (!on) wait(""); place(); draw(); });
  hear("coverage:answer", () => { place(); draw(); if (changes.length) ask(fold(changes)); });
  map.on("click", ({ latlng }) => {
    const spot = { lon: Number(latlng.lng.toFixed(6)), lat: Number(latlng.lat.toFixed(6)) };
    const [fresh, code] = [adding, moving?.code];
    if (!fresh && !code) return;
    wait("");
    if (code) return void change({ verb: "move", station_code: code, ...spot });
    const taken = changes.filter(({ verb }) => verb === "add").map(({ station_code: code }) => Number(code.slice(4)));
    change({ verb: "add", station_code: `new-${Math.max(0, ...taken) + 1}`, ...spot, capacity: NEW_SEATS });
  });
  changes = remembered();
  draw();
  kept();
  status.textContent = _("还没有改动。拖动站点，或点站点改规模、停用。");
  if (!changes.length) return;
  document.getElementById("tab-what-if").click();
  ask(fold(changes));
}
