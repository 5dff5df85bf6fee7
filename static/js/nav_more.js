/* The main navigation on a screen too narrow for all its links: those that do not fit move into a menu at its end.
   Without scripts, and on a phone, the row scrolls instead. Where one is stays in the row. */
const nav = document.querySelector(".site-nav");
const more = document.getElementById("nav-more");
const tools = document.querySelector(".site-tools");
const PHONE = matchMedia("(max-width: 640px)");

let links = [];
let fitted = "";

const body = () => more.querySelector(".menu-body");
const tooWide = () => nav.scrollWidth > nav.clientWidth + 1;

function fit() {
  nav.classList.remove("fits");
  more.hidden = true;
  for (const link of links) nav.insertBefore(link, more);
  if (PHONE.matches) return;
  if (tooWide()) {
    more.hidden = false;
    for (const link of links.toReversed()) {
      if (!tooWide()) break;
      if (!link.hasAttribute("aria-current")) body().prepend(link);
    }
  }
  nav.classList.add("fits"); // the menu may hang out of the row now
}

function again() {
  const now = `${document.documentElement.clientWidth} ${tools.offsetWidth} ${links.findIndex((link) => link.hasAttribute("aria-current"))}`;
  if (now === fitted) return;
  fitted = now;
  const focused = document.activeElement;
  fit();
  if (links.includes(focused)) focused.focus();
}

/** Let the row fit the screen, now and whenever the screen or the page that one is on changes. */
export function setup() {
  if (!nav || !more) return;
  links = [...nav.querySelectorAll(":scope > a")];
  again();
  const sizes = new ResizeObserver(again);
  for (const one of [document.documentElement, tools]) sizes.observe(one);
  new MutationObserver(again).observe(nav, { subtree: true, attributes: true, attributeFilter: ["aria-current"] });
}
