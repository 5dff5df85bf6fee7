/* The menu of the field page: who is signed in, the colours, the map, the way out. */
import { _ } from "../i18n.js";
import * as sheet from "./sheet.js";

function markThemes(holder) {
  for (const button of holder.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === document.documentElement.dataset.theme));
  }
}

function setTheme(holder, name) {
  document.documentElement.dataset.theme = name;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${name}; path=/; max-age=31536000; samesite=lax${secure}`;
  markThemes(holder);
  document.dispatchEvent(new CustomEvent("theme:change"));
}

/** Open the menu. */
export function open() {
  const content = document.getElementById("menu-template").content.cloneNode(true);
  const themes = content.getElementById("theme-choice");
  themes.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (button) setTheme(themes, button.dataset.themeSet);
  });
  markThemes(themes);
  sheet.open(_("更多"), [...content.children], { name: "menu" });
}
