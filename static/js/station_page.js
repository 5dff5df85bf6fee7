/* The page of a station: quick ends for a status, and a word when somebody else has changed it meanwhile. */
import { hear } from "./bus.js";
import { el } from "./dom.js";
import { _ } from "./i18n.js";
import { onlyOnce } from "./incidents_forms.js";
import { statusOf, watch } from "./station_status.js";

const { station, version, now, offset } = document.querySelector("[data-station]").dataset;
const until = document.getElementById("until");
const two = (n) => String(n).padStart(2, "0");
// The county's own time by the server's clock, whatever this phone's clock and zone say; read as UTC below.
const countyTime = () => Number(now) * 1000 + performance.now() + Number(offset) * 60 * 1000;
const typed = (time) => {
  const date = new Date(time);
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
};
const after = (minutes) => () => countyTime() + minutes * 60 * 1000;
const tomorrow = () => new Date(countyTime() + 24 * 3600 * 1000).setUTCHours(8, 0, 0, 0);

/** Chips that fill in the end; the field stays for any other time. */
function chips() {
  const box = document.getElementById("until-chips");
  const offered = [[_("半小时"), after(30)], [_("1 小时"), after(60)], [_("3 小时"), after(180)], [_("明早 8 点"), tomorrow]];
  const press = (button) => box.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
  box.append(...offered.map(([word, when]) => el("button", {
    class: "button", type: "button", "aria-pressed": "false",
    onclick: (event) => { until.value = typed(when()); press(event.currentTarget); },
  }, word)));
  until.addEventListener("input", () => press(null));
  box.hidden = false;
}

if (until) {
  chips();
  onlyOnce(document.getElementById("status-form"));
}
document.getElementById("problem")?.focus();
hear("status:change", () => {
  const said = statusOf(station);
  document.getElementById("status-moved").hidden = !said || String(said.version) === version;
});
watch();
