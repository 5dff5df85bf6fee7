/* Opening hours in the words of people: what OpenStreetMap writes as "Mo-Su 08:00-20:00". */
import { _ } from "./i18n.js";

const DAYS = { Mo: () => _("周一"), Tu: () => _("周二"), We: () => _("周三"), Th: () => _("周四"), Fr: () => _("周五"),
  Sa: () => _("周六"), Su: () => _("周日"), PH: () => _("节假日") };

/** Say opening hours in words: "Mo-Su 08:00-20:00" is 每天 08:00–20:00; what is not understood stays as written. */
export function hoursInWords(hours) {
  if (!hours) return _("未登记");
  if (hours.trim() === "24/7") return _("全天开放");
  return hours.split(";").map((rule) => rule.trim()
    .replace(/^Mo-Su\b/, _("每天")).replace(/\boff\b/, _("休息"))
    .replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b/g, (name) => DAYS[name]())
    .replace(/-(?=\S)/g, "–")).join("；");
}
