/* Sets the chosen colours before the first paint; a classic script in the head, so that nothing flashes. */
(() => {
  const names = ["light", "dark", "sunlight"];
  let chosen = null;
  try {
    chosen = new URLSearchParams(location.search).get("theme") || localStorage.getItem("theme");
  } catch { /* storage may be switched off; the light colours stand */ }
  document.documentElement.dataset.theme = names.includes(chosen) ? chosen : "light";
})();
