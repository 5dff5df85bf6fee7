/* What the page says where there is no usable position: why, what to do instead, and that nothing is lost. */
import { hear, tell } from "../bus.js";
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { hereNow } from "./here.js";
import { age, current, refresh } from "./pack.js";
import { coarse, position, positioning } from "./position.js";
import { metres } from "./words.js";

const holder = document.getElementById("no-position");
let shown = "";
let none = false; // there is no pack and no network to bring one

/** Which trouble there is, "" for none: wait, slow, refused, failed, coarse, outside, unknown. */
export function trouble() {
  const place = position();
  const here = hereNow();
  if (none && !current()) return "nodata";
  if (place) {
    if (coarse(place)) return "coarse";
    if (here?.place === place && here.outside) return "outside";
    return here?.place === place && here.unknown ? "unknown" : "";
  }
  return { asking: "wait", slow: "slow", refused: "refused", failed: "failed" }[positioning().state] ?? "wait";
}

function words(kind) {
  const place = position();
  const county = current()?.county?.name || _("本县");
  return {
    wait: [_("正在定位…"), ""],
    slow: [_("定位较慢，还在等"), _("也可以先点地图选位置。")],
    refused: [_("没有得到定位许可"), _("点地图选位置，或者搜索、扫码。要用定位，请在浏览器的网站设置里允许。")],
    failed: [_("现在定不了位"), _("点地图选位置，或者搜索、扫码。")],
    coarse: [_("位置误差约 %(far)s，太大", { far: metres(place?.accuracy_m) }), _("定不了网格，也算不准最近的站点。到开阔处稍等，或者点地图、搜索、扫码。")],
    outside: place?.source === "gps" ? [_("您现在在%(county)s之外", { county }), _("点地图选位置，或者搜索、扫码，看县内的站点。")]
      : [_("这个位置在%(county)s之外", { county }), _("点地图另选位置，或者搜索、扫码。")],
    nodata: [_("手机里还没有数据"), age().signedOut ? _("请先登录。") : _("第一次打开要有网络。有信号时会自动读取，也可以点再试。")],
    unknown: [_("这里不在任何网格内"), ""],
  }[kind];
}

function draw() {
  const kind = trouble();
  const place = position();
  const key = `${kind} ${place?.accuracy_m}`;
  document.body.dataset.trouble = kind;
  if (key === shown) return;
  shown = key;
  holder.hidden = !kind || kind === "unknown";
  if (holder.hidden) return holder.replaceChildren();
  const [title, help] = words(kind);
  if (kind !== "wait") tell("field:useful");
  const again = ["failed", "slow", "coarse"].includes(kind) || (kind === "outside" && place?.source !== "gps");
  holder.replaceChildren(
    el("h2", {}, kind === "wait" ? el("span", { class: "spinner", "aria-hidden": "true" }) : icon("alert-triangle", 22), title),
    ...help ? [el("p", {}, help)] : [],
    ...kind === "nodata" ? [el("div", { class: "trouble-buttons" }, age().signedOut
      ? el("a", { class: "button", href: "/sign-in?next=/field" }, icon("user"), _("登录"))
      : el("button", { class: "button", type: "button", onclick: refresh }, icon("refresh"), _("再试")))] : [],
    ...["wait", "nodata"].includes(kind) ? [] : [el("div", { class: "trouble-buttons" },
      el("button", { class: "button", type: "button", onclick: () => tell("find:open") }, icon("search"), _("搜索地点")),
      el("button", { class: "button", type: "button", onclick: () => tell("scan:open") }, icon("qrcode"), _("扫二维码")),
      again ? el("button", { class: "button", type: "button", onclick: () => tell("position:own") }, icon("refresh"), _("再定位")) : null)],
  );
}

/** Follow the position and what is known of it. */
export function start() {
  for (const name of ["position:change", "position:state", "here:change", "pack:change"]) hear(name, draw);
  hear("pack:none", () => { none = true; draw(); });
  draw();
}
