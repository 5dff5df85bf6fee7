/* Adds to the table page what links and forms cannot do: printing, and a filter that waits for the typing to end. */
const print = document.getElementById("table-print");
print.hidden = false;
print.addEventListener("click", () => window.print());

const filter = document.getElementById("table-filter");
const box = filter.elements.q;
let wait = 0;

box.addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(() => {
    sessionStorage.setItem("table-typing", "1");
    filter.requestSubmit();
  }, 600);
});
filter.addEventListener("submit", () => clearTimeout(wait));

if (sessionStorage.getItem("table-typing")) {
  sessionStorage.removeItem("table-typing");
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}
