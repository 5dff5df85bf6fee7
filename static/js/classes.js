/* Which class of a legend a value belongs to, and how that class is drawn; the bounds are made on the server
   (gis_app/maps/classes.py): lower < v ≤ upper, the first range with its lower bound too. */

/** The class of a value: "no data" for nothing, "none" for zero, else the range that holds it. */
export function classOf(value, classes) {
  if (!Number.isFinite(value)) return classes.find(({ kind }) => kind === "no_data") ?? null;
  const none = classes.find(({ kind }) => kind === "none");
  if (none && value === 0) return none;
  const ranges = classes.filter(({ kind }) => kind === "range");
  return ranges.find(({ lower, upper }, index) => (value > lower || (index === 0 && value === lower)) && value <= upper) ?? null;
}

/** The look of a class; null leaves the area clear. */
export function lookOf(one) {
  if (!one) return null;
  return { colour: one.colour, pattern: one.kind === "no_data" };
}
