/* What is there already: incidents of the class near the place, asked for when there is a network; "me too" instead of a second report. */
import { el, icon } from "../dom.js";
import { _ } from "../i18n.js";

let turn = 0;

/** Ask the server which open incidents a report may repeat; none where it does not answer. */
export async function likely({ class_code, lon, lat }) {
  if (!class_code || !Number.isFinite(lon) || !navigator.onLine) return [];
  try {
    const answer = await fetch("/incidents/duplicates.json", { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ class_code, lon, lat }), signal: AbortSignal.timeout(6000) });
    return answer.ok ? (await answer.json()).duplicates : [];
  } catch {
    return [];
  }
}

/** One incident nearby, with a button to follow it instead. */
export function line(one, meToo) {
  return el("li", {}, el("p", {}, el("strong", {}, one.description || one.code), " ",
    el("span", { class: "quiet" }, [one.distance, one.state_label, one.reported?.said].filter(Boolean).join(" · "))),
  el("button", { class: "button", type: "button", onclick: () => meToo(one) }, icon("users"), _("我也遇到")));
}

/** Show what is near a report being written; answers whether anything is. */
export async function show(values, { box, list }, meToo) {
  const mine = ++turn;
  const found = await likely(values);
  if (mine !== turn) return null;
  box.hidden = !found.length;
  list.replaceChildren(...found.map((one) => line(one, meToo)));
  return found.length > 0;
}
