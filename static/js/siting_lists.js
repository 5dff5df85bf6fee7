/* The two lists of the siting form, what must be a station and what must not: names with a button to remove each.
   The text field stays what is sent; the list is another view of it, so that typing and picking agree. */
import { el, icon } from "./dom.js";
import { _ } from "./i18n.js";

const OTHER = { must_keep: "forbidden", forbidden: "must_keep" };
const hearers = [];

const areaOf = (list) => document.getElementById(`new-${list}`);
const parts = (list) => areaOf(list).value.split(/[、，,;；\n]+/).map((one) => one.trim()).filter(Boolean);
const codeOf = (part) => part.split(" ").at(-1);

/** Call again whenever a list changes. */
export function listen(hearer) {
  hearers.push(hearer);
}

/** Tell whether a list holds a place by its code. */
export const has = (list, code) => parts(list).some((part) => codeOf(part) === code);

function set(list, all) {
  areaOf(list).value = all.join("、");
  told(list);
}

function told(list) {
  show(list);
  hearers.forEach((hearer) => hearer());
}

/** Add what was typed or found by name. */
export function add(list, text) {
  if (!parts(list).includes(text)) set(list, [...parts(list), text]);
}

/** Put a place into a list, or out of it where it is there already; return whether it is in now. */
export function toggle(list, code, name) {
  if (has(list, code)) {
    set(list, parts(list).filter((part) => codeOf(part) !== code));
    return false;
  }
  if (has(OTHER[list], code)) set(OTHER[list], parts(OTHER[list]).filter((part) => codeOf(part) !== code));
  set(list, [...parts(list), `${name.replace(/[、，,;；\s]+/g, " ")} ${code}`]);
  return true;
}

/** Show a list as names, each with a button that removes it. */
export function show(list) {
  const holder = areaOf(list).closest(".place-list").querySelector(".chosen-places");
  const all = parts(list);
  holder.replaceChildren(...all.map((part, at) => {
    const code = codeOf(part);
    const name = part === code ? part : part.slice(0, -code.length).trim();
    const away = el("button", { type: "button", class: "chip-away", "aria-label": _("移除 %(name)s", { name: part }), title: _("移除 %(name)s", { name: part }) }, icon("x", 16));
    away.addEventListener("click", () => {
      set(list, all.filter((_one, other) => other !== at));
      (holder.querySelectorAll(".chip-away")[Math.min(at, all.length - 2)] ?? holder.parentElement.querySelector("input")).focus();
    });
    return el("li", { class: "chosen-place" }, el("span", {}, name, part === code ? "" : el("small", { class: "code" }, ` ${code}`)), away);
  }));
  holder.hidden = !all.length;
}

/** Begin with what the form holds, and follow what is typed. */
export function start() {
  for (const list of Object.keys(OTHER)) {
    show(list);
    areaOf(list).addEventListener("input", () => told(list));
  }
}
