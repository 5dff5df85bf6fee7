/* Months as "YYYY-MM": the run of them in a period, their first and last day, and their name. */
import { _ } from "./i18n.js";

/** Every month from the first day to the last, both ISO dates. */
export function monthsOf([first, last]) {
  const found = [];
  let [year, month] = first.split("-").map(Number);
  const [endYear, endMonth] = last.split("-").map(Number);
  while (year < endYear || (year === endYear && month <= endMonth)) {
    found.push(`${year}-${String(month).padStart(2, "0")}`);
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return found;
}

/** First and last day of a month. */
export function daysOf(month) {
  const [year, number] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return [`${month}-01`, `${month}-${String(last).padStart(2, "0")}`];
}

/** The name of a month. */
export function monthName(month) {
  const [year, number] = month.split("-").map(Number);
  return _("%(year)s 年 %(month)s 月", { year, month: number });
}
