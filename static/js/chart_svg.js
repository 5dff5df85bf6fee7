/* A chart of ECharts as SVG. The charts library that the pages carry draws on a canvas only; what it draws is a list of
   paths and texts, and those are written here one by one, so that the picture stays sharp at any size. */
const SVG = "http://www.w3.org/2000/svg";
const short = (value) => String(Math.round(value * 100) / 100);
const BASELINES = { top: "text-before-edge", middle: "central", bottom: "text-after-edge" };
const ANCHORS = { center: "middle", right: "end", end: "end" };

/** What a path asks of a canvas, kept as the path of an SVG. */
class Pen {
  d = "";

  #add(command, ...numbers) { this.d += command + numbers.map(short).join(" "); }

  moveTo(x, y) { this.#add("M", x, y); }

  lineTo(x, y) { this.#add(this.d ? "L" : "M", x, y); }

  bezierCurveTo(...six) { this.#add("C", ...six); }

  quadraticCurveTo(...four) { this.#add("Q", ...four); }

  rect(x, y, width, height) { this.#add("M", x, y); this.#add("h", width); this.#add("v", height); this.#add("h", -width); this.closePath(); }

  closePath() { this.d += "Z"; }

  arc(x, y, radius, start, end, back = false) {
    const turn = back ? -1 : 1;
    const whole = Math.abs(end - start) >= 2 * Math.PI - 1e-6;
    const sweep = whole ? turn * 2 * Math.PI : end - start;
    const at = (angle) => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    this.lineTo(...at(start));
    for (const part of [0.5, 1]) this.#add("A", radius, radius, 0, 0, turn > 0 ? 1 : 0, ...at(start + sweep * part));
  }
}

function node(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined && value !== "") made.setAttribute(name, value);
  return made;
}

const moved = ({ transform }) => (transform ? `matrix(${[...transform].map(short).join(" ")})` : null);
const paint = (value) => (typeof value === "string" && value !== "transparent" ? value : "none");

function path(item) {
  const pen = new Pen();
  item.buildPath(pen, item.shape);
  const { fill, stroke, lineWidth, lineDash, opacity } = item.style;
  const dash = Array.isArray(lineDash) ? lineDash.join(" ") : lineDash === "dashed" ? `${4 * lineWidth} ${2 * lineWidth}` : null;
  return node("path", { d: pen.d, fill: paint(fill), stroke: paint(stroke), "stroke-width": paint(stroke) === "none" ? null : lineWidth ?? 1,
    "stroke-dasharray": dash, opacity, transform: moved(item) });
}

function text(item) {
  const { text: words, x, y, font, fill, textAlign, textBaseline, opacity } = item.style;
  const [, weight, size, family] = /(bold|\d00)?\s*([\d.]+)px\s+(.+)$/.exec(font ?? "") ?? [null, null, 12, "sans-serif"];
  const made = node("text", { x: short(x ?? 0), y: short(y ?? 0), fill: paint(fill), "font-size": size, "font-family": family, "font-weight": weight,
    "text-anchor": ANCHORS[textAlign], "dominant-baseline": BASELINES[textBaseline], opacity, transform: moved(item) });
  made.textContent = words;
  return made;
}

/** The chart as the text of an SVG, on white. */
export function svgOf(chart) {
  const [width, height] = [chart.getWidth(), chart.getHeight()];
  const root = node("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` });
  root.append(node("rect", { width, height, fill: "#ffffff" }));
  for (const item of chart.getZr().storage.getDisplayList(true)) {
    if (item.ignore || item.invisible) continue;
    if (typeof item.buildPath === "function") root.append(path(item));
    else if (typeof item.style?.text === "string") root.append(text(item));
  }
  return new XMLSerializer().serializeToString(root);
}
