/* Keeps the hidden version of a rating's form true to the star and period that are chosen. */
const holder = document.querySelector("[data-versions]");
const versions = holder ? JSON.parse(holder.dataset.versions) : {};

for (const form of holder?.querySelectorAll("form[data-period]") ?? []) {
  const { star, version } = form.elements;
  const period = form.elements[form.dataset.period];
  const follow = () => { version.value = versions[`${star.value} ${period.value}`] ?? 0; };
  star.addEventListener("change", follow);
  period.addEventListener("change", follow);
}
