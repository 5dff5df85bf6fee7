/* Rows that stand for areas: pointing at one lights the area on the map, and the other way round. */
import { bus, tell } from "../bus.js";

/** Make a button tell which area it stands for, while pointed at or focused. */
export function linked(button, code) {
  button.dataset.area = code;
  const light = (own) => tell("area:hover", { code: own, from: "rows" });
  button.addEventListener("pointerenter", () => light(code));
  button.addEventListener("pointerleave", () => light(null));
  button.addEventListener("focus", () => light(code));
  button.addEventListener("blur", () => light(null));
  return button;
}

/** Light the rows of a list as areas are hovered anywhere: the area's own, or that of the area it lies in. */
export function lightsIn(list) {
  bus.addEventListener("area:hover", ({ detail }) => {
    const code = String(detail?.code ?? "");
    for (const row of list.querySelectorAll("[data-area]")) {
      const own = row.dataset.area;
      const lit = code !== "" && (own === code || (code.length > own.length && code.startsWith(own)));
      row.classList.toggle("lit", lit);
      if (lit && own === code && detail.from === "map") row.scrollIntoView({ block: "nearest" });
    }
  });
}
