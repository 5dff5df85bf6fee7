/* What the modules of the page of coverage share: the question in the form, and the answer that is shown. */
const form = document.getElementById("ask");

let latest = null;

/** The question as it stands in the address, without what is empty. */
export function question() {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) fields.append(name, value);
  if (fields.get("when") !== "open") fields.delete("at");
  return fields;
}

/** Write the question into the address, with the area that is looked at and what else a part adds. */
export function toAddress(more = {}) {
  const fields = question();
  if (form.dataset.area) fields.set("area", form.dataset.area);
  for (const [name, value] of Object.entries(more)) fields.set(name, value);
  history.replaceState(null, "", `/coverage?${fields}`);
}

/** The answer that is shown. */
export const answer = () => latest;

/** Keep the answer that is shown. */
export function keep(found) {
  latest = found;
}

/** The rows of an answer as objects. */
export const objects = ({ columns, rows }) => rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));

/** What a measure says of one area, in the legend's unit. */
export function valueOf(area, measure) {
  if (measure === "times_0_share") return area.households ? (100 * area.times_0) / area.households : NaN;
  const value = area[measure];
  if (value === null || value === undefined) return NaN;
  return measure.endsWith("share") ? value * 100 : value;
}
