/* Hatches for the canvas: "no data", vacant posts and uncovered blocks are told by their pattern, not by colour alone. */
const patterns = new Map();

/** A diagonal hatch as a canvas pattern; `ground` fills between the strokes, or is left clear. */
export function hatch(colour, { ground = "", step = 7, width = 2 } = {}) {
  const key = [colour, ground, step, width].join();
  if (!patterns.has(key)) patterns.set(key, draw(colour, ground, step, width));
  return patterns.get(key);
}

const RATIO = 2;

/** The same hatch as an image address, for the legend. */
export function hatchUrl(colour) {
  return stroke(colour, "#ffffff", 7, 2).toDataURL();
}

function draw(colour, ground, step, width) {
  const tile = stroke(colour, ground, step, width);
  const pattern = tile.getContext("2d").createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / RATIO));
  return pattern;
}

function stroke(colour, ground, step, width) {
  const ratio = RATIO;
  const size = step * ratio;
  const tile = document.createElement("canvas");
  tile.width = tile.height = size;
  const context = tile.getContext("2d");
  if (ground) {
    context.fillStyle = ground;
    context.fillRect(0, 0, size, size);
  }
  context.strokeStyle = colour;
  context.lineWidth = width * ratio;
  for (const shift of [-size, 0, size]) {
    context.beginPath();
    context.moveTo(shift - 2, size + 2);
    context.lineTo(shift + size + 2, -2);
    context.stroke();
  }
  return tile;
}
