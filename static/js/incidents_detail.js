/* The page of one incident: its place on a small map, photos checked before they are sent, a form sent once. */
import { onlyOnce } from "./incidents_forms.js";

const holder = document.getElementById("small-map");

async function showPlace() {
  const { accuracyCircle, drawGround, lookAt, pin } = await import("./incidents_place.js");
  const { lon, lat, accuracy, due } = holder.dataset;
  lookAt(Number(lat), Number(lon));
  pin(Number(lat), Number(lon), { due });
  if (Number(accuracy) > 0) accuracyCircle(Number(lat), Number(lon), Number(accuracy));
  await drawGround();
  document.documentElement.dataset.ready = "incident";
}

for (const form of document.querySelectorAll("form")) onlyOnce(form);
document.getElementById("problem")?.focus();
if (holder) showPlace();
