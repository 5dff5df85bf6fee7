/* Which view of the field page is open: the fragment of the address says so, and Back works.
   #stations (the default) · #report · #day · #queue; #station=CODE, #grid=CODE and #at=lon,lat&crs=gcj02 open stations;
   #report&station=CODE opens the report at a station. Tells `view:open {view, params}`. */
import { tell } from "../bus.js";

const VIEWS = ["stations", "report", "day", "queue"];
let open = null;

/** Read a fragment: which view, and everything else it says. */
export function read(fragment = location.hash) {
  const params = new URLSearchParams(fragment.replace(/^#/, ""));
  const named = VIEWS.find((name) => params.has(name));
  if (named) params.delete(named);
  return { view: named ?? "stations", params };
}

/** The view that is open now: {view, params}. */
export const current = () => open ?? read();

/** Open a view: go("report", {station: "WS001"}). */
export function go(view, values = {}) {
  const rest = new URLSearchParams(values).toString();
  location.hash = rest ? `${view}&${rest}` : view;
}

function show() {
  open = read();
  document.body.dataset.view = open.view;
  for (const section of document.querySelectorAll("section.view")) section.hidden = section.dataset.view !== open.view;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    if (tab.dataset.tab === open.view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  tell("view:open", open);
}

/** Follow the address from now on. */
export function start() {
  addEventListener("hashchange", show);
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("main").focus();
  });
  show();
}
