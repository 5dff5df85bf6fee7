/* A report in three taps: the tab opens the camera, a class, send. The rest fills itself; everything is kept as it is made. */
import { el, icon } from "../dom.js";
import { hear } from "../bus.js";
import { _, number } from "../i18n.js";
import * as drafts from "./report_draft.js";
import * as outbox from "./outbox.js";
import * as packs from "./pack.js";
import * as photos from "./report_photo.js";
import * as place from "./report_place.js";
import * as near from "./report_near.js";
import { draw as drawClasses, questions, unanswered } from "./report_class.js";
import { recorder } from "./report_voice.js";
import { current, go } from "./views.js";

const TYPING_MS = 300;
const part = (id) => document.getElementById(id);
const pictures = new Map(); // addresses of what is shown, by blob
let voice = null;
let photoAt = 0;
let typing = 0;
let drawing = 0;
let seenNear = false;
let opening = Promise.resolve();
let adding = Promise.resolve();

const values = () => drafts.draft()?.values ?? {};
const kindOf = (code) => packs.current()?.classes.find((one) => one.class_code === code) ?? null;

/** Open the view: the draft that was begun, or a new one. */
export function open(params = new URLSearchParams()) {
  opening = opening.then(() => reallyOpen(params)).catch((error) => console.warn(error.message || error));
  return opening;
}

async function reallyOpen(params) {
  const pack = await packs.pack();
  part("report-locked").hidden = Boolean(pack);
  part("report-form").classList.toggle("is-locked", !pack);
  if (!pack) return;
  const station = pack.stations.find((one) => one.code === params.get("station"));
  const at = station ? { ...place.valuesAt(station.lon, station.lat, null, "station"), station_code: station.code, address: station.name } : {};
  await drafts.open(params.get("draft"), at, Boolean(station) && values().station_code !== station.code);
  photoAt = drafts.draft().photos.length ? Date.now() : 0;
  await draw();
  await place.show({ values, photoAt: () => photoAt, set: (changes) => { drafts.set(changes); lookNear(); } });
}

async function draw() {
  const draft = drafts.draft();
  part("report-words").value = values().description ?? "";
  part("report-more").open = Boolean(values().description || draft.voice);
  drawClasses({ frequent: part("class-frequent"), groups: part("class-groups"), more: part("class-more") }, packs.current().classes, values().class_code, choose);
  ask(kindOf(values().class_code));
  voice.show(draft.voice ? await drafts.blobOf(draft.voice.id) : null);
  await drawPhotos();
  lookNear();
}

async function choose(kind) {
  if (!drafts.draft()) await opening; // tapped before the form was ready
  if (!drafts.draft()) return;
  drafts.set({ class_code: kind.class_code, attributes: null, confirm_new: "" }, kind.name);
  drawClasses({ frequent: part("class-frequent"), groups: part("class-groups"), more: part("class-more") }, packs.current().classes, kind.class_code, choose);
  part("class-frequent").querySelector("input:checked")?.focus({ preventScroll: true });
  ask(kind);
  lookNear();
}

function ask(kind) {
  questions(part("class-questions"), kind, values().attributes ?? {}, (answers) => drafts.set({ attributes: answers }));
}

async function lookNear() {
  if (!drafts.draft()) return;
  const found = await near.show(values(), { box: part("report-near"), list: part("report-near-list") }, meToo);
  if (found === null) return;
  seenNear = found;
  part("report-send").lastElementChild.textContent = found ? _("作为新事件发送") : _("发送");
}

/** Follow an incident that is there already; the draft stays until the server has heard of it. */
async function meToo(one) {
  await voice.finish();
  const { id } = drafts.draft();
  await drafts.set({ follows: one.code });
  await outbox.edit(id, (item) => { item.kind = "follow"; item.values.incident_code = one.code; });
  await drafts.finish();
  clear();
  go("queue");
}

/** Leave nothing of the report that went for the next one to begin with. */
function clear() {
  place.hide();
  drawing += 1;
  for (const address of pictures.values()) URL.revokeObjectURL(address);
  pictures.clear();
  for (const old of part("report-photos").querySelectorAll(".photo-thumb")) old.remove();
  for (const input of part("report-form").querySelectorAll("input:checked")) input.checked = false;
  part("class-questions").replaceChildren();
  part("report-words").value = "";
  part("photo-said").textContent = "";
  voice.show(null);
}

async function drawPhotos() {
  const strip = part("report-photos");
  const turn = ++drawing;
  const shown = await Promise.all(drafts.draft().photos.map(async ({ id }, index) => thumb(id, await drafts.blobOf(id), index)));
  if (turn !== drawing) return;
  for (const old of strip.querySelectorAll(".photo-thumb")) old.remove();
  strip.prepend(...shown.filter(Boolean));
}

