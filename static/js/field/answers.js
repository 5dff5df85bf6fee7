/* Who answers for a grid: its posts from the nearest up, each with a call link where its number may be dialled. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";
import { gridTitle } from "./here.js";
import * as sheet from "./sheet.js";

function post({ label, name, phone, tel, vacant }) {
  const who = vacant ? el("span", { class: "post-name vacant" }, _("暂缺")) : el("span", { class: "post-name" }, name || "");
  const call = tel
    ? el("a", { class: "button call", href: `tel:${tel}`, }, el("span", { class: "visually-hidden" }, _("打电话给%(label)s", { label }), " "), icon("phone"), phone || tel)
    : phone ? el("span", { class: "quiet phone-masked", title: _("号码已隐去") }, phone) : null;
  return el("li", { class: "post" }, el("span", { class: "post-label" }, label), who, call);
}

/** Show who answers for a grid {code, name, community, posts}; `near` are grids whose border is close. */
export function show(grid, near = []) {
  const posts = [...grid.posts ?? []].sort((one, two) => Boolean(two.tel) - Boolean(one.tel)); // who can be called first
  sheet.open(gridTitle(grid), [
    el("p", { class: "quiet sheet-note" }, _("网格编码 %(code)s", { code: grid.code })),
    near.length ? el("p", { class: "notice" }, icon("alert-triangle"), el("span", {}, _("离边界很近，也可能属于 %(names)s。",
      { names: near.map((one) => gridTitle(one.grid)).join(_("、")) }))) : null,
    posts.length ? el("ul", { class: "posts" }, posts.map(post)) : el("p", { class: "empty" }, _("还没有登记负责人。")),
  ], { name: "answers" });
}
