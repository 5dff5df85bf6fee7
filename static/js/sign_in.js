/* Lets people look at the password they typed; the form itself needs no script. */
import { _ } from "./i18n.js";

const field = document.getElementById("password");
const toggle = document.getElementById("password-toggle");

toggle.hidden = false;
toggle.addEventListener("click", () => {
  const show = field.type === "password";
  field.type = show ? "text" : "password";
  toggle.setAttribute("aria-pressed", String(show));
  toggle.querySelector("span").textContent = show ? _("隐藏") : _("显示");
  field.focus();
});
field.form.addEventListener("submit", () => { field.type = "password"; });
