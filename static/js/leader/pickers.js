/* Period and comparison: pickers above the figures, and the days they stand for in words. */
import { _ } from "../i18n.js";
import { data, go, now, onState } from "./state.js";

const period = document.getElementById("period");
const compare = document.getElementById("compare");
const days = document.getElementById("own-days");
const from = document.getElementById("day-from");
const to = document.getElementById("day-to");
const span = document.getElementById("span");

function show(answer) {
  const { asked } = answer;
  const own = !asked.period;
  period.value = own ? "own" : asked.period;
  compare.value = asked.compare;
  days.hidden = !own;
  [from.value, to.value] = [asked.from, asked.to];
  const words = _("%(from)s 至 %(to)s", { from: asked.from, to: asked.to });
  const before = asked.before && _("对比 %(from)s 至 %(to)s", { from: asked.before[0], to: asked.before[1] });
  span.textContent = before ? `${words} · ${before}` : words;
  span.title = span.textContent;
}

function ownDays() {
  if (from.value && to.value && from.value <= to.value) go({ period: "", from: from.value, to: to.value });
}

/** Listen to the pickers. */
export function start() {
  period.addEventListener("change", () => {
    if (period.value === "own") go({ period: "", from: data().asked.from, to: data().asked.to });
    else go({ period: period.value, from: "", to: "" });
  });
  compare.addEventListener("change", () => go({ compare: compare.value }));
  from.addEventListener("change", ownDays);
  to.addEventListener("change", ownDays);
  onState((_state, answer, what) => {
    if (what === "data") show(answer);
    const fields = new URLSearchParams(Object.entries(now()).filter(([name]) => ["period", "compare", "area"].includes(name)));
    document.getElementById("to-wall").href = `/wall${fields.size ? `?${fields}` : ""}`;
  });
}
