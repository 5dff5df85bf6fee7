/* The page of an area: where it lies, its figures, who answers for it from the county down, its stations. */
import { el, icon } from "./dom.js";
import { _, number, percent } from "./i18n.js";
import { levelOf, selectArea, selectStation } from "./places.js";

const CODE_NAMES = {
  county: () => _("县编码"), subdistrict: () => _("街道编码"), community: () => _("社区编码"), grid: () => _("网格编码"),
};

/** Draw the head of a place's page: title, what it is, and the way back. */
export function head(title, kind, close) {
  return el("header", { class: "side-head" },
    el("div", { class: "side-title" }, el("h2", { id: "drawer-title", tabindex: "-1" }, title), kind),
    close);
}

/** Leave out of a name what the step before has said: 毛庄社区 › 第一网格. */
const shortName = (name, before) => (before && name.startsWith(before) && name !== before ? name.slice(before.length) : name);

/** Draw the chain county › subdistrict › community › grid; all but the last are links that select. */
export function breadcrumb(steps) {
  if (!steps?.length) return null;
  return el("nav", { class: "crumbs", "aria-label": _("所在区域") }, el("ol", {}, steps.map((step, at) => {
    const last = at === steps.length - 1;
    const short = shortName(step.name, steps[at - 1]?.name);
    const name = last
      ? el("span", { "aria-current": "location" }, short)
      : el("button", { type: "button", onclick: () => selectArea(step.code, { focus: true }) }, short);
    return el("li", {}, name, last ? null : icon("chevron-right", 14));
  })));
}

function figure(label, value, unit, note) {
  return el("div", { class: "fact", title: note || null },
    el("dt", {}, label),
    el("dd", {}, el("strong", {}, value), unit ? el("span", {}, unit) : null, note ? el("small", {}, note) : null));
}

function coverageFact(coverage) {
  if (!coverage || !Number.isFinite(coverage.share)) return null;
  const base = _("%(covered)s / %(households)s 户", {
    covered: number(coverage.covered), households: number(coverage.households),
  });
  return figure(_("500 米可达"), percent(coverage.share), "", base);
}

function facts(area) {
  const incidents = area.incidents || {};
  const square = Number(area.area_km2);
  return el("dl", { class: "facts" },
    area.unit === "places"
      ? figure(_("居住点"), number(area.households), _("处"))
      : figure(_("住户"), number(area.households), _("户")),
    figure(_("面积"), square < 0.095 ? number(square * 100) : number(square), square < 0.095 ? _("公顷") : "km²"),
    coverageFact(area.coverage),
    figure(_("站点"), number((area.stations || []).length), _("个")),
    figure(_("未结事件"), number(incidents.open ?? 0), _("件"),
      incidents.overdue ? _("其中超期 %(n)s 件", { n: number(incidents.overdue) }) : null),
    figure(_("事件总数"), number(incidents.total ?? 0), _("件")));
}

function holder(link) {
  if (link.vacant) {
    const who = [link.substitute, link.substitute_role_label].filter(Boolean).join(" ");
    return [
      el("span", { class: "vacant" }, icon("user-off", 16), _("空缺")),
      who ? el("span", { class: "organisation" }, _("由 %(who)s 代理", { who })) : null,
    ].filter(Boolean);
  }
  const organisation = link.organisation_name || link.organisation;
  return [
    el("strong", {}, link.holder_name || organisation || "—"),
    organisation && link.holder_name ? el("span", { class: "organisation" }, organisation) : null,
    link.phone ? el("span", { class: "phone" }, icon("phone", 14), link.phone) : null,
    link.term_to ? el("span", { class: "organisation" }, _("至 %(day)s", { day: link.term_to })) : null,
  ].filter(Boolean);
}

function chain(links) {
  if (!links?.length) {
    return el("p", { class: "empty" }, _("这里还没有登记责任人。可由管理员导入责任表。"));
  }
  return el("ol", { class: "chain" }, links.map((link, at) =>
    el("li", { class: link.vacant ? "is-vacant" : null },
      el("p", { class: "chain-role" }, link.role_label || link.role,
        link.level === links[at - 1]?.level ? null : el("small", {}, link.area_name || "")),
      el("div", { class: "chain-holder" }, holder(link)))));
}

const shownFirst = 6;

function stations(list) {
  if (!list?.length) return el("p", { class: "empty" }, _("辖区内没有站点。"));
  const rows = list.map((station) => el("li", {},
    el("button", { class: "row-button", type: "button", onclick: () => selectStation(station.code, { focus: true }) },
      icon(station.kind === "party_service_centre" ? "flag" : "home", 16),
      el("span", {}, station.name),
      el("small", {}, station.hours_label || ""))));
  if (rows.length <= shownFirst + 2) return el("ul", { class: "rows" }, rows);
  return [el("ul", { class: "rows" }, rows.slice(0, shownFirst)),
    el("details", { class: "more" },
      el("summary", {}, _("其余 %(n)s 个站点", { n: rows.length - shownFirst })),
      el("ul", { class: "rows" }, rows.slice(shownFirst)))];
}

function stars(held) {
  return [
    el("p", { class: "stars-held" }, el("strong", {}, _("%(held)s / %(of)s 颗星", { held: number(held.held), of: number(held.of) })),
      el("small", {}, held.quarter)),
    el("ul", { class: "star-list" }, held.list.map((star) => el("li", { class: star.verdict || "unjudged" },
      el("span", { class: "star-mark", "aria-hidden": "true" }, star.verdict === "awarded" ? "★" : "☆"),
      el("span", {}, star.label), el("small", {}, [star.verdict_label, star.quarter].filter(Boolean).join(" "))))),
    el("p", {}, el("a", { href: held.url }, _("评分与评定记录"))),
  ];
}

function incidentKinds(categories) {
  return el("table", { class: "kinds" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, _("类别")),
      [_("总数"), _("未结"), _("超期")].map((word) => el("th", { scope: "col", class: "numeric" }, word)))),
    el("tbody", {}, categories.map((kind) => el("tr", {}, el("th", { scope: "row" }, kind.label),
      [kind.total, kind.open, kind.overdue].map((value, at) =>
        el("td", { class: at === 2 && value ? "numeric late" : "numeric" }, number(value)))))));
}

function block(title, content) {
  return el("section", { class: "drawer-block" }, el("h3", {}, title), content);
}

/** Draw the whole page of an area from /areas/<code>.json; return its nodes. */
export function areaPage(area, close) {
  const level = area.level || levelOf(area.code);
  const kind = el("p", { class: "side-kind" }, CODE_NAMES[level]?.() || "", el("span", { class: "code" }, area.code));
  return [
    head(area.name, kind, close),
    breadcrumb(area.path),
    facts(area),
    area.stars ? block(_("星级"), stars(area.stars)) : null,
    block(_("责任链"), chain(area.chain)),
    block(_("辖区站点"), stations(area.stations)),
    area.incidents?.categories?.length ? block(_("事件"), incidentKinds(area.incidents.categories)) : null,
    el("p", { class: "drawer-links" },
      el("a", { href: `/layers/stations/table?q=${encodeURIComponent(area.name)}` }, icon("table", 16), _("看数据表")),
      area.level === "grid" && el("a", { href: `/grids/${encodeURIComponent(area.code)}/sheet` }, icon("qrcode", 16), _("打印二维码"))),
  ].filter(Boolean);
}
