/* Hands the way to a station over to a map application of the phone; each link holds the coordinates that it expects.
   A link is followed when it is tapped: nothing is sent from here. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import * as sheet from "./sheet.js";

const NAMES = () => ({ amap: _("高德地图"), baidu: _("百度地图"), tencent: _("腾讯地图"), system: _("手机自带地图") });
const apple = /iPhone|iPad|Macintosh/.test(navigator.userAgent);

function link(kind, name, links) {
  const address = kind === "system" && apple && links.apple ? links.apple : links[kind];
  if (!address) return null;
  const outside = address.startsWith("http") ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return el("a", { class: "row-link", href: address, "data-close": true, "data-map": kind, ...outside },
    icon("navigation", 22), el("span", {}, name), icon("external-link", 18));
}

/** Offer the applications for a station of the pack. */
export function handOver({ name, links }) {
  sheet.open(_("步行去 %(name)s", { name }), [
    el("nav", { class: "row-links", "aria-label": _("用哪个地图导航") }, Object.entries(NAMES()).map(([kind, title]) => link(kind, title, links))),
    el("p", { class: "quiet sheet-note" }, _("打开地图应用需要网络；地图上画的路线不需要。")),
  ], { name: "navigate" });
}
