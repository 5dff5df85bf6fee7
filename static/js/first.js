/* Draws the first overlay before any module of the page is there: one classic script behind Leaflet and the shell.
   It colours the areas of the county's usual view, and hands to the modules what it fetched and drew. An address that
   asks for another view is left to them. */
(() => {
  const { areas: areasUrl, values: valuesUrl } = document.currentScript.dataset;
  const [map, L] = [window.gisMap, window.L];
  const first = window.gisFirst = { answers: new Map(), level: "grid", layer: null, renderer: null, parts: new Map() };

  const ask = (url) => {
    const answer = fetch(url).then((one) => (one.ok ? one.json() : Promise.reject(new Error(one.status))));
    first.answers.set(url, answer);
    return answer;
  };

  function colourOf(share, classes) {
    const value = share * 100;
    if (typeof share !== "number") return null;
    if (value === 0) return classes.find(({ kind }) => kind === "none")?.colour;
    return classes.find(({ kind, upper }) => kind === "range" && value <= upper)?.colour;
  }

  function draw(areas, { features, legend }) {
    const colours = new Map(features.map(({ id, properties }) => [id, colourOf(properties.share, legend.classes)]));
    first.layer = L.geoJSON(areas.features.filter(({ geometry }) => geometry), {
      renderer: first.renderer, pane: "fills", interactive: false, smoothFactor: 0.5,
      style: ({ id }) => ({ stroke: false, fill: Boolean(colours.get(id)), fillColor: colours.get(id), fillOpacity: 0.88 }),
      onEachFeature: (feature, path) => first.parts.set(String(feature.id), path),
    }).addTo(map);
    return seen();
  }

  /** Resolve when what was drawn is on the screen; a page in the background has no frames, and waits no longer. */
  const seen = () => new Promise((resolve) => {
    setTimeout(resolve, 100);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      performance.mark("first-overlay");
      resolve();
    }));
  });

  if (location.hash.length > 1) return;
  map.createPane("fills").style.pointerEvents = "none";
  first.renderer = L.canvas({ pane: "fills", padding: 0.3 });
  first.done = Promise.all([ask(areasUrl), ask(valuesUrl)]).then(([areas, values]) => draw(areas, values)).catch(() => {});
})();
