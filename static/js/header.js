/* The header on every page: menus that close, the choice of colours, search, keys. The map page adds the rest. */
import "./field/wipe_on_sign_out.js";
import * as bell from "./bell.js";
import * as keyboard from "./keyboard.js";
import * as navMore from "./nav_more.js";
import * as search from "./search.js";

function closeOthers() {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const shut = () => { menu.open = false; };
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) shut(); }, { once: true });
  }
}

function setUpMenus() {
  for (const menu of document.querySelectorAll("details.menu")) {
    menu.addEventListener("toggle", closeOthers);
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
}

function markTheme(chosen) {
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen));
  }
}

/** Keep the choice for the server, which writes it into every page before the page is seen. */
function remember(theme) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
}

function setUpThemes() {
  const choice = document.getElementById("theme-choice");
  if (!choice) return;
  choice.hidden = false;
  markTheme(document.documentElement.dataset.theme);
  choice.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    document.documentElement.dataset.theme = button.dataset.themeSet;
    remember(button.dataset.themeSet);
    markTheme(button.dataset.themeSet);
    document.dispatchEvent(new CustomEvent("theme:change"));
  });
}

/** Paper is light: the dark colours step back while the page is printed. */
function setUpPrinting() {
  const root = document.documentElement;
  let before = null;
  const dress = (theme) => {
    root.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("theme:change"));
  };
  addEventListener("beforeprint", () => {
    if (root.dataset.theme === "light") return;
    before = root.dataset.theme;
    dress("light");
  });
  addEventListener("afterprint", () => {
    if (before) dress(before);
    before = null;
  });
}

/** Let the language change without losing the place: the form sends the whole address, fragment included. */
function setUpLanguage() {
  const form = document.querySelector("form.language");
  form?.addEventListener("submit", () => {
    form.elements.next.value = location.pathname + location.search + location.hash;
  });
}

/** Mark the page that is being left; a download begins the same way but stays, so the mark does not last. */
function setUpLeaving() {
  const { dataset } = document.documentElement;
  addEventListener("beforeunload", () => {
    dataset.leaving = "1";
    setTimeout(() => delete dataset.leaving, 10_000);
  });
  addEventListener("pageshow", () => delete dataset.leaving);
}

setUpLeaving();
navMore.setup();
setUpMenus();
setUpThemes();
setUpLanguage();
setUpPrinting();
search.setup();
bell.setup();
keyboard.setup();
