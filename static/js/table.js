/* Adds to the table page what links and forms cannot do: printing all pages as one, and a filter that waits. */
import { _ } from "./i18n.js";

const MOST_PAGES = 40;
const print = document.getElementById("table-print");

/** Fetch the rows of the other pages of this table, in their order; at most 2,000 rows. */
async function otherPages() {
  const here = document.querySelector(".table-page");
  const { page, pages } = here.dataset;
  const numbers = Array.from({ length: Math.min(Number(pages), MOST_PAGES) }, (_none, at) => at + 1);
  return Promise.all(numbers.map(async (number) => {
    if (number === Number(page)) return [...document.querySelectorAll(".table tbody tr")];
    const address = new URL(location.href);
    address.searchParams.set("page", number);
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [...found.querySelectorAll(".table tbody tr")].map((row) => document.importNode(row, true));
  }));
}

/** Print the table whole: every page's rows under one header, and the page as it was afterwards. */
async function printWhole() {
  const body = document.querySelector(".table tbody");
  if (!body) return window.print();
  const before = [...body.children];
  const word = print.lastChild;
  const label = word.textContent;
  print.disabled = true;
  word.textContent = _("正在读取…");
  try {
    body.replaceChildren(...(await otherPages()).flat());
  } catch {
    document.querySelector(".count").textContent = _("其余各页没有读到，只打印本页。");
  }
  word.textContent = label;
  print.disabled = false;
  window.print();
  body.replaceChildren(...before);
}

document.querySelector(".tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
print.hidden = false;
print.addEventListener("click", printWhole);

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