function thumb(id, blob, index) {
  if (!blob) return null;
  if (!pictures.has(id)) pictures.set(id, URL.createObjectURL(blob));
  const away = el("button", { type: "button", class: "button icon-only photo-away", "aria-label": _("删除第 %(n)s 张照片", { n: index + 1 }), onclick: () => dropPhoto(id) }, icon("x"));
  return el("div", { class: "photo-thumb" }, el("img", { src: pictures.get(id), alt: _("第 %(n)s 张照片", { n: index + 1 }) }), away);
}

async function dropPhoto(id) {
  await drafts.detach(id);
  URL.revokeObjectURL(pictures.get(id));
  pictures.delete(id);
  drawPhotos();
}

const FULL = _("手机存储已满，这份上报暂时只在内存里。已存的都还在。请现在发送，或删掉几张照片后再试。");
const FAULTS = { broken: _("照片没有读完整，没有加入，请再拍一张。"), kind: _("只收 JPEG、PNG、WebP 和 HEIC 照片。") };

async function addPhotos(files) {
  await opening;
  const said = part("photo-said");
  said.textContent = "";
  for (const file of files) {
    if (!drafts.draft()) await open();
    if (drafts.draft().photos.length >= photos.MOST) {
      said.textContent = _("最多 %(n)s 张照片。", { n: photos.MOST });
      break;
    }
    try {
      const blob = await photos.read(file);
      const id = await drafts.attach(blob);
      photoAt ||= Date.now();
      await drawPhotos();
      const less = await photos.smaller(blob);
      if (less) await drafts.replace(id, less);
    } catch (error) {
      if (!FAULTS[error.code]) throw error;
      said.textContent = FAULTS[error.code];
    }
  }
}

function wrong() {
  if (!values().class_code) return [_("请选择类别。"), part("class-choice")];
  const missing = unanswered(kindOf(values().class_code), values().attributes ?? {});
  if (missing.length) return [_("请填写：%(names)s", { names: missing.join("、") }), part("class-questions")];
  const wrongPlace = place.wrongWith(values());
  return wrongPlace ? [wrongPlace, part("where-said")] : null;
}

async function send(event) {
  event.preventDefault();
  const button = part("report-send");
  if (button.disabled) return; // a second tap while photos are still read is the same report
  button.disabled = true;
  await sendDraft().finally(() => { button.disabled = false; });
}

async function sendDraft() {
  await opening;
  await adding.catch(() => {}); // a photo picked before the tap belongs to this report
  if (!drafts.draft()) return;
  const fault = wrong();
  if (fault) {
    part("photo-said").textContent = fault[0];
    fault[1].scrollIntoView({ block: "center" });
    return;
  }
  clearTimeout(typing);
  await voice.finish();
  await drafts.set({ description: part("report-words").value.trim(), confirm_new: seenNear ? "1" : values().confirm_new ?? "" });
  const how = await drafts.finish();
  if (how === "kept") return;
  clear();
  go("queue");
}

async function drop() {
  if (!drafts.draft()) return;
  if (!outbox.isBlank(drafts.draft()) && !confirm(_("删除这份草稿和它的 %(n)s 张照片？删除后无法恢复。", { n: number(drafts.draft().photos.length) }))) return;
  await drafts.drop();
  clear();
  go("stations");
}

function full(unkept) {
  const said = part("photo-said");
  if (unkept) said.textContent = FULL;
  else if (said.textContent === FULL) said.textContent = "";
}

async function picked(input) {
  const files = [...input.files];
  input.value = ""; // at once: what is picked while these are read is not to be emptied away
  adding = adding.catch(() => {}).then(() => addPhotos(files));
  await adding;
}

function wire() {
  voice = recorder(part("report-voice"), async (blob) => {
    await opening;
    if (!drafts.draft()) return;
    if (blob) await drafts.attach(blob, "voice");
    else if (drafts.draft().voice) await drafts.detach(drafts.draft().voice.id);
  });
  for (const id of ["report-camera", "report-files"]) {
    part(id).addEventListener("change", ({ target }) => picked(target));
    if (part(id).files.length) picked(part(id)); // the camera was quicker than this module
  }
  part("report-words").addEventListener("input", ({ target }) => {
    clearTimeout(typing);
    typing = setTimeout(() => drafts.draft() && drafts.set({ description: target.value }), TYPING_MS);
  });
  part("report-form").addEventListener("submit", send);
  part("report-drop").addEventListener("click", drop);
  drafts.onRoom(full);
  hear("view:open", ({ view }) => {
    if (view === "report") return;
    place.hide();
    voice.finish();
  });
  hear("pack:change", ({ pack }) => { if (pack && current().view === "report" && !drafts.draft()) open(current().params); });
}

wire();
