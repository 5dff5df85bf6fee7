/* Translates the interface's Chinese sentences; English words come once from the server, Chinese needs none. */
export const language = document.documentElement.lang.startsWith("en") ? "en" : "zh";

async function dictionary() {
  if (language === "zh") return {};
  try {
    const answer = await fetch("/i18n/en.json");
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

const words = await dictionary();

/** Translate a sentence and fill its %(name)s places. */
export function _(message, values = {}) {
  const text = words[message] || message;
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Write a number with thousands separated and at most one decimal; Intl's first number costs the map 20 ms. */
export function number(value) {
  if (!Number.isFinite(value)) return "—";
  const [whole, decimal] = String(Math.round(Math.abs(value) * 10) / 10).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value < 0 && (whole !== "0" || decimal) ? "-" : ""}${grouped}${decimal ? `.${decimal}` : ""}`;
}

/** Write a share of 0 to 1 as a whole percent: "38 %". */
export function percent(share) {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : "—";
}

const weekdays = [_("周日"), _("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六")];

/** Write a date as 2024-04-29 周一. */
export function day(value) {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return "—";
  const two = (n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${weekdays[date.getDay()]}`;
}
