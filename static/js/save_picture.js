/* Saves what one sees as a picture. Maps are drawn by the service, from the same figures and with legend, scale and
   sources; charts are taken as they stand. A PNG is made from the drawing here, so nothing waits for a job. */
import { _ } from "./i18n.js";

const SHARPER = 2;
const SVG = "http://www.w3.org/2000/svg";
const FONTS = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif";
const DRAWING = "/paper/maps/drawing.svg";
const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"];
// What the map page shows as places or not at all is drawn as counts by area, or as the stations.
const DRAWN = { coverage: ["level", "limit"], assignment: ["role"], incidents: ["level", "measure", "category", "state", "from", "to"] };

const today = () => new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10); // days are days in China
const plain = (name) => name.replace(/[\\\x2f:*?\x22<>|\s]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 80) || "picture";

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Draw an SVG text into a PNG, `SHARPER` times as large as it says it is. */
async function toPng(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * SHARPER);
    canvas.height = Math.round(image.naturalHeight * SHARPER);
    const context = canvas.getContext("2d");
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(_("图片没有存成，请改存 SVG。")))), "image/png");
    });
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The drawing of a question, and the name that the service gives it. */
async function drawn(query) {
  const answer = await fetch(`${DRAWING}?${query}&save=1`, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    const told = await answer.json().catch(() => null);
    throw new Error(told?.error?.message ?? _("图片没有存成，请检查网络后重试。"));
  }
  const name = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
  return { text: await answer.text(), name: name ? decodeURIComponent(name).replace(/\.svg$/, "") : null };
}

/** An SVG of the page as one of its own: sizes and looks written into it. */
function standalone(node) {
  const copy = node.cloneNode(true);
  const box = node.getBoundingClientRect();
  const [own, made] = [[node, ...node.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  own.forEach((one, at) => {
    const look = getComputedStyle(one);
    for (const name of STYLES) made[at].setAttribute(name, look.getPropertyValue(name));
    made[at].removeAttribute("class");
    made[at].removeAttribute("style");
  });
  copy.setAttribute("xmlns", SVG);
  copy.setAttribute("width", Math.round(box.width));
  copy.setAttribute("height", Math.round(box.height));
  return new XMLSerializer().serializeToString(copy);
}

/** A chart under its heading and above the day it was taken, so that it can stand alone. */
function captioned(text, { heading }) {
  const inner = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const [width, height] = ["width", "height"].map((name) => Number.parseFloat(inner.getAttribute(name)));
  const words = heading ? [...document.querySelectorAll(heading)].map((one) => one.textContent.trim()).filter(Boolean) : [];
  const wide = Math.max(width, ...words.map((line, at) => line.length * (at ? 12 : 16) + 24));
  const lines = words.map((line, at) => [line, at ? 12 : 16, 26 + at * 20]);
  const top = lines.length ? 20 + lines.length * 20 : 0;
  const full = top + height + 26;
  const outer = document.createElementNS(SVG, "svg");
  const add = (tag, attributes, content = "") => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = content;
    outer.append(made);
  };
  for (const [name, value] of Object.entries({ width: wide, height: full, viewBox: `0 0 ${wide} ${full}` })) outer.setAttribute(name, value);
  add("rect", { width: wide, height: full, fill: "#ffffff" });
  for (const [line, size, y] of lines) add("text", { x: 12, y, "font-size": size, "font-family": FONTS, fill: "#1b2733" }, line);
  inner.setAttribute("y", top);
  outer.append(document.importNode(inner, true));
  add("text", { x: 12, y: full - 8, "font-size": 11, "font-family": FONTS, fill: "#4a5867" }, `${document.title} · ${today()}`);
  return new XMLSerializer().serializeToString(outer);
}

/** A chart of ECharts as SVG, whatever it is drawn with on the page. */
async function chartText(holder) {
  const chart = window.echarts?.getInstanceByDom(holder);
  if (!chart) throw new Error(_("图表还没有画好，请稍候再存。"));
  const { svgOf } = await import("./chart_svg.js");
  return svgOf(chart);
}

/** What the map page shows, as the service is asked for it. */
async function overlayQuery() {
  const { current } = await import("./overlays.js");
  const { id, params } = current();
  const overlay = DRAWN[id] ? id : "stations";
  const fields = (DRAWN[id] ?? []).map((name) => [name, params[name]]).filter(([, value]) => value);
  return new URLSearchParams([["overlay", overlay], ...fields]);
}

async function leaderQuery() {
  const { now, data, queryOf } = await import("./leader/state.js");
  const state = now();
  const fields = queryOf({ ...state, level: state.level || data()?.level || "" }, ["measure", "period", "compare", "area", "level", "from", "to"]);
  return new URLSearchParams(`overlay=figures&${fields}`);
}

function addressQuery() {
  const fields = new URLSearchParams(location.search);
  fields.delete("from");
  if (fields.get("level") === "county") fields.delete("level");
  if (!/^\d{6,12}$/.test(fields.get("area") ?? "")) fields.delete("area");
  fields.set("overlay", "coverage");
  return fields;
}

const SOURCES = {
  overlay: async () => drawn(await overlayQuery()),
  leader: async () => drawn(await leaderQuery()),
  address: async () => drawn(addressQuery()),
  query: async ({ query }) => drawn(query),
  svg: async ({ target, heading }) => {
    const found = document.querySelector(target);
    if (!found) throw new Error(_("图表还没有画好，请稍候再存。"));
    return { text: captioned(standalone(found), { heading }) };
  },
  chart: async ({ target, heading }) => ({ text: captioned(await chartText(document.querySelector(target)), { heading }) }),
};

async function save(menu, format) {
  const note = menu.querySelector(".menu-note");
  note.textContent = _("正在画图…");
  try {
    const { text, name } = await SOURCES[menu.dataset.savePicture](menu.dataset);
    const file = `${name ?? `${plain(menu.dataset.name || document.title)}-${today()}`}.${format}`;
    download(format === "png" ? await toPng(text) : new Blob([text], { type: "image/svg+xml" }), file);
    note.textContent = _("已存为 %(name)s", { name: file });
  } catch (error) {
    note.textContent = error.message;
  }
}

/** Show the menus of this page and answer them, each once. */
export function start() {
  for (const menu of document.querySelectorAll("[data-save-picture][hidden]")) {
    menu.hidden = false;
    for (const button of menu.querySelectorAll("[data-format]")) button.addEventListener("click", () => save(menu, button.dataset.format));
  }
}

start();
