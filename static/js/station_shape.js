/* The mark of a kind of station: its corners and its colour, on every map and in every list. */
const COLOURS = { warm_station: "#A3195B", party_service_centre: "#C8102E", other: "#4A5867" };

/** Corners of a mark of radius r: a diamond, a star of five, or a square. */
export function corners(kind, r) {
  if (kind === "warm_station") return [[0, -1.15], [1.15, 0], [0, 1.15], [-1.15, 0]].map(([x, y]) => [x * r, y * r]);
  if (kind !== "party_service_centre") return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => [x * r * 0.9, y * r * 0.9]);
  return Array.from({ length: 10 }, (unused, i) => {
    const far = (i % 2 ? 0.58 : 1.35) * r;
    const turn = (i * Math.PI) / 5;
    return [Math.sin(turn) * far, -Math.cos(turn) * far];
  });
}

/** The colour of a kind of station. */
export const stationColour = (kind) => COLOURS[kind] ?? COLOURS.other;
