/* Sets the chosen colours before the first paint, also on a page kept for later: inlined in its head, a classic script. */
(() => {
  const names = ["light", "dark", "sunlight"];
  const wished = new URLSearchParams(location.search).get("theme") || /(?:^|; )theme=(\w+)/.exec(document.cookie)?.[1];
  document.documentElement.dataset.theme = names.includes(wished) ? wished : "light";
})();
