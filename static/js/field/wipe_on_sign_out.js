/* Wipes the phone when somebody signs out of any page, and on the sign-in page, where nobody is signed in. The rest is
   fetched only then. */
const TOO_LONG_MS = 3000;

async function wiped() {
  const { wipe } = await import("./wipe.js");
  await wipe("signed-out");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/sign-out" || form.dataset.wiped) return;
  event.preventDefault();
  form.dataset.wiped = "1";
  Promise.race([wiped(), new Promise((resolve) => { setTimeout(resolve, TOO_LONG_MS); })]).catch(() => {}).finally(() => form.submit());
});

if (location.pathname === "/sign-in") wiped().catch((error) => console.warn(error.message || error));
