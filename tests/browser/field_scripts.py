"""What a page is asked: the nearest by phone and server, text that is hard to read, small targets, jumps."""

BOTH_NEAREST = """async (points) => {
  const near = await import("/static/js/field/nearest.js");
  const headers = { "Content-Type": "application/json" };
  const server = async ([lon, lat]) => {
    const body = JSON.stringify({ lon, lat, count: 3, open_only: false });
    const answer = await fetch("/field/nearest", { method: "POST", headers, body });
    return answer.ok ? (await answer.json()).stations.map((one) => [one.station_code, one.walk_m]) : null;
  };
  const found = [];
  for (let at = 0; at < points.length; at += 6) {
    const some = points.slice(at, at + 6);
    const answers = await Promise.all(some.map(server));
    some.forEach(([lon, lat], i) => {
      const began = performance.now();
      const own = near.nearest({ lon, lat }, {}, Date.now());
      const took = performance.now() - began;
      const metres = Object.fromEntries(own.map((one) => [one.station.code, one.walk_m]));
      found.push({ server: answers[i], took, own: metres });
    });
  }
  return found;
}"""

CONTRAST = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const ground = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const found = rgb(getComputedStyle(one).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const elsewhere = ".visually-hidden, .skip-link, script, template, .leaflet-control";
  const weak = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || !node.checkVisibility({ checkVisibilityCSS: true }) || node.closest(elsewhere)) continue;
    const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const text = node.textContent.trim().slice(0, 20);
    if (ratio < 7) weak.push(`${node.tagName}.${node.className} ${text} ${ratio.toFixed(2)}`);
  }
  return weak;
}"""

SMALL = """() => [...document.querySelectorAll("button, a[href], input, select, summary, [role=button]")]
  .filter((node) => node.checkVisibility({ checkVisibilityCSS: true }))
  .filter((node) => !node.closest(".skip-link, .leaflet-control"))
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
  .map(([node, box]) => `${node.tagName}#${node.id} ${Math.round(box.width)}x${Math.round(box.height)}`)"""

SHIFT = """() => new Promise((resolve) => {
  const sum = (list) => resolve(list.getEntries().reduce((total, one) => total + one.value, 0));
  new PerformanceObserver(sum).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(0), 300);
})"""
