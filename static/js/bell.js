/* The bell of every page: how many alerts this account has not seen; asked when the page has nothing better to do. */
import { _ } from "./i18n.js";

const LATER = 1500;

async function ask(link) {
  const answer = await fetch("/leader/alerts.json", { headers: { Accept: "application/json" } }).catch(() => null);
  const unseen = answer?.ok ? (await answer.json().catch(() => null))?.unseen : 0;
  if (!unseen) return;
  const count = document.getElementById("bell-count");
  count.textContent = unseen;
  link.title = _("%(n)s 条预警未看", { n: unseen });
  link.hidden = false;
}

/** Ask once where the page has a bell and is looked at. */
export function setup() {
  const link = document.getElementById("bell-link");
  if (!link) return;
  setTimeout(() => { if (document.visibilityState === "visible") ask(link); }, LATER);
}
