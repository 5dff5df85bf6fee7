/* How the field page writes metres, minutes, times and ages: short, with units, in the county's own time. */
import { _, language, number } from "../i18n.js";

const ZONE = "Asia/Shanghai";
const locale = language === "en" ? "en-GB" : "zh-CN";
const clock = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat(locale, { timeZone: ZONE, weekday: "short" });
const dateOf = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const HOUR = 3_600_000;

/** "430 m", "1.4 km". */
export function metres(value) {
  if (!Number.isFinite(value)) return "—";
  if (value < 1000) return `${number(value < 100 ? Math.round(value) : Math.round(value / 10) * 10)} m`;
  return `${number(Math.round(value / 100) / 10)} km`;
}

/** Whole minutes on foot, at least one. */
export const minutes = (value) => Math.max(1, Math.round(value));

/** "20:00" */
export const timeOf = (moment) => clock.format(moment);

/** "2026-11-22" in the county's time. */
export const dayOf = (moment) => dateOf.format(moment);

/** "今天", "明天" or the weekday, seen from another moment. */
export function dayWord(moment, from) {
  const days = Math.round((Date.parse(dayOf(moment)) - Date.parse(dayOf(from))) / (24 * HOUR));
  if (days === 0) return _("今天");
  if (days === 1) return _("明天");
  return weekday.format(moment);
}

/** How old something is: "刚刚", "12 分钟前", "3 小时前", "2 天前". */
export function ageOf(moment, now) {
  const past = now - moment;
  if (past < 60_000) return _("刚刚");
  if (past < HOUR) return _("%(n)s 分钟前", { n: Math.floor(past / 60_000) });
  if (past < 24 * HOUR) return _("%(n)s 小时前", { n: Math.floor(past / HOUR) });
  return _("%(n)s 天前", { n: Math.floor(past / (24 * HOUR)) });
}

/** How far a clock is out: "24 小时", "12 分钟". */
export function spanOf(milliseconds) {
  const past = Math.abs(milliseconds);
  if (past < 2 * HOUR) return _("%(n)s 分钟", { n: Math.round(past / 60_000) });
  return past < 48 * HOUR ? _("%(n)s 小时", { n: Math.round(past / HOUR) }) : _("%(n)s 天", { n: Math.round(past / (24 * HOUR)) });
}
