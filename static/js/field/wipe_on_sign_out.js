/* Wipes the phone when somebody signs out of any page, and on the sign-in page, where nobody is signed in. */
import { wipe } from "./wipe.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/sign-out" || form.dataset.wiped) return;
  event.preventDefault();
  wipe("signed-out").finally(() => {
    form.dataset.wiped = "1";
    form.submit();
  });
});

if (location.pathname === "/sign-in") wipe("signed-out");
