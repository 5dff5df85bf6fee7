/* Leaves those rows of the data dictionary that hold what was typed. Without a script the whole page stays. */

const form = document.querySelector(".dict-find");
const field = form?.querySelector("input");
const count = form?.querySelector("[role=status]");
const rows = [...document.querySelectorAll(".dict-section tbody tr")].map((row) => ({ row, text: plain(row.textContent) }));

/** Return a text as it is compared: without case and width. */
function plain(text) {
  return text.normalize("NFKC").toLowerCase();
}

/** Show what holds every word, and whole sections by their heading. */
function narrow() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const { row, text } of rows) {
    const heading = plain(row.closest(".dict-section").querySelector("h3").textContent);
    row.hidden = !words.every((word) => text.includes(word) || heading.includes(word));
    found += row.hidden ? 0 : 1;
  }
  for (const holder of document.querySelectorAll(".dict-section, .dict-part")) {
    holder.hidden = !holder.querySelector("tbody tr:not([hidden])");
  }
  count.textContent = words.length ? (found ? `${count.dataset.to}${found}` : count.dataset.none) : "";
}

if (form) {
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", narrow);
}
