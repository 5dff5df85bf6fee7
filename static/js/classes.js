/* Which class of a legend a value belongs to; the bounds were made on the server (gis_app/maps/classes.py). */

/** The class of a value: "no data" for nothing, "none" for zero, else the range that holds it (lower < v ≤ upper). */
export function classOf(value, classes) {
  const known = Number.isFinite(value);
  let first = true;
  for (const one of classes) {
    if (one.kind === "no_data" || (one.lower === null && one.upper === null)) {
      if (!known) return one;
    } else if (one.kind === "none") {
      if (value === 0) return one;
    } else {
      if (known && (value > one.lower || (first && value === one.lower)) && value <= one.upper) return one;
      first = false;
    }
  }
  return known ? nearest(value, classes) : null;
}

/** A value beyond all ranges, by the rounding of the wire only, goes to the range next to it. */
function nearest(value, classes) {
  const ranges = classes.filter(({ kind, lower }) => kind !== "none" && Number.isFinite(lower));
  if (!ranges.length) return null;
  return value < ranges[0].lower ? ranges[0] : ranges.at(-1);
}

/** How an area of that class is drawn. */
export function lookOf(one) {
  if (!one) return null;
  return { colour: one.colour, pattern: one.kind === "no_data", opacity: one.kind === "none" ? 0.7 : undefined };
}
