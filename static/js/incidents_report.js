/* The report's form: a pin by tap or drag, the browser's position with its accuracy, which grid it is, which class in
   two steps, and what is there already. Without this module the form still works: the server asks the same questions. */
import { el, fetchJson, icon } from "./dom.js";
import { _, number } from "./i18n.js";
import { onlyOnce } from "./incidents_forms.js";
import { accuracyCircle, drawGround, lookAt, map, pin } from "./incidents_place.js";

const form = document.getElementById("report");
const fields = form.elements;
const said = document.getElementById("place-said");
const locate = document.getElementById("locate");
const grids = document.getElementById("grid-choice");
const gridOptions = document.getElementById("grid-options");
const near = document.getElementById("duplicates");
const nearList = document.getElementById("duplicate-list");
const own = document.getElementById("class_code");
const group = document.getElementById("class-group");

let marker = null;
let circle = null;
let asked = 0;
let looked = 0;

function putPin(lat, lon) {
  if (marker) marker.setLatLng([lat, lon]);
  else marker = pin(lat, lon, { title: _("事件位置"), moved: ({ lat: y, lng: x }) => choose(y, x) });
}

/** Take a place: the pin, the fields, which grid it is, what is there already. */
function choose(lat, lon, accuracy = null) {
  fields.lat.value = lat.toFixed(7);
  fields.lon.value = lon.toFixed(7);
  fields.accuracy_m.value = accuracy ? Math.ceil(accuracy) : "";
  circle?.remove();
  circle = accuracy ? accuracyCircle(lat, lon, accuracy) : null;
  putPin(lat, lon);
  place();
  lookAround();
}

/** Ask about the position; it goes in the body, since addresses are logged on their way. */
function about(url, more) {
  const body = JSON.stringify({ lon: Number(fields.lon.value), lat: Number(fields.lat.value), ...more });
  return fetchJson(url, { method: "POST", body, headers: { Accept: "application/json", "Content-Type": "application/json" } });
}

async function place() {
  const turn = ++asked;
  try {
    const answer = await about("/incidents/placing.json", { accuracy_m: Number(fields.accuracy_m.value) || null });
    if (turn !== asked) return;
    const exact = fields.accuracy_m.value ? ` · ${_("误差约 %(n)s 米", { n: number(Number(fields.accuracy_m.value)) })}` : "";
    said.textContent = (answer.name || _("不在网格内")) + exact;
    ask(answer.ask ? answer.candidates : []);
  } catch (error) {
    if (turn !== asked) return;
    said.textContent = error.message || _("暂时查不到网格，仍可提交。");
    ask([]);
  }
}

function ask(candidates) {
  grids.hidden = !candidates.length;
  gridOptions.replaceChildren(...candidates.map((one) => el("label", { class: "choice" },
    el("input", { type: "radio", name: "grid_code", value: one.grid_code, required: true }), one.name, " ",
    el("small", {}, one.distance))));
}

async function lookAround() {
  const turn = ++looked;
  if (!own.value || !fields.lon.value) return show([]);
  try {
    const answer = await about("/incidents/duplicates.json", { class_code: own.value });
    if (turn === looked) show(answer.duplicates);
  } catch {
    if (turn === looked) show([]);
  }
}

function show(found) {
  near.hidden = !found.length;
  fields.confirm_new.required = found.length > 0;
  fields.confirm_new.checked = false;
  nearList.replaceChildren(...found.map((one) => {
    const me = el("button", { class: "button", type: "submit" }, icon("users"), _("我也遇到"));
    me.setAttribute("formaction", `/incidents/${one.code}/follow`);
    me.setAttribute("formnovalidate", "");
    return el("li", {}, el("p", {}, el("strong", {}, one.description || one.code), " ",
      el("span", { class: "quiet" }, [one.distance, one.state_label, one.reported.said].join(" · "))), me);
  }));
}

/** Split the one list of classes into two: the group first, then its classes. */
function twoLevels() {
  const groups = [...own.querySelectorAll("optgroup")];
  if (groups.length < 2) return;
  const empty = own.querySelector("option[value='']");
  const chosen = own.value;
  group.replaceChildren(el("option", { value: "" }, _("全部")), ...groups.map((one) => el("option", { value: one.label }, one.label)));
  group.addEventListener("change", () => {
    const before = own.value;
    own.replaceChildren(empty, ...groups.filter((one) => !group.value || one.label === group.value));
    own.value = before;
    if (own.selectedIndex < 0) own.value = "";
    questions();
    lookAround();
  });
  group.value = groups.find((one) => one.querySelector(`option[value="${CSS.escape(chosen)}"]`))?.label ?? "";
  group.parentElement.hidden = false;
}

function questions() {
  for (const set of form.querySelectorAll(".questions")) {
    const mine = set.dataset.class === own.value;
    set.hidden = !mine;
    set.disabled = !mine;
  }
}

function whereAmI() {
  said.textContent = _("正在获取您的位置…");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    lookAt(coords.latitude, coords.longitude);
    choose(coords.latitude, coords.longitude, coords.accuracy);
  }, () => { said.textContent = _("没有得到您的位置，请在地图上点选。"); },
  { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 });
}

function typedPlace() {
  const [lat, lon] = [Number(fields.lat.value), Number(fields.lon.value)];
  if (!fields.lat.value || !fields.lon.value || !(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) return;
  lookAt(lat, lon);
  choose(lat, lon);
}

function start() {
  twoLevels();
  questions();
  own.addEventListener("change", () => { questions(); lookAround(); });
  map.on("click", ({ latlng }) => choose(latlng.lat, latlng.lng));
  for (const name of ["lon", "lat"]) fields[name].addEventListener("change", typedPlace);
  if (navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", whereAmI);
  }
  if (fields.lon.value && fields.lat.value) {
    const [lat, lon, accuracy] = [Number(fields.lat.value), Number(fields.lon.value), Number(fields.accuracy_m.value)];
    if (Math.abs(lat) <= 90 && Math.abs(lon) <= 180) {
      lookAt(lat, lon);
      putPin(lat, lon);
      if (accuracy) circle = accuracyCircle(lat, lon, accuracy);
    }
  }
  onlyOnce(form);
  document.getElementById("problem")?.focus();
  document.documentElement.dataset.ready = "report";
  drawGround();
}

start();
